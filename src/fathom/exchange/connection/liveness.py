"""When a connection beats, and when it has been idle too long (websocket-v2.md 2, points 4 and 5).

Pure. Imports: core's rules. Imported by: the front door.
"""

from fathom.exchange.core import Rules

_SECOND_NS = 1_000_000_000


class Liveness:
    """Heartbeats from the first subscription on, and the idle clock.

    Nothing but the client's own frames keeps a connection open that follows nothing; where something is subscribed,
    what is sent counts as well, heartbeats among it.
    """

    __slots__ = ("_active_ns", "_beat_due_ns", "_every_ns", "_idle_ns")

    def __init__(self, rules: Rules, *, now_ns: int) -> None:
        self._every_ns = int(rules.heartbeat_s * _SECOND_NS)
        self._idle_ns = int(rules.idle_close_s * _SECOND_NS)
        self._active_ns = now_ns
        self._beat_due_ns: int | None = None

    def heard(self, *, now_ns: int) -> None:
        """Something came from the client."""
        self._active_ns = max(self._active_ns, now_ns)

    def start(self, *, now_ns: int) -> None:
        """Something is subscribed: heartbeats begin, and never end."""
        if self._beat_due_ns is None:
            self._beat_due_ns = now_ns + self._every_ns

    def beat(self, *, now_ns: int, subscribed: bool) -> bool:
        """Tell whether a heartbeat is due. One that is late is sent once, not once a second missed."""
        if self._beat_due_ns is None or now_ns < self._beat_due_ns:
            return False
        late = (now_ns - self._beat_due_ns) // self._every_ns
        self._beat_due_ns += (late + 1) * self._every_ns
        if subscribed:
            self._active_ns = now_ns
        return True

    def idle(self, *, now_ns: int) -> bool:
        """Tell whether it has been silent too long."""
        return now_ns - self._active_ns >= self._idle_ns

    @property
    def deadline_ns(self) -> int:
        """When to look again."""
        idle_ns = self._active_ns + self._idle_ns
        return idle_ns if self._beat_due_ns is None else min(idle_ns, self._beat_due_ns)
