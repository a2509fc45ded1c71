"""The engine's transaction rate: one counter for each account and pair (rate-limits.md 2).

Exact: a point is 10^11 parts, and each ns takes a whole number of parts off.

A request that would pass the threshold is refused and costs nothing, else a client that goes on asking would never come
back. All others pay their fixed part, even if they turn out to be wrong.

Pure. Imports: bank, order. Imported by: floor, core.
"""

from decimal import Decimal
from typing import Final

from fathom.exchange.bank import Account, Tier

PARTS: Final = 10**11
THRESHOLDS: Final[dict[Tier, int]] = {"starter": 60, "intermediate": 125, "pro": 180}
DECAYS: Final[dict[Tier, int]] = {
    "starter": 100,
    "intermediate": 234,
    "pro": 375,
}  # Parts a ns: 1, 2.34, 3.75 a second.
OPEN_ORDERS: Final[dict[Tier, int]] = {"starter": 60, "intermediate": 80, "pro": 225}  # Of a pair.

# What a younger order costs besides, in points: age in ns below which it holds, and the points.
_SECOND_NS: Final = 1_000_000_000
AMEND_COSTS: Final = ((5 * _SECOND_NS, 3), (10 * _SECOND_NS, 2), (15 * _SECOND_NS, 1))
EDIT_COSTS: Final = (
    (5 * _SECOND_NS, 6),
    (10 * _SECOND_NS, 5),
    (15 * _SECOND_NS, 4),
    (45 * _SECOND_NS, 2),
    (90 * _SECOND_NS, 1),
)
CANCEL_COSTS: Final = (
    (5 * _SECOND_NS, 8),
    (10 * _SECOND_NS, 6),
    (15 * _SECOND_NS, 5),
    (45 * _SECOND_NS, 4),
    (90 * _SECOND_NS, 2),
    (300 * _SECOND_NS, 1),
)


def age_cost(costs: tuple[tuple[int, int], ...], age_ns: int) -> int:
    """Return the points for an order of this age, counted since it was made or last amended."""
    for below_ns, points in costs:
        if age_ns < below_ns:
            return points
    return 0


class RateCounters:
    """The counters of all clients."""

    __slots__ = ("_counters", "limits")

    def __init__(self, *, limits: bool) -> None:
        self.limits = limits  # False: it counts, and refuses nothing.
        self._counters: dict[tuple[str, str], tuple[int, int]] = {}  # Parts, and when that was.

    def count(self, account: Account, symbol: str, now_ns: int) -> Decimal:
        """Return the points as of now."""
        return Decimal(self._parts(account, symbol, now_ns)) / PARTS

    def has_room(self, account: Account, symbol: str, now_ns: int, *, half_points: int) -> bool:
        """Tell whether so many halves of a point may be added."""
        parts = self._parts(account, symbol, now_ns) + half_points * (PARTS // 2)
        return not self.limits or parts <= THRESHOLDS[account.tier] * PARTS

    def charge(self, account: Account, symbol: str, now_ns: int, *, half_points: int, always: bool = False) -> bool:
        """Add points, and tell whether the request may go on; where not, nothing is added. `always`: it may."""
        if not always and not self.has_room(account, symbol, now_ns, half_points=half_points):
            return False
        parts = self._parts(account, symbol, now_ns) + half_points * (PARTS // 2)
        self._counters[account.name, symbol] = (parts, now_ns)
        return True

    def _parts(self, account: Account, symbol: str, now_ns: int) -> int:
        parts, at_ns = self._counters.get((account.name, symbol), (0, now_ns))
        return max(0, parts - (now_ns - at_ns) * DECAYS[account.tier])
