"""What is due when: closures in a heap, in order of time and then in the order in which they were put there.

Pure. Imports: nothing. Imported by: rough.
"""

import heapq
from collections.abc import Callable
from typing import Final

Deed = Callable[[], None]

# What may be on its way at once. More is a bug: something calls itself up again without end.
AGENDA_MAX: Final = 100_000


class Agenda:
    """Times in ns. `boot`: of which life of the bot a deed is; 0: it happens whether the bot lives or not."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Deed]] = []
        self._pushed = 0

    @property
    def next_ns(self) -> int | None:
        """When the next deed is due; None for never."""
        return self._heap[0][0] if self._heap else None

    def put(self, time_ns: int, deed: Deed, *, boot: int = 0) -> None:
        """Have something done."""
        assert len(self._heap) < AGENDA_MAX, "too much is due"
        self._pushed += 1
        heapq.heappush(self._heap, (time_ns, self._pushed, boot, deed))

    def pop(self) -> tuple[int, Deed]:
        """Return the next deed, and the life that it is of."""
        _, _, boot, deed = heapq.heappop(self._heap)
        return boot, deed
