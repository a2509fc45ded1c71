"""A verified book from raw frames, and nothing else: the compiled kernel alone.

python examples/verified_book.py
"""

from fathom.kernel import MISMATCH, L2Book
from fathom.run.packaged import recorded_frames

book = L2Book(depth=10, price_precision=1, qty_precision=8)

for number, recorded in enumerate(recorded_frames({"BTC/USD"}), 1):
    if book.apply(recorded.frame) == MISMATCH:
        raise SystemExit(f"frame {number} does not verify: take the book anew")

print(f"{number} frames verified; best bid {book.best_bid / 10} USD, best ask {book.best_ask / 10} USD")
print(f"imbalance over five levels {book.imbalance(5):+.2f}, microprice {book.microprice() / 10:.3f} USD")
filled_lots, cost, worst_ticks = book.cost_to_fill("buy", 5 * 10**8)
print(f"{filled_lots / 1e8:g} BTC would cost {cost / 1e9:,.2f} USD, the last of it at {worst_ticks / 10} USD")
