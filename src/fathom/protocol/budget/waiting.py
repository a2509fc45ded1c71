"""The line of those who wait for room: cancels that reduce risk first, then as they came.

Nobody here sleeps: a driver calls `take` when something changed, and at `wake_at_ns` at the latest.

Pure. Imports: action, ledger. Imported by: the front door; net drives it.
"""

from typing import Final

from msgspec import Struct

from fathom.domain import LocalError
from fathom.protocol.budget.action import Action, Call, Charge, Quote
from fathom.protocol.budget.ledger import Ledger

WAITERS_MAX: Final = 1_000  # Beyond it a newcomer pushes out who would go last, or is that one.


class Waiter(Struct, frozen=True, kw_only=True):
    """One who waits."""

    priority: int
    number: int  # In the order of coming; names the waiter.
    what: Action | Call
    deadline_ns: int  # From then on it is too late.


class Taken(Struct, frozen=True, kw_only=True):
    """What a look at the line gave: who goes now, already charged, and for whom it is too late."""

    go: tuple[tuple[Waiter, Charge], ...]
    late: tuple[Waiter, ...]


class WaitingLine:
    """Everybody who waits for room in one ledger."""

    def __init__(self, ledger: Ledger, *, waiters_max: int = WAITERS_MAX) -> None:
        self._ledger = ledger
        self._waiters: dict[int, Waiter] = {}
        self._last_number = 0
        self.waiters_max = waiters_max

    def __len__(self) -> int:
        return len(self._waiters)

    def join(self, what: Action | Call, *, deadline_ns: int) -> tuple[Waiter, Waiter | None]:
        """Put somebody into the line; return the place, and who was pushed out for it.

        Raises LocalError where the line is full of those who go before.
        """
        pushed = None
        if len(self._waiters) >= self.waiters_max:
            last = max(self._waiters.values(), key=_place)
            if last.priority <= what.priority:
                raise LocalError("rate", f"{len(self._waiters)} requests wait for room already: send fewer")
            pushed = self.leave(last)
        self._last_number += 1
        waiter = Waiter(priority=what.priority, number=self._last_number, what=what, deadline_ns=deadline_ns)
        self._waiters[waiter.number] = waiter
        return waiter, pushed

    def leave(self, waiter: Waiter) -> Waiter | None:
        """Take somebody out of the line; None if already gone."""
        return self._waiters.pop(waiter.number, None)

    def take(self, *, now_ns: int) -> Taken:
        """Charge and return all that go now, in their order, and those whose deadline has passed."""
        late = [waiter for waiter in self._in_order() if now_ns >= waiter.deadline_ns]
        for waiter in late:
            self.leave(waiter)
        go: list[tuple[Waiter, Charge]] = []
        stopped: set[str] = set()
        for waiter in self._in_order():
            lanes = self._lanes(waiter.what, now_ns)
            if not stopped.isdisjoint(lanes):
                continue  # Nobody overtakes in the same pair: a dear cancel would wait for ever behind cheap adds.
            quote = self._ledger.quote(waiter.what, now_ns=now_ns)
            if quote.has_room:
                self.leave(waiter)
                go.append((waiter, self._ledger.charge(waiter.what, now_ns=now_ns)))
            elif _holds_up(quote):
                stopped |= lanes
        return Taken(go=tuple(go), late=tuple(late))

    def wake_at_ns(self, *, now_ns: int) -> int | None:
        """Return when to look again if nothing happens before; None: nobody waits."""
        times: list[int] = []
        seen: set[str] = set()
        for waiter in self._in_order():
            times.append(waiter.deadline_ns)
            lanes = self._lanes(waiter.what, now_ns)
            if not seen.isdisjoint(lanes):
                continue
            quote = self._ledger.quote(waiter.what, now_ns=now_ns)
            if quote.room_at_ns is not None:
                times.append(quote.room_at_ns)
            if _holds_up(quote):
                seen |= lanes
        return min(times, default=None)

    def _in_order(self) -> list[Waiter]:
        return sorted(self._waiters.values(), key=_place)

    def _lanes(self, what: Action | Call, now_ns: int) -> frozenset[str]:
        """Return the counters that it needs: its pairs, or the one of REST calls."""
        return frozenset({"calls"}) if isinstance(what, Call) else self._ledger.symbols_of(what, now_ns=now_ns)


def _place(waiter: Waiter) -> tuple[int, int]:
    return waiter.priority, waiter.number


def _holds_up(quote: Quote) -> bool:
    """Tell whether those behind have to wait too: who waits for something else than time stands aside."""
    return quote.room_at_ns is not None and not quote.has_room
