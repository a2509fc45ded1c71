"""Fair weather in virtual time: a bot that trades with an exchange in another process, over lines that take their time.

The bot's process, its loop and its wires are those of chaos; nothing breaks here. Imports: sim; chaos_loop,
rehearsal_venue. Imported by: rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from rehearsal_venue import Remote

from fathom.protocol import HttpAnswer, HttpRequest, Role, Upgrade
from fathom.sim import PEER, START_NS, Agenda, Line, Process, Weather

MS_NS: Final = 1_000_000


def fair_weather(seed: int) -> Weather:
    """Return a day on which nothing breaks, and all takes as long as over a good line to a distant venue."""
    return Weather(
        seed=seed,
        market_rate=0.0,
        storm_s=0.0,
        out_ns=(10 * MS_NS, 15 * MS_NS),
        public_ns=(10 * MS_NS, 15 * MS_NS),
        private_ns=(10 * MS_NS, 15 * MS_NS),
        rest_ns=(20 * MS_NS, 40 * MS_NS),
        lost_request_share=0.0,
        late_request_share=0.0,
        late_request_ns=(0, 0),
        switch_s=60,
        answer_ns=5_000 * MS_NS,
        cuts=(),
        pauses=(),
        clock_steps=(),
        crashes=(),
        strangers_s=(),
        venue_faults=(),
    )


class FairWorld:
    """The exchange and one process; time is the next thing that happens. To the process it is what RoughWorld is."""

    stormy = False
    boots = 1

    def __init__(self, weather: Weather, exchange: Remote) -> None:
        self.weather = weather
        self.now_ns = START_NS
        self.key = exchange.key
        self._exchange = exchange
        self._agenda = Agenda()
        self._exchange_due_ns = START_NS
        self._process: Process | None = None
        self._lines = 0

    def boot(self, process: Process) -> None:
        """The bot starts."""
        self._process = process

    @property
    def bot_ns(self) -> int:
        """The bot's clock, which is right."""
        return self.now_ns

    def turn(self, until_ns: int) -> bool:
        """Go on to the next thing that is due, and do it. False where that is after `until_ns`: then it is then."""
        process = self._process
        process_ns = None if process is None else process.due_ns
        agenda_ns = self._agenda.next_ns
        due_ns = min(at_ns for at_ns in (self._exchange_due_ns, agenda_ns, process_ns) if at_ns is not None)
        if due_ns > until_ns:
            self.now_ns = max(self.now_ns, until_ns)
            return False
        self.now_ns = max(self.now_ns, due_ns)
        if due_ns == self._exchange_due_ns:
            self._exchange_due_ns = self._exchange.wake(self.now_ns)
        elif due_ns == agenda_ns:
            self._agenda.pop()[1]()
        else:
            assert process is not None
            process.turn()
        return True

    def after(self, delay_ns: int, deed: Callable[[], None]) -> None:
        """Have the bot do something later."""

        def arrives() -> None:
            assert self._process is not None
            self._process.soon(deed)

        self._agenda.put(self.now_ns + delay_ns, arrives)

    def elsewhere(self, delay_ns: int, deed: Callable[[], None]) -> None:
        """Have something happen at the venue."""
        self._agenda.put(self.now_ns + delay_ns, deed)

    def rest(self, request: HttpRequest) -> HttpAnswer:
        """Knock at the REST door, now."""
        return self._exchange.answer(request, now_ns=self.now_ns)

    def open(
        self,
        role: Role,
        on_frame: Callable[[bytes], None],
        on_closed: Callable[[int, str], None],
        tap: Callable[[bytes], None],
    ) -> Any:
        """Connect, now; an HTTP answer where the venue refuses it."""
        upgrade = Upgrade(role=role, path="/v2", peer=PEER)
        refusal = self._exchange.refusal(upgrade, now_ns=self.now_ns)
        if refusal is not None:
            return refusal
        self._lines += 1
        weather = self.weather
        line = Line(
            self,
            role=role,
            out_ns=weather.out_ns,
            in_ns=weather.public_ns,
            random=Random(f"{weather.seed}/line/{self._lines}"),
            on_frame=on_frame,
            on_closed=on_closed,
            tap=tap,
        )
        line.conversation = self._exchange.open(upgrade, line, now_ns=self.now_ns)
        return line
