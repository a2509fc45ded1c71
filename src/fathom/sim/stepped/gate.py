"""Our end of the way to the venue: what may be sent by the client's own counters, as live, and what is told of them.

An add or an amend without room is refused here and never sent; a cancel always goes. Pure. Imports: domain, protocol,
pace. Imported by: step_world.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from fathom.domain import (
    EXACT,
    AmendApproved,
    AmendRejected,
    CancelApproved,
    Entry,
    Event,
    Happening,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    RateSeen,
)
from fathom.protocol import budget
from fathom.sim.stepped.pace import NO_ROOM, Pace, TierName

RATES_EVERY_NS: Final = 1_000_000_000  # How often the counters are told, where they moved.


class Outside(Protocol):
    """What the gate asks of its world."""

    @property
    def now_ns(self) -> int:
        """The time of the last arrival."""

    def send(self, entry: Entry) -> None:
        """Let a request take its way."""

    def arrive(self, event: Event) -> None:
        """Let something come in now."""

    def soon(self, time_ns: int, event: Event) -> None:
        """Let something come in at a time."""

    def later(self, time_ns: int, act: Callable[[], None]) -> None:
        """Do something at a time."""


class Gate:
    """Counts what is sent."""

    def __init__(self, world: Outside, tier: TierName | budget.Tier, *, symbol_of: Callable[[str], str | None]) -> None:
        """`symbol_of` knows the pair of an open order."""
        self.throttled = 0  # Requests that were not sent for want of room.
        self._world = world
        self._pace = Pace(tier, symbol_of=symbol_of)
        self._symbol_of = symbol_of
        self._due: set[str] = set()  # Pairs whose counters are to be told.

    def performers(self) -> Mapping[type[Happening], Callable[[Entry], None]]:
        """Return what is done for which kinds of event."""
        return {
            OrderApproved: self._add,
            AmendApproved: self._amend,
            CancelApproved: self._cancel,
            OrderRejected: self._gone,
            OrderFilled: self._gone,
            OrderCanceled: self._gone,
        }

    def _add(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, OrderApproved)
        symbol = event.order.symbol
        if self._pace.refusal(event, entry.time_ns):
            self.throttled += 1
            self._world.soon(entry.time_ns, OrderRejected(event.order.order_id, f"{NO_ROOM} in {symbol}"))
        else:
            self._world.send(entry)
        self._look(symbol, entry.time_ns)

    def _amend(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, AmendApproved)
        symbol = self._symbol_of(event.amend.order_id)
        if self._pace.refusal(event, entry.time_ns):
            self.throttled += 1
            self._world.soon(entry.time_ns, AmendRejected(event.amend.order_id, f"{NO_ROOM} in {symbol}"))
        else:
            self._world.send(entry)
        self._look(symbol, entry.time_ns)

    def _cancel(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, CancelApproved)
        self._pace.count(event, entry.time_ns)
        self._world.send(entry)
        self._look(self._symbol_of(event.order_id), entry.time_ns)

    def _gone(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, OrderRejected | OrderFilled | OrderCanceled)
        self._pace.gone(event.order_id)

    def _look(self, symbol: str | None, now_ns: int) -> None:
        """Tell where our count of a pair stands, at most once a second."""
        if symbol is not None and symbol not in self._due:
            self._due.add(symbol)
            self._world.later(now_ns + RATES_EVERY_NS, lambda: self._tell(symbol))

    def _tell(self, symbol: str) -> None:
        self._due.discard(symbol)
        ledger = self._pace.ledger
        used = budget.points(ledger.count_parts(symbol, now_ns=self._world.now_ns))
        room = budget.points(ledger.tier.threshold * budget.PARTS - ledger.reserve_parts)
        self._world.arrive(RateSeen(symbol, used, room, EXACT.divide(ledger.tier.decay, 100)))
