"""When something falls due: the end of an order's time, its scheduled start, a dead man's switch.

Pure. Imports: nothing. Imported by: floor, venue.
"""

from heapq import heapify, heappop, heappush
from typing import Final, Literal

TimerKind = Literal["start", "expire", "switch"]
SLACK: Final = 64  # So many timers may be called off before the heap is swept.


class Timers:
    """Timers by kind and by what they are for; setting one again moves it."""

    __slots__ = ("_due", "_heap", "_set")

    def __init__(self) -> None:
        self._due: dict[tuple[TimerKind, str], tuple[int, int]] = {}
        # Those that were moved or called off stay here until their time comes, or until they are too many.
        self._heap: list[tuple[int, int, TimerKind, str]] = []
        self._set = 0

    def set(self, kind: TimerKind, name: str, *, due_ns: int) -> None:
        """Let it fall due then."""
        self._set += 1  # Among those due together the first one set comes first.
        self._due[kind, name] = (due_ns, self._set)
        heappush(self._heap, (due_ns, self._set, kind, name))
        if len(self._heap) > 2 * len(self._due) + SLACK:
            self._heap = [(at_ns, number, *key) for key, (at_ns, number) in self._due.items()]
            heapify(self._heap)

    def drop(self, kind: TimerKind, name: str) -> None:
        """Call it off, if it is set."""
        self._due.pop((kind, name), None)

    def due_ns(self, kind: TimerKind, name: str) -> int | None:
        """Return when it falls due; None where it is not set."""
        due = self._due.get((kind, name))
        return None if due is None else due[0]

    def next_ns(self) -> int | None:
        """Return when the first falls due."""
        heap = self._heap
        while heap:
            due_ns, number, kind, name = heap[0]
            if self._due.get((kind, name)) == (due_ns, number):
                return due_ns
            heappop(heap)
        return None

    def take(self) -> tuple[int, TimerKind, str]:
        """Return the first and forget it. There must be one."""
        due_ns = self.next_ns()
        assert due_ns is not None
        _, _, kind, name = heappop(self._heap)
        del self._due[kind, name]
        return due_ns, kind, name
