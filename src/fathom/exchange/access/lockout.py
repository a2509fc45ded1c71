"""Addresses that erred too often with keys, signatures or nonces: nobody there is heard for a while (errors.md 2).

Pure. Imports: core's rules. Imported by: keyring.
"""

from collections import deque
from typing import Final

from fathom.exchange.core.rules import Rules

PEERS_MAX: Final = 10_000  # Addresses with errors; beyond it the oldest is forgiven.
_SECOND_NS: Final = 1_000_000_000


class Lockout:
    """Counts the errors of each address."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._errors: dict[str, deque[int]] = {}
        self._until_ns: dict[str, int] = {}

    def locked(self, peer: str, *, now_ns: int) -> bool:
        """Tell whether the address is locked out now."""
        until_ns = self._until_ns.get(peer)
        if until_ns is None:
            return False
        if now_ns < until_ns:
            return True
        del self._until_ns[peer]
        return False

    def erred(self, peer: str, *, now_ns: int) -> None:
        """Count one error; too many within the window lock the address out."""
        rules = self._rules
        if not rules.limits:
            return
        errors = self._errors.setdefault(peer, deque(maxlen=rules.lockout_errors_max))
        errors.append(now_ns)
        if len(errors) == rules.lockout_errors_max and now_ns - errors[0] < rules.lockout_window_s * _SECOND_NS:
            self._until_ns[peer] = now_ns + rules.lockout_s * _SECOND_NS
            del self._errors[peer]
        for kept in (self._errors, self._until_ns):
            if len(kept) > PEERS_MAX:
                del kept[next(iter(kept))]
