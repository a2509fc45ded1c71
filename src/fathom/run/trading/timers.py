"""The timers that components want, on the loop's clock; after a restart, those that were still to come.

Imports: domain. Imported by: session.
"""

import asyncio
import heapq
from collections.abc import Callable, Mapping
from typing import Final

from fathom.domain import Entry, Event, Happening, TimerFired, TimerWanted
from fathom.run.trading.trader import Performer

PENDING_MAX: Final = 100_000  # More is a component that asks without end.
SLEEP_S_MAX: Final = 1.0  # So that a wall clock that is set forward is noticed.


class Timers:
    """Fires each timer once its time has come."""

    def __init__(self, arrive: Callable[[Event], None], *, clock_ns: Callable[[], int]) -> None:
        self._arrive = arrive
        self._clock_ns = clock_ns
        self._heap: list[tuple[int, int, str, str]] = []
        self._wanted = 0
        self._handle: asyncio.TimerHandle | None = None
        self._running = False

    def performers(self) -> Mapping[type[Happening], Performer]:
        """Timers that are wanted."""
        return {TimerWanted: self._want}

    def seen(self, entry: Entry) -> None:
        """Learn from an entry of the journal what was wanted, and what has fired since."""
        event = entry.event
        match event:
            case TimerWanted():
                self._push(event)
            case TimerFired():
                found = next((one for one in self._heap if one[2:] == (event.owner, event.timer)), None)
                if found is not None:
                    self._heap.remove(found)
                    heapq.heapify(self._heap)

    def start(self) -> None:
        """Begin to fire; what was due while nobody ran fires at once."""
        self._running = True
        self._arm()

    def stop(self) -> None:
        """Fire nothing any more."""
        self._running = False
        if self._handle is not None:
            self._handle.cancel()

    def _want(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, TimerWanted)
        self._push(event)
        if self._heap[0][1] == self._wanted:
            self._arm()

    def _push(self, event: TimerWanted) -> None:
        assert len(self._heap) < PENDING_MAX, f"too many timers: {event}"
        self._wanted += 1
        heapq.heappush(self._heap, (event.at_ns, self._wanted, event.owner, event.timer))

    def _arm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._running and self._heap:
            wait_s = max(0.0, (self._heap[0][0] - self._clock_ns()) / 1e9)
            self._handle = asyncio.get_running_loop().call_later(min(wait_s, SLEEP_S_MAX), self._fire)

    def _fire(self) -> None:
        self._handle = None
        now_ns = self._clock_ns()
        due: list[tuple[int, int, str, str]] = []
        while self._heap and self._heap[0][0] <= now_ns:
            due.append(heapq.heappop(self._heap))
        for _, _, owner, timer in due:
            self._arrive(TimerFired(owner, timer))
        self._arm()
