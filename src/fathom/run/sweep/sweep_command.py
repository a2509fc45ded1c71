"""`fathom sweep`, put together: the bot, the time, the folder, who works, the loop, and what is told.

I/O: all of it. Imports: domain; bot_file, history/progress, run/sweep. Imported by: cli.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final

from msgspec import Struct

from fathom.domain import JournalError, LocalError
from fathom.run.bot_file import BotFile, read_bot_file
from fathom.run.history.progress import progress_of
from fathom.run.sweep.asking import size_of
from fathom.run.sweep.evaluating import evaluate_on
from fathom.run.sweep.folder import Folder, Sampler, Settings, bot_print, opened
from fathom.run.sweep.processes import Processes
from fathom.run.sweep.scoring import RATIOS, RETURNS_MIN, Objective, bar_s_of
from fathom.run.sweep.space import space_of
from fathom.run.sweep.span import data_print, span_of
from fathom.run.sweep.splits import Scheme, Splits, Window, splits_of
from fathom.run.sweep.stopping import told_to_stop
from fathom.run.sweep.telling import best_of, told_of
from fathom.run.sweep.trial import Crew, Evaluate
from fathom.run.sweep.working import Sweep
from fathom.ui import SweepTold, sweep_page

TRIALS_MAX: Final = 100_000
PAGE: Final = "report.html"


class SweepCommand(Struct, frozen=True, kw_only=True):
    """What was asked."""

    bot: Path
    data: Path
    trials: int = 100
    objective: Objective = "sharpe"
    only: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    folds: int = 4
    scheme: Scheme = "anchored"
    held_out: float = 0.2
    jobs: int | None = None
    trial_seconds: float = 3_600.0
    sampler: Sampler = "tpe"
    seed: int = 1
    neighbours: bool = True
    cluster: str | None = None
    out: Path | None = None


def sweep(command: SweepCommand) -> SweepTold:
    """Do it, as far as nobody stops it. Raises LocalError, in one sentence, where it cannot be begun."""
    _check(command)
    file = read_bot_file(command.bot, os.environ)
    evaluate = evaluate_on(command.data)
    symbols = sorted(file.tables)
    prints = data_print(command.data, symbols)
    span = span_of(command.data, symbols, first=command.first, last=command.last)
    return search(command, file, span, prints, evaluate)


def search(command: SweepCommand, file: BotFile, span: Window, data: str, evaluate: Evaluate) -> SweepTold:
    """Do it with whatever evaluates; `data` is what tells these data from others."""
    splits = splits_of(span, folds=command.folds, held_out=command.held_out, scheme=command.scheme)
    settings = Settings(
        bot=bot_print(file),
        data=data,
        space=space_of(file, command.only),
        objective=command.objective,
        splits=splits,
        bar_s=_bar_s(splits, command.objective),
        sampler=command.sampler,
        seed=command.seed,
    )
    with ExitStack() as stack:
        folder = stack.enter_context(opened(command.out or Path("sweeps") / file.name, settings))
        crew = _crew(command, evaluate)
        stack.callback(crew.close)
        stopped = stack.enter_context(told_to_stop())
        progress = stack.enter_context(progress_of(f"sweep {file.name}"))
        work = Sweep(file, folder, crew, stopped=stopped, progress=progress)
        work.search(command.trials)
        best = best_of(folder)
        if best is not None and not stopped():
            if command.neighbours:
                work.around(best)
            work.hold_out(best)
        told = told_of(
            folder,
            name=file.name,
            state=_state(folder, command, stopped=stopped(), exhausted=work.exhausted),
            whole=not stopped(),
            neighbours_run=command.neighbours,
            refusals=work.asker.refusals,
            refusal=work.asker.refusal,
        )
        page = folder.path / PAGE
        try:
            page.write_text(sweep_page(told), encoding="utf-8")
        except OSError as error:
            raise JournalError(f"{page}: cannot be written: {error.strerror}") from error
    return told


def _check(command: SweepCommand) -> None:
    if not 1 <= command.trials <= TRIALS_MAX:
        raise LocalError("trials", f"must be 1 to {TRIALS_MAX:,}, not {command.trials}")
    if command.jobs is not None and command.jobs < 1:
        raise LocalError("jobs", f"must be 1 or more, not {command.jobs}")
    if not command.trial_seconds > 0:
        raise LocalError("trial-seconds", f"must be above 0, not {command.trial_seconds:g}")


def _bar_s(splits: Splits, objective: Objective) -> int:
    bar_s = bar_s_of(splits)
    shortest_s = min(one.to_ns - one.from_ns for one in splits.segments) / 1e9
    if objective in RATIOS and shortest_s < (RETURNS_MIN + 1) * bar_s:
        raise LocalError(
            "objective",
            f"{objective} needs {RETURNS_MIN} returns of {bar_s} s, and a segment is {shortest_s:,.0f} s long: record "
            "more, take fewer --folds, or --objective profit",
        )
    return bar_s


def _crew(command: SweepCommand, evaluate: Evaluate) -> Crew:
    if command.cluster is not None:
        from fathom.run.sweep.cluster import Cluster  # noqa: PLC0415 - Only where it is asked for.

        return Cluster(evaluate, address=command.cluster, jobs=command.jobs, trial_s=command.trial_seconds)
    return Processes(evaluate, jobs=command.jobs or os.cpu_count() or 1, trial_s=command.trial_seconds)


def _state(folder: Folder, command: SweepCommand, *, stopped: bool, exhausted: bool) -> str:
    done = len(folder.of("trial"))
    if stopped:
        return (
            f"Stopped after {done:,} of {command.trials:,} trials, which are kept in {folder.path}: the same command "
            "goes on."
        )
    if not exhausted:
        return f"All of {max(command.trials, done):,} trials are done."
    size = size_of(folder.settings.space)
    there = "" if size is None else f" of {size:,} that there are"
    return f"After {done:,} trials nothing new was found to try{there}: more --trials would try nothing else."
