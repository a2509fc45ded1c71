"""A world in virtual time where anything breaks: the exchange of this machine, the way to it, and a seed's weather.

Time is the next thing that happens. The bot is a process that runs when it may: it stands still, its clock jumps, it
dies (`crash`) and another starts (`boot`); the venue lives on, and so does what was on its way.

Pure. Imports: exchange, protocol; agenda, line, stranger, weather. Imported by: the front door.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final, Protocol

from fathom.exchange import ApiKey, Exchange, Settings
from fathom.protocol import HttpAnswer, HttpRequest, Role, Upgrade
from fathom.sim.chaos.agenda import Agenda, Deed
from fathom.sim.chaos.line import Line
from fathom.sim.chaos.stranger import trade_by_hand
from fathom.sim.chaos.weather import ACCOUNT, SECOND_NS, Cut, Pause, Weather

START_NS: Final = 1_767_614_400_000_000_000  # 2026-01-05 12:00 UTC, a Monday.
SYMBOLS: Final = ("BTC/USD", "ETH/USD")
PEER: Final = "10.0.0.7"
SLOTS_MAX: Final = 100  # Nobody here looks deeper than ten levels.


class Process(Protocol):
    """The bot, as the world sees it."""

    @property
    def due_ns(self) -> int | None:
        """When it has something to do, by the world's clock; None for never."""

    def soon(self, deed: Deed) -> None:
        """Have it do something in its next turn."""

    def turn(self) -> None:
        """Let it do what is due."""


class RoughWorld:
    """The exchange, its weather, and at most one process that trades on it."""

    def __init__(self, weather: Weather) -> None:
        self.weather = weather
        self.exchange = Exchange(
            Settings(
                seed=weather.seed,
                start_ns=START_NS,
                symbols=SYMBOLS,
                rate=weather.market_rate,
                ladder_slots_max=SLOTS_MAX,
            ),
            machine_ns=START_NS,
            faults=weather.venue_faults,
        )
        self.now_ns = START_NS  # The world's clock, and the venue's.
        self.storm_ns = START_NS + int(weather.storm_s * SECOND_NS)
        self.boots = 0
        self.stood_ns = START_NS  # Until when the process stood still the last time.
        self.lines: list[Line] = []  # Those of the bot's present life, gone ones too.
        self._random = Random(f"{weather.seed}/world")
        self._agenda = Agenda()
        self._exchange_due_ns = START_NS
        self._clock_offset_ns = 0
        self._bot_ns = START_NS
        self._process: Process | None = None
        self.key: ApiKey = next(key for key in self.exchange.samples if key.account == ACCOUNT)
        self._hand = self.exchange.keyring.add(
            ACCOUNT, key="by hand", secret=b64encode(bytes(64)).decode(), permissions=self.key.permissions,
            label="by hand", now_ns=START_NS,
        )  # fmt: skip
        self._plan()

    def _plan(self) -> None:
        weather = self.weather
        for cut in weather.cuts:
            self._agenda.put(_at(cut.at_s), partial(self._cut, cut))
        for pause in weather.pauses:
            self._agenda.put(_at(pause.at_s), partial(self._pause, pause))
        for step in weather.clock_steps:
            self._agenda.put(_at(step.at_s), partial(self._step_clock, step.by_ns))
        for number, at_s in enumerate(weather.strangers_s):
            self._agenda.put(_at(at_s), partial(self._trade_by_hand, number))
        self._agenda.put(self.storm_ns, self._calm)

    # -- The bot's life ----------------------------------------------------------------------------------------

    def boot(self, process: Process) -> None:
        """The bot starts."""
        assert self._process is None
        self._process = process
        self.boots += 1

    def crash(self, *, reaches_venue: bool) -> None:
        """The bot is gone, with all that was on its way to it, and with its sockets."""
        assert self._process is not None
        self._process = None
        for line in self.lines:
            line.die(reaches_venue=reaches_venue)
        self.lines.clear()
        self.stood_ns = min(self.stood_ns, self.now_ns)

    # -- Time --------------------------------------------------------------------------------------------------

    def turn(self, until_ns: int) -> bool:
        """Go on to the next thing that is due, and do it. False where that is after `until_ns`: then it is then."""
        due_ns, deed = self._next()
        if due_ns > until_ns:
            self.now_ns = max(self.now_ns, until_ns)
            return False
        self.now_ns = max(self.now_ns, due_ns)
        deed()
        return True

    @property
    def bot_ns(self) -> int:
        """The bot's clock: the world's, with what it jumped, and never back."""
        self._bot_ns = max(self._bot_ns, self.now_ns + self._clock_offset_ns)
        return self._bot_ns

    @property
    def stormy(self) -> bool:
        """Whether things may still break."""
        return self.now_ns < self.storm_ns

    def after(self, delay_ns: int, deed: Deed) -> None:
        """Have the bot do something later, if it lives and when it runs."""
        self._agenda.put(self.now_ns + delay_ns, deed, boot=self.boots)

    def elsewhere(self, delay_ns: int, deed: Deed) -> None:
        """Have something happen at the venue, whatever becomes of the bot."""
        self._agenda.put(self.now_ns + delay_ns, deed)

    def _next(self) -> tuple[int, Deed]:
        """Return what is due first. Among equals: the venue, what is on its way, the bot."""
        best_ns, best = self._exchange_due_ns, self._wake_exchange
        agenda_ns = self._agenda.next_ns
        if agenda_ns is not None and agenda_ns < best_ns:
            best_ns, best = agenda_ns, self._do_next
        process = self._process
        if process is not None and (process_ns := process.due_ns) is not None:
            process_ns = max(process_ns, self.stood_ns)
            if process_ns < best_ns:
                best_ns, best = process_ns, process.turn
        return best_ns, best

    def _wake_exchange(self) -> None:
        self._exchange_due_ns = self.exchange.wake(self.now_ns)

    def _do_next(self) -> None:
        boot, deed = self._agenda.pop()
        if boot == 0:
            deed()
        elif boot == self.boots and self._process is not None:
            self._process.soon(deed)

    # -- What breaks -------------------------------------------------------------------------------------------

    def _cut(self, cut: Cut) -> None:
        for line in self.lines:
            if line.role == cut.link and line.is_open:
                line.cut(silent=cut.silent)

    def _pause(self, pause: Pause) -> None:
        self.stood_ns = min(self.now_ns + int(pause.for_s * SECOND_NS), self.storm_ns)

    def _step_clock(self, by_ns: int) -> None:
        self._clock_offset_ns += by_ns

    def _trade_by_hand(self, number: int) -> None:
        trade_by_hand(self.exchange, self._hand, self._random, number=number, now_ns=self.now_ns)

    def _calm(self) -> None:
        """From here on nothing breaks; the clock is right again, though it stands until it is."""
        self.exchange.faults.clear()
        self._clock_offset_ns = 0

    # -- The venue's doors -------------------------------------------------------------------------------------

    def rest(self, request: HttpRequest) -> HttpAnswer:
        """Knock at the REST door, now."""
        return self.exchange.answer(request, now_ns=self.now_ns)

    def open(
        self,
        role: Role,
        on_frame: Callable[[bytes], None],
        on_closed: Callable[[int, str], None],
        tap: Callable[[bytes], None],
    ) -> Line | HttpAnswer:
        """Connect, now; an HTTP answer where the venue refuses it. `tap` sees each frame that we say."""
        upgrade = Upgrade(role=role, path="/v2", peer=PEER)
        refusal = self.exchange.refusal(upgrade, now_ns=self.now_ns)
        if refusal is not None:
            return refusal
        number = len(self.lines) + 1
        line = Line(
            self,
            role=role,
            out_ns=self.weather.out_ns,
            in_ns=self.weather.private_ns if role == "private" else self.weather.public_ns,
            random=Random(f"{self.weather.seed}/line/{self.boots}/{number}"),
            on_frame=on_frame,
            on_closed=on_closed,
            tap=tap,
        )
        self.lines.append(line)
        line.conversation = self.exchange.open(upgrade, line, now_ns=self.now_ns)
        return line


def _at(seconds: float) -> int:
    return START_NS + int(seconds * SECOND_NS)
