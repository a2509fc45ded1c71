"""What takers do: the signs of their trades persist, and their sizes follow a power law.

A large order is worked in many small ones of one sign; its length follows a power law itself, which is what gives the
signs of trades their long memory.

Pure. Imports: parameters. Imported by: pit.
"""

from math import exp
from random import Random
from typing import Final

from msgspec import Struct

LENGTH_EXPONENT: Final = 1.5  # Of the number of trades that one large order is worked in.
LENGTH_MAX: Final = 400.0
SIZE_EXPONENT: Final = 1.15
SIZE_MAX: Final = 1500.0  # Times the smallest usual trade.
MARKET_SHARE: Final = 0.45  # Market orders; the others are limit orders that do not stay.
IMPACT: Final = 0.15  # Of a spread and typical trade: how far the fair value moves for it.
IMPACT_MAX: Final = 6.0  # Spreads: no run of trades moves it further.
IMPACT_LIFE_S: Final = 20.0  # Of model time: so fast does it go back.


class Taking(Struct, frozen=True, gc=False):
    """One trade that is wanted: `size` counts smallest usual trades, `at_market` says by which type of order."""

    buying: bool
    size: float
    at_market: bool


class Flow:
    """One pair's takers, and how far they have moved the fair value for now."""

    __slots__ = ("_buying", "_left", "_rng", "pressure")

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._buying = rng.random() < 0.5
        self._left = 0.0
        self.pressure = 0.0  # Spreads, from the fair value on.

    def take(self) -> Taking:
        """Return the next trade that is wanted."""
        rng = self._rng
        turn, length, size, kind = rng.random(), rng.random(), rng.random(), rng.random()
        if self._left < 1.0:
            self._buying = turn < 0.5
            self._left = min((1.0 - length) ** (-1.0 / LENGTH_EXPONENT), LENGTH_MAX)
        self._left -= 1.0
        times = min((1.0 - size) ** (-1.0 / SIZE_EXPONENT), SIZE_MAX)
        push = IMPACT * times**0.3
        self.pressure = max(-IMPACT_MAX, min(IMPACT_MAX, self.pressure + (push if self._buying else -push)))
        return Taking(self._buying, times, kind < MARKET_SHARE)

    def relax(self, model_s: float) -> None:
        """Let the pressure fade over so much model time."""
        self.pressure *= exp(-model_s / IMPACT_LIFE_S)
