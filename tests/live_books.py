"""Live books with something in them, as a client has them."""

from decimal import Decimal

from fathom.domain import Instrument
from fathom.net import LiveBook

BTC = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5,
    qty_lots_min=5_000, cost_min=Decimal("0.5"),
)  # fmt: skip


def live_book(*, levels: int = 10, verified: bool = True, reason: str = "") -> LiveBook:
    book = LiveBook("book", BTC, depth=10)
    asks = ",".join(f'{{"price":{60_000 + n}.5,"qty":{n + 1}.00000000}}' for n in range(levels))
    bids = ",".join(f'{{"price":{59_999 - n}.5,"qty":{n + 1}.50000000}}' for n in range(levels))
    row = f'{{"symbol":"BTC/USD","bids":[{bids}],"asks":[{asks}],"checksum":0}}'
    frame = f'{{"channel":"book","type":"snapshot","data":[{row}]}}'
    book.levels.apply(frame.encode())
    book.verified, book.reason = verified, reason
    return book
