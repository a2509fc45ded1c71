"""One bot from its start to its end: the journal it begins or goes on with, the world of its mode, and how it stops.

Imports: domain, engine, net, store, ui; everything in trading. Imported by: run/run_command.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from rich.console import Console

from fathom.domain import (
    BalancesSeen,
    Entry,
    Event,
    FathomError,
    Happening,
    RunResumed,
    RunStarted,
    RunStopped,
)
from fathom.engine import Engine
from fathom.net import Kraken, clock_ns
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile, Mode
from fathom.run.config import config_json
from fathom.run.trading.answers import answers
from fathom.run.trading.control import Control
from fathom.run.trading.halt_file import HaltFile
from fathom.run.trading.health import Health, TimedLog
from fathom.run.trading.picture import Form, Picture
from fathom.run.trading.resuming import resume
from fathom.run.trading.status import Status
from fathom.run.trading.timers import Timers
from fathom.run.trading.trader import Performer, Trader, sentence_of
from fathom.store import JournalWriter
from fathom.ui import Watch
from fathom.version import VERSION

LOOK_S: Final = 0.05  # How often somebody who waits looks.
EMERGENCY_S_MAX: Final = 8.0  # For cancelling past the log; the dead man's switch has the rest.


class World(Protocol):
    """What is outside, in one mode."""

    source: str
    tasks: list[asyncio.Task[None]]  # What works beside the loop, once it is open. None ends by itself.

    @property
    def kraken(self) -> Kraken:
        """The client that hears the market."""

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is done for which events."""

    def seen(self, entry: Entry) -> None:
        """Keep up with the log: in a replay, and before an entry is performed."""

    async def open(self) -> None:
        """Connect."""

    def open_orders(self) -> list[str]:
        """Return our ids of what is open, or may be."""

    async def cancel_everything(self) -> None:
        """Cancel ours past the log."""

    async def close(self, *, leave_armed: bool) -> str:
        """Say goodbye; return what could not be done. `leave_armed`: the dead man's switch is left to fire."""


MakeWorld = Callable[[Callable[[Event], None], Bot, Callable[[], str]], World]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to run, decided before anything is opened."""

    file: BotFile
    mode: Mode
    folder: Path
    venue: str  # As a person is told.
    make_world: MakeWorld
    form: Form
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended."""

    reason: str
    left_open: tuple[str, ...]
    remark: str
    status: dict[str, Any]
    failed: bool


class Session:
    """Runs one plan. `stop` ends it from outside, such as from a signal."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._stop = asyncio.Event()
        self._stop_reason = ""
        self._watch: Watch | None = None
        self._signals = 0

    def stop(self, reason: str) -> None:
        """End it in good order."""
        self._stop_reason = self._stop_reason or reason
        self._stop.set()

    def stop_on_signals(self) -> None:
        """Let SIGINT and SIGTERM end it in good order; a second one ends the process at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled, signal.Signals(number).name)

    def remark(self, text: str) -> None:
        """Show something among the news."""
        if self._watch is not None:
            self._watch.remark(text)

    async def run(self) -> Ended:
        """Run to the end. Raises what stood in the way of beginning."""
        plan = self._plan
        with JournalWriter(plan.folder, fsync=plan.file.journal.sync) as writer:
            return await self._with_journal(writer)

    async def _with_journal(self, writer: JournalWriter) -> Ended:
        plan, log = self._plan, TimedLog(writer, writer.slowest_sync_ns)
        config = plan.file.run_config(plan.mode)
        first: list[Event]
        if writer.last_seq is None:
            bot = Bot(config)
            parts = self._make(bot)
            engine = Engine(bot.components, log)
            first = [RunStarted(_boot_id(plan), plan.mode, config_json(config), VERSION)]
            if plan.mode == "paper":
                first.append(BalancesSeen(tuple(sorted(config.balances.items()))))
        else:
            made: list[_Parts] = []

            def follow(bot: Bot) -> list[Callable[[Entry], None]]:
                made.append(self._make(bot))
                return made[0].followers()

            resumed = resume(plan.folder, config, plan.mode, follow)
            parts, engine = made[0], resumed.engine(log)
            first = [RunResumed(_boot_id(plan), VERSION), *resumed.news()]
        parts.health = Health(parts.arrive, log, parts.world.kraken)
        parts.trader = trader = Trader(engine, [parts.world, parts.timers], clock_ns=clock_ns)
        trader.follow(parts.world.seen)
        trader.watch(parts.watch.observe)
        trader.watch(parts.status.observe)
        trader.on_failure = self._stop.set
        for event in first:
            trader.arrive(event)
        return await self._trade(parts, trader, parts.health)

    def _make(self, bot: Bot) -> "_Parts":
        """Make whoever follows the log from its first entry on."""
        plan = self._plan
        parts = _Parts()
        parts.timers = Timers(parts.arrive, clock_ns=clock_ns)
        parts.world = plan.make_world(parts.arrive, bot, parts.complaint)
        parts.watch = self._watch = Watch(bot.market, quote=bot.config.quote)
        parts.status = Status(
            parts.watch, name=plan.file.name, mode=plan.mode, venue=plan.venue, folder=str(plan.folder)
        )
        return parts

    async def _trade(self, parts: "_Parts", trader: Trader, health: Health) -> Ended:
        plan, world, timers, status = self._plan, parts.world, parts.timers, parts.status
        control = Control(plan.folder, answers(trader, status, stop=self.stop))
        halt_file = HaltFile(trader.arrive)
        picture = Picture(plan.form, parts.watch, self._console, title=_title(plan), status=status.told)
        halt_file.look()
        tasks: list[asyncio.Task[None]] = []
        remark = ""
        try:
            await world.open()
            await control.open()
            timers.start()
            tasks += [
                asyncio.create_task(health.run(), name="health"),
                asyncio.create_task(halt_file.watch(), name="halt file"),
                asyncio.create_task(picture.run(), name="picture"),
            ]
            for task in [*tasks, *world.tasks]:
                task.add_done_callback(lambda done: self._task_ended(trader, done))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(plan.seconds):
                    await self._stop.wait()
            await self._wind_down(trader, world, status)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            timers.stop()
            remark = await self._leave(trader, world)
            await control.close()
        failure = trader.failure
        return Ended(
            reason=sentence_of(failure) if failure is not None else self._stop_reason or "its time was over",
            left_open=tuple(world.open_orders()),
            remark=remark,
            status=status.told(),
            failed=failure is not None,
        )

    async def _wind_down(self, trader: Trader, world: World, status: Status) -> None:
        """Tell the log that it ends, and wait until what must be gone is gone."""
        stop = self._plan.file.stop
        if trader.failure is not None:
            return
        trader.arrive(RunStopped(self._stop_reason or "its time was over", stop.orders))
        if stop.orders == "keep":
            return
        flatten = stop.orders == "flatten"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(stop.seconds):
                while (world.open_orders() or (flatten and status.held())) and trader.failure is None:
                    await asyncio.sleep(LOOK_S)

    async def _leave(self, trader: Trader, world: World) -> str:
        """Close the world; where the log is broken, cancel past it before that."""
        said = []
        # Whatever should be gone and may not be is the dead man's switch's: it is not disarmed then.
        leave_armed = bool(world.open_orders()) and self._plan.file.stop.orders != "keep"
        if trader.failure is not None:
            try:
                async with asyncio.timeout(EMERGENCY_S_MAX):
                    await world.cancel_everything()
                leave_armed = False
            except (FathomError, TimeoutError) as error:
                said.append(f"what is open could not be cancelled ({str(error) or 'too late'}): run `fathom kill`")
        try:
            said.append(await world.close(leave_armed=leave_armed))
        except FathomError as error:
            said.append(str(error))
        return "; ".join(filter(None, said))

    def _task_ended(self, trader: Trader, task: asyncio.Task[None]) -> None:
        """A helper of the session never ends by itself: if it does, that is a failure."""
        if not task.cancelled() and (error := task.exception()) is not None:
            trader.fail(error)

    def _signalled(self, name: str) -> None:
        self._signals += 1
        if self._signals > 1:  # Somebody is in a hurry; the dead man's switch has what is open.
            os._exit(130)
        self.stop(f"stopped by {name}")


class _Parts:
    """What a run is made of. Those that follow the log are made first, the trader that moves it last."""

    world: World
    watch: Watch
    status: Status
    timers: Timers
    trader: Trader | None = None
    health: Health | None = None

    def arrive(self, event: Event) -> None:
        """Hand an event to the trader."""
        assert self.trader is not None, f"{event} before the run began"
        self.trader.arrive(event)

    def complaint(self) -> str:
        """Return why the dead man's switch must not be renewed; empty where all is well."""
        if self.trader is not None and self.trader.failure is not None:
            return "trading has failed"
        return "" if self.health is None else self.health.complaint()

    def followers(self) -> list[Callable[[Entry], None]]:
        """Return who is shown the entries of a journal that goes on."""
        return [self.timers.seen, self.world.seen, self.watch.observe, self.status.observe]


def _boot_id(plan: Plan) -> str:
    """Return what no other start has."""
    return f"{plan.file.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{time.time_ns() % 1_000_000_000:09d}"


def _title(plan: Plan) -> str:
    return f"{plan.file.name}: {plan.mode} at {plan.venue}"
