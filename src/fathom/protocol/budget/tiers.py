"""What an account's tier allows (rate-limits.md 1 and 2), and how the venue tells which tier it is.

Counts are ints of parts: a point has 10^11, so that each ns takes a whole number of parts off.

Pure. Imports: nothing. Imported by: the counters beside it, ledger.
"""

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

PARTS: Final = 10**11  # Of a point.
HALF: Final = PARTS // 2  # A batch costs half a point an order.


class Tier(Struct, frozen=True, kw_only=True):
    """The limits of one tier. Decays are in parts a ns: 234 is 2.34 points a second."""

    name: Literal["starter", "intermediate", "pro"]
    threshold: int  # Points of one pair's transaction counter.
    decay: int
    open_orders_max: int  # Of one pair.
    calls_max: int  # Points of the counter of private REST calls.
    calls_decay: int


STARTER: Final = Tier(name="starter", threshold=60, decay=100, open_orders_max=60, calls_max=15, calls_decay=33)
INTERMEDIATE: Final = Tier(
    name="intermediate", threshold=125, decay=234, open_orders_max=80, calls_max=20, calls_decay=50
)
PRO: Final = Tier(name="pro", threshold=180, decay=375, open_orders_max=225, calls_max=20, calls_decay=100)
TIERS: Final = (STARTER, INTERMEDIATE, PRO)


def tier_of(maxratecount: int) -> Tier:
    """Return the tier that the answer to subscribing to executions tells.

    A number that is no tier's is taken for the best tier that it pays for; below all of them, it is the threshold.
    """
    for tier in reversed(TIERS):
        if maxratecount >= tier.threshold:
            return tier
    return replace(STARTER, threshold=max(0, maxratecount))


def points(parts: int) -> Decimal:
    """Return parts as points, for people."""
    return Decimal(parts) / PARTS
