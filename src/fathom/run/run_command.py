"""`fathom run`: a bot from its file, in one of three modes, until it is stopped.

I/O: reads files and the keyboard, writes stdout and stderr. Imports: domain, net; bot_file, preflight, trading.
Imported by: cli.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from fathom.domain import Event, LocalError
from fathom.net import choose_venue, credentials_for
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile, Mode, read_bot_file
from fathom.run.preflight import preflight
from fathom.run.scrubbing import know
from fathom.run.trading.control import writable
from fathom.run.trading.live_world import LiveWorld
from fathom.run.trading.paper_world import PaperWorld
from fathom.run.trading.picture import Form
from fathom.run.trading.session import Ended, MakeWorld, Plan, Session, World

LEFT_OPEN: Final = 3  # The exit status of a run that ended with orders of ours still open, against its own wish.


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """The command line as given."""

    path: Path
    mode: Mode
    venue: str | None = None
    journal: Path | None = None
    seconds: float | None = None
    yes: bool = False
    plain: bool = False
    json: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


async def run_bot(command: RunCommand) -> int:
    """Run the bot; return the exit status. Raises what stood in the way of beginning."""
    file = read_bot_file(command.path, command.environment)
    plan = await plan_of(command, file)
    if command.mode == "live":
        _warn(file, plan)
        if not command.yes:
            _confirm(file)
        await preflight(file, venue=command.venue or file.venue.live, journal=plan.folder)
    session = Session(plan, Console())
    session.stop_on_signals()
    ended = await session.run()
    _say(ended, plan)
    if ended.failed:
        return 1
    return LEFT_OPEN if ended.left_open and file.stop.orders != "keep" else 0


async def plan_of(command: RunCommand, file: BotFile) -> Plan:
    """Decide where it runs and on what. Raises LocalError where that cannot be."""
    name = command.venue or getattr(file.venue, command.mode)
    choice = await choose_venue(name)
    if command.mode == "rehearsal" and choice.is_kraken:
        raise LocalError("mode", "a rehearsal is on the local exchange: use --mode live for Kraken, or --mode paper")
    folder = command.journal or file.folder(command.mode)
    writable(folder)
    return Plan(
        file=file,
        mode=command.mode,
        folder=folder,
        venue=choice.venue.name,
        make_world=_world_maker(command, file, choice),
        form=_form(command),
        seconds=command.seconds,
    )


def _world_maker(command: RunCommand, file: BotFile, choice: Any) -> MakeWorld:
    if command.mode == "paper":
        return lambda arrive, bot, _: PaperWorld(arrive, bot, venue=choice.venue)
    account = file.account
    found = credentials_for(
        choice,
        account=account.rehearsal if command.mode == "rehearsal" else None,
        file=None if account.key_file is None else Path(account.key_file),
        directory=None if account.key_dir is None else Path(account.key_dir),
        keyring=account.keyring,
    )
    know(found.credentials)

    def make(arrive: Callable[[Event], None], bot: Bot, complaint: Callable[[], str]) -> World:
        return LiveWorld(arrive, bot, file, venue=choice.venue, found=found, complaint=complaint)

    return make


def _form(command: RunCommand) -> Form:
    if command.json:
        return "json"
    return "screen" if sys.stdout.isatty() and not command.plain else "plain"


def _warn(file: BotFile, plan: Plan) -> None:
    """Say whose money it is, and what the dead man's switch does."""
    sys.stderr.write(
        f"{file.name} will trade REAL MONEY at {plan.venue} on the account you call {file.account.name!r}.\n"
        f"While it runs, Kraken cancels EVERY order of it if the bot is silent for {file.switch.timeout_s} s,\n"
        "orders of other programs too (the dead man's switch). `fathom check` shows the limits in force.\n"
    )


def _confirm(file: BotFile) -> None:
    """Let a person type the account's name: it is their money."""
    sys.stderr.write("Type the account's name to begin: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != file.account.name:
        raise LocalError("mode", "that is not the account's name: nothing was begun (--yes begins without asking)")


def _say(ended: Ended, plan: Plan) -> None:
    status = ended.status
    out = sys.stderr if plan.form == "json" else sys.stdout
    out.write(
        f"{plan.file.name} ended: {ended.reason}\n"
        f"  {status['orders']['approved']:,} orders approved, {status['denied']:,} denied, "
        f"{status['orders']['fills']:,} fills; profit {status['profit']:+,.4f} {status['quote']} after fees\n"
    )
    if ended.left_open:
        out.write(f"  still open or not known: {', '.join(ended.left_open[:10])}\n")
    if ended.remark:
        out.write(f"  {ended.remark}\n")
    out.write(f"  journal {plan.folder}: `fathom report {plan.folder}`, `fathom replay {plan.folder}`\n")
    out.flush()
