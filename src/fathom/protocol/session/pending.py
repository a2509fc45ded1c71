"""Requests in flight: which answer belongs to what, and since when it is overdue.

Pure. Imports: messages, subscription, timers, wishes. Imported by: outbox, session.
"""

from typing import Final

from msgspec import Struct

from fathom.protocol.messages import FailedResponse, Response
from fathom.protocol.session.subscription import Key
from fathom.protocol.session.timers import Timers
from fathom.protocol.session.wishes import Batch

# With so many requests unanswered the venue does not answer: another one is refused with LocalError.
IN_FLIGHT_MAX: Final = 1024
# Overdue requests whose answer may still come. Past it the oldest is forgotten: its answer would be
# unmatched.
LATE_MAX: Final = 1024


class InFlight(Struct):
    """One request that waits for its answers."""

    req_id: int
    method: str
    sent_ns: int
    answers_due: int
    batch: Batch | None = None
    waiting: dict[str, Key] = {}  # The symbols of the batch that are not answered.
    late: bool = False

    @property
    def is_order(self) -> bool:
        """Whether it may change an order: then an answer that is missing leaves it unsure."""
        return self.batch is None and self.method != "ping"

    def is_answered_by(self, reply: Response) -> bool:
        """Whether a success is of the method that was asked. A refusal may name another (recorded-sessions.md)."""
        if isinstance(reply, FailedResponse):
            return True
        return reply.__struct_config__.tag == ("pong" if self.method == "ping" else self.method)

    def take(self, symbol: str | None) -> list[Key]:
        """Take out what an answer speaks of: its symbol, or all that wait where a refusal names none."""
        if symbol is None:
            keys = list(self.waiting.values())
            self.waiting.clear()
            return keys
        key = self.waiting.pop(symbol, None)
        return [] if key is None else [key]


class Pending:
    """The requests of a session. Request ids rise and never come again, not even after a reconnect."""

    __slots__ = ("_deadlines", "_in_flight", "_late", "_next_req_id")

    def __init__(self, *, first_req_id: int) -> None:
        self._next_req_id = first_req_id
        self._in_flight: dict[int, InFlight] = {}
        self._late: dict[int, InFlight] = {}  # Oldest first.
        self._deadlines: Timers[int] = Timers()

    def __len__(self) -> int:
        return len(self._in_flight)

    @property
    def deadline_ns(self) -> int | None:
        """When the next answer is overdue."""
        return self._deadlines.deadline_ns

    @property
    def next_req_id(self) -> int:
        """The id that the next request will have."""
        return self._next_req_id

    def add(self, method: str, *, answers: int, now_ns: int, deadline_ns: int, batch: Batch | None = None) -> InFlight:
        """Note a request as sent under `next_req_id`. It is answered `answers` times."""
        waiting = {} if batch is None else {key.symbol: key for key in batch.keys}
        request = InFlight(self._next_req_id, method, now_ns, answers, batch, waiting)
        self._next_req_id += 1
        self._in_flight[request.req_id] = request
        self._deadlines.set(request.req_id, deadline_ns)
        return request

    def find(self, req_id: int | None) -> InFlight | None:
        """Return the request that still waits for an answer under this id, overdue ones included."""
        if req_id is None:
            return None
        return self._in_flight.get(req_id) or self._late.get(req_id)

    def answered(self, request: InFlight, *, answers: int = 1) -> bool:
        """Note so many answers. Return whether they were the last: then the request is settled and forgotten."""
        request.answers_due -= answers
        if request.answers_due > 0:
            return False
        self._deadlines.cancel(request.req_id)
        (self._late if request.late else self._in_flight).pop(request.req_id)
        return True

    def pop_overdue(self, *, now_ns: int) -> list[InFlight]:
        """Return what is overdue now, once each. A late answer will still be matched."""
        overdue = [self._in_flight.pop(req_id) for req_id in self._deadlines.pop_due(now_ns=now_ns)]
        for request in overdue:
            request.late = True
            self._late[request.req_id] = request
            if len(self._late) > LATE_MAX:
                del self._late[next(iter(self._late))]
        return overdue

    def drop(self) -> list[InFlight]:
        """Forget everything, as the connection is gone. Return what was in flight and not yet overdue."""
        lost = list(self._in_flight.values())
        self._in_flight.clear()
        self._late.clear()
        self._deadlines.clear()
        return lost
