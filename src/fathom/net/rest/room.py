"""Room in the counters of REST calls: the key's in the rate ledger, the address's for public ones.

Calls that change orders cost nothing here; what the engine counts for them is the business of whoever sends them.

Imports: protocol. Imported by: client.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fathom.domain import Refused
from fathom.protocol import budget, refusals, rest

_RATE: Final = frozenset({"EAPI:Rate limit exceeded", "EGeneral:Too many requests"})


@dataclass(slots=True)
class Ticket:
    """A call that is counted, until its answer."""

    charge: budget.Charge | None = None
    public_key: int | None = None


class Room:
    """Both counters."""

    def __init__(self, ledger: budget.Ledger, *, clock_ns: Callable[[], int]) -> None:
        self._ledger = ledger
        self._public = budget.CallCounter.public()
        self._clock_ns = clock_ns
        self._last_key = 0

    def wait_s(self, facts: rest.Endpoint) -> float:
        """Return how long until there is room; 0 for now."""
        now_ns = self._clock_ns()
        if not facts.private:
            at_ns = budget.room_at_ns(
                self._public,
                [budget.Step(now_ns, budget.PARTS)],
                limit=self._public.calls_max,
                now_ns=now_ns,
            )
        elif facts.order:
            return 0.0
        else:
            at_ns = self._ledger.quote(_call(facts), now_ns=now_ns).room_at_ns
        assert at_ns is not None, facts.name  # No call costs more than the counters hold.
        return max(0.0, (at_ns - now_ns) / 1e9)

    def take(self, facts: rest.Endpoint) -> Ticket:
        """Count a call that is sent now."""
        now_ns = self._clock_ns()
        if facts.private:
            return Ticket() if facts.order else Ticket(charge=self._ledger.charge(_call(facts), now_ns=now_ns))
        self._last_key += 1
        self._public.send(self._last_key, budget.PARTS, now_ns)
        return Ticket(public_key=self._last_key)

    def give(self, ticket: Ticket, refusal: Refused | None = None) -> None:
        """Say that the call is over; a refusal may say that our count was too low."""
        now_ns = self._clock_ns()
        if ticket.public_key is not None:
            row = None if refusal is None else refusals.row_of(refusal.text)
            if row is not None and row.prefix in _RATE:
                self._public.limited(ticket.public_key, now_ns)
            self._public.settle(ticket.public_key, now_ns)
        elif ticket.charge is not None:
            if refusal is None:
                self._ledger.settle(ticket.charge, now_ns=now_ns)
            else:
                self._ledger.refused(ticket.charge, refusal, now_ns=now_ns)


def _call(facts: rest.Endpoint) -> budget.Call:
    return budget.Call(endpoint=facts.name.rpartition("/")[2])
