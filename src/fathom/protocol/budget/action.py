"""What somebody wants to send, as the ledger sees it, and what the ledger answers.

Pure. Imports: costs, tiers. Imported by: ledger, waiting.
"""

from decimal import Decimal
from enum import IntEnum
from typing import Literal

from msgspec import Struct

from fathom.protocol.budget.costs import ADDS, CANCELS, Method
from fathom.protocol.budget.tiers import points


class Priority(IntEnum):
    """Who goes first. Only the first two may spend the reserve."""

    REDUCES_RISK = 0  # A cancel of what could hurt.
    CANCEL = 1
    CHANGE = 2
    ADD = 3
    CALL = 4  # A REST call that is no order's.


class Action(Struct, frozen=True, kw_only=True):
    """One order request, by WebSocket or by REST: the engine counts them alike.

    `orders` are the ids (ours or Kraken's) of what is made, changed or cancelled, one an order; `count` is how many
    where they have no ids yet.
    """

    method: Method
    symbol: str | None = None  # Needed for adds; of others it is known by the order.
    orders: tuple[str, ...] = ()
    count: int = 1
    ends: bool = False  # An amend below what is filled: the rest is cancelled, and it costs like it.
    validate: bool = False  # Only checked: no order is made.
    reduces_risk: bool = False

    @property
    def size(self) -> int:
        """Return how many orders it is about."""
        return max(1, len(self.orders) or self.count)

    @property
    def priority(self) -> Priority:
        """Return whom it lets go first."""
        if self.method in CANCELS:
            return Priority.REDUCES_RISK if self.reduces_risk else Priority.CANCEL
        return Priority.ADD if self.method in ADDS else Priority.CHANGE


class Call(Struct, frozen=True, kw_only=True):
    """One private REST call, by the last part of its path: "TradesHistory"."""

    endpoint: str

    @property
    def priority(self) -> Priority:
        """Return whom it lets go first."""
        return Priority.CALL


# Why there is no room: the counter is full; full for all but cancels; too many open orders; the REST counter is full;
# it costs more than the counter ever holds.
Lack = Literal["rate", "reserve", "open_orders", "calls", "never"]


class Quote(Struct, frozen=True, kw_only=True):
    """What something would cost now, and whether and when there is room. In parts; the properties are for people."""

    cost_parts: int
    count_parts: int  # The counter that has the least room for it, before it is sent.
    limit_parts: int  # What that counter may not pass: for all but cancels, less the reserve.
    room_at_ns: int | None  # Now, if there is room; None: time alone does not bring it.
    lack: Lack | None = None

    @property
    def has_room(self) -> bool:
        """Tell whether it may be sent now."""
        return self.lack is None

    @property
    def cost(self) -> Decimal:
        """Return the cost in points."""
        return points(self.cost_parts)

    @property
    def count(self) -> Decimal:
        """Return the counter in points."""
        return points(self.count_parts)

    @property
    def limit(self) -> Decimal:
        """Return the limit in points."""
        return points(self.limit_parts)


class Charge(Struct, frozen=True, kw_only=True):
    """A request that was sent, until its answer: give it back to `settle`, `refused` or `lost`."""

    key: int
    what: Action | Call
    parts: dict[str, int]  # By symbol; of a call none.
    fixed: dict[str, int]
