"""When a v1 connection beats, when it has been idle too long, and how many messages it may send.

Pure. Imports: core's rules. Imported by: session.
"""

from collections import deque
from typing import Final

from fathom.exchange.core.rules import Rules

_SECOND_NS: Final = 1_000_000_000


class Liveness:
    """Heartbeats once a second from the first subscription on, busy or not; until then the client must speak."""

    __slots__ = ("_beat_due_ns", "_every_ns", "_heard_ns", "_idle_ns")

    def __init__(self, rules: Rules, *, now_ns: int) -> None:
        self._every_ns = int(rules.heartbeat_s * _SECOND_NS)
        self._idle_ns = int(rules.idle_close_s * _SECOND_NS)
        self._heard_ns = now_ns
        self._beat_due_ns: int | None = None

    def heard(self, now_ns: int) -> None:
        """Something came from the client."""
        self._heard_ns = max(self._heard_ns, now_ns)

    def start(self, now_ns: int) -> None:
        """Something is subscribed: heartbeats begin, and never end."""
        if self._beat_due_ns is None:
            self._beat_due_ns = now_ns + self._every_ns

    def beat(self, now_ns: int, *, subscribed: bool) -> bool:
        """Tell whether a heartbeat is due. While something is subscribed it is traffic: nothing is idle then.

        One that is late is sent once, not once a second missed.
        """
        due_ns = self._beat_due_ns
        if due_ns is None or now_ns < due_ns:
            return False
        self._beat_due_ns = due_ns + ((now_ns - due_ns) // self._every_ns + 1) * self._every_ns
        if subscribed:
            self.heard(now_ns)
        return True

    def idle(self, now_ns: int) -> bool:
        """Tell whether it has been silent too long."""
        return now_ns - self._heard_ns >= self._idle_ns

    @property
    def deadline_ns(self) -> int:
        """When to look again."""
        idle_ns = self._heard_ns + self._idle_ns
        return idle_ns if self._beat_due_ns is None else min(idle_ns, self._beat_due_ns)


class MessageRate:
    """So many messages in any one second, which slides."""

    __slots__ = ("_times_ns",)

    def __init__(self, rules: Rules) -> None:
        self._times_ns: deque[int] = deque(maxlen=rules.messages_per_s_max if rules.limits else 0)

    def allows(self, now_ns: int) -> bool:
        """Count one message; tell whether it is one too many. One that is refused does not count."""
        times_ns = self._times_ns
        if times_ns.maxlen and len(times_ns) == times_ns.maxlen and times_ns[0] > now_ns - _SECOND_NS:
            return False
        times_ns.append(now_ns)
        return True
