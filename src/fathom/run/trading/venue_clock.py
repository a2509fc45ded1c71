"""How far our clock is off the venue's, by the newest answers, and when to ask again.

The venue tells its time in whole seconds: one answer tells an offset to a second, several narrow it. Pure. Imports:
net, protocol; doctor/clock. Imported by: health.
"""

from typing import Final

from fathom.net import venue
from fathom.protocol import SECOND_NS
from fathom.run.doctor.clock import offset_of

EVERY_S: Final = 300.0  # A machine's clock drifts by less than 0.1 s meanwhile.
SOON_S: Final = 5.0  # While little is known, and while the clocks differ: once they agree, trading may go on.
SAMPLES: Final = 5  # The newest answers that are weighed together.
OFF_NS: Final = 100_000_000


class VenueClock:
    """The newest answers. `offset_ns`: the venue's clock less ours, at the least; None while nothing is known."""

    def __init__(self) -> None:
        self.offset_ns: int | None = None
        self._samples: list[venue.ClockSample] = []

    @property
    def wait_s(self) -> float:
        """How long an answer is good for."""
        settled = len(self._samples) == SAMPLES and abs(self.offset_ns or 0) < OFF_NS
        return EVERY_S if settled else SOON_S

    def take(self, sample: venue.ClockSample) -> None:
        """Take one answer in. Where it contradicts the older ones a clock was set: they count no longer."""
        samples = [*self._samples[1 - SAMPLES :], sample]
        bounds = [offset_of([one], step_ns=SECOND_NS) for one in samples]
        if max(one.low_ns for one in bounds if one) > min(one.high_ns for one in bounds if one):
            samples = [sample]
        self._samples = samples
        found = offset_of(samples, step_ns=SECOND_NS)
        assert found is not None
        self.offset_ns = found.certain_ns if found.low_ns > 0 else -found.certain_ns
