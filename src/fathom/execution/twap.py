"""TWAP: equal slices over a time. Each rests at the best price of its side, and what is left of it is then taken.

Pure. Imports: domain, moment, sizes, work. Imported by: execution.
"""

from collections.abc import Iterator
from typing import Final

from fathom.domain import Event, Twap
from fathom.execution.moment import Moment
from fathom.execution.patience import NS_PER_SECOND
from fathom.execution.sizes import least_lots, piece_lots
from fathom.execution.work import Work
from fathom.orders import Order

# How long the last slice may take what is left of it, once the time is over.
LAST_TAKE_NS: Final = 10 * NS_PER_SECOND
# While what is left of a slice is taken, its price follows the market no more often than this.
TAKE_AGAIN_NS: Final = 5 * NS_PER_SECOND


class TwapPlan:
    """Which slice it is in. A slice that nobody lived to place is spread over those that are left."""

    def __init__(self, plan: Twap, *, begun_ns: int) -> None:
        self._slices = plan.slices
        self._aggressive = plan.aggressive
        self._begun_ns = begun_ns
        self._slice_ns = max(plan.duration_ns // plan.slices, 1)
        self._placed = -1  # The last slice that was placed, or was too small to be.
        self._taken_ns: int | None = None  # When the order at hand was last asked to take.

    def ending(self, work: Work, moment: Moment) -> str:
        """It ends with its time: nothing is left to be placed, and the last order had its chance."""
        over_ns = moment.now_ns - self._starts_ns(self._slices)
        if over_ns >= LAST_TAKE_NS or (over_ns >= 0 and work.children.idle):
            return "its time is over"
        return ""

    def act(self, work: Work, moment: Moment) -> Iterator[Event]:
        """Yield the next slice, or what takes the rest of the last one."""
        index = min((moment.now_ns - self._begun_ns) // self._slice_ns, self._slices)
        work.wake(self._starts_ns(index + 1) if index < self._slices else self._starts_ns(index) + LAST_TAKE_NS)
        open_orders = work.children.open()
        if open_orders:
            if self._placed < index:
                yield from self._take(open_orders[0], work, moment)
            return
        if index == self._slices or self._placed >= index or not work.may_place(moment):
            return
        yield from self._place(index, work, moment)

    def _starts_ns(self, index: int) -> int:
        return self._begun_ns + index * self._slice_ns

    def _place(self, index: int, work: Work, moment: Moment) -> Iterator[Event]:
        left_lots = work.room_lots
        wanted_lots = left_lots // (self._slices - index)
        rests_ticks = moment.best_ticks(work.side)
        price_ticks = moment.take_ticks(work.side, wanted_lots) if self._aggressive else rests_ticks
        if price_ticks is None:
            return
        self._placed, self._taken_ns = index, None
        least = least_lots(moment.instrument, price_ticks)
        lots = piece_lots(left_lots, wanted_lots, moment.instrument, least_lots=least)
        if lots > 0:
            yield work.place("limit", lots, price_ticks, time_in_force="ioc" if self._aggressive else "gtc")

    def _take(self, order: Order, work: Work, moment: Moment) -> Iterator[Event]:
        """Let what is left of a slice take: an amend, which costs less than to cancel and add."""
        if self._taken_ns is not None and moment.now_ns < self._taken_ns + TAKE_AGAIN_NS:
            work.wake(self._taken_ns + TAKE_AGAIN_NS)
            return
        price_ticks = moment.take_ticks(work.side, order.left_lots)
        if price_ticks is None or not moment.may_ask or price_ticks == order.price_ticks:
            return
        for amend in work.amend(order, price_ticks=price_ticks, qty_lots=order.qty_lots):
            self._taken_ns = moment.now_ns
            work.wake(moment.now_ns + TAKE_AGAIN_NS)
            yield amend
