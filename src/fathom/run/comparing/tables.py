"""A comparison as tables for a terminal: both runs, totals, then what differs, first causes first.

Pure. Imports: told. Imported by: cli/compare.
"""

from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fathom.run.comparing.told import DifferenceTold, Told

FIRST_SHOWN: Final = 20  # First causes, without `--all`.


def tables(told: Told, *, everything: bool) -> RenderableType:
    """Return the whole comparison; with `everything` also what follows from a first cause, under it."""
    parts: list[RenderableType] = [_head(told), _runs(told)]
    if told.settings:
        parts.append(_settings(told))
    if told.symbols:
        parts.append(_symbols(told))
    if told.differences:
        parts += [_reasons(told), _differences(told, everything=everything)]
    return Group(*parts)


def verdict(told: Told) -> str:
    """Return the whole in one sentence."""
    if not told.orders:
        return "Nothing was ordered in the stretch that both runs have."
    if told.agrees:
        return f"The runs agree: {told.orders:,} orders, each alike."
    first = sum(one.cause is None for one in told.differences)
    return (
        f"The runs differ: {len(told.differences):,} of {told.orders:,} orders, of {first:,} first "
        f"cause{'' if first == 1 else 's'}; {_share(told.orders_share)} of the orders agree, "
        f"{_share(told.lots_share)} of what was filled."
    )


def _head(told: Told) -> Text:
    lines = [verdict(told), f"{told.begins} to {told.ends}, {told.seconds:,.1f} s", *told.notes]
    if told.at_edge:
        lines.append(f"{told.at_edge:,} orders differ only next to where one of the runs ends: not counted.")
    text = Text("\n".join(lines))
    text.stylize("bold green" if told.agrees else "bold", 0, len(lines[0]))
    return text


def _runs(told: Told) -> Table:
    table = _table("Both runs", "", "A", "B", left=1)
    a, b = told.a, told.b
    for name, one, other in (
        ("journal", a.journal, b.journal),
        ("run", f"{a.run_id} ({a.mode})", f"{b.run_id} ({b.mode})"),
        ("orders", f"{a.orders:,}", f"{b.orders:,}"),
        ("denied, rejected", f"{a.denied:,}, {a.rejected:,}", f"{b.denied:,}, {b.rejected:,}"),
        ("fills", f"{a.fills:,}", f"{b.fills:,}"),
        ("PnL after fees", f"{a.profit:+,.4f} {a.quote}", f"{b.profit:+,.4f} {b.quote}"),
        ("fees", f"{a.fees:,.4f} {a.quote}", f"{b.fees:,.4f} {b.quote}"),
    ):
        table.add_row(name, escape(one), escape(other))
    return table


def _settings(told: Told) -> Table:
    table = _table("Told otherwise", "setting", "A", "B", left=1)
    for one in told.settings:
        table.add_row(escape(one.name), escape(str(one.a)), escape(str(one.b)))
    return table


def _symbols(told: Told) -> Table:
    table = _table("By strategy and symbol", "strategy", "symbol", "orders", "agree", "filled in A", "filled in B",
                   "of it alike", left=2)  # fmt: skip
    for row in told.symbols:
        share = row.agree / row.orders if row.orders else None
        table.add_row(
            escape(row.strategy),
            row.symbol,
            f"{row.orders:,}",
            _share(share),
            row.filled_a,
            row.filled_b,
            _share(row.lots_share),
        )
    return table


def _reasons(told: Told) -> Table:
    table = _table("Reasons", "reason", "as first cause", "following", left=1)
    for row in told.reasons:
        table.add_row(row.reason, f"{row.first:,}", f"{row.following:,}")
    return table


def _differences(told: Told, *, everything: bool) -> RenderableType:
    table = Table(title="What differs", title_justify="left", box=box.SIMPLE_HEAD, border_style="dim", pad_edge=False)
    for column in ("", "time", "strategy", "order", "reason", "what differs"):
        table.add_column(column, overflow="fold")
    following: dict[int, list[DifferenceTold]] = {}
    for one in told.differences:
        if one.cause is not None:
            following.setdefault(one.cause, []).append(one)
    firsts = [one for one in told.differences if one.cause is None]
    for one in firsts if everything else firsts[:FIRST_SHOWN]:
        more = f" [dim](and {one.follow:,} that follow)[/]" if one.follow and not everything else ""
        table.add_row(*_row(one), f"{escape(one.detail)}{more}")
        for other in following.get(one.number, []) if everything else []:
            cells = [f"[dim]{cell}[/]" for cell in (*_row(other), escape(other.detail))]
            table.add_row(*cells)
    left = len(firsts) - FIRST_SHOWN
    if everything or left <= 0:
        return table
    return Group(table, Text(f"and {left:,} first causes more: --all shows them"))


def _row(one: DifferenceTold) -> tuple[str, ...]:
    order = one.a or one.b
    terms = "" if order is None else f"{one.side} {order.qty} at {order.price}"
    place = f"{one.number}" if one.cause is None else f"{one.number} of {one.cause}"
    return (place, one.time.partition("T")[2].rstrip("Z"), escape(one.strategy), f"{one.symbol} {terms}", one.reason)


def _table(title: str, *columns: str, left: int) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, border_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    return table


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
