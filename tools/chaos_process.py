"""One life of the bot: what `fathom run` makes of a plan, on a loop and over wires of the world.

Trader, timers, health, gateway, account desk and the client of Kraken are those of `fathom run`. Imports: net, run,
sim; chaos_bot, chaos_loop, chaos_wire. Imported by: chaos_run, chaos_plants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Final

from chaos_bot import Bot, bot_file
from chaos_loop import VirtualLoop
from chaos_wire import OPTIONS, VENUE, Ear, Nonces, running_in

from fathom.domain import Entry, Event, FathomError
from fathom.net import Credentials, GivenSource, Kraken, clock_ns
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.keys import Found
from fathom.run.bot_file import BotFile
from fathom.run.trading.health import Health, TimedLog
from fathom.run.trading.live_world import LiveWorld
from fathom.run.trading.timers import Timers
from fathom.run.trading.trader import Trader
from fathom.sim import RoughWorld

SECOND_NS: Final = 1_000_000_000


class Killed(BaseException):
    """The process is dead: nothing arrives any more."""


class Process:
    """A bot that trades. Made before its journal is replayed, as its followers learn from that."""

    def __init__(self, world: RoughWorld, bot: Bot, ear: Ear, file: BotFile | None = None) -> None:
        """`file` is what a user would write of the bot; None: as chaos has it."""
        self.loop = VirtualLoop(world)
        self.ended = ""  # Why it ended by itself: a supervisor starts it again.
        self.trader: Trader | None = None
        self._world = world
        weather = world.weather
        self.timers = Timers(self.arrive, clock_ns=clock_ns)
        credentials = Credentials(key=world.key.key, secret=world.key.secret)
        found = Found(credentials, GivenSource(credentials))
        self.live = LiveWorld(
            self.arrive, bot, file or bot_file(weather.switch_s), venue=VENUE, found=found, complaint=self._complaint
        )
        self.live.kraken._prepare = self._prepare  # noqa: SLF001 - Where a client meets the machine.
        self._ear = ear
        self._health: Health | None = None

    # -- As run/trading/session puts it together ---------------------------------------------------------------

    def followers(self) -> list[Callable[[Entry], None]]:
        """Return who is shown the entries of a journal that goes on."""
        return [self.timers.seen, self.live.seen]

    def begin(self, engine: Any, log: Any, first: list[Event]) -> None:
        """Begin to trade; `first` comes in before all else."""
        timed = TimedLog(log)
        kraken: Kraken = self.live.kraken
        self._health = Health(self.arrive, timed, kraken)
        self.trader = trader = Trader(engine, [self.live, self.timers], clock_ns=clock_ns)
        trader.follow(self.live.seen)
        for event in first:
            self.soon(event)
        self.loop.create_task(self._trade(), name="trade")

    async def _trade(self) -> None:
        assert self._health is not None
        try:
            await self.live.open()
        except FathomError as error:
            self.ended = f"{type(error).__name__}: {error}"
            return
        for task in self.live.tasks:
            task.add_done_callback(self._task_ended)
        self.timers.start()
        await self._health.run()

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        """What works beside the loop never ends by itself: if it does, that is a failure."""
        if self.trader is not None and not task.cancelled() and (error := task.exception()) is not None:
            self.trader.fail(error)

    async def _prepare(self) -> Any:
        world, weather = self._world, self._world.weather
        seed = Random(f"{weather.seed}/client/{world.boots}").getrandbits(32)
        options = options_of(seed, weather.answer_ns)
        return running_in(world, self._ear, [self.live.feed.tap], nonces=Nonces(), options=options)

    def arrive(self, event: Event) -> None:
        """Hand an event to the trader."""
        assert self.trader is not None, event
        self.trader.arrive(event)

    def _complaint(self) -> str:
        if self.trader is not None and self.trader.failure is not None:
            return "trading has failed"
        return "" if self._health is None else self._health.complaint()

    # -- What the campaign asks --------------------------------------------------------------------------------

    def soon(self, event: Event) -> None:
        """Have something come in from outside, as from a person."""
        self.loop.soon(lambda: self.arrive(event))

    @property
    def is_up(self) -> bool:
        """Whether the private stream carries requests."""
        inside = self.live.kraken._inside  # noqa: SLF001 - To know how long a request may take.
        topic = None if inside is None else inside.hearing.topics.find(EXECUTIONS)
        return topic is not None and topic.active and topic.link.is_open

    def check(self) -> None:
        """Raise what went wrong inside, if anything did."""
        if self.trader is not None and self.trader.failure is not None:
            raise self.trader.failure
        for error in self.loop.errors:
            raise error.get("exception") or AssertionError(error)

    def kill(self) -> None:
        """It is gone. Its tasks are ended, so that nothing of it is left; what they say nobody hears."""
        if self.trader is not None and self.trader.failure is None:
            self.trader.failure = Killed()
        if (inside := self.live.kraken._inside) is not None:  # noqa: SLF001 - So that it begins nothing new.
            inside._closing.set()  # noqa: SLF001 - As above.
        self.loop.end()
        self.loop.errors.clear()


def options_of(seed: int, answer_ns: int) -> Any:
    """Return the client's options: LiveWorld's own, without its hand on the garbage collector, and no chance."""
    return replace(OPTIONS, seed=seed, answer_s_max=answer_ns / SECOND_NS)
