"""Draws live books as ladders: asks above, bids below, with sizes, sums and bars; red where one is not verified.

Imports: domain, net. Imported by: run/watching.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fathom.net import LiveBook
from fathom.ui.lines import book_line

BOOK_WIDTH: Final = 46  # Columns that a ladder wants; narrower it does without its bars and sums.
BAR_MIN: Final = 6
HEIGHT_MIN: Final = 9  # Lines below which there are no ladders, only their tops.
LEVELS_MAX: Final = 40  # A side. Further away nobody looks.
FRAME: Final = 4  # A panel's borders and paddings.
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What is known beside the books."""

    venue: str
    elapsed_s: float
    frames: int
    frames_per_s: float
    verified: int
    lost: int  # How often a book had to be taken anew.
    gaps: int
    round_trip_ns: int | None
    system: str | None
    news: str = ""  # The last thing that happened.


@dataclass(frozen=True, slots=True)
class _Row:
    price: str
    qty: str
    total: str
    orders: str
    share: float  # Of the greatest sum that is shown.


def ladder(books: Sequence[LiveBook], pulse: Pulse, *, width: int, height: int) -> RenderableType:
    """Return the whole picture for a terminal of so many columns and lines."""
    foot = _foot(pulse, width)
    space = height - len(foot)
    if space < HEIGHT_MIN or width < BOOK_WIDTH // 2:
        lines = [_fitted(Text(book_line(book), style="" if book.verified else "red"), width) for book in books]
        return Group(*lines[: max(1, space)], *foot)
    beside = max(1, min(len(books), width // BOOK_WIDTH))
    shown, others = books[:beside], books[beside:]
    tops = [_fitted(Text(book_line(book), style="dim" if book.verified else "red"), width) for book in others]
    tops = tops[: max(0, space - 2 * HEIGHT_MIN)]
    grid = Table.grid(expand=True)
    for _ in shown:
        grid.add_column(ratio=1)
    grid.add_row(*(_panel(book, width=width // beside, height=space - len(tops)) for book in shown))
    return Group(grid, *tops, *foot)


def _panel(book: LiveBook, *, width: int, height: int) -> Panel:
    levels = max(1, min((height - 3) // 2, LEVELS_MAX, book.depth))
    asks, bids = _rows(book, "sell", levels), _rows(book, "buy", levels)
    table = Table.grid(expand=False, padding=(0, 1))
    heads = ["price", "qty", "total"] + (["orders"] if book.channel == "level3" else [])
    columns = [[getattr(row, head) for row in (*asks, *bids)] for head in heads]
    widths = [max((len(text) for text in column), default=1) for column in columns]
    inner = width - FRAME
    while len(heads) > 2 and sum(widths) + len(widths) + BAR_MIN > inner:
        dropped = heads.index("total") if "total" in heads else len(heads) - 1
        del heads[dropped], widths[dropped]
    bar_width = inner - sum(widths) - len(widths)
    for one in widths:
        table.add_column(justify="right", no_wrap=True, width=one)
    if bar_width >= BAR_MIN:
        table.add_column(no_wrap=True, width=bar_width)
    blank = [Text("")] * len(table.columns)
    for _ in range(levels - len(asks)):
        table.add_row(*blank)
    for rows, colour in ((list(reversed(asks)), "red"), (bids, "green")):
        if colour == "green":
            table.add_row(*_spread(book, len(table.columns), wide=bar_width >= BAR_MIN))
        for row in rows:
            style = colour if book.verified else "dim"
            cells = [Text(getattr(row, head), style=style if head == "price" else "") for head in heads]
            if bar_width >= BAR_MIN:
                cells.append(Text(_bar(row.share, bar_width), style=style))
            table.add_row(*cells)
    for _ in range(levels - len(bids)):
        table.add_row(*blank)
    if book.verified:
        state = "[green]● verified[/]"
    else:
        room = max(4, width - len(book.symbol) - len(book.channel) - 26)
        reason = book.reason if len(book.reason) <= room else book.reason[: room - 1] + "…"
        state = f"[bold red]■ STALE[/] [red]{escape(reason)}[/]"
    return Panel(
        table,
        title=f"[bold]{escape(book.symbol)}[/] {book.channel} {book.depth}  {state}",
        border_style="cyan" if book.verified else "red",
        width=width,
        height=2 * levels + 3,
    )


def _spread(book: LiveBook, columns: int, *, wide: bool) -> list[Text]:
    """Return the row between the sides: the spread, and in the last column, where that is `wide`, of how much."""
    spread, mid = book.spread, book.mid
    cells = [Text("")] * columns
    if spread is not None:
        cells[0] = Text(f"{spread:f}", style="bold")
        cells[1] = Text("spread", style="dim")
        if mid and wide:
            cells[-1] = Text(f"{spread / mid * 10_000:.2f} bp", style="dim")
    return cells


def _rows(book: LiveBook, side: str, levels: int) -> list[_Row]:
    """Return the best levels, best first."""
    instrument = book.instrument
    own = book.asks_ticks(levels) if side == "sell" else book.bids_ticks(levels)
    other = book.bids_ticks(levels) if side == "sell" else book.asks_ticks(levels)
    most = max(sum(qty for _, qty in own), sum(qty for _, qty in other), 1)
    rows: list[_Row] = []
    total = 0
    for price, qty in own:
        total += qty
        orders = ""
        if book.channel == "level3":
            orders = str(len(book.orders("sell" if side == "sell" else "buy", instrument.price(price))))
        rows.append(
            _Row(
                price=instrument.price_text(price),
                qty=instrument.qty_text(qty),
                total=instrument.qty_text(total),
                orders=orders,
                share=total / most,
            )
        )
    return rows


def _bar(share: float, width: int) -> str:
    """Return a bar of so much of the width, to an eighth of a column."""
    eighths = max(1, round(share * width * 8))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip())[:width]


def _foot(pulse: Pulse, width: int) -> list[Text]:
    """Return one line of figures, and one of news where there is any."""
    trip = "" if pulse.round_trip_ns is None else f"  ping {pulse.round_trip_ns / 1e6:.1f} ms"
    line = Text(f"{pulse.frames_per_s:,.0f} frames/s  {pulse.verified:,} verified  ")
    line.append(f"{pulse.lost} lost  {pulse.gaps} gaps", style="red" if pulse.lost or pulse.gaps else "")
    line.append(f"{trip}  {pulse.elapsed_s:.0f} s  {pulse.venue} {pulse.system or ''}".rstrip(), style="dim")
    news = [Text(pulse.news, style="yellow")] if pulse.news else []
    return [_fitted(text, width) for text in (line, *news)]


def _fitted(text: Text, width: int) -> Text:
    """Return it on one line, cut where the terminal ends."""
    text.truncate(width, overflow="ellipsis")
    text.no_wrap = True
    return text
