"""A sweep as tables for a terminal.

Pure. Imports: protocol; told. Imported by: ui/sweep.
"""

import math

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fathom.protocol import time_text
from fathom.ui.sweep.told import DeflatedTold, HeldOutTold, SweepTold

FOLDS_SHOWN = 12


def sweep_tables(told: SweepTold) -> RenderableType:
    """Return the whole report."""
    parts: list[RenderableType] = [_head(told)]
    if told.best is None:
        parts.append(
            Text(
                "No trial has a score: none traded in each of the tests, or these are too short. Take fewer --folds, "
                "or more data."
            )
        )
    else:
        parts += [_whole(told), _best(told), _top(told), _folds(told)]
    if told.failures:
        parts.append(_failures(told))
    return Group(*parts)


def figure(value: float | None) -> str:
    """Return a score for people, four digits of it; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if math.isfinite(value) and abs(value) >= 10_000 else f"{value:,.4g}"


def _head(told: SweepTold) -> Text:
    begun, ended = (time_text(ns, digits=0) for ns in (told.from_ns, told.to_ns))
    return Text.assemble(
        (f"{told.name}, sweep", "bold"),
        f"  {told.objective}, {told.sampler}, seed {told.seed}, fathom {told.version}\n"
        f"searched {begun} to {ended}, {len(told.folds)} folds, {told.scheme}, bars of {told.bar_s:,} s\n{told.state}",
    )


def _whole(told: SweepTold) -> Table:
    table = Table(title="The whole", title_justify="left", show_header=False, box=None, padding=(0, 2))
    assert told.best is not None, "asked before"
    table.add_row(
        "[bold]trials[/]",
        f"{told.finished + told.failed:,}, of which {told.scored:,} have a score and {told.failed:,} failed",
    )
    if told.refusals:
        table.add_row("[bold]drawn again[/]", f"{told.refusals:,}, refused by a strategy: {escape(told.refusal)}")
    quantiles = ", ".join(f"{name} {figure(value)}" for name, value in told.quantiles.items())
    table.add_row("[bold]scores[/]", quantiles)
    table.add_row("[bold]best[/]", f"trial {told.best.number}: {figure(told.best.score)}, mean of its tests")
    if told.held_out is not None:
        table.add_row("[bold]held out[/]", _held_out(told.held_out))
    if told.deflated is not None:
        table.add_row("[bold]deflated Sharpe[/]", _deflated(told.deflated))
    if told.neighbourhood is not None:
        table.add_row("[bold]neighbourhood[/]", escape(told.neighbourhood.sentence))
    return table


def _held_out(held: HeldOutTold) -> str:
    since = time_text(held.from_ns, digits=0)
    if held.why:
        return f"failed: {escape(held.why)}"
    said = (
        f"{figure(held.score)} from {since}: growth {held.growth:+.2%}, drawdown {held.drawdown:.2%}, "
        f"{held.fills:,} fills"
    )
    if held.looks > 1:
        said += f"; [red]looked at for {held.looks} different trials by now: worth less with each[/]"
    return said


def _deflated(found: DeflatedTold) -> str:
    odds = "not known" if found.probability is None else f"{found.probability:.1%} likely to be no luck"
    return (
        f"{odds}: {found.sharpe:.4f} a bar against {found.threshold:.4f}, which the best of {found.trials:,} worthless "
        f"trials would have (variance {found.variance:.3g}, skew {found.skew:.2f}, kurtosis {found.kurtosis:.2f}, "
        f"{found.returns:,} returns)"
    )


def _best(told: SweepTold) -> Table:
    table = _table("The best trial's parameters", "parameter", "best", "searched")
    assert told.best is not None, "asked before"
    for one in told.space:
        searched = ", ".join(map(str, one.choices)) or f"{one.low:g} to {one.high:g}{', by magnitude' * one.log}"
        table.add_row(escape(one.name), escape(str(told.best.params[one.name])), escape(searched))
    return table


def _top(told: SweepTold) -> Table:
    table = _table("Best trials", "trial", told.objective, "train", "growth", "drawdown", "fills",
                   *(one.name for one in told.space))  # fmt: skip
    for one in told.top:
        table.add_row(
            str(one.number), figure(one.score), figure(one.train), f"{one.growth:+.2%}", f"{one.drawdown:.2%}",
            f"{one.fills:,}", *(escape(str(one.params[each.name])) for each in told.space),
        )  # fmt: skip
    return table


def _folds(told: SweepTold) -> Table:
    table = _table("Walk forward: chosen by the train window, run in the test", "fold", "test from", "trial", "train",
                   "test", "median trial")  # fmt: skip
    for place, one in enumerate(told.folds[:FOLDS_SHOWN], 1):
        number = "-" if one.number is None else str(one.number)
        table.add_row(
            str(place), time_text(one.test_from_ns, digits=0), number, figure(one.train), figure(one.test),
            figure(one.test_median),
        )  # fmt: skip
    if len(told.folds) > FOLDS_SHOWN:
        table.add_row("", f"and {len(told.folds) - FOLDS_SHOWN} more")
    return table


def _failures(told: SweepTold) -> Table:
    table = _table("What failed", "trials", "first", "why")
    for one in told.failures:
        table.add_row(f"{one.count:,}", str(one.first), Text(one.why))
    table.columns[-1].justify = "left"
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, border_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table
