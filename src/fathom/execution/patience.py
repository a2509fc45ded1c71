"""How often an algorithm hears no before it gives up, and how long it waits in between.

Pure. Imports: nothing of ours. Imported by: work.
"""

from typing import Final

NS_PER_SECOND: Final = 1_000_000_000
REFUSALS_MAX: Final = 5  # In a row.
BACK_OFF_NS: Final = NS_PER_SECOND  # After the first; twice as long after each further one ...
BACK_OFF_NS_MAX: Final = 30 * NS_PER_SECOND  # ... and no longer than this.


class Patience:
    """Counts refusals in a row: by risk, by the venue, or orders ended by somebody else."""

    __slots__ = ("_max", "reason", "refusals", "until_ns")

    def __init__(self, refusals_max: int = REFUSALS_MAX) -> None:
        self.refusals = 0
        self.reason = ""  # Of the last.
        self.until_ns = 0  # Nothing is asked for before.
        self._max = refusals_max

    def refused(self, reason: str, *, now_ns: int) -> None:
        """Note one more."""
        self.refusals += 1
        self.reason = reason
        self.until_ns = now_ns + min(BACK_OFF_NS << min(self.refusals - 1, 10), BACK_OFF_NS_MAX)

    def accepted(self) -> None:
        """Note that the venue took something: what was refused before is forgotten."""
        self.refusals = 0
        self.until_ns = 0

    @property
    def worn_out(self) -> bool:
        """Whether it is time to give up."""
        return self.refusals >= self._max
