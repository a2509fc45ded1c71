"""Where a fill on paper comes from: the verified book and the market's own trades, and nothing else.

A taker order takes the levels that stand there, less what our own fills took of them before: on the venue that would
be gone. A maker order waits behind all that stood at its price, and fills only when trades or the book pass through
its place. Level 2 cannot tell who left a level, so we assume the worst: whoever cancels stood behind us.

Pure. Imports: domain, market. Imported by: sim/paper, sim/paper_floor, sim/paper_order.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from fathom.domain import INT64_MAX, PublicTrade, Side
from fathom.market import Book

# Levels of one book that our fills have taken from and that still stand. Beyond this, the one taken from longest ago
# is forgotten.
TAKEN_MAX: Final = 10_000
# Ahead of an order at a price that the book does not show: whatever will stand there when it does.
AHEAD_UNKNOWN: Final = INT64_MAX
# When an order joined that joined a book without a time: no trade is known to be younger.
SINCE_UNKNOWN: Final = INT64_MAX
# One trade comes twice, on two channels: as a trade and as a smaller level. Their times differ by less than this ...
SAME_TRADE_NS: Final = 100_000_000
# ... and they arrive no further apart than this.
TOLD_APART_NS: Final = 5_000_000_000


class Resting(Struct):
    """One of our orders in a queue. Quantities in lots."""

    order_id: str
    symbol: str
    side: Side
    price_ticks: int
    left_lots: int
    ahead_lots: int  # What is before us at our price.
    since_ns: int = 0  # The venue's time of the book that it joined: trades until then were without us.
    # (The venue's time, lots) of what the book showed to have left from before us. The trades that it may have left
    # by move us up only once, though they are told later.
    gone: list[tuple[int, int]] = []


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
    """What our own fills took from levels that still stand in the market's book: there for others, not for us."""

    def __init__(self) -> None:
        self._taken: dict[tuple[Side, int], int] = {}  # (side of the level, its price) -> lots.

    def __len__(self) -> int:
        return len(self._taken)

    def left_lots(self, side: Side, price_ticks: int, shown_lots: int) -> int:
        """Return what of a level is still there for us."""
        return max(0, shown_lots - self._taken.get((side, price_ticks), 0))

    def take(self, side: Side, price_ticks: int, *, qty_lots: int) -> None:
        """Note that we took so much of a level."""
        taken = self._taken.pop((side, price_ticks), 0)
        self._taken[side, price_ticks] = taken + qty_lots
        if len(self._taken) > TAKEN_MAX:
            del self._taken[next(iter(self._taken))]

    def follow(self, book: Book) -> None:
        """Forget what the market itself has removed by now: nobody can have taken more of a level than it shows."""
        for (side, price_ticks), taken in list(self._taken.items()):
            shown_lots = book.level_qty_lots(side, price_ticks)
            if shown_lots == 0 and book.in_view(side, price_ticks):
                del self._taken[side, price_ticks]
            elif 0 < shown_lots < taken:
                self._taken[side, price_ticks] = shown_lots

    def clear(self) -> None:
        """Forget everything: the levels are others now."""
        self._taken.clear()


def take_levels(book: Book, taken: Taken, side: Side, limit_ticks: int | None, qty_lots: int) -> Iterator[Take]:
    """Yield what an order of `side` takes now, level by level, best first; note it as taken."""
    if limit_ticks is not None and not crosses(book, side, limit_ticks):
        return
    levels = book.asks(book.depth) if side == "buy" else book.bids(book.depth)
    far_side = opposite(side)
    for price_ticks, shown_lots in levels:
        if qty_lots == 0 or not reaches(side, limit_ticks, price_ticks):
            return
        fill = min(qty_lots, taken.left_lots(far_side, price_ticks, shown_lots))
        if fill > 0:
            taken.take(far_side, price_ticks, qty_lots=fill)
            qty_lots -= fill
            yield Take(price_ticks, fill)


def reachable_lots(book: Book, taken: Taken, side: Side, limit_ticks: int | None) -> int:
    """Return how much an order of `side` would take now, had it no end."""
    levels = book.asks(book.depth) if side == "buy" else book.bids(book.depth)
    far_side = opposite(side)
    return sum(
        taken.left_lots(far_side, price_ticks, shown_lots)
        for price_ticks, shown_lots in levels
        if reaches(side, limit_ticks, price_ticks)
    )


def crosses(book: Book, side: Side, price_ticks: int) -> bool:
    """Whether a limit order would trade at once."""
    best = book.best_ask_ticks if side == "buy" else book.best_bid_ticks
    return best is not None and reaches(side, price_ticks, best)


def join_queue(resting: Resting, book: Book) -> None:
    """Put an order at the back of the queue at its price."""
    in_view = book.in_view(resting.side, resting.price_ticks)
    resting.ahead_lots = book.level_qty_lots(resting.side, resting.price_ticks) if in_view else AHEAD_UNKNOWN
    resting.since_ns = SINCE_UNKNOWN if book.venue_ns is None else book.venue_ns
    resting.gone = []


def fill_by_trade(queue: Sequence[Resting], trade: PublicTrade) -> Iterator[tuple[Resting, Take]]:
    """Yield what one trade of the market fills of our resting orders, which come best price first.

    A trade at our price serves those ahead of us first; a trade beyond it had to pass through us. The trade of a
    taker on our own side says nothing about our queue. What one order of ours got, another cannot get.
    """
    ours = 0
    for resting in queue:
        if trade.side == resting.side or not reaches(trade.side, trade.price_ticks, resting.price_ticks):
            continue
        if trade.time_ns <= resting.since_ns:
            continue
        left = trade.qty_lots - ours
        if trade.price_ticks == resting.price_ticks:
            if resting.ahead_lots == AHEAD_UNKNOWN:
                continue
            left -= _told_before(resting, trade, left)
            served = min(left, resting.ahead_lots)
            resting.ahead_lots -= served
            left -= served
        fill = min(left, resting.left_lots)
        if fill > 0:
            resting.left_lots -= fill
            ours += fill
            yield resting, Take(resting.price_ticks, fill)


def _told_before(resting: Resting, trade: PublicTrade, qty_lots: int) -> int:
    """Return how much of a trade the book may have shown already, by what left from before us."""
    left = qty_lots
    kept: list[tuple[int, int]] = []
    for gone_ns, gone_lots in resting.gone:
        if gone_ns + SAME_TRADE_NS < trade.time_ns:
            continue  # It had left before this trade, and trades come in order of time.
        told = min(left, gone_lots)
        left -= told
        if gone_lots > told:
            kept.append((gone_ns, gone_lots - told))
    resting.gone = kept
    return qty_lots - left


def fill_by_book(resting: Resting, book: Book, taken: Taken) -> Iterator[Take]:
    """Yield what a move of the book fills of a resting order, and move it up where the queue before it shrank.

    Where the other side now stands at our price or beyond, everyone at our price has traded, and what stands there
    would have met us: no more than that, at our price.
    """
    if resting.since_ns == SINCE_UNKNOWN and book.venue_ns is not None:
        resting.since_ns = book.venue_ns
    _move_up(resting, book)
    for take in take_levels(book, taken, resting.side, resting.price_ticks, resting.left_lots):
        resting.left_lots -= take.qty_lots
        yield Take(resting.price_ticks, take.qty_lots)


def _move_up(resting: Resting, book: Book) -> None:
    shown = book.level_qty_lots(resting.side, resting.price_ticks)
    if shown >= resting.ahead_lots or (shown == 0 and not book.in_view(resting.side, resting.price_ticks)):
        return
    if resting.ahead_lots != AHEAD_UNKNOWN:
        now_ns = INT64_MAX if book.venue_ns is None else book.venue_ns
        resting.gone = [one for one in resting.gone if one[0] >= now_ns - TOLD_APART_NS]
        resting.gone.append((now_ns, resting.ahead_lots - shown))
    resting.ahead_lots = shown
