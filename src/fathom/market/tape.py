"""What one symbol traded of late, and its candles: whatever is kept of trades.

A connection that drops leaves a gap. The snapshot of the one after it brings the last 50 trades: by their numbers,
which rise by one, we know whether any were missed.

Pure. Imports: domain, candles. Imported by: market/market.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from fathom.domain import Candle, CandleClosed, PublicTrade
from fathom.market.candles import Candles

RECENT_MAX: Final = 1_000  # Trades kept of a symbol; the oldest go.
KEEP: Final = 500  # Closed candles kept of an interval, unless more are asked for.
# How long after its end a candle may still get trades: what the venue's news takes to come, and clocks differ by.
GRACE_NS: Final = 1_000_000_000


class Tape:
    """One symbol's trades and candles. Only the market changes it."""

    __slots__ = ("_away", "_last_id", "_last_ns", "_link", "_missed", "_recent", "_series", "symbol")

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self._recent: deque[PublicTrade] = deque(maxlen=RECENT_MAX)
        self._series: dict[int, Candles] = {}
        self._link = ""  # The connection that its trades come over.
        self._away = False  # Whether that is down: no candle closes until it is back.
        self._missed = False  # Whether trades may have been missed since the last one told.
        self._last_id = 0
        self._last_ns = 0

    def trades(self, n: int) -> list[PublicTrade]:
        """Return the last `n` trades, oldest first."""
        if n < len(self._recent):
            return [self._recent[place] for place in range(len(self._recent) - n, len(self._recent))]
        return list(self._recent)

    def candles(self, interval_s: int) -> Candles | None:
        """Return the candles of an interval; None where nobody asked for them before the run."""
        return self._series.get(interval_s)

    def intervals(self) -> list[int]:
        """Return the intervals, in seconds, that there are candles of."""
        return list(self._series)

    # -- Only the market calls what follows. --

    def want(self, interval_s: int, *, keep: int = KEEP) -> None:
        """Keep candles of an interval."""
        series = self._series.setdefault(interval_s, Candles(interval_s, keep=keep))
        series.keep(keep)

    def take(self, trades: Sequence[PublicTrade], *, link: str) -> list[CandleClosed]:
        """Take new trades in, oldest first; return the candles that they close."""
        self._link, self._away = link, False
        if self._series:
            return [closed for trade in trades if self._is_new(trade) for closed in self._count(trade)]
        self._recent += trades
        self._last_id, self._last_ns = trades[-1].trade_id, trades[-1].time_ns
        return []

    def catch_up(self, trades: Sequence[PublicTrade], *, link: str, now_ns: int) -> list[CandleClosed]:
        """Take the snapshot of a subscription in: of the first one nothing is news."""
        first = not self._last_id
        self._link, self._away = link, False
        newest = trades[-1] if trades else None
        if newest is not None and not first:
            if newest.trade_id < self._last_id and newest.time_ns > self._last_ns:
                self._last_id = 0  # The venue counts anew.
            elif newest.trade_id <= self._last_id:
                self._missed = False
        closed = [one for trade in trades if self._is_new(trade) for one in self._count(trade)]
        if not first:
            return closed
        for series in self._series.values():
            series.wake(now_ns - GRACE_NS, whole=True)
        return []

    def learn(self, interval_s: int, told: Sequence[Candle], *, until_ns: int) -> list[CandleClosed]:
        """Take in the venue's own candles of an interval."""
        series = self._series.get(interval_s)
        if series is None:
            return []
        return self._news(series, series.learn(told, until_ns=until_ns))

    def wake(self, interval_s: int, now_ns: int) -> list[CandleClosed]:
        """Return the candles of an interval whose time is over."""
        series = self._series.get(interval_s)
        if series is None or self._away:
            return []
        return self._news(series, series.wake(now_ns - GRACE_NS, whole=not self._missed))

    def dropped(self, link: str) -> None:
        """Hear that a connection is gone."""
        if link == self._link:
            self._away = self._missed = True

    def opened(self, link: str) -> None:
        """Hear that it is back."""
        if link == self._link:
            self._away = False

    def forget(self) -> None:
        """Begin anew: the pair's numbers mean something else now."""
        self._recent.clear()
        for series in self._series.values():
            series.forget()

    def _is_new(self, trade: PublicTrade) -> bool:
        """Whether a trade is told for the first time: one with an old number is, where its time is new."""
        return trade.trade_id > self._last_id or trade.time_ns > self._last_ns

    def _count(self, trade: PublicTrade) -> Iterator[CandleClosed]:
        # Number 0 is none: nothing was told before, or the venue counts anew, which it does only while we are away.
        missed = trade.trade_id != self._last_id + 1 if self._last_id else self._missed
        self._missed = False
        self._last_id, self._last_ns = trade.trade_id, trade.time_ns
        self._recent.append(trade)
        for series in self._series.values():
            yield from self._news(series, series.add(trade, missed=missed))

    def _news(self, series: Candles, closed: Sequence[Candle]) -> list[CandleClosed]:
        return [CandleClosed(self.symbol, series.interval_s, one) for one in closed]
