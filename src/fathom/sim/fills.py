"""Where a fill on paper comes from: the verified book and the market's own trades, and nothing else.

A taker order takes the levels that stand there, less what our own fills took before, until the market moves those
levels. A maker order waits behind all that stood at its price, and fills only when trades or the book pass through its
place. Level 2 cannot tell who left a level, so we assume the worst: whoever cancels stood behind us.

Pure. Imports: domain, market. Imported by: sim/paper.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from fathom.domain import PublicTrade, Side
from fathom.market import Book

# Levels of one book that our fills have taken from and that the market has not moved since. Beyond this, the one
# taken from longest ago is forgotten.
TAKEN_MAX: Final = 10_000


class Resting(Struct):
    """One of our orders in a queue. Quantities in lots."""

    order_id: str
    symbol: str
    side: Side
    price_ticks: int
    left_lots: int
    ahead_lots: int  # What is before us at our price.


class Take(Struct, frozen=True):
    """One fill: at this price, so much."""

    price_ticks: int
    qty_lots: int


def opposite(side: Side) -> Side:
    """Return the other side."""
    return "sell" if side == "buy" else "buy"


def reaches(side: Side, limit_ticks: int | None, price_ticks: int) -> bool:
    """Whether an order of this side and limit (None: any price) may trade at `price_ticks`."""
    if limit_ticks is None:
        return True
    return price_ticks <= limit_ticks if side == "buy" else price_ticks >= limit_ticks


class Taken:
    """What our own fills took from the market's levels, until the market moves them."""

    def __init__(self) -> None:
        # (side of the level, its price) -> (what stood there when we took, what we took of it).
        self._taken: dict[tuple[Side, int], tuple[int, int]] = {}

    def left_lots(self, side: Side, price_ticks: int, shown_lots: int) -> int:
        """Return what of a level is still there for us. A level whose quantity changed is whole again."""
        stood, taken = self._taken.get((side, price_ticks), (shown_lots, 0))
        if stood != shown_lots:
            del self._taken[side, price_ticks]
            return shown_lots
        return shown_lots - taken

    def take(self, side: Side, price_ticks: int, *, shown_lots: int, qty_lots: int) -> None:
        """Note that we took so much of a level that shows `shown_lots`."""
        taken = self._taken.pop((side, price_ticks), (shown_lots, 0))[1]
        self._taken[side, price_ticks] = (shown_lots, taken + qty_lots)
        if len(self._taken) > TAKEN_MAX:
            del self._taken[next(iter(self._taken))]


def take_levels(book: Book, taken: Taken, side: Side, limit_ticks: int | None, qty_lots: int) -> Iterator[Take]:
    """Yield what an order of `side` takes now, level by level, best first; note it as taken."""
    levels = book.asks(book.depth) if side == "buy" else book.bids(book.depth)
    far_side = opposite(side)
    for price_ticks, shown_lots in levels:
        if qty_lots == 0 or not reaches(side, limit_ticks, price_ticks):
            return
        fill = min(qty_lots, taken.left_lots(far_side, price_ticks, shown_lots))
        if fill > 0:
            taken.take(far_side, price_ticks, shown_lots=shown_lots, qty_lots=fill)
            qty_lots -= fill
            yield Take(price_ticks, fill)


def crosses(book: Book, side: Side, price_ticks: int) -> bool:
    """Whether a limit order would trade at once."""
    best = book.best_ask_ticks if side == "buy" else book.best_bid_ticks
    return best is not None and reaches(side, price_ticks, best)


def fill_by_trade(queue: Sequence[Resting], trade: PublicTrade) -> Iterator[tuple[Resting, Take]]:
    """Yield what one trade of the market fills of our resting orders, which come best price first.

    A trade at our price serves those ahead of us first; a trade beyond it had to pass through us. The trade of a
    taker on our own side says nothing about our queue. What one order of ours got, another cannot get.
    """
    ours = 0
    for resting in queue:
        if trade.side == resting.side or not reaches(trade.side, trade.price_ticks, resting.price_ticks):
            continue
        left = trade.qty_lots - ours
        if trade.price_ticks == resting.price_ticks:
            served = min(left, resting.ahead_lots)
            resting.ahead_lots -= served
            left -= served
        fill = min(left, resting.left_lots)
        if fill > 0:
            resting.left_lots -= fill
            ours += fill
            yield resting, Take(resting.price_ticks, fill)


def fill_by_book(resting: Resting, book: Book, taken: Taken) -> Iterator[Take]:
    """Yield what a move of the book fills of a resting order, and move it up where the queue before it shrank.

    Where the other side now stands at our price or beyond, everyone at our price has traded, and what stands there
    would have met us: no more than that, at our price.
    """
    shown = book.level_qty_lots(resting.side, resting.price_ticks)
    resting.ahead_lots = min(resting.ahead_lots, shown)
    for take in take_levels(book, taken, resting.side, resting.price_ticks, resting.left_lots):
        resting.left_lots -= take.qty_lots
        yield Take(resting.price_ticks, take.qty_lots)
