"""The transaction counter of one pair (rate-limits.md 2): how full, when there is room, and what the venue says of it.

Pure. Imports: counter, costs, tiers. Imported by: ledger.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from fathom.protocol.budget.costs import Step
from fathom.protocol.budget.counter import Counter
from fathom.protocol.budget.tiers import PARTS, Tier

_DIGITS: Final = len(str(PARTS)) - 1


class EngineCounter(Counter):
    """One pair's."""

    __slots__ = ("threshold",)

    def __init__(self, tier: Tier) -> None:
        super().__init__(decay=tier.decay)
        self.threshold = tier.threshold * PARTS

    def adopt(self, tier: Tier, now_ns: int) -> None:
        """Go on with another tier's threshold and decay."""
        self.parts(now_ns)
        self.decay, self.threshold = tier.decay, tier.threshold * PARTS

    def seen(self, ratecount: Decimal, now_ns: int, *, counted: int | None = None) -> None:
        """Believe the count of an executions row, which may have been cut or rounded at its last digit."""
        exponent = ratecount.as_tuple().exponent
        if not isinstance(exponent, int) or ratecount < 0:
            return  # No number.
        parts, digit = int(ratecount.scaleb(_DIGITS)), 10 ** max(0, _DIGITS + exponent)
        self.correct(parts - digit, parts + digit, now_ns, counted=counted)

    def limited(self, key: int, now_ns: int, *, fixed: int) -> None:
        """Believe `EOrder:Rate limit exceeded`: it is full, whatever we thought.

        Whether the fixed part of what is refused so is charged nobody says: it is, up to twice the threshold.
        """
        self.settle(key, now_ns, parts=fixed if self.parts(now_ns) < 2 * self.threshold else 0)
        self.raise_to(self.threshold, now_ns)


def room_at_ns(counter: Counter, costs: Sequence[Step], *, limit: int, now_ns: int) -> int | None:
    """Return when one of the costs fits under the limit; None where none ever does.

    It takes what is on its way for answered: ask again when answers come.
    """
    count = counter.parts(now_ns)
    times = [
        max(step.from_ns, now_ns - min(0, (limit - count - step.parts) // counter.decay))
        for step in costs
        if step.parts <= limit
    ]
    return min(times, default=None)
