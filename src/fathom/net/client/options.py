"""What a client may be told to do differently.

Imports: domain, link. Imported by: kraken, connecting, the front door.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from fathom.domain import LocalError
from fathom.net.link import CollectorTerms, LinkTerms
from fathom.net.rest import RestTerms

OrderPath = Literal["websocket", "rest"]
Tier = Literal["starter", "intermediate", "pro"]
LEVEL3_SYMBOLS_MAX: Final = 200  # Of one connection (websocket-v2.md 7.3).


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every default is meant to be left alone."""

    link: LinkTerms = field(default_factory=LinkTerms)
    rest: RestTerms = field(default_factory=RestTerms)
    symbols_per_link: int = 200  # Subscriptions that one public connection carries before another is opened.
    frames_per_s_per_link: float = 50_000.0  # Above it, symbols move to another connection, and new ones go elsewhere.
    collector: CollectorTerms | None = None  # Take Python's garbage collector in hand (a bot); None: leave it alone.
    line_size: int = 10_000  # Items that a stream holds for a reader that is behind.
    events_size: int = 10_000
    orders_over: OrderPath = "websocket"  # The other is the fallback.
    cancel_on_close: bool = False  # Whether `close` cancels the orders that this client has placed.
    answer_s_max: float = 5.0  # For an order's answer; later it is in doubt, and looked up.
    room_s_max: float = 10.0  # For room in the rate ledger, where an order does not say how long.
    lookup_s_max: float = 20.0  # For finding out what became of a request in doubt.
    # Only after it can anybody say that an order is not there: the engine takes none that is older than its deadline,
    # 5 s where none is given (websocket-v2.md 8). Some more for the way.
    engine_deadline_s: float = 6.5
    lookup_first_s: float = 2.0  # Kraken's own advice: wait about 2 s, then ask.
    lookup_every_s: float = 4.0
    told_s_max: float = 5.0  # For the private stream to tell what an answer said; then it is taken anew.
    settle_s: float = 1.0  # After a gap of the private stream: its snapshot may come in several messages.
    reconcile_again_s: float = 3.0  # Until REST is asked again what the gap hid; then twice as long each time.
    reconcile_slowly_s: float = 120.0  # As often, once that has failed for minutes: `AccountInDoubt`.
    ready_s_max: float = 30.0  # For the first connection, and the pairs' rules.
    tier: Tier = "starter"  # Until the venue tells.
    rotation_days: int = 90  # A key that is older is worth a remark, 30 to 90.
    allow_unknown_rights: bool = False  # Your word that the key cannot withdraw, where the venue does not say.
    seed: int | None = None  # Of jitter; None: by chance.

    def __post_init__(self) -> None:
        for name in ("symbols_per_link", "line_size", "events_size"):
            if getattr(self, name) < 1:
                raise LocalError(name, "must be at least 1")
        for name in ("frames_per_s_per_link", "answer_s_max", "room_s_max", "lookup_s_max", "ready_s_max"):
            if not getattr(self, name) > 0:
                raise LocalError(name, "must be above 0")
        if self.orders_over not in ("websocket", "rest"):
            raise LocalError("orders_over", f"must be websocket or rest, not {self.orders_over!r}")
