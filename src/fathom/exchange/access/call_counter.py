"""The REST call counters: one a key for private calls, one an address for public ones (rate-limits.md 1).

Pure. Imports: bank's tiers, core's rules. Imported by: rest.
"""

from typing import Final

from fathom.exchange.bank.account import Tier
from fathom.exchange.core.rules import Rules

COUNTERS_MAX: Final = 10_000  # Beyond it the one that was used least lately is forgotten.
# The most a counter may say, and what goes off it a second, by tier.
MAXIMA: Final[dict[Tier, float]] = {"starter": 15, "intermediate": 20, "pro": 20}
DECAYS_PER_S: Final[dict[Tier, float]] = {"starter": 0.33, "intermediate": 0.5, "pro": 1.0}


class _Counters:
    """Counters by name, each falling with time."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._counters: dict[str, tuple[float, int]] = {}  # The count, and when it was that.

    def _spend(self, name: str, *, cost: float, most: float, decay_per_s: float, now_ns: int) -> bool:
        if not self._rules.limits or not cost:
            return True
        count, then_ns = self._counters.pop(name, (0.0, now_ns))
        count = max(0.0, count - decay_per_s * (now_ns - then_ns) / 1e9)
        passes = count + cost <= most
        if passes:
            count += cost
        elif self._rules.refused_calls_count:
            count = min(count + cost, 2 * most)  # "Possibly longer if calls continue", but not for ever.
        self._counters[name] = (count, now_ns)
        if len(self._counters) > COUNTERS_MAX:
            del self._counters[next(iter(self._counters))]
        return passes


class CallCounters(_Counters):
    """The counter of each API key."""

    def spend(self, key: str, *, tier: Tier, cost: int, now_ns: int) -> bool:
        """Count one private call; False where it is too many."""
        return self._spend(key, cost=cost, most=MAXIMA[tier], decay_per_s=DECAYS_PER_S[tier], now_ns=now_ns)


class PublicCalls(_Counters):
    """The counter of each address."""

    def spend(self, peer: str, *, now_ns: int) -> bool:
        """Count one public call; False where it is too many."""
        rules = self._rules
        return self._spend(
            peer, cost=1, most=rules.public_calls_max, decay_per_s=rules.public_calls_per_s, now_ns=now_ns
        )
