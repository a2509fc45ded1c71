"""How long a request takes to the venue, and an answer back: always the same, or drawn from what was measured.

A connection keeps the order of what it carries: nothing overtakes. Draws are seeded, so that a run can be run again.
Pure. Imports: nothing of ours. Imported by: world, run.
"""

from random import Random
from typing import Final

from msgspec import Struct

QUANTILES_MAX: Final = 1_000


class LatencyModel(Struct, frozen=True, kw_only=True):
    """Quantiles of both ways, in ns, evenly spread from the least to the most; one of them: always the same."""

    out_ns: tuple[int, ...]
    back_ns: tuple[int, ...]
    seed: int = 1

    def __post_init__(self) -> None:
        for name, ways in (("out_ns", self.out_ns), ("back_ns", self.back_ns)):
            if not 0 < len(ways) <= QUANTILES_MAX:
                raise ValueError(f"{name} has 1 to {QUANTILES_MAX} quantiles, not {len(ways)}")
            if list(ways) != sorted(ways) or ways[0] < 0:
                raise ValueError(f"{name} must rise from 0 or more")

    @classmethod
    def constant(cls, ns: int) -> "LatencyModel":
        """Return the model of a way that always takes the same."""
        return cls(out_ns=(ns,), back_ns=(ns,))


class Ways:
    """Both ways of one connection in one run."""

    def __init__(self, model: LatencyModel) -> None:
        self._model = model
        self._random = Random(model.seed)
        self._there_ns = 0
        self._here_ns = 0

    def there(self, now_ns: int) -> int:
        """Return when what is sent now is at the venue."""
        self._there_ns = max(self._there_ns, now_ns + self._drawn(self._model.out_ns))
        return self._there_ns

    def back(self, now_ns: int) -> int:
        """Return when what the venue says now is here."""
        self._here_ns = max(self._here_ns, now_ns + self._drawn(self._model.back_ns))
        return self._here_ns

    def _drawn(self, quantiles: tuple[int, ...]) -> int:
        if len(quantiles) == 1:
            return quantiles[0]
        place = self._random.random() * (len(quantiles) - 1)
        low = int(place)
        return round(quantiles[low] + (quantiles[low + 1] - quantiles[low]) * (place - low))
