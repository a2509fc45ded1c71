"""A verified book, live: `fathom exchange` in one terminal, this in another. With `kraken` as argument, Kraken itself.

python examples/live_book.py [VENUE]
"""

import asyncio
import sys

import fathom


async def main() -> None:
    """Print quotes until each book has verified a while."""
    async with fathom.connect(sys.argv[1] if len(sys.argv) > 1 else "local") as kraken:
        async with asyncio.timeout(10):
            async for book in kraken.book("BTC/USD", "ETH/USD", depth=100):
                print(book.symbol, book.best_bid, book.best_ask, f"spread {book.spread}", f"{book.imbalance(10):+.2f}")
                if all(verified > 20 for verified, _ in kraken.books_verified().values()):
                    break
        print("verified:", kraken.books_verified())


asyncio.run(main())
