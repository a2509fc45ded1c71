"""One piece of a sweep's work: a bot with its parameters, over some windows of time, wherever it is done.

What goes wrong in it comes back as a sentence: a trial never ends the sweep. Pure but for what is called. Imports:
portfolio, domain; bot_file, loading, scoring, splits. Imported by: run/sweep.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from fathom.domain import FathomError
from fathom.portfolio import Summary
from fathom.run.bot_file import BotFile
from fathom.run.loading import place_in_users_code
from fathom.run.sweep.scoring import Stretch, sampled
from fathom.run.sweep.splits import Window


class Outcome(Protocol):
    """What a sweep looks at of a backtest."""

    @property
    def summary(self) -> Summary:
        """What a report shows."""

    @property
    def equity(self) -> Sequence[tuple[int, float]]:
        """Time and equity in the quote currency, oldest first."""


Evaluate = Callable[[BotFile, int | None, int | None], Outcome]


class Job(Struct, frozen=True):
    """What is to be done: a backtest a window."""

    key: int
    file: BotFile
    windows: list[Window]
    bar_s: int


class Done(Struct, frozen=True):
    """What came of it: a stretch a window, or why there is none."""

    key: int
    seconds: float
    stretches: list[Stretch] = []
    why: str = ""


class Crew(Protocol):
    """Who does the work."""

    @property
    def free(self) -> int:
        """How many more jobs can be begun now."""

    @property
    def busy(self) -> int:
        """How many jobs are being done."""

    def begin(self, job: Job) -> None:
        """Hand over a job; only while somebody is free."""

    def wait(self, seconds: float) -> list[Done]:
        """Return what is done, as soon as something is, or after so long."""

    def close(self) -> None:
        """Stop what is being done, and let go."""


def do(evaluate: Evaluate, job: Job) -> Done:
    """Do a job. Raises nothing but what ends a process."""
    began = time.monotonic()
    try:
        stretches = [_stretch(evaluate, job, window) for window in job.windows]
    except Exception as error:  # noqa: BLE001 - It runs the user's strategy: whatever that raises is this trial's.
        return Done(job.key, time.monotonic() - began, why=_sentence(error))
    return Done(job.key, time.monotonic() - began, stretches)


def _stretch(evaluate: Evaluate, job: Job, window: Window) -> Stretch:
    outcome = evaluate(job.file, window.from_ns, window.to_ns)
    return Stretch(
        fills=outcome.summary.total.fills,
        profit=outcome.summary.equity.profit,
        values=sampled(outcome.equity, window, bar_s=job.bar_s),
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, FathomError):
        return str(error)
    place = place_in_users_code(error)
    said = f"{type(error).__name__}: {error}"
    return said if place is None else f"{place}: {said}"
