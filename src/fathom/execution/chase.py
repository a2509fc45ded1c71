"""Chase: one post-only order that follows the best price of its side, by amends, and no further than a worst price.

Pure. Imports: domain, moment, sizes, work. Imported by: execution.
"""

from collections.abc import Iterator
from typing import Final

from fathom.domain import Chase, Event
from fathom.execution.moment import Moment
from fathom.execution.patience import NS_PER_SECOND
from fathom.execution.sizes import least_lots, piece_lots
from fathom.execution.work import Work
from fathom.orders import Order

# Between two requests. An amend of an order that is 5 s old costs 3 points (rate-limits.md 2), so a chase costs 0.6
# points a second: less than even the lowest tier gives back, which is 1.
CHASE_NS: Final = 5 * NS_PER_SECOND
# A look at the book though nobody said that it moved: only those symbols are told that a strategy asked for.
LOOK_NS: Final = NS_PER_SECOND
# How long it waits for a book, or for the end of its order, before it gives up to take the rest.
TAKE_WAIT_NS: Final = 60 * NS_PER_SECOND


class ChasePlan:
    """When it asked last, and whether it took already."""

    def __init__(self, plan: Chase) -> None:
        self._worst_ticks = plan.worst_ticks
        self._until_ns = plan.until_ns
        self._takes = plan.then == "take"
        self._asked_ns: int | None = None
        self._took = False

    def ending(self, work: Work, moment: Moment) -> str:
        """It ends with its time, or when it took, or where what is left cannot be an order."""
        least = least_lots(moment.instrument, self._worst_ticks)
        if work.children.idle and work.room_lots < least:
            return f"the {work.room_lots} lots that are left are below the pair's minimum, {least}"
        if moment.now_ns < self._until_ns:
            return ""
        if not self._takes or moment.now_ns >= self._until_ns + TAKE_WAIT_NS or (self._took and work.children.idle):
            return "its time is over"
        return ""

    def act(self, work: Work, moment: Moment) -> Iterator[Event]:
        """Yield the order, or the amend that brings it to the best price."""
        if moment.now_ns >= self._until_ns:
            yield from self._take(work, moment)
            return
        work.wake(min(self._until_ns, moment.now_ns + LOOK_NS))
        best_ticks = moment.best_ticks(work.side)
        if best_ticks is None or not moment.may_ask or work.children.judging:
            return
        price_ticks = self._within(best_ticks, work, moment)
        for order in work.children.open():
            yield from self._follow(order, price_ticks, work, moment)
            return
        if self._rested(moment) and work.may_place(moment):
            least = least_lots(moment.instrument, price_ticks)
            lots = piece_lots(work.room_lots, work.room_lots, moment.instrument, least_lots=least)
            if lots > 0:
                self._asked_ns = moment.now_ns
                yield work.place("limit", lots, price_ticks, post_only=True)

    def _rested(self, moment: Moment) -> bool:
        return self._asked_ns is None or moment.now_ns >= self._asked_ns + CHASE_NS

    def _within(self, price_ticks: int, work: Work, moment: Moment) -> int:
        worst = moment.on_increment(self._worst_ticks, up=work.side == "sell")
        return min(price_ticks, worst) if work.side == "buy" else max(price_ticks, worst)

    def _follow(self, order: Order, price_ticks: int, work: Work, moment: Moment) -> Iterator[Event]:
        if order.price_ticks == price_ticks or not self._rested(moment) or moment.now_ns < work.patience.until_ns:
            return
        for amend in work.amend(order, price_ticks=price_ticks, qty_lots=order.qty_lots, post_only=True):
            self._asked_ns = moment.now_ns
            yield amend

    def _take(self, work: Work, moment: Moment) -> Iterator[Event]:
        """End the post-only order, which may not take, and take what is left within the worst price."""
        work.wake(self._until_ns + TAKE_WAIT_NS)
        if self._took:
            return
        if not work.children.idle:
            yield from work.cancel_all(moment)
            return
        lots = work.room_lots
        reach_ticks = moment.take_ticks(work.side, lots)
        if reach_ticks is None or not work.may_place(moment):
            work.wake(moment.now_ns + LOOK_NS)
            return
        price_ticks = self._within(reach_ticks, work, moment)
        least = least_lots(moment.instrument, price_ticks)
        lots = piece_lots(lots, lots, moment.instrument, least_lots=least)
        self._took = True
        if lots > 0:
            yield work.place("limit", lots, price_ticks, time_in_force="ioc")
