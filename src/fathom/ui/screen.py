"""Draws a watch: a live table where there is a terminal, plain lines where there is none.

Imports: market, orders, watch. Imported by: run.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fathom.market import Book
from fathom.orders import Order
from fathom.ui.watch import Watch

BAR_CHARS: Final = 10
BAR_WIDTH_MIN: Final = 120  # Columns below which the bars make room for the numbers.


WIDTH_MIN: Final = 70  # Columns below which the tables would be cut to nothing: the plain line is shown instead.
ECHO_WIDTH: Final = 2  # Left free at the right: a terminal echoes Ctrl-C as ^C, which must not wrap to a new line.


class Room(NamedTuple):
    """What fits: levels a side of each book, lines of news, and whether the open orders are listed."""

    levels: int
    news: int
    orders: bool


# From this many lines of the terminal on.
ROOMS: Final = ((44, Room(levels=5, news=8, orders=True)), (34, Room(levels=3, news=4, orders=True)))
SMALL: Final = Room(levels=2, news=3, orders=False)


def screen(watch: Watch, *, title: str, wall_s: float, width: int, height: int) -> RenderableType:
    """Return the whole live picture for a terminal of so many columns and lines."""
    if width < WIDTH_MIN:
        return Text(line(watch, wall_s=wall_s))
    room = next((room for lines, room in ROOMS if height >= lines), SMALL)
    books = Table.grid(expand=True, padding=(0, 1))
    shown = list(watch.market.books.values())
    for _ in shown:
        books.add_column(ratio=1)
    bars = width >= BAR_WIDTH_MIN
    books.add_row(*(_book_panel(watch, book, levels=room.levels, bars=bars) for book in shown))
    orders = [_orders(watch)] if room.orders else []
    return Panel(
        Group(books, _positions(watch), *orders, _news(watch, lines=room.news)),
        title=f"[bold]{escape(title)}[/]",
        subtitle=_pulse(watch, wall_s),
        border_style="cyan",
        width=width - ECHO_WIDTH,
    )


def line(watch: Watch, *, wall_s: float) -> str:
    """Return one plain line of where the run is."""
    tops = []
    for book in watch.market.books.values():
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        text = "-" if bid is None or ask is None else f"{_price(book, bid)}/{_price(book, ask)}"
        tops.append(f"{book.symbol} {text}{'' if book.trusted else ' (not trusted)'}")
    counts = watch.orders.counts
    return (
        f"{watch.seconds:5.1f}s  {'  '.join(tops)}  open {len(watch.orders.open())}  fills {counts['fills']}  "
        f"PnL {watch.portfolio.profit_quote():+.4f} {watch.portfolio.quote}  "
        f"verified {watch.verified:,} of {watch.verified + watch.unverified:,}  {_speed(watch, wall_s)}"
    )


def _book_panel(watch: Watch, book: Book, *, levels: int, bars: bool) -> Panel:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    asks, bids = book.asks(levels), book.bids(levels)
    largest = max((qty for _, qty in (*asks, *bids)), default=1)
    ours = {order.price_ticks: order for order in watch.orders.open(book.symbol) if order.price_ticks is not None}
    for price_ticks, qty_lots, colour in _rows(asks, bids, ours):
        mark = "◂ ours" if price_ticks in ours and bars else "◂" if price_ticks in ours else ""
        bar = "█" * max(1, round(BAR_CHARS * qty_lots / largest)) if bars and qty_lots else ""
        shown = qty_lots or ours[price_ticks].left_lots  # A quote between the levels: the market is not there.
        table.add_row(
            Text(_price(book, price_ticks), style=colour),
            Text(f"{book.instrument.qty(shown):.4f}"),
            Text(f"{bar} {mark}".strip(), style=colour),
        )
    state = "[green]verified[/]" if book.trusted else f"[red]{book.state}[/] {escape(book.reason)}"
    return Panel(table, title=f"{book.symbol}  {state}", border_style="dim")


def _rows(
    asks: list[tuple[int, int]], bids: list[tuple[int, int]], ours: Mapping[int, Order]
) -> list[tuple[int, int, str]]:
    """Return (price, the market's quantity or 0, colour), dearest first: the levels, and our quotes among them."""
    rows = {price: (qty, "red") for price, qty in asks} | {price: (qty, "green") for price, qty in bids}
    for price, order in ours.items():
        if bids and asks and bids[-1][0] < price < asks[-1][0]:
            rows.setdefault(price, (0, "green" if order.side == "buy" else "red"))
    return [(price, *rows[price]) for price in sorted(rows, reverse=True)]


def _positions(watch: Watch) -> Table:
    table = Table(expand=True, box=box.SIMPLE_HEAD, border_style="dim", padding=(0, 1), pad_edge=False)
    for column in ("symbol", "held", "bought", "sold", "realised", "unrealised", "fees"):
        table.add_column(column, justify="left" if column == "symbol" else "right")
    portfolio = watch.portfolio
    for book in watch.market.books.values():
        instrument = book.instrument
        held = portfolio.balance(instrument.base)
        position = portfolio.positions.get(book.symbol)
        if position is None:
            table.add_row(book.symbol, _brief(held), "0", "0", "0", "0", "0")
            continue
        mid = portfolio.mid_quote(book.symbol)
        unrealised = position.unrealised_quote(mid) if mid is not None else 0
        table.add_row(
            book.symbol,
            _brief(held),
            _brief(position.bought),
            _brief(position.sold),
            f"{position.realised_quote:+.4f}",
            f"{unrealised:+.4f}",
            f"{position.fees_quote:.4f}",
        )
    equity = portfolio.equity_quote()
    shown = "not known yet" if equity is None else f"{equity:,.4f} {portfolio.quote}"
    table.caption = f"equity {shown}   PnL after fees {portfolio.profit_quote():+.4f} {portfolio.quote}"
    table.caption_justify = "left"
    return table


def _orders(watch: Watch) -> Table:
    table = Table(expand=True, box=box.SIMPLE_HEAD, border_style="dim", padding=(0, 1))
    for column in ("open order", "symbol", "side", "price", "left", "state"):
        table.add_column(column, justify="right" if column in {"price", "left"} else "left")
    for order in watch.orders.open():
        instrument = watch.market.instruments[order.symbol]
        price = "market" if order.price_ticks is None else _price(watch.market.books[order.symbol], order.price_ticks)
        colour = "green" if order.side == "buy" else "red"
        table.add_row(
            order.order_id,
            order.symbol,
            f"[{colour}]{order.side}[/]",
            price,
            _brief(instrument.qty(order.left_lots)),
            f"{order.state}{', changing' if order.changing else ''}",
        )
    return table


def _news(watch: Watch, *, lines: int) -> Panel:
    text = Text("\n".join(list(watch.news.lines)[-lines:]) or "nothing yet", no_wrap=True, overflow="ellipsis")
    return Panel(text, title="Latest", title_align="left", border_style="dim")


def _pulse(watch: Watch, wall_s: float) -> str:
    bad = watch.unverified
    return (
        f"[green]{watch.verified:,} verified[/]  {f'[red]{bad:,} not[/]' if bad else '0 not'}  "
        f"{watch.seconds:.1f} s recorded  {_speed(watch, wall_s)}"
    )


def _speed(watch: Watch, wall_s: float) -> str:
    return f"{watch.entries / wall_s:,.0f} entries/s" if wall_s > 0 else "starting"


def _price(book: Book, price_ticks: int) -> str:
    """Return the price with the decimals that a tick has: the wire may pad it with more."""
    text, increment = book.instrument.price_text(price_ticks), book.instrument.price_increment_ticks
    while increment % 10 == 0 and text.endswith("0") and not text.endswith(".0"):
        text, increment = text[:-1], increment // 10
    return text


def _brief(value: Decimal) -> str:
    """Return the number without the zeros that it ends on."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
