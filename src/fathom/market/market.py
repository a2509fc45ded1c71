"""The market as the rest of the house sees it: the one owner of books, trades and candles.

It is a read model: strategies, risk and portfolio read its books, and none but it changes them. A component that hears
an entry finds the books as of that entry, in a replay as in the run. Frames move it (frame_market), or a recording
that is stepped over (step_market).

Pure. Imports: domain, book, level3, tape. Imported by: both, and every room above market.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from fathom.domain import Entry, Event, Happening, Instrument, LocalError, TimerFired, TimerWanted
from fathom.market.book import Book
from fathom.market.candles import NS_PER_SECOND
from fathom.market.level3 import Level3
from fathom.market.tape import GRACE_NS, KEEP, Tape

Wanted = Literal["top", "frame"]

CANDLES: Final = "candles-"  # And the interval in seconds: the timer that closes them.


class Market(ABC):
    """Books, trades and candles of some symbols; what is wanted of them is said before the run."""

    name = "market"
    hears: tuple[type[Happening], ...]
    books: Mapping[str, Book]
    level3: Mapping[str, Level3]

    def __init__(
        self, instruments: Iterable[Instrument], *, depths: Mapping[str, int], level3: Mapping[str, int] | None = None
    ) -> None:
        """`depths`: the subscribed depth of each symbol's book, `level3`: of each symbol's level 3 book."""
        self.instruments: dict[str, Instrument] = {one.symbol: one for one in instruments}
        self._depths = dict(depths)
        self._level3_depths = dict(level3 or {})
        self._wanted: dict[str, Wanted] = {}
        self._level3_wanted: dict[str, Wanted] = {}
        self._tapes: dict[str, Tape] = {}
        self._intervals: dict[int, None] = {}  # Of candles that somebody wants.

    @abstractmethod
    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what it means."""

    def tape(self, symbol: str) -> Tape:
        """Return what the symbol traded of late, and its candles."""
        tape = self._tapes.get(symbol)
        if tape is None:
            tape = self._tapes[symbol] = Tape(symbol)
        return tape

    # -- Asked before the run --

    def want(self, symbol: str, wanted: Wanted) -> None:
        """Say BookMoved for this symbol: when its top changes, or with every frame."""
        _add_want(self._wanted, symbol, wanted, self._depths, "book")

    def want_level3(self, symbol: str, wanted: Wanted) -> None:
        """Say Level3Moved for this symbol: when its top changes, or with every frame."""
        _add_want(self._level3_wanted, symbol, wanted, self._level3_depths, "level 3 book")

    def want_trades(self, symbol: str) -> None:
        """Say TradesSeen for this symbol: it is said of all whose book is subscribed, so this only looks."""
        if symbol not in self._depths:
            raise LocalError("symbol", f"no trades of {symbol} are subscribed; there are {', '.join(self._depths)}")

    def want_candles(self, symbol: str, interval_s: int, *, keep: int = KEEP) -> None:
        """Keep candles of this symbol, the last `keep` of them, and say CandleClosed."""
        self.want_trades(symbol)
        if interval_s < 1 or keep < 1:
            raise LocalError("interval_s", f"a candle lasts 1 s or more and one or more are kept, not {interval_s}")
        self.tape(symbol).want(interval_s, keep=keep)
        self._intervals[interval_s] = None

    def candles_wanted(self) -> list[tuple[str, int]]:
        """Return (symbol, interval_s) of all candles that somebody wants."""
        return [(one.symbol, interval) for one in self._tapes.values() for interval in one.intervals()]

    # -- Candles, for both --

    def _on_timer(self, timer: TimerFired, entry: Entry) -> Iterable[Event]:
        interval_s = int(timer.timer.removeprefix(CANDLES))
        said: list[Event] = [closed for tape in self._tapes.values() for closed in tape.wake(interval_s, entry.time_ns)]
        said.append(self._next_close(interval_s, entry.time_ns))
        return said

    def _next_close(self, interval_s: int, now_ns: int) -> TimerWanted:
        step_ns = interval_s * NS_PER_SECOND
        past_ns = now_ns - GRACE_NS
        return TimerWanted(self.name, f"{CANDLES}{interval_s}", past_ns - past_ns % step_ns + step_ns + GRACE_NS)


def _add_want(wants: dict[str, Wanted], symbol: str, wanted: Wanted, depths: Mapping[str, int], what: str) -> None:
    if symbol not in depths:
        raise LocalError("symbol", f"no {what} of {symbol} is subscribed; there are {', '.join(depths) or 'none'}")
    if wants.get(symbol) != "frame":
        wants[symbol] = wanted
