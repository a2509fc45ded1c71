"""Where the resting orders of one pair stand: how far from the middle each slot is, near ones dense, far ones sparse.

A slot holds at most one order, so the house's orders are bounded by the slots, and what a client takes out of one is
put back when the slot is next looked at.

Pure. Imports: parameters. Imported by: pit.
"""

from math import exp, expm1
from typing import Final

from fathom.exchange.crowd.parameters import PairStyle

# e^BEND is how much further apart the levels are at the far end than at the touch.
BEND: Final = 3.4
NEARER: Final = 4.0  # Slots are drawn by the 4th power of a chance: the nearest are looked at most.


class Ladder:
    """The distances of one side's slots, in ticks from the touch, for a fair value of so many ticks."""

    __slots__ = ("_distances", "gap_ticks", "slots")

    def __init__(self, style: PairStyle, *, fair_ticks: float) -> None:
        self.slots = style.ladder_slots
        span_ticks = fair_ticks * style.span
        self._distances = [span_ticks * expm1(BEND * slot / self.slots) / expm1(BEND) for slot in range(self.slots)]
        self.gap_ticks = max(1.0, span_ticks * BEND / expm1(BEND) / self.slots)

    def slot(self, chance: float) -> int:
        """Return the slot that a chance of 0 to 1 stands for."""
        return int(self.slots * chance**NEARER)

    def distance(self, slot: int, *, jitter: float) -> float:
        """Return how far from the touch an order in this slot stands: between it and the next one, by `jitter`."""
        here = self._distances[slot]
        gap = self.gap_ticks * exp(BEND * slot / self.slots)
        return max(1.0, here + gap * jitter)
