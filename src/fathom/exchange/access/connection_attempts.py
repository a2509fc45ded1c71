"""How often an address may knock: about 150 WebSocket connections in 600 s, then a ban (rate-limits.md 3).

Pure. Imports: core's rules. Imported by: exchange.
"""

from collections import deque
from typing import Final

from fathom.exchange.core.rules import Rules

PEERS_MAX: Final = 10_000  # Addresses remembered; beyond it the oldest is forgotten.
_SECOND_NS: Final = 1_000_000_000


class ConnectionAttempts:
    """Counts the attempts of each address over a rolling window; beyond it a ban as long as the window."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._window_ns = rules.connections_window_s * _SECOND_NS
        self._attempts: dict[str, deque[int]] = {}
        self._banned_until_ns: dict[str, int] = {}

    def allow(self, peer: str, *, now_ns: int) -> bool:
        """Count one attempt, and tell whether it may pass. Attempts under a ban count for nothing."""
        if not self._rules.limits:
            return True
        if now_ns < self._banned_until_ns.get(peer, now_ns):
            return False
        self._banned_until_ns.pop(peer, None)
        attempts = self._attempts.setdefault(peer, deque(maxlen=self._rules.connections_max))
        if len(attempts) == self._rules.connections_max and now_ns - attempts[0] < self._window_ns:
            self._banned_until_ns[peer] = now_ns + self._window_ns
            del self._attempts[peer]
            _forget_oldest(self._banned_until_ns)
            return False
        attempts.append(now_ns)
        _forget_oldest(self._attempts)
        return True


def _forget_oldest(kept: dict[str, int] | dict[str, deque[int]]) -> None:
    if len(kept) > PEERS_MAX:
        del kept[next(iter(kept))]
