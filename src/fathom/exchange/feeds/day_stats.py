"""What a market did in the last 24 hours and since midnight, from buckets of a minute.

Pure. Imports: nothing. Imported by: feeds.
"""

from collections import deque
from typing import Final

from msgspec import Struct

MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 1440 * MINUTE_NS
BUCKETS_MAX: Final = 1440  # The window: this minute and the 1439 before it. Older buckets are dropped.


class Figures(Struct, gc=False):
    """What trades of one span come to. `cost` is the sum of ticks times lots. Prices are 0 without a trade."""

    open_ticks: int = 0
    high_ticks: int = 0
    low_ticks: int = 0
    close_ticks: int = 0
    lots: int = 0
    cost: int = 0
    trades: int = 0

    def add(self, price_ticks: int, lots: int) -> None:
        """Count one trade."""
        if not self.trades:
            self.open_ticks = self.high_ticks = self.low_ticks = price_ticks
        elif price_ticks > self.high_ticks:
            self.high_ticks = price_ticks
        elif price_ticks < self.low_ticks:
            self.low_ticks = price_ticks
        self.close_ticks = price_ticks
        self.lots += lots
        self.cost += price_ticks * lots
        self.trades += 1

    def vwap_ticks(self, *, scale: int = 1) -> int:
        """Return the volume weighted average price, rounded to the nearest tick / `scale`; 0 without a trade."""
        return (self.cost * scale * 2 + self.lots) // (2 * self.lots) if self.lots else 0

    def rescaled(self, *, price_power: int, qty_power: int) -> "Figures":
        """Return the same at other precisions: so many decimals more, or less."""
        return Figures(
            open_ticks=rescale(self.open_ticks, power=price_power),
            high_ticks=rescale(self.high_ticks, power=price_power),
            low_ticks=rescale(self.low_ticks, power=price_power),
            close_ticks=rescale(self.close_ticks, power=price_power),
            lots=rescale(self.lots, power=qty_power),
            cost=rescale(self.cost, power=price_power + qty_power),
            trades=self.trades,
        )


def rescale(units: int, *, power: int) -> int:
    """Return an int at `power` decimals more, or less: then it is cut off."""
    return int(units * 10**power) if power >= 0 else int(units // 10**-power)


class DayStats:
    """The two spans of one market. Bounded: a bucket a minute of the last day."""

    __slots__ = ("_buckets", "_sum", "_today", "_today_day")

    def __init__(self) -> None:
        self._buckets: deque[tuple[int, Figures]] = deque()  # By minute since 1970, oldest first.
        self._sum = Figures()  # Of all buckets: lots, cost, trades, high and low; the rest is read off them.
        self._today = Figures()
        self._today_day = -1

    def add(self, price_ticks: int, lots: int, *, time_ns: int) -> None:
        """Count one trade, no older than the last one."""
        self._forget(time_ns)
        minute = time_ns // MINUTE_NS
        if not self._buckets or self._buckets[-1][0] != minute:
            self._buckets.append((minute, Figures()))
        self._buckets[-1][1].add(price_ticks, lots)
        self._sum.add(price_ticks, lots)
        self._today.add(price_ticks, lots)

    def day(self, *, now_ns: int) -> Figures:
        """Return the figures of the last 24 hours."""
        self._forget(now_ns)
        total = self._sum
        if not self._buckets:
            return Figures()
        first, last = self._buckets[0][1], self._buckets[-1][1]
        return Figures(
            first.open_ticks, total.high_ticks, total.low_ticks, last.close_ticks, total.lots, total.cost, total.trades
        )

    def today(self, *, now_ns: int) -> Figures:
        """Return the figures since midnight UTC."""
        self._forget(now_ns)
        return self._today

    def rescale(self, *, price_power: int, qty_power: int) -> None:
        """Keep the past at the pair's new precisions."""
        self._buckets = deque(
            (minute, figures.rescaled(price_power=price_power, qty_power=qty_power))
            for minute, figures in self._buckets
        )
        self._today = self._today.rescaled(price_power=price_power, qty_power=qty_power)
        self._sum_up()

    def _forget(self, now_ns: int) -> None:
        """Drop what is older than the spans."""
        buckets = self._buckets
        oldest = now_ns // MINUTE_NS - BUCKETS_MAX
        if buckets and buckets[0][0] <= oldest:
            while buckets and buckets[0][0] <= oldest:
                buckets.popleft()
            self._sum_up()  # Once a minute at most, and of 1440 buckets.
        if (day := now_ns // DAY_NS) != self._today_day:
            self._today_day = day
            self._today = Figures()

    def _sum_up(self) -> None:
        figures = [figures for _, figures in self._buckets]
        self._sum = Figures(
            high_ticks=max((one.high_ticks for one in figures), default=0),
            low_ticks=min((one.low_ticks for one in figures), default=0),
            lots=sum(one.lots for one in figures),
            cost=sum(one.cost for one in figures),
            trades=sum(one.trades for one in figures),
        )
