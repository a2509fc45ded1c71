"""Whether the connection lives: silence of the socket, and our own pings.

Heartbeats prove that the socket lives, not that a subscription does: that is `subscriptions`' business.

Pure. Imports: times. Imported by: session.
"""

from random import Random
from typing import Final, Literal

from fathom.protocol.times import SECOND_NS

# Heartbeats come once a second from the first subscription on (websocket-v2.md 5.2); peers wait 5 to 30 s.
# Nothing at all for so long means a dead connection. A new one owes its status frame within the same time.
SILENCE_MAX_NS: Final = 10 * SECOND_NS
# Kraken closes after about 60 s without a request of ours; the reference advises a ping every 20 to 30 s when
# idle (websocket-v2.md 2). Drawn anew for each ping, so that many connections do not ping together.
PING_AFTER_MIN_NS: Final = 20 * SECOND_NS
PING_AFTER_MAX_NS: Final = 30 * SECOND_NS
# A pong later than this: the other end does not read us any more.
PONG_MAX_NS: Final = 10 * SECOND_NS


class Liveness:
    """The clock hands of one connection. Plain arithmetic: nothing is kept per frame but when it came."""

    __slots__ = ("_heard_ns", "_opened_ns", "_ping_after_ns", "_pinging", "_rng", "_sent_ns")

    def __init__(self, *, rng: Random) -> None:
        self._rng = rng
        self._opened_ns = 0
        self._heard_ns: int | None = None
        self._sent_ns = 0
        self._ping_after_ns = PING_AFTER_MAX_NS
        self._pinging = False

    @property
    def heard_ns(self) -> int | None:
        """When the last frame came, None before the first of this connection."""
        return self._heard_ns

    def opened(self, *, now_ns: int) -> None:
        """A connection is there."""
        self._opened_ns = now_ns
        self._heard_ns = None
        self._pinging = False
        self._draw()
        self.sent(now_ns=now_ns)

    def heard(self, *, now_ns: int) -> None:
        """Any frame came."""
        self._heard_ns = now_ns

    def sent(self, *, now_ns: int) -> None:
        """Any request went out: for Kraken that is activity, so the next ping can wait."""
        self._sent_ns = now_ns

    def pinged(self, *, now_ns: int) -> None:
        """A ping went out; its answer has a deadline of its own."""
        self._draw()
        self.sent(now_ns=now_ns)
        self._pinging = True

    def ponged(self) -> None:
        """The ping was answered."""
        self._pinging = False

    def deadline_ns(self, *, heartbeats: bool) -> int | None:
        """Return when to look again. `heartbeats`: something is subscribed, so they are owed."""
        silent_ns = self._silent_at_ns(heartbeats=heartbeats)
        if self._pinging:
            return silent_ns
        ping_ns = self._sent_ns + self._ping_after_ns
        return ping_ns if silent_ns is None else min(ping_ns, silent_ns)

    def due(self, *, heartbeats: bool, now_ns: int) -> Literal["silent", "ping"] | None:
        """Return what is to be done now."""
        silent_ns = self._silent_at_ns(heartbeats=heartbeats)
        if silent_ns is not None and silent_ns <= now_ns:
            return "silent"
        if not self._pinging and self._sent_ns + self._ping_after_ns <= now_ns:
            return "ping"
        return None

    def _draw(self) -> None:
        self._ping_after_ns = self._rng.randint(PING_AFTER_MIN_NS, PING_AFTER_MAX_NS)

    def _silent_at_ns(self, *, heartbeats: bool) -> int | None:
        if self._heard_ns is None:
            return self._opened_ns + SILENCE_MAX_NS
        return self._heard_ns + SILENCE_MAX_NS if heartbeats else None
