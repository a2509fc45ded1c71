"""A report as tables for a terminal.

Pure. Imports: portfolio, protocol, told. Imported by: ui/report.
"""

from decimal import Decimal

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fathom.portfolio import RETURNS_MIN, Summary, TallyRow
from fathom.protocol import time_text
from fathom.ui.report.told import RunTold

NOTES_SHOWN = 20


def tables(told: RunTold) -> RenderableType:
    """Return the whole report."""
    summary = told.summary
    parts: list[RenderableType] = [_head(told), _whole(summary)]
    if summary.strategies:
        parts += [_tallies("By strategy", summary.strategies, summary), _tallies("By symbol", summary.symbols, summary)]
    if summary.positions:
        parts.append(_positions(summary))
    parts.append(_holdings(summary))
    if summary.latency:
        parts.append(_latency(summary))
    if told.notes:
        parts.append(_notes(told))
    return Group(*parts)


def duration(seconds: float) -> str:
    """Return a time span for people."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h {minutes} min"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def took(ns: int) -> str:
    """Return a latency for people, three digits of it."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)):
        if ns >= size:
            value = ns / size
            return (
                f"{value:.0f} {unit}"
                if value >= 100
                else f"{value:.1f} {unit}"
                if value >= 10
                else f"{value:.2f} {unit}"
            )
    return f"{ns} ns"


def _head(told: RunTold) -> Text:
    summary = told.summary
    begun = "" if summary.first_ns is None else time_text(summary.first_ns, digits=0)
    return Text.assemble(
        (told.run_id, "bold"),
        f"  {told.mode}, fathom {told.version}\n{begun} to {time_text(summary.last_ns, digits=0)}, "
        f"{duration(summary.seconds)}, {told.entries:,} entries\n{told.state}",
    )


def _whole(summary: Summary) -> Table:
    equity, total, quote = summary.equity, summary.total, summary.quote
    table = Table(title="The whole", title_justify="left", show_header=False, box=None, padding=(0, 2))
    if equity.first is None or equity.last is None:
        table.add_row("[bold]equity[/]", "not known: something that is held has no price yet")
    else:
        table.add_row("[bold]equity[/]", f"{equity.first:,.2f} → {equity.last:,.2f} {quote}  ({equity.share:+.4%})")
    if equity.flows:
        table.add_row("[bold]brought or taken[/]", f"{equity.flows:+,.2f} {quote}")
    table.add_row("[bold]PnL after fees[/]", f"{equity.profit:+,.4f} {quote}, of our own fills")
    if equity.drift is not None:
        table.add_row("[bold]drift[/]", f"{equity.drift:+,.4f} {quote}, prices of what was held")
    table.add_row("[bold]fees[/]", f"{equity.fees:,.4f} {quote}")
    table.add_row(
        "[bold]drawdown[/]",
        f"{equity.drawdown_share:.4%} at most, {equity.drawdown_now_share:.4%} now; "
        f"longest {duration(equity.drawdown_longest_s)}, now {duration(equity.drawdown_now_s)}",
    )
    table.add_row(
        "[bold]exposure[/]", f"{equity.exposure_mean:.1%} of equity on average, {equity.exposure_most:.1%} at most"
    )
    times = "" if equity.turnover_times is None else f", {equity.turnover_times:.2f} times equity"
    table.add_row("[bold]turnover[/]", f"{total.turnover:,.2f} {quote}{times}; {_share(total.maker_share)} as maker")
    table.add_row(
        "[bold]slippage[/]", f"{total.slippage:+,.4f} {quote} ({_bps(total.slippage_bps)}) against the mid at decision"
    )
    table.add_row("[bold]hit rate[/]", f"{_share(total.hit_share)} of {total.wins + total.losses:,} closing fills")
    ratios = ", ".join(
        f"{name} {value:.2f}"
        for name, value in (("Sharpe", equity.sharpe), ("Sortino", equity.sortino), ("Calmar", equity.calmar))
        if value is not None
    )
    few = f"none: {equity.minutes} of the {RETURNS_MIN} minutes that they need"
    if equity.minutes >= RETURNS_MIN:
        few = "none: nothing moved"
    table.add_row("[bold]ratios[/]", f"{ratios} (annualised, 525,600 minutes)" if ratios else few)
    table.add_row(
        "[bold]orders[/]",
        f"{total.approved:,} approved, {total.denied:,} denied, {total.filled:,} filled, {total.canceled:,} cancelled, "
        f"{total.rejected:,} rejected, {total.unsure:,} unsure; {total.amends:,} amends, {total.fills:,} fills",
    )
    return table


def _tallies(title: str, rows: list[TallyRow], summary: Summary) -> Table:
    table = _table(f"{title}, in {summary.quote}", "name", "orders", "fills", "turnover", "maker", "fees", "PnL", "hit",
                   "slippage", "drawdown", "answer p50", "p99")  # fmt: skip
    for row in rows:
        table.add_row(
            escape(row.name),
            f"{row.approved:,}",
            f"{row.fills:,}",
            f"{row.turnover:,.2f}",
            _share(row.maker_share),
            f"{row.fees:,.4f}",
            f"{row.profit:+,.4f}",
            _share(row.hit_share),
            _bps(row.slippage_bps),
            f"{row.drawdown:,.4f}",
            _took(row.answered_p50_ns),
            _took(row.answered_p99_ns),
        )
    return table


def _positions(summary: Summary) -> Table:
    table = _table("Positions, of our own fills", "strategy", "symbol", "quantity", "average", "realised", "unrealised",
                   "fees", "lots", left=2)  # fmt: skip
    for row in summary.positions:
        table.add_row(
            escape(row.strategy),
            row.symbol,
            brief(row.qty),
            "-" if row.average is None else f"{row.average:,.6g}" if row.average < 1000 else f"{row.average:,.2f}",
            f"{row.realised:+,.4f}",
            "-" if row.unrealised is None else f"{row.unrealised:+,.4f}",
            f"{row.fees:,.4f}",
            f"{row.lots:,}",
        )
    return table


def _holdings(summary: Summary) -> Table:
    table = _table("What is held", "asset", "held", f"worth in {summary.quote}", "fees paid in it", "unexplained")
    for row in summary.holdings:
        table.add_row(
            row.asset,
            brief(row.held),
            "-" if row.worth is None else f"{row.worth:,.2f}",
            brief(row.fees),
            f"[red]{brief(row.unexplained)}[/]" if row.unexplained else "",
        )
    return table


def _latency(summary: Summary) -> Table:
    table = _table("Latency", "request", "stage", "count", "mean", "p50", "p90", "p99", "p99.9", "most", left=2)
    for row in summary.latency:
        numbers = (row.mean_ns, row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.most_ns)
        table.add_row(row.request, row.stage, f"{row.count:,}", *(took(number) for number in numbers))
    return table


def _notes(told: RunTold) -> Table:
    table = Table(title="What happened", title_justify="left", show_header=False, box=None, padding=(0, 2))
    for note in told.notes[:NOTES_SHOWN]:
        table.add_row(time_text(note.time_ns, digits=3), escape(note.text))
    more = len(told.notes) + told.notes_left_out - NOTES_SHOWN
    if more > 0:
        table.add_row("", f"and {more:,} more")
    return table


def _table(title: str, *columns: str, left: int = 1) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, border_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    return table


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _bps(bps: float | None) -> str:
    return "-" if bps is None else f"{bps:+.2f} bp"


def _took(ns: int | None) -> str:
    return "-" if ns is None else took(ns)


def brief(value: Decimal) -> str:
    """Return the number without the zeros that it ends on."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
