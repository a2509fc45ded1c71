"""Candles of one symbol at one interval, from its trades; begun from the venue's own where it tells them.

An interval's candle closes when a trade of a later one comes, or when its time is over by the log. One without a trade
repeats the last close. Prices in ticks, quantities in lots, times in ns since 1970, from which intervals are counted.

Pure. Imports: domain. Imported by: market/tape.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from fathom.domain import Candle, PublicTrade

NS_PER_SECOND: Final = 1_000_000_000
# Intervals without a trade that are told one by one; of a longer silence, the oldest are left out.
SILENT_MAX: Final = 60


class _Running(Struct):
    """The candle of now. Before its first trade all its prices are the last close."""

    begin_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    whole: bool
    value: int = 0  # Sum of price times quantity.
    qty_lots: int = 0
    trades: int = 0
    told_until_ns: int = 0  # Trades up to then are in it: the venue has told the candle itself.

    def add(self, trade: PublicTrade) -> None:
        price = trade.price_ticks
        if self.trades == 0:
            self.open_ticks = self.high_ticks = self.low_ticks = price
        self.high_ticks = max(self.high_ticks, price)
        self.low_ticks = min(self.low_ticks, price)
        self.close_ticks = price
        self.value += price * trade.qty_lots
        self.qty_lots += trade.qty_lots
        self.trades += 1

    def candle(self) -> Candle:
        lots = self.qty_lots
        return Candle(
            self.begin_ns,
            self.open_ticks,
            self.high_ticks,
            self.low_ticks,
            self.close_ticks,
            (2 * self.value + lots) // (2 * lots) if lots else self.close_ticks,
            lots,
            self.trades,
            self.whole,
        )


class Candles:
    """The closed candles, of which the last `keep` are kept, and the one that runs."""

    __slots__ = ("_closed", "_running", "_step_ns", "interval_s")

    def __init__(self, interval_s: int, *, keep: int) -> None:
        assert interval_s > 0, f"a candle lasts at least a second, not {interval_s}"
        self.interval_s = interval_s
        self._step_ns = interval_s * NS_PER_SECOND
        self._closed: deque[Candle] = deque(maxlen=keep)
        self._running: _Running | None = None

    def keep(self, count: int) -> None:
        """Keep at least so many closed candles from here on."""
        if count > (self._closed.maxlen or 0):
            self._closed = deque(self._closed, maxlen=count)

    def closed(self, n: int | None = None) -> list[Candle]:
        """Return the last `n` closed candles, by default all that are kept, oldest first."""
        found = list(self._closed)
        return found if n is None else found[max(len(found) - n, 0) :]

    def running(self) -> Candle | None:
        """Return the candle of now as it stands; None before the first trade."""
        return None if self._running is None else self._running.candle()

    def add(self, trade: PublicTrade, *, missed: bool) -> list[Candle]:
        """Count a trade; return the candles that it closes. `missed`: trades before it were not told.

        One that comes after its candle closed counts in the one that runs: so no quantity is lost.
        """
        begin_ns = trade.time_ns - trade.time_ns % self._step_ns
        running = self._running
        if running is None:
            price = trade.price_ticks
            running = self._running = _Running(begin_ns, price, price, price, price, whole=False)
        closed: list[Candle] = []
        if missed:
            running.whole = False
        if begin_ns > running.begin_ns:
            closed, running = self._close_until(begin_ns, whole=not missed)
        elif trade.time_ns <= running.told_until_ns:
            return closed
        running.add(trade)
        return closed

    def wake(self, now_ns: int, *, whole: bool) -> list[Candle]:
        """Return the candles whose time is over. `whole`: the trades until now were told."""
        running = self._running
        if running is None or now_ns < running.begin_ns + self._step_ns:
            return []
        running.whole = running.whole and whole
        return self._close_until(now_ns - now_ns % self._step_ns, whole=whole)[0]

    def learn(self, told: Sequence[Candle], *, until_ns: int) -> list[Candle]:
        """Take in the venue's own candles as of `until_ns`, oldest first, the last one running; return what closes.

        They replace ours that are not whole, and those that we never had.
        """
        if not told:
            return []
        last = told[-1]
        first = self._running is None
        since_ns = last.begin_ns if self._running is None else self._running.begin_ns
        if since_ns < last.begin_ns:
            self._close_until(last.begin_ns, whole=False)
        running = self._running
        if running is None or (running.begin_ns == last.begin_ns and not (running.whole and running.trades)):
            running = self._running = _running_of(last, until_ns=until_ns)
        self._merge(told, running.begin_ns)
        if first:  # It runs no more where nothing was traded since. That is no news.
            self.wake(until_ns, whole=True)
            return []
        return [one for one in self._closed if one.begin_ns >= since_ns]

    def forget(self) -> None:
        """Begin anew: the pair's numbers mean something else now."""
        self._closed.clear()
        self._running = None

    def _close_until(self, begin_ns: int, *, whole: bool) -> tuple[list[Candle], _Running]:
        """Close the running candle and the silent ones after it; return them, and the one that runs from `begin_ns`."""
        running = self._running
        assert running is not None, "there is nothing to close"
        closed = [running.candle()]
        close = running.close_ticks
        silent = (begin_ns - running.begin_ns) // self._step_ns - 1
        first_ns = begin_ns - min(silent, SILENT_MAX) * self._step_ns
        closed += [_silent(at_ns, close, whole=whole) for at_ns in range(first_ns, begin_ns, self._step_ns)]
        self._closed += closed
        self._running = _Running(begin_ns, close, close, close, close, whole=whole)
        return closed, self._running

    def _merge(self, told: Sequence[Candle], until_ns: int) -> None:
        """Put together what was told and what we saw, each interval up to the running one."""
        # The last one told ran still: whatever is silent from there on may have traded.
        known = {one.begin_ns: one for one in told[:-1] if one.begin_ns < until_ns}
        last_ns = told[-1].begin_ns
        known |= {one.begin_ns: one for one in self._closed if one.whole or (one.trades and one.begin_ns not in known)}
        rows: list[Candle] = []
        for begin_ns in (*sorted(known), until_ns):
            if rows:
                first_ns = max(rows[-1].begin_ns + self._step_ns, begin_ns - SILENT_MAX * self._step_ns)
                close = rows[-1].close_ticks
                silent = range(first_ns, begin_ns, self._step_ns)
                rows += [_silent(at_ns, close, whole=at_ns < last_ns) for at_ns in silent]
            if begin_ns < until_ns:
                rows.append(known[begin_ns])
        self._closed = deque(rows, maxlen=self._closed.maxlen)


def _silent(begin_ns: int, close_ticks: int, *, whole: bool) -> Candle:
    return Candle(begin_ns, close_ticks, close_ticks, close_ticks, close_ticks, close_ticks, 0, 0, whole)


def _running_of(candle: Candle, *, until_ns: int) -> _Running:
    fields = structs.asdict(candle)
    value = fields.pop("vwap_ticks") * candle.qty_lots
    return _Running(**fields, value=value, told_until_ns=until_ns)
