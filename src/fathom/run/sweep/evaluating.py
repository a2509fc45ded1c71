"""The one place where a sweep meets the backtest: whoever else works in `run/sweep` is handed a function.

Imports: domain; bot_file, trial; run/backtest, when a trial begins. Imported by: run/sweep/sweep_command.
"""

from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.run.bot_file import BotFile
from fathom.run.sweep.trial import Evaluate, Outcome

BACKTEST: Final = "fathom.run.backtest.backtest"


def evaluate_on(data: Path) -> Evaluate:
    """Return what runs a bot over recorded markets; it can cross to another process."""
    try:
        found = find_spec(BACKTEST) is not None
    except ValueError:  # It is loaded already, by whoever put it there.
        found = True
    if not found:
        raise LocalError("sweep", "this version of fathom has no backtest to search over")
    return partial(_evaluate, data.resolve())


def _evaluate(data: Path, file: BotFile, from_ns: int | None, to_ns: int | None) -> Outcome:
    # By name: a process imports it when its first trial begins, and starts without it.
    outcome: Outcome = import_module(BACKTEST).backtest(file, data, from_ns=from_ns, to_ns=to_ns)
    return outcome
