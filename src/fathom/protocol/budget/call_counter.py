"""The counters of REST calls (rate-limits.md 1): one for each key's private calls, one for each address's public ones.

Pure. Imports: counter, tiers. Imported by: ledger; net's REST client counts public calls with it.
"""

from typing import Final

from fathom.protocol.budget.counter import Counter
from fathom.protocol.budget.tiers import PARTS, Tier
from fathom.protocol.times import SECOND_NS

# The docs of 2026 say 4 for "ledger/trade history calls", older ones 2, and no page which calls these are.
HISTORY_COST: Final = 4
HISTORY_CALLS: Final = frozenset({"Ledgers", "QueryLedgers", "TradesHistory", "QueryTrades", "ClosedOrders"})
# The engine's counter is charged for these instead.
ORDER_CALLS: Final = frozenset(
    {
        "AddOrder",
        "AddOrderBatch",
        "AmendOrder",
        "CancelAll",
        "CancelAllOrdersAfter",
        "CancelOrder",
        "CancelOrderBatch",
        "EditOrder",
    }
)
# After `EAPI:Rate limit exceeded` calls are refused "for some seconds, longer when calls go on".
PENALTY_NS: Final = 5 * SECOND_NS
# Of public calls no number is published: one a second is safe, and so is a handful at the beginning.
PUBLIC_MAX: Final = 5
PUBLIC_DECAY: Final = 100


def call_parts(endpoint: str) -> int:
    """Return what a private call costs, by the last part of its path."""
    if endpoint in ORDER_CALLS:
        return 0
    return (HISTORY_COST if endpoint in HISTORY_CALLS else 1) * PARTS


class CallCounter(Counter):
    """One key's, or one address's."""

    __slots__ = ("calls_max",)

    def __init__(self, *, calls_max: int, decay: int) -> None:
        super().__init__(decay=decay)
        self.calls_max = calls_max * PARTS

    @classmethod
    def private(cls, tier: Tier) -> "CallCounter":
        """Return the counter of a key."""
        return cls(calls_max=tier.calls_max, decay=tier.calls_decay)

    @classmethod
    def public(cls) -> "CallCounter":
        """Return the counter of an address; each public call costs one point."""
        return cls(calls_max=PUBLIC_MAX, decay=PUBLIC_DECAY)

    def adopt(self, tier: Tier, now_ns: int) -> None:
        """Go on with another tier's maximum and decay."""
        self.parts(now_ns)
        self.decay, self.calls_max = tier.calls_decay, tier.calls_max * PARTS

    def limited(self, key: int, now_ns: int) -> None:
        """Believe `EAPI:Rate limit exceeded`: it is full, and a call that was refused may have counted too."""
        self.settle(key, now_ns)
        self.raise_to(self.calls_max + PENALTY_NS * self.decay, now_ns)
