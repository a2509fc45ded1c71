"""Candles of one market at all nine intervals, from its trades.

Intervals are counted from 1970: those of a week begin on Thursdays, those of 21600 minutes every fifteenth day.

Pure. Imports: day_stats, subscribers. Imported by: feeds.
"""

from collections import deque
from itertools import takewhile
from typing import Final

from msgspec import Struct

from fathom.exchange.feeds.day_stats import MINUTE_NS, Figures
from fathom.exchange.feeds.subscribers import INTERVALS

CANDLES_MAX: Final = 720  # Kept an interval, as REST does (rest.md OHLC); the oldest go.


class Candle(Struct, gc=False):
    """One interval, begun at `begin_ns`; its last trade was at `last_ns`. An empty one has no trades and no volume."""

    begin_ns: int
    last_ns: int
    figures: Figures


class Candles:
    """The candles of one market. Intervals without a trade have none."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[int, deque[Candle]] = {interval: deque(maxlen=CANDLES_MAX) for interval in INTERVALS}

    def add(self, price_ticks: int, lots: int, *, time_ns: int) -> None:
        """Count one trade, no older than the last one."""
        for interval, rows in self._rows.items():
            if not rows or time_ns - rows[-1].begin_ns >= interval * MINUTE_NS:
                rows.append(Candle(begin_of(time_ns, interval=interval), time_ns, Figures()))
            candle = rows[-1]
            candle.last_ns = time_ns
            candle.figures.add(price_ticks, lots)

    def rows(self, interval: int) -> list[Candle]:
        """Return the candles that have trades, oldest first; the last one may still run."""
        return list(self._rows[interval])

    def last(self, interval: int) -> Candle | None:
        """Return the youngest candle."""
        rows = self._rows[interval]
        return rows[-1] if rows else None

    def since(self, interval: int, *, time_ns: int) -> list[Candle]:
        """Return the candles whose last trade was at that time or later, oldest first: seldom more than one."""
        found = list(takewhile(lambda row: row.last_ns >= time_ns, reversed(self._rows[interval])))
        found.reverse()
        return found

    def filled(self, interval: int, *, now_ns: int) -> list[Candle]:
        """Return the last candles up to the one that runs now, empty ones between, as REST's OHLC shows them."""
        rows = self._rows[interval]
        if not rows:
            return []
        step_ns = interval * MINUTE_NS
        last_begin_ns = max(begin_of(now_ns, interval=interval), rows[-1].begin_ns)
        first_begin_ns = last_begin_ns - (CANDLES_MAX - 1) * step_ns
        filled: list[Candle] = []
        for row in rows:
            filled += _flat(filled, until_ns=row.begin_ns, after_ns=first_begin_ns, step_ns=step_ns)
            filled.append(row)
        filled += _flat(filled, until_ns=last_begin_ns + step_ns, after_ns=first_begin_ns, step_ns=step_ns)
        return filled[-CANDLES_MAX:]

    def rescale(self, *, price_power: int, qty_power: int) -> None:
        """Keep the past at the pair's new precisions."""
        for rows in self._rows.values():
            for row in rows:
                row.figures = row.figures.rescaled(price_power=price_power, qty_power=qty_power)


def begin_of(time_ns: int, *, interval: int) -> int:
    """Return when the interval that holds the time began."""
    return time_ns - time_ns % (interval * MINUTE_NS)


def _flat(rows: list[Candle], *, until_ns: int, after_ns: int, step_ns: int) -> list[Candle]:
    """Return empty candles at the last close, from the last row or `after_ns` on: the bound of what they can fill."""
    if not rows:
        return []
    close_ticks = rows[-1].figures.close_ticks
    begins = range(max(rows[-1].begin_ns + step_ns, after_ns), until_ns, step_ns)
    return [Candle(begin_ns, begin_ns, Figures(*[close_ticks] * 4)) for begin_ns in begins]
