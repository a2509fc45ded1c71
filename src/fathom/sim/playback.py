"""A world that plays recorded frames, with a venue on paper behind two links that take their time.

Time is virtual: the next arrival's. Pure. Imports: domain, engine, kernel, paper. Imported by: run.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from fathom.domain import (
    AccountWanted,
    AmendApproved,
    CancelApproved,
    Entry,
    Event,
    ForeignCancelWanted,
    FrameReceived,
    InstrumentChanged,
    OrderApproved,
    OrderLookupWanted,
    RunStopped,
    TimerFired,
    TimerWanted,
    TradesSeen,
)
from fathom.engine import Arrival
from fathom.kernel import peek
from fathom.sim.paper import BookVenue
from fathom.sim.paper_venue import Request

# Between an order and the venue, and between the venue and us. A bot on the open internet sees about this.
LATENCY_NS: Final = 20_000_000
# What may be on its way at once: requests, answers, timers. More is a bug in a strategy.
PENDING_MAX: Final = 100_000


class RecordedFrame(Struct, frozen=True, gc=False):
    """One frame of a recording, and when it came."""

    time_ns: int
    link: str
    frame: bytes


class ToVenue(Struct, frozen=True):
    """A request on its way."""

    request: Request


class Playback:
    """Delivers recorded frames, our timers and the venue's answers in order of time.

    It ends when the frames end or `stop` was called: RunStopped comes in, what that sets off is answered, and then
    there is nothing more.
    """

    def __init__(
        self,
        frames: Iterable[RecordedFrame],
        venue: BookVenue,
        *,
        openings: Iterable[Event] = (),
        latency_ns: int = LATENCY_NS,
    ) -> None:
        """`frames` in order of time; `openings` come in first, at the time of the first frame.

        `latency_ns` passes between us and the venue, each way.
        """
        assert latency_ns >= 0, "an answer cannot come before its question"
        self._latency_ns = latency_ns
        self._frames: Iterator[RecordedFrame] = iter(frames)
        self._next_frame = next(self._frames, None)
        self._venue = venue
        self._now_ns = self._next_frame.time_ns if self._next_frame else 0
        self._openings = deque(openings)
        self._heap: list[tuple[int, int, Event | ToVenue]] = []
        self._pushed = 0
        self._stopping = ""
        self._stopped = False
        self.frames_played = 0

    @property
    def now_ns(self) -> int:
        """The time of the last arrival."""
        return self._now_ns

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return bool(self._stopping)

    def cancel_everything(self) -> int:
        """Cancel all orders at the venue at once, past the log, which is broken; return how many there were."""
        return self._venue.cancel_all()

    def stop(self, reason: str) -> None:
        """End the run after its openings, at the next arrival, as if the recording ended here."""
        self._stopping = self._stopping or reason

    def next_arrival(self) -> Arrival | None:
        """Return what comes in next."""
        if self._openings:
            return Arrival(self._now_ns, self._openings.popleft())
        while True:
            frame = self._next_frame
            if not self._stopped and (self._stopping or (frame is None and not self._heap_has_news())):
                self._stopped = True
                self._next_frame = None
                return Arrival(self._now_ns, RunStopped(self._stopping or "the recording ended"))
            if self._expire_before(frame):
                continue
            if frame is not None and (not self._heap or frame.time_ns < self._heap[0][0]):
                self._next_frame = next(self._frames, None)
                self._now_ns = max(self._now_ns, frame.time_ns)
                self.frames_played += 1
                return Arrival(self._now_ns, FrameReceived(frame.link, frame.frame))
            if not self._heap:
                return None
            time_ns, _, what = heapq.heappop(self._heap)
            if self._stopped and isinstance(what, TimerFired):
                continue  # Nobody waits any more.
            self._now_ns = max(self._now_ns, time_ns)
            if not isinstance(what, ToVenue):
                return Arrival(self._now_ns, what)
            self._answer(self._venue.pass_time(self._now_ns))
            self._answer(self._venue.request(what.request))

    def perform(self, entry: Entry) -> None:
        """Send what may be sent, set timers, and let the market's moves fill what rests."""
        event = entry.event
        match event:
            case (
                OrderApproved()
                | AmendApproved()
                | CancelApproved()
                | AccountWanted()
                | OrderLookupWanted()
                | ForeignCancelWanted()
            ):
                self._push(entry.time_ns + self._latency_ns, ToVenue(event))
            case TimerWanted():
                self._push(event.at_ns, TimerFired(event.owner, event.timer))
            case TradesSeen():
                self._answer(self._venue.pass_time(entry.time_ns))
                self._answer(self._venue.market_traded(event.symbol, event.trades))
            case FrameReceived():
                channel, _, symbol = peek(event.frame)
                if channel == "book" and self._venue.follows(symbol):
                    self._answer(self._venue.pass_time(entry.time_ns))
                    self._answer(self._venue.book_moved(symbol))
            case InstrumentChanged():
                self._answer(self._venue.pass_time(entry.time_ns))
                self._answer(self._venue.instrument_changed(event.instrument))
            case _:
                pass

    def _expire_before(self, frame: RecordedFrame | None) -> bool:
        """Let the orders expire that are due before what comes next; return whether there were any."""
        due_ns = self._venue.due_ns
        if due_ns is None or (frame is None and not self._heap):
            return False
        next_ns = min(([frame.time_ns] if frame else []) + [time_ns for time_ns, _, _ in self._heap[:1]])
        if due_ns > next_ns:
            return False
        self._now_ns = max(self._now_ns, due_ns)
        self._answer(self._venue.pass_time(self._now_ns))
        return True

    def _answer(self, events: Iterable[Event]) -> None:
        for event in events:
            self._push(self._now_ns + self._latency_ns, event)

    def _heap_has_news(self) -> bool:
        """Whether anything but timers is on its way."""
        return any(not isinstance(what, TimerFired) for _, _, what in self._heap)

    def _push(self, time_ns: int, what: Event | ToVenue) -> None:
        assert len(self._heap) < PENDING_MAX, f"{PENDING_MAX} events are on their way: {what!r:.200}"
        self._pushed += 1  # Among equals the first pushed comes first.
        heapq.heappush(self._heap, (time_ns, self._pushed, what))


def merged(recordings: Iterable[Iterable[RecordedFrame]]) -> Iterator[RecordedFrame]:
    """Yield several recordings as one, in order of time."""
    return heapq.merge(*recordings, key=lambda frame: frame.time_ns)


def shifted(recording: Iterable[RecordedFrame], *, start_ns: int) -> Iterator[RecordedFrame]:
    """Yield a recording with its arrivals moved so that the first comes at `start_ns`. Frames stay as they are."""
    offset: int | None = None
    for frame in recording:
        if offset is None:
            offset = start_ns - frame.time_ns
        yield RecordedFrame(frame.time_ns + offset, frame.link, frame.frame)
