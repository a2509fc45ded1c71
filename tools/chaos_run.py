"""One seed: the bot in its world, killed and started again, watched at each step, compared with the venue at the end.

Imports: chaos_bot, chaos_compare, chaos_journal, chaos_loop, chaos_oracle, chaos_process, chaos_wire, and the core.
Imported by: chaos, tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from chaos_bot import CONFIG, Bot, client_ids
from chaos_compare import Sides
from chaos_journal import Journal
from chaos_loop import clocks_of
from chaos_oracle import Broken, Oracle
from chaos_process import Process
from chaos_wire import sockets_of
from chaos_words import Words

from fathom.domain import Entry, Event, Happening, OrderAccepted, ResumeOrdered, RunResumed, RunStarted, RunStopped
from fathom.engine import Engine, replay
from fathom.run.config import config_json
from fathom.run.trading.resuming import resume_from
from fathom.sim import START_NS, Crash, RoughWorld, weather_of

SECOND_NS: Final = 1_000_000_000
MODE: Final = "live"
# Within so much after the storm everything must be known and a new order accepted: REST is a minute behind at most, and
# whoever looks twice may just have looked.
LIVE_NS: Final = 240 * SECOND_NS
# And so much later, once the run was told to end, nothing is open, on either side.
SETTLED_NS: Final = 180 * SECOND_NS
TAIL_MAX: Final = 40  # Entries that a crash takes at most where nothing is synced.
AGAIN_NS: Final = 3 * SECOND_NS  # A bot that ended by itself, as it could not begin, is started again after so long.


@dataclass
class Plant:
    """A bug on purpose. Each is a function of what it spoils; the campaign must find it."""

    name: str
    bot: Callable[[Bot], None] = lambda _: None
    process: Callable[[Process], None] = lambda _: None


@dataclass
class Report:
    """What one seed went through."""

    seed: int
    entries: int = 0
    crashes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    live_s: float = 0.0  # After the storm, until all was known and an order accepted.


class Run:
    """Plays one seed. Raises Broken, or what a component raises."""

    def __init__(self, seed: int, plant: Plant | None = None) -> None:
        self.seed = seed
        self.plant = plant or Plant("none")
        self.weather = weather_of(seed)
        self.report = Report(seed)
        self._random = Random(f"{seed}/run")
        self._random_early = Random(f"{seed}/early")
        self._take: Callable[[Sequence[Entry]], None] = lambda _: None
        self._early: list[Entry] = []  # Of the present step, handed out already.
        self._written = 0  # Where it died while something was handed out: entries that the journal had by then.
        self.journal = Journal()
        self.world = RoughWorld(self.weather)
        self.words = Words(self.world)
        self.bot = self._new_bot()
        self.oracle = Oracle(client_ids())
        self._of_the_storm: set[str] | None = None  # Orders from before the calm, once it is calm.
        self._accepted_after_ns: int | None = None
        self._engine: Engine | None = None
        self._dies: Crash | None = None  # In its next step.
        self._dead = False
        self.process: Process | None = None

    def play(self) -> Report:
        """Storm, calm, end; then everything is compared."""
        with ExitStack() as stack:
            stack.enter_context(clocks_of(self.world))
            stack.enter_context(sockets_of(self.world, self.words))
            stack.callback(self._end)
            return self._play()

    def _play(self) -> Report:
        world = self.world
        before = Sides.money(world)
        self._start()
        for crash in self.weather.crashes:
            self._until(max(START_NS + int(crash.at_s * SECOND_NS), world.now_ns))
            self._crash(crash)
        self._until(world.storm_ns)
        self._until_live()
        self._settle()
        if differences := self._sides().differences():
            raise Broken("the two sides do not agree", differences)
        if (money := Sides.money(world)) != before:
            raise Broken("money at the exchange does not add up", (before, money))
        self._replay()
        self.report.entries = len(self.journal.kept)
        return self.report

    def _end(self) -> None:
        if self.process is not None:
            process, self.process = self.process, None
            self.world.crash(reaches_venue=True)
            process.kill()

    def _sides(self) -> Sides:
        return Sides(self.world, self.bot, self.oracle)

    def _new_bot(self) -> Bot:
        bot = Bot(self.seed)
        self.plant.bot(bot)
        return bot

    # -- Steps -------------------------------------------------------------------------------------------------

    def _until(self, time_ns: int, done: Callable[[], bool] | None = None) -> bool:
        """Let the world go on to a time, or until `done`, which is asked at each second."""
        world = self.world
        while world.now_ns < time_ns:
            until_ns = time_ns if done is None else min(time_ns, world.now_ns + SECOND_NS)
            while world.turn(until_ns):
                process = self.process
                if process is None or self._dead:
                    continue
                process.check()
                self.words.check(self.oracle)
                if process.ended:
                    self._again()
            if done is not None and done():
                return True
        return False

    def hand_out_early(self, kinds: Collection[type[Happening]], take: Callable[[Sequence[Entry]], None]) -> None:
        """Have what is approved handed out within a step, as an engine does. It is judged before."""
        assert self._engine is not None
        self._take = take
        self._engine.hand_out_early(kinds, self._handed)

    def _handed(self, entries: Sequence[Entry]) -> None:
        """Hand on what no component has heard of yet; where it is time to die, perhaps in the middle of that."""
        if self._dead:
            return
        self._early += entries
        self._judge(entries)
        count = len(entries)
        if self._dies is not None and self._random_early.random() < 0.5:
            self._dies, self._dead, self._written = None, True, len(self.journal.kept)
            count = self._random_early.randint(0, count)
        self._take(entries[:count])

    def step(self, event: Event, *, time_ns: int) -> list[Entry]:
        """Take one arrival, as an engine; return what is to be performed. It is judged before."""
        if self._dead:
            return []
        engine, journal = self._engine, self.journal
        assert engine is not None
        self._early = []
        entries = engine.step(event, time_ns=time_ns)
        if self._dead:  # While it handed something out: nothing after that was written.
            journal.cut(self._written)
            return []
        crash, self._dies = self._dies, None
        if crash is None:
            self._judge(entries)
            self.oracle.after_step([*self._early, *entries])
            return entries
        self._dead = True
        if self._random.random() < 0.5:  # In the middle of writing: nothing of it was done.
            journal.cut(len(journal.kept) - len(entries) + self._random.randint(0, len(entries)))
            return []
        self._judge(entries)
        return entries[: self._random.randint(0, len(entries))]

    @property
    def time_ns(self) -> int:
        """Of the newest entry."""
        return 0 if self._engine is None else self._engine.time_ns

    @property
    def last_seq(self) -> int:
        """The place of the newest entry."""
        return 0 if self._engine is None else self._engine.last_seq

    def _judge(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            event = entry.event
            self.report.counts[type(event).__name__] += 1
            self.oracle.judge(entry, self.world, self.bot.market)
            self.oracle.see(entry)
            self.words.committed(event, self.oracle, self.process)
            is_first = self._of_the_storm is not None and self._accepted_after_ns is None
            if is_first and isinstance(event, OrderAccepted) and event.order_id not in (self._of_the_storm or ()):
                self._accepted_after_ns = entry.time_ns

    # -- Lives -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """Start on an empty journal."""
        self.bot, self.oracle = self._new_bot(), Oracle(client_ids())
        self._begin(
            Process(self.world, self.bot, self.words),
            Engine(self.bot.components, self.journal),
            [RunStarted(f"chaos-{self.seed}-{self.world.boots}", MODE, config_json(CONFIG), "0")],
        )

    def _begin(self, process: Process, engine: Engine, first: list[Event]) -> None:
        self.process, self._engine, self._dead = process, engine, False
        self.world.boot(process.loop)
        self.plant.process(process)
        process.begin(self, self.journal, first)

    def _crash(self, crash: Crash) -> None:
        """Die in the middle of the next step, be down for a while, and start again from the journal."""
        world, journal, random = self.world, self.journal, self._random
        self._dies = crash
        until_ns = world.now_ns + 5 * SECOND_NS
        while not self._dead and world.turn(until_ns):
            if self.process is not None and not self._dead:
                self.process.check()
        self._dies = None
        match crash.tail:
            case "unsynced":
                journal.cut(random.randint(journal.synced, len(journal.kept)))
            case "any":
                journal.cut(max(1, len(journal.kept) - random.randint(0, TAIL_MAX)))
            case "kept":
                pass
        self._down(int(crash.down_s * SECOND_NS), reaches_venue=crash.reaches_venue)

    def _again(self) -> None:
        """It ended by itself: a supervisor starts it again."""
        self._down(AGAIN_NS, reaches_venue=True)

    def _down(self, for_ns: int, *, reaches_venue: bool) -> None:
        world, process = self.world, self.process
        assert process is not None
        self.process, self._dead = None, True
        self.words.died()
        world.crash(reaches_venue=reaches_venue)
        process.kill()
        self.report.crashes += 1
        until_ns = world.now_ns + for_ns
        while world.turn(until_ns):
            pass
        self._resume()

    def _resume(self) -> None:
        """Start again: the journal through new components, the rest of its last step, and what a start says first."""
        if not self.journal.kept:  # Nothing of it had reached the disk: another run begins.
            self._start()
            return
        self.oracle = Oracle(client_ids())
        made: list[Process] = []

        def follow(bot: Bot) -> list[Callable[[Entry], None]]:
            self.bot = bot
            made.append(Process(self.world, bot, self.words))
            return [*made[0].followers(), self.oracle.see]

        resumed = resume_from(
            self.journal,
            CONFIG,
            MODE,
            follow,
            place="the journal",
            make=lambda _: self._new_bot(),  # type: ignore[arg-type]
        )
        engine = resumed.engine(self.journal)
        for entry in resumed.unwritten:
            self.words.committed(entry.event, self.oracle, None)
        self._begin(made[0], engine, [RunResumed(f"boot-{self.world.boots}", "0"), *resumed.news()])

    # -- The end -----------------------------------------------------------------------------------------------

    def _until_live(self) -> None:
        """Everything is known again, and an order that was approved after the storm was accepted."""
        self._of_the_storm = set(self.oracle.orders)
        world = self.world
        if any(limit for limit, _ in self.oracle.halted):
            self._soon(ResumeOrdered("", "the storm is over"))
        if not self._until(world.now_ns + LIVE_NS, self._is_live):
            raise Broken("not live again", self._what_lacks())
        self.report.live_s = (world.now_ns - world.storm_ns) / SECOND_NS

    def _soon(self, event: Event) -> None:
        assert self.process is not None
        self.process.soon(event)

    def _is_live(self) -> bool:
        unsure = [order for order in self.bot.reconciler.orders.open() if order.state == "unsure"]
        quiet = not unsure and not self.oracle.disputed and self.oracle.agreed and len(self.oracle.trusted) == 2
        return quiet and self._accepted_after_ns is not None

    def _what_lacks(self) -> object:
        return {
            "unsure": [order for order in self.bot.reconciler.orders.open() if order.state == "unsure"],
            "disputed": sorted(self.oracle.disputed),
            "doubts": self.bot.reconciler.disputed,
            "agreed": self.oracle.agreed,
            "trusted": sorted(self.oracle.trusted),
            "halted": self.oracle.halted,
            "accepted": self._accepted_after_ns,
        }

    def _settle(self) -> None:
        """The run is told to end: everything is cancelled, and both sides come to know it."""
        self._soon(RunStopped("chaos is over"))
        if not self._until(self.world.now_ns + SETTLED_NS, lambda: self._sides().are_settled()):
            raise Broken("the two sides do not come to agree", (self.oracle.open, self._sides().differences()))
        self._until(self.world.now_ns + 3 * SECOND_NS)

    def _replay(self) -> None:
        """The journal through new components says what it says, byte for byte."""

        def build(_: Entry) -> list[Any]:
            return self._new_bot().components

        replayed = replay(self.journal, build)
        if not replayed.agrees:
            raise Broken("a replay that says something else", replayed.difference)


def play(seed: int, plant: Plant | None = None) -> Report:
    """Play one seed. Raises what went wrong."""
    return Run(seed, plant).play()
