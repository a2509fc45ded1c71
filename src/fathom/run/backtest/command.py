"""`fathom backtest`: a bot's file over recorded markets, with a journal, a report, and a bar while it runs.

I/O: reads files, writes a journal, a page and stdout. Imports: domain, store, ui; bot_file, everything in backtest,
history/progress. Imported by: cli/backtest.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console

from fathom.domain import LocalError
from fathom.run.backtest.asked import Asked, config_of_backtest, time_of
from fathom.run.backtest.backtest import Backtest
from fathom.run.backtest.outcome import Outcome
from fathom.run.backtest.printing import extras, screen
from fathom.run.bot_file import read_bot_file
from fathom.run.history.progress import progress_of
from fathom.store import JournalWriter
from fathom.ui import page

WIDTH_PIPED: Final = 180
INTERRUPTED: Final = 130


class BacktestCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says."""

    bot: Path
    data: Path
    first: str | None = None
    last: str | None = None
    journal: Path | None = None
    html: Path | None = None
    json: bool = False
    asked: Asked = Asked()


def backtest_bot(command: BacktestCommand) -> int:
    """Run it; return the exit status. Raises LocalError, in one sentence, where it cannot be run."""
    file = read_bot_file(command.bot, os.environ)
    from_ns, to_ns = time_of("--from", command.first), time_of("--to", command.last)
    config = config_of_backtest(file, command.data, from_ns=from_ns, to_ns=to_ns, asked=command.asked)
    folder = command.journal or Path("runs") / f"{file.name}-backtest-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if folder.exists() and any(folder.iterdir()):
        raise LocalError("--journal", f"{folder} holds a journal already, or other files: name a new folder")
    run = Backtest(config, run_id=folder.name)
    stopped: list[str] = []
    try:
        with (
            JournalWriter(folder, fsync="close") as log,
            _stopped_by_signals(run, stopped),
            progress_of("backtest") as told,
        ):
            plan = run.plan
            run.on_look = lambda now_ns: told(
                file.name, (now_ns - plan.from_ns) // 1_000_000_000, (plan.to_ns - plan.from_ns) // 1_000_000_000
            )
            outcome = run.run(log)
        if command.html is not None:
            write_page(command.html, run, outcome)
    finally:
        run.close()
    _print(command, outcome, folder)
    if stopped:
        sys.stderr.write(f"{stopped[0]}: what is told is of the part until then\n")
        return INTERRUPTED
    return 0


def write_page(path: Path, run: Backtest, outcome: Outcome) -> None:
    """Write the report as one page. Raises LocalError where that cannot be."""
    told = outcome.told
    try:
        path.write_text(
            page(told.run, run.statistics, run.drawing, extras=extras(told), held=run.held), encoding="utf-8"
        )
    except OSError as error:
        raise LocalError("--html", f"{path} cannot be written: {error.strerror}") from None


def _print(command: BacktestCommand, outcome: Outcome, folder: Path) -> None:
    if command.json:
        sys.stdout.write(msgspec.json.encode(outcome.told).decode() + "\n")
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH_PIPED)
    console.print(screen(outcome.told))
    program = sys.argv[0] if Path(sys.argv[0]).name == "fathom" else "fathom"  # As it was called.
    page_is = "" if command.html is None else f"The page is {command.html}. "
    console.print(f"{page_is}Run it again from its journal: {program} replay {folder}", soft_wrap=True, markup=False)


@contextmanager
def _stopped_by_signals(run: Backtest, stopped: list[str]) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) end the run cleanly, and a second one end it at once."""

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stopped.append(f"stopped by {signal.Signals(number).name}")
        run.stop(stopped[0])

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
