"""How one order request goes to the venue and what comes of it, whichever way the client sends it.

Imports: domain, net, protocol. Imported by: gateway, session.
"""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from fathom.domain import FathomError
from fathom.protocol import messages

Request = messages.AddOrder | messages.AmendOrder | messages.CancelOrder


class Sent(Struct, frozen=True, kw_only=True):
    """What came of a request. Times in ns; 0 and None where they are not known."""

    error: FathomError | None = None  # Why not; an `Unsure` where nobody can say.
    venue_order_id: str | None = None  # Of a new order.
    missing: bool = False  # A cancel that found nothing.
    encoded_ns: int | None = None
    sent_ns: int = 0
    received_ns: int = 0
    time_in_ns: int | None = None
    time_out_ns: int | None = None

    @property
    def timed(self) -> bool:
        """Whether it is known when it went and when the answer came."""
        return bool(self.sent_ns and self.received_ns)


class OrderPath(Protocol):
    """Sends, and tells later. Never raises: what stands in the way is in what it tells."""

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        """Send one request now."""
