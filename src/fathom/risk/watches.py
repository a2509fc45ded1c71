"""What trips breakers: each watch looks at one thing and says which limit is broken, by how much, and until when.

Pure. Imports: domain, market, limits, losses, pace, volatility, wording. Imported by: risk/risk.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from fathom.domain import NO_ANSWER, Ear, Event, HealthSeen
from fathom.market import Market
from fathom.risk.limits import Limits, SymbolLimits
from fathom.risk.pace import Pace
from fathom.risk.volatility import MoveWatch

NS_PER_SECOND: Final = 1_000_000_000
NS_PER_MS: Final = 1_000_000
LimitsAt = Callable[[str], tuple[Limits, SymbolLimits]]


class Broken(Struct, frozen=True):
    """A limit that is broken, where, and until when the breaker is to hold."""

    limit: str
    detail: str
    until_ns: int
    symbol: str = ""  # Empty: everywhere.


def health_broken(seen: HealthSeen, limits: Limits, *, now_ns: int) -> Iterator[Broken]:
    """Yield what of clock, journal, loop and switch is not well."""
    until_ns = now_ns + limits.health_hold_s * NS_PER_SECOND
    offset_ns = 0 if seen.clock_offset_ns is None else abs(seen.clock_offset_ns)
    for limit, what, measured_ns, most_ms in (
        ("clock_offset_ms_max", "our clock is off by", offset_ns, limits.clock_offset_ms_max),
        ("journal_lag_ms_max", "the journal took", seen.journal_lag_ns, limits.journal_lag_ms_max),
        ("loop_lag_ms_max", "the loop was late by", seen.loop_lag_ns, limits.loop_lag_ms_max),
    ):
        if measured_ns > most_ms * NS_PER_MS:
            yield Broken(limit, f"{what} {measured_ns / NS_PER_MS:.0f} ms, more than {most_ms} ms", until_ns)
    if seen.switch == "failing":
        yield Broken("switch", "the dead man's switch cannot be renewed", until_ns)


class RejectionWatch:
    """Orders that the venue refused lately, in all and at each symbol."""

    def __init__(self) -> None:
        self._pace = Pace()

    def note(self, symbol: str, limits: Limits, own: SymbolLimits, *, now_ns: int) -> Iterator[Broken]:
        """An order was refused now; yield which limits that breaks."""
        self._pace.note(symbol, now_ns=now_ns)
        window_ns = limits.rejections_window_s * NS_PER_SECOND
        until_ns = now_ns + limits.rejections_halt_s * NS_PER_SECOND
        count = self._pace.count(now_ns=now_ns, window_ns=window_ns)
        within = f"within {limits.rejections_window_s} s"
        if count >= limits.rejections_max:
            yield Broken("rejections_max", f"the venue refused {count} orders {within}", until_ns)
        here = self._pace.count_of(symbol, now_ns=now_ns, window_ns=window_ns)
        if own.rejections_max is not None and here >= own.rejections_max:
            yield Broken("rejections_max", f"the venue refused {here} orders in {symbol} {within}", until_ns, symbol)

    def forget(self) -> None:
        """Begin to count anew."""
        self._pace.forget()


class VolatilityWatch:
    """The mids of all verified books."""

    def __init__(self, market: Market, limits_at: LimitsAt) -> None:
        self._market = market
        self._limits_at = limits_at
        self._watches: dict[str, MoveWatch] = {}

    def look(self, symbol: str, *, now_ns: int) -> Broken | None:
        """Take in the mid of a symbol as it is now; return whether it moved too far."""
        book = self._market.books.get(symbol)
        if book is None or not book.trusted or (twice := book.mid_half_ticks) is None:
            return None
        watch = self._watches.get(symbol)
        if watch is None:
            watch = self._watch(symbol)
        if not watch.see(twice, now_ns=now_ns):
            return None
        limits, _ = self._limits_at(symbol)
        low, high = watch.range
        detail = (
            f"the mid moved by {high / low - 1:.2%} within {limits.volatility_window_s} s, "
            f"more than {limits.volatility_share_max:.2%}"
        )
        return Broken("volatility_share_max", detail, now_ns + limits.volatility_halt_s * NS_PER_SECOND, symbol)

    def broken_by(self, symbol: str, now_ns: int) -> bool:
        """Whether a move of a book went too far: in ints alone."""
        return self.look(symbol, now_ns=now_ns) is not None

    def ear_for(self, symbol: str, plain: Ear) -> Ear:
        """Return what asks `plain` of a trusted book that moves, where its mid moved too far, with all looked up."""
        book, watches, watch_of = self._market.books[symbol], self._watches, self._watch

        def ear(seq: int, now_ns: int) -> Iterable[Event]:
            twice = book.mid_half_ticks
            if twice is None or not (watches.get(symbol) or watch_of(symbol)).see(twice, now_ns=now_ns):
                return NO_ANSWER
            return plain(seq, now_ns)

        return ear

    def forget(self, symbol: str | None = None) -> None:
        """Begin anew at a symbol, whose ticks mean something else now, or at all, whose limits do."""
        if symbol is None:
            self._watches.clear()
        else:
            self._watches.pop(symbol, None)

    def _watch(self, symbol: str) -> MoveWatch:
        limits, _ = self._limits_at(symbol)
        window_ns = limits.volatility_window_s * NS_PER_SECOND
        self._watches[symbol] = MoveWatch(window_ns=window_ns, share_max=limits.volatility_share_max)
        return self._watches[symbol]
