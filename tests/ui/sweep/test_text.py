import io

import pytest
from msgspec import structs
from rich.console import Console
from sweeps import a_sweep, without_a_score

from fathom.ui import SweepTold, sweep_tables
from fathom.ui.sweep.text import FOLDS_SHOWN, figure


def shown(told: SweepTold) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(sweep_tables(told))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # Of the StringIO above.
    return " ".join(text.split())


@pytest.mark.parametrize(
    "said",
    [
        "bot, sweep sharpe, tpe, seed 1",
        "All of 4 trials are done.",
        "4, of which 2 have a score and 1 failed",
        "2, refused by a strategy: strategy t: no",
        "p0 0.5, p5 0.5, p50 1, p100 1.5",
        "trial 3: 1.5, mean of its tests",
        "growth -0.10%, drawdown 0.20%, 2 fills; looked at for 2 different trials by now",
        "42.0% likely to be no luck: 0.0500 a bar against 0.0600, which the best of 3 worthless trials would have",
        "The best is a peak.",
        "t.n 4 1 to 10, by magnitude",
        "t.c red red, blue",
        "it <b>broke</b> [red]",
    ],
)
def test_it_says_all_of_it(said: str) -> None:
    assert said in shown(a_sweep())


def test_without_a_score_it_says_what_to_do() -> None:
    assert "No trial has a score" in shown(without_a_score())


def test_what_failed_or_is_unknown_is_said() -> None:
    told = a_sweep()
    assert told.held_out is not None
    assert told.deflated is not None
    told = a_sweep(
        held_out=structs.replace(told.held_out, why="it broke"),
        deflated=structs.replace(told.deflated, probability=None),
        folds=told.folds * FOLDS_SHOWN,
    )
    assert "failed: it broke" in shown(told)
    assert "not known: 0.0500" in shown(told)
    assert f"and {FOLDS_SHOWN} more" in shown(told)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (1.23456, "1.235"), (-0.000123456, "-0.0001235"), (123456.7, "123,457")]
)
def test_figures(value: float | None, text: str) -> None:
    assert figure(value) == text
