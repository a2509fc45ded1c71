"""The clock of this machine against the venue's.

Imports: domain, net, protocol. Imported by: doctor, reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fathom.domain import Finding, Level
from fathom.net import venue as venues
from fathom.protocol import SECOND_NS

GROUP: Final = "clock"
WRONG_S: Final = (
    5.0  # An order's deadline is 5 s from now unless it says otherwise (rate-limits.md 3): it would be late.
)
OFF_S: Final = 0.5  # The shortest deadline there is.
_ADVICE: Final = "set the clock: timedatectl set-ntp true, or run chrony"


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the venue's clock is ahead of ours: it lies between these two."""

    low_ns: int
    high_ns: int

    @property
    def certain_ns(self) -> int:
        """So much it is at least, whichever way."""
        return max(self.low_ns, -self.high_ns, 0)


def offset_of(samples: Sequence[venues.ClockSample], *, step_ns: int) -> Offset | None:
    """Return what the samples leave possible, where the venue tells the time in whole steps; None for no samples.

    What the venue's clock said, it said between question and answer: each sample gives a lower and an upper bound, and
    all of them together the narrowest. So whole seconds, asked at several moments, tell more than a second does. Where
    no offset fits all (a clock was set, or several servers answer), it is that of the quickest answer.
    """
    if not samples:
        return None
    bounds = [Offset(each.theirs_ns - each.received_ns, each.theirs_ns + step_ns - each.sent_ns) for each in samples]
    low_ns, high_ns = max(each.low_ns for each in bounds), min(each.high_ns for each in bounds)
    if low_ns <= high_ns:
        return Offset(low_ns, high_ns)
    quickest = min(samples, key=lambda sample: sample.round_trip_ns)
    return bounds[samples.index(quickest)]


def judge_clock(check: str, samples: Sequence[venues.ClockSample], *, step_ns: int) -> list[Finding]:
    """Return one finding, or none where nobody answered: that is told elsewhere."""
    offset = offset_of(samples, step_ns=step_ns)
    if offset is None:
        return []
    middle_s = (offset.low_ns + offset.high_ns) / 2 / SECOND_NS
    give_s = (offset.high_ns - offset.low_ns) / 2 / SECOND_NS
    certain_s = offset.certain_ns / SECOND_NS
    level: Level = "error" if certain_s >= WRONG_S else "warning" if certain_s >= OFF_S else "ok"
    where = "behind" if middle_s > 0 else "ahead of"
    found = f"this clock is {abs(middle_s):.3f} s {where} the venue's, give or take {give_s:.3f} s"
    return [Finding(group=GROUP, check=check, level=level, found=found, advice="" if level == "ok" else _ADVICE)]
