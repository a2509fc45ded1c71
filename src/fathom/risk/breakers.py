"""The circuit breakers: one table of what trips, how hard, where, and who releases it.

A soft breaker lets no new exposure in: what adds is refused, and what of it is open is cancelled; what reduces passes.
A hard one refuses and cancels everything, and what our strategies hold is sold where that is set. A restart resets
none: the journal is replayed, and it tells of each. Pure. Imports: domain. Imported by: risk/risk, tools.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from fathom.domain import Event, TradingHalted, TradingResumed

Level = Literal["soft", "hard"]
NS_PER_SECOND: Final = 1_000_000_000


class Breaker(Struct, frozen=True):
    """One line of the table. Released by time: when its cause has been gone for a while."""

    cause: str
    level: Level
    scope: Literal["everywhere", "a symbol", "both"]
    release: Literal["a person", "time"]


BREAKERS: Final[Mapping[str, Breaker]] = {
    "kill": Breaker(
        "somebody outside ordered it: `fathom kill`, the kill file, a signal", "hard", "everywhere", "a person"
    ),
    "daily_loss_share_max": Breaker("too much was lost since midnight UTC", "hard", "everywhere", "a person"),
    "drawdown_share_max": Breaker("too much was lost since the highest equity", "hard", "everywhere", "a person"),
    "volatility_share_max": Breaker("the mid moved too far within the window", "soft", "a symbol", "time"),
    "rejections_max": Breaker("the venue refused too many orders within the window", "soft", "both", "time"),
    "clock_offset_ms_max": Breaker("our clock is not the venue's", "soft", "everywhere", "time"),
    "journal_lag_ms_max": Breaker("the journal writes too slowly", "soft", "everywhere", "time"),
    "loop_lag_ms_max": Breaker("the loop wakes too late", "soft", "everywhere", "time"),
    "switch": Breaker("the dead man's switch cannot be renewed", "soft", "everywhere", "time"),
}


class Tripped(Struct):
    """A breaker that is tripped. `until_ns`: when it releases itself; None: a person does."""

    limit: str
    symbol: str  # Empty: everywhere.
    level: Level
    until_ns: int | None
    flatten: bool


class Breakers:
    """Which breakers are tripped."""

    def __init__(self) -> None:
        self.tripped: dict[tuple[str, str], Tripped] = {}

    @property
    def hard(self) -> bool:
        """Whether a hard one is tripped."""
        return any(one.level == "hard" for one in self.tripped.values())

    @property
    def flatten(self) -> bool:
        """Whether what our strategies hold is to be sold."""
        return any(one.flatten for one in self.tripped.values())

    def trip(
        self, limit: str, detail: str, *, symbol: str = "", until_ns: int | None = None, flatten: bool = False
    ) -> TradingHalted | None:
        """Trip a breaker of the table; return what is to be said.

        None where it is tripped already: then it holds until the later time, without a word.
        """
        breaker = BREAKERS[limit]
        assert (until_ns is None) == (breaker.release == "a person"), f"{limit} is released by {breaker.release}"
        before = self.tripped.get((limit, symbol))
        if before is not None:
            if until_ns is not None and before.until_ns is not None:
                before.until_ns = max(before.until_ns, until_ns)
            if before.flatten or not flatten:
                return None
        self.tripped[limit, symbol] = Tripped(limit, symbol, breaker.level, until_ns, flatten)
        return TradingHalted(limit, detail, breaker.level, symbol, until_ns, flatten)

    def release(self, *, now_ns: int) -> list[Event]:
        """Release those whose time has come; return what is to be said."""
        due = [one for one in self.tripped.values() if one.until_ns is not None and one.until_ns <= now_ns]
        return [self._resumed(one, "its time is over") for one in due]

    def resume(self, limit: str, reason: str) -> list[TradingResumed]:
        """A person releases the breaker of that name, wherever it is tripped, or all where it is empty."""
        chosen = [one for one in self.tripped.values() if limit in {"", one.limit}]
        return [self._resumed(one, reason) for one in chosen]

    def refusal(self, symbol: str, *, adds: bool) -> tuple[str, str] | None:
        """Return (the breaker in the way, in words), or None. What adds nothing passes the soft ones."""
        if not self.tripped:
            return None
        for one in self.tripped.values():
            if one.level == "hard":
                return one.limit, "trading is halted until a person resumes it"
        if adds:
            for one in self.tripped.values():
                if one.symbol in {"", symbol}:
                    return one.limit, f"{one.symbol or 'trading'} takes no new exposure for now"
        return None

    def _resumed(self, one: Tripped, reason: str) -> TradingResumed:
        del self.tripped[one.limit, one.symbol]
        return TradingResumed(one.limit, one.symbol, reason)
