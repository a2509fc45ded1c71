"""What is due when: one deadline a name, the earliest first.

A name has one deadline: setting it again moves it. Equal deadlines come out in the order in which they were
set, so a run can be repeated.

Pure. Imports: nothing. Imported by: pending, subscriptions.
"""

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

# A moved or cancelled deadline stays in the heap until it surfaces. Past twice the live ones (and this many)
# the heap is built anew, so it never holds more.
DEAD_ENTRIES_MAX = 64


class Timers(Generic[Name]):
    """Deadlines by name. Times are whatever the caller counts in, here always ns."""

    __slots__ = ("_due", "_heap", "_order")

    def __init__(self) -> None:
        self._due: dict[Name, tuple[int, int]] = {}  # Name to (deadline, order of setting).
        self._heap: list[tuple[int, int, Name]] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._due)

    def __contains__(self, name: object) -> bool:
        return name in self._due

    @property
    def deadline_ns(self) -> int | None:
        """The earliest deadline, None without any."""
        heap = self._heap
        while heap and self._due.get(heap[0][2]) != heap[0][:2]:
            heappop(heap)
        return heap[0][0] if heap else None

    def set(self, name: Name, due_ns: int) -> None:
        """Make `name` due at `due_ns`, whatever it was before."""
        self._order += 1
        self._due[name] = (due_ns, self._order)
        heappush(self._heap, (due_ns, self._order, name))
        if len(self._heap) > 2 * len(self._due) + DEAD_ENTRIES_MAX:
            self._heap = [(due, order, live) for live, (due, order) in self._due.items()]
            heapify(self._heap)

    def cancel(self, name: Name) -> None:
        """Forget the deadline of `name`, if it has one."""
        self._due.pop(name, None)

    def clear(self) -> None:
        """Forget every deadline."""
        self._due.clear()
        self._heap.clear()

    def pop_due(self, *, now_ns: int) -> list[Name]:
        """Take out the names that are due, the earliest first."""
        due: list[Name] = []
        while (deadline_ns := self.deadline_ns) is not None and deadline_ns <= now_ns:
            name = heappop(self._heap)[2]
            del self._due[name]
            due.append(name)
        return due
