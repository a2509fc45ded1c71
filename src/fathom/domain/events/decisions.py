"""What risk decides: nobody else can say these.

Pure. Imports: base, wants. Imported by: union.
"""

from typing import Literal

from fathom.domain.events.base import Happening
from fathom.domain.events.wants import AmendWanted, OrderWanted


class OrderApproved(Happening, frozen=True, tag=True):
    """Risk holds room for the order; it may be sent. Nobody else can say this."""

    order: OrderWanted


class OrderDenied(Happening, frozen=True, tag=True):
    """Risk refused: `limit` names the limit that the order would break, `detail` says by how much."""

    order_id: str
    limit: str
    detail: str


class AmendApproved(Happening, frozen=True, tag=True):
    """The amend may be sent."""

    amend: AmendWanted


class AmendDenied(Happening, frozen=True, tag=True):
    """Risk refused the amend; the order is as it was."""

    order_id: str
    limit: str
    detail: str


class CancelApproved(Happening, frozen=True, tag=True):
    """The cancel may be sent: a strategy wanted it, or risk itself."""

    order_id: str


class TradingHalted(Happening, frozen=True, tag=True):
    """A breaker tripped. Soft: no new exposure. Hard: everything is cancelled too, and flattened where that is set."""

    limit: str
    detail: str
    level: Literal["soft", "hard"] = "hard"
    symbol: str = ""  # Empty: everywhere.
    until_ns: int | None = None  # When it releases itself; None: a person resumes.
    flatten: bool = False


class TradingResumed(Happening, frozen=True, tag=True):
    """A breaker was released: by time, or by a person."""

    limit: str
    symbol: str
    reason: str


class LimitsChanged(Happening, frozen=True, tag=True):
    """Other limits are in force from here on: all of them, as JSON."""

    limits: bytes


class LimitsRefused(Happening, frozen=True, tag=True):
    """A change of limits made no sense: they are as they were."""

    reason: str
