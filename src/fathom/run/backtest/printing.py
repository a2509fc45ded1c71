"""What a backtest came to, as tables of a terminal and of a page.

Pure. Imports: rich, ui, outcome. Imported by: command, run/report.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table

from fathom.run.backtest.outcome import BacktestTold, QueueRow
from fathom.ui import Extra, tables

NOTHING: Final = "-"


def screen(told: BacktestTold) -> RenderableType:
    """Return all of it for a terminal."""
    return Group(*(_table(one) for one in extras(told)), tables(told.run))


def extras(told: BacktestTold) -> list[Extra]:
    """Return what only a backtest says, as plain tables."""
    holding, quote = told.holding, told.run.summary.quote
    speed = told.frames / told.wall_s if told.wall_s else 0.0
    frames = f"{told.frames:,} in {told.wall_s:.1f} s, {speed:,.0f} a second"
    held = f"{_money(holding.first)} to {_money(holding.last)} {quote}, {_share(holding.share)}"
    whole = [
        ("recorded", f"{_when(told.from_ns)} to {_when(told.to_ns)} UTC, {told.data}"),
        ("stepped over", ", ".join(f"{symbol} ({kind})" for symbol, kind in told.symbols.items())),
        ("frames", f"{frames}; the market woke somebody {'once' if told.wakes == 1 else f'{told.wakes:,} times'}"),
        ("latency", told.latency),
        ("fees", told.fees),
        ("account", f"{told.tier}; {told.throttled:,} requests had no room in the rate counters"),
        ("holding", f"{held}; the bot did {_share(holding.better)} against it"),
    ]  # fmt: skip
    if told.switched_off:
        whole.append(("dead man's switch", f"ended {told.switched_off:,} orders: no market was trusted for so long"))
    whole += [("assumed", one) for one in told.assumed]
    found = [Extra("Backtest", ("", ""), tuple(whole))]
    if told.queues:
        heads = (
            "pair",
            "rested",
            "filled",
            "in part",
            "filled of the quantity",
            "lots before it",
            "until filled",
            "until it left",
        )
        found.append(Extra("Queues", heads, tuple(_queue(row) for row in told.queues)))
    return found


def _queue(row: QueueRow) -> tuple[str, ...]:
    return (
        row.symbol, f"{row.rested:,}", f"{row.filled:,}", f"{row.touched:,}", _share(row.filled_share, sign=False),
        NOTHING if row.ahead_mean_lots is None else f"{row.ahead_mean_lots:,.0f}", _took(row.filled_p50_s),
        _took(row.left_p50_s),
    )  # fmt: skip


def _table(extra: Extra) -> Table:
    table = Table(title=extra.title, title_justify="left", box=None, padding=(0, 2), show_header=any(extra.heads))
    for place, head in enumerate(extra.heads):
        table.add_column(head, justify="left" if place == 0 or not any(extra.heads) else "right", overflow="fold")
    for row in extra.rows:
        table.add_row(*row)
    return table


def _when(time_ns: int) -> str:
    return f"{datetime.fromtimestamp(time_ns / 1e9, UTC):%Y-%m-%d %H:%M:%S}"


def _money(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}"


def _share(value: float | None, *, sign: bool = True) -> str:
    return NOTHING if value is None else f"{value:+.2%}" if sign else f"{value:.1%}"


def _took(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:.3g} s"
