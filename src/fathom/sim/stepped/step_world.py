"""A world of recorded markets, stepped over: the kernel runs ahead to the next moment that somebody asked for.

Time is virtual. What comes next is the earliest of: a frame for which somebody is woken, an order of ours that the
recording touched, a request that reaches the venue, an answer that reaches us, a timer. Of two at one time the frame
comes last: what was sent is there before it. Pure. Imports: domain, engine, kernel, market, latency, pace, step_seats,
step_venue.
Imported by: run.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from msgspec import Struct

from fathom.domain import (
    AccountWanted,
    Entry,
    Event,
    ForeignCancelWanted,
    Happening,
    OrderLookupWanted,
    RunStopped,
    TimerFired,
    TimerWanted,
    VenueStatusChanged,
)
from fathom.engine import Engine, Whisper
from fathom.kernel import stepper as kernel
from fathom.kernel import steppers
from fathom.market import StepMarket
from fathom.protocol import budget
from fathom.sim.paper_venue import Request
from fathom.sim.stepped.gate import Gate
from fathom.sim.stepped.latency import LatencyModel, Ways
from fathom.sim.stepped.pace import TierName
from fathom.sim.stepped.step_seats import Seat, seats_of
from fathom.sim.stepped.step_venue import StepVenue

SECOND_NS: Final = 1_000_000_000
FEES_EVERY_NS: Final = 3_600 * SECOND_NS  # How often the venue is asked for its fees, as live.
# What may be on its way at once: requests, answers, timers. More is a bug in a strategy.
PENDING_MAX: Final = 100_000
# Timers whose hearers are remembered; then that begins anew: one of an algorithm fires hardly more than once.
TIMERS_MAX: Final = 1_000
ENDED: Final = "the recording ended"

Watcher = Callable[[Entry], None]


class ToVenue(Struct, frozen=True):
    """A request on its way."""

    request: Request


class Chore(Struct, frozen=True):
    """Something that the world itself does at a time."""

    act: Callable[[], None]


class Window(Struct, frozen=True):
    """A stretch in which the venue is in maintenance. In ns."""

    from_ns: int
    to_ns: int


class StepWorld:
    """Plays recorded markets to one bot, from `begin_ns` to `end_ns`."""

    def __init__(
        self,
        market: StepMarket,
        venue: StepVenue,
        *,
        openings: Iterable[Event],
        begin_ns: int,
        end_ns: int,
        latency: LatencyModel,
        tier: TierName | budget.Tier = "starter",
        maintenance: Sequence[Window] = (),
        switch_ns: int = 0,
        look: Callable[[int], None] = lambda _: None,
        look_every_ns: int = SECOND_NS,
    ) -> None:
        """`openings` come in first. `switch_ns`: the dead man's switch, of a market that is lost so long; 0: none.

        `look` is called every `look_every_ns`, for whoever wants to see what no entry of the log is for.
        """
        self._market = market
        self._venue = venue
        self._openings = list(openings)
        self._end_ns = end_ns
        self._look = look
        self._look_every_ns = look_every_ns
        self._switch_ns = switch_ns
        self._seats, self._group = seats_of(market, venue)
        self._ways = Ways(latency)
        self.gate = Gate(self, tier, symbol_of=venue.symbol_of)
        self._fees: dict[str, tuple[Decimal, Decimal]] = {}  # By pair, as they were told last.
        self._heap: list[tuple[int, int, Event | ToVenue | Chore]] = []
        self._pushed = 0
        self._now_ns = begin_ns
        self._stopping = ""
        self._over = False
        self._ended = False  # The recordings have no more frames.
        self._engine: Engine | None = None
        self._timers: dict[tuple[str, str], Whisper] = {}
        self._watch: Watcher = lambda _: None
        self._performers: dict[type[Happening], Callable[[Entry], None]] = {
            **self.gate.performers(),
            AccountWanted: self.send,
            OrderLookupWanted: self.send,
            ForeignCancelWanted: self.send,
            TimerWanted: self._set_timer,
        }
        self._loudly = 0  # Stops that somebody was woken for, whom the kernel did not call.
        self.switched = 0
        market.place = venue.place
        for window in maintenance:
            self._push(window.from_ns, Chore(lambda: self._turn("maintenance")))
            self._push(window.to_ns, Chore(lambda: self._turn("online")))
        self._push(begin_ns, Chore(self._tell_fees))
        self._push(begin_ns + look_every_ns, Chore(self._look_around))

    @property
    def now_ns(self) -> int:
        """The time of the last arrival."""
        return self._now_ns

    @property
    def frames(self) -> int:
        """Frames of books that were stepped over."""
        return sum(seat.stepper.frames for seat in self._seats)

    @property
    def wakes(self) -> int:
        """How often the market woke somebody."""
        return self._loudly + self._group.told

    def stop(self, reason: str) -> None:
        """End the run at the next arrival, as if the recording ended here."""
        self._stopping = self._stopping or reason

    def run(self, engine: Engine, watch: Watcher) -> None:
        """Play it to the end; `watch` is shown every entry of the log, after it was performed."""
        self._engine, self._watch = engine, watch
        for place, seat in enumerate(self._seats):
            seat.listen(engine)
            for why, whisper in seat.whispers.items():
                self._group.hear(place, why, tuple(ear for _, ear in whisper.ears))
        for event in self._openings:
            self.arrive(event)
        while not self._stopping:
            next_ns = self._next_ns()
            if self._step_until(min(next_ns - 1, self._end_ns)):
                continue
            if next_ns > self._end_ns or (self._ended and not self._has_news()):
                break
            self._next()
        self._now_ns = max(self._now_ns, self._group.now_ns)  # The last frames, of which nobody may have heard.
        self._end()

    @property
    def _running(self) -> Engine:
        assert self._engine is not None, "the world runs"
        return self._engine

    # -- In ------------------------------------------------------------------------------------------------------------

    def _step_until(self, until_ns: int) -> bool:
        """Step over frames until a time; return whether it stopped before, as something else is due now."""
        engine, group, pushed = self._running, self._group, self._pushed
        while (place := engine.overhear(partial(group.tell, until_ns, self._now_ns))) >= 0:
            self._now_ns = max(self._now_ns, group.now_ns)
            seat, why, heard = self._seats[place], group.why, group.heard
            if heard:
                self._show(engine.answered(seat.whispers[why], heard, self._now_ns))
            else:
                self._loud(seat, why)
            if self._pushed != pushed or self._stopping:
                return True
        self._now_ns = max(self._now_ns, group.told_ns)
        self._ended = place == steppers.ENDS
        return False

    def _loud(self, seat: Seat, why: int) -> None:
        """An order of ours was touched, somebody traded, or a book came to be trusted or not."""
        if why & kernel.OWN:
            self._answer(self._venue_at_now(lambda: self._venue.moved(seat.symbol)))
            why &= ~kernel.OWN
        if why:
            self._loudly += 1
            self._show(self._running.step(seat.stepped(why), time_ns=self._now_ns))
            if why & kernel.BOOK:
                self._on_book(seat)

    def _on_book(self, seat: Seat) -> None:
        """A book came to be trusted, or is not any more: then the switch begins to wait."""
        if seat.stepper.trusted:
            self._answer(self._venue_at_now(lambda: self._venue.trusted_again(seat.symbol)))
        elif self._switch_ns:
            self._push(self._now_ns + self._switch_ns, Chore(self._switch))

    def _next_ns(self) -> int:
        """Return when something is due that is no frame."""
        due_ns = self._venue.due_ns
        first_ns = self._heap[0][0] if self._heap else self._end_ns + 1
        return first_ns if due_ns is None else min(first_ns, due_ns)

    def _next(self) -> None:
        """Let what is due first come in."""
        due_ns = self._venue.due_ns
        if due_ns is not None and (not self._heap or due_ns <= self._heap[0][0]):
            self._now_ns = max(self._now_ns, due_ns)
            self._answer(self._venue.pass_time(self._now_ns))
            return
        time_ns, _, what = heapq.heappop(self._heap)
        if self._over and not isinstance(what, ToVenue) and isinstance(what, TimerFired | Chore):
            return  # Nobody waits any more.
        self._now_ns = max(self._now_ns, time_ns)
        match what:
            case ToVenue():
                self._answer(self._venue_at_now(lambda: self._venue.request(what.request)))
            case Chore():
                what.act()
            case TimerFired():
                self._fire(what)
            case _:
                self.arrive(what)

    def _fire(self, timer: TimerFired) -> None:
        """Let a timer fire; one for which there is nothing to do but to be set again leaves no trace."""
        engine = self._running
        before = engine.last_seq
        whisper = self._timers.get((timer.owner, timer.timer))
        if whisper is None:
            if len(self._timers) >= TIMERS_MAX:
                self._timers.clear()
            whisper = engine.whispered(lambda _: timer, hearer=timer.owner)
            self._timers[timer.owner, timer.timer] = whisper
        entries = engine.whisper(whisper, self._now_ns, (TimerWanted,))
        if engine.last_seq > before:
            self._show(entries)
            return
        for entry in entries:
            self._set_timer(entry)

    def arrive(self, event: Event) -> None:
        """Let something come in now."""
        self._show(self._running.step(event, time_ns=self._now_ns))

    def _end(self) -> None:
        """Say that it ends, and let what that sets off come to its end: the market stands still meanwhile."""
        self._over = True
        self.arrive(RunStopped(self._stopping or ENDED))
        while self._heap:
            self._next()
        self._venue.finish()

    def _has_news(self) -> bool:
        """Whether anything but timers is on its way."""
        return any(not isinstance(what, TimerFired | Chore) for _, _, what in self._heap)

    # -- Out -----------------------------------------------------------------------------------------------------------

    def _show(self, entries: Sequence[Entry]) -> None:
        performers, watch = self._performers, self._watch
        for entry in entries:
            perform = performers.get(type(entry.event))
            if perform is not None:
                perform(entry)
            watch(entry)

    def send(self, entry: Entry) -> None:
        """Let a request take its way to the venue."""
        event = entry.event
        assert isinstance(event, Request)
        self._push(self._ways.there(entry.time_ns), ToVenue(event))

    def soon(self, time_ns: int, event: Event) -> None:
        """Let something come in at a time."""
        self._push(time_ns, event)

    def later(self, time_ns: int, act: Callable[[], None]) -> None:
        """Do something at a time."""
        self._push(time_ns, Chore(act))

    def _set_timer(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, TimerWanted)
        self._push(event.at_ns, TimerFired(event.owner, event.timer))

    def _venue_at_now(self, ask: Callable[[], list[Event]]) -> list[Event]:
        """Let the venue come to now, and ask it."""
        return [*self._venue.pass_time(self._now_ns), *ask()]

    def _answer(self, events: Iterable[Event]) -> None:
        for event in events:
            self._push(self._ways.back(self._now_ns), event)

    def _push(self, time_ns: int, what: Event | ToVenue | Chore) -> None:
        assert len(self._heap) < PENDING_MAX, f"{PENDING_MAX} events are on their way: {what!r:.200}"
        self._pushed += 1  # Among equals the first pushed comes first.
        heapq.heappush(self._heap, (time_ns, self._pushed, what))

    # -- What the world does itself ----------------------------------------------------------------------------------

    def _look_around(self) -> None:
        self._look(self._now_ns)
        self._push(self._now_ns + self._look_every_ns, Chore(self._look_around))

    def _turn(self, status: str) -> None:
        """Let the venue's engine be in another state."""
        assert status in {"maintenance", "online"}, status
        self._venue.status = "maintenance" if status == "maintenance" else "online"
        self.arrive(VenueStatusChanged(self._venue.status))

    def _switch(self) -> None:
        """Let the dead man's switch fire, where no market is trusted for as long as it waits."""
        if not any(seat.stepper.trusted for seat in self._seats):
            ended = self._venue_at_now(self._venue.switched_off)
            self.switched += len(ended)
            self._answer(ended)

    def _tell_fees(self) -> None:
        """Tell what the account pays, and look again in an hour."""
        self._venue.pass_time(self._now_ns)
        for seen in self._venue.fees_seen():
            if self._fees.get(seen.symbol) != (seen.maker_share, seen.taker_share):
                self._fees[seen.symbol] = (seen.maker_share, seen.taker_share)
                self.arrive(seen)
        self._push(self._now_ns + FEES_EVERY_NS, Chore(self._tell_fees))
