"""Draws a watch: a live table where there is a terminal, plain lines where there is none.

Imports: market, watch. Imported by: run.
"""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fathom.market import Book
from fathom.ui.watch import Watch

LEVELS_SHOWN = 5
BAR_CHARS = 14


def screen(watch: Watch, *, title: str, wall_s: float) -> RenderableType:
    """Return the whole live picture."""
    books = Table.grid(expand=True, padding=(0, 1))
    shown = list(watch.market.books.values())
    for _ in shown:
        books.add_column(ratio=1)
    books.add_row(*(_book_panel(watch, book) for book in shown))
    return Panel(
        Group(books, _positions(watch), _orders(watch), _news(watch)),
        title=f"[bold]{escape(title)}[/]",
        subtitle=_pulse(watch, wall_s),
        border_style="cyan",
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


def _book_panel(watch: Watch, book: Book) -> Panel:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column()
    asks, bids = book.asks(LEVELS_SHOWN), book.bids(LEVELS_SHOWN)
    largest = max((qty for _, qty in (*asks, *bids)), default=1)
    ours = {order.price_ticks for order in watch.orders.open(book.symbol)}
    for levels, colour in ((reversed(asks), "red"), (bids, "green")):
        for price_ticks, qty_lots in levels:
            mark = " ◂ ours" if price_ticks in ours else ""
            bar = "█" * max(1, round(BAR_CHARS * qty_lots / largest))
            table.add_row(
                Text(_price(book, price_ticks), style=colour),
                Text(book.instrument.qty_text(qty_lots)),
                Text(f"{bar}{mark}", style=colour),
            )
    state = "[green]verified[/]" if book.trusted else f"[red]{book.state}[/] {escape(book.reason)}"
    return Panel(table, title=f"{book.symbol}  {state}", border_style="dim")


def _positions(watch: Watch) -> Table:
    table = Table(expand=True, border_style="dim", title="Account", title_justify="left")
    for column in ("symbol", "held", "bought", "sold", "realised", "unrealised", "fees"):
        table.add_column(column, justify="left" if column == "symbol" else "right")
    portfolio = watch.portfolio
    for book in watch.market.books.values():
        instrument = book.instrument
        held = portfolio.balance(instrument.base)
        position = portfolio.positions.get(book.symbol)
        if position is None:
            table.add_row(book.symbol, f"{held:f}", "0", "0", "0", "0", "0")
            continue
        mid = portfolio.mid_quote(book.symbol)
        unrealised = position.unrealised_quote(mid) if mid is not None else 0
        table.add_row(
            book.symbol,
            f"{held:f}",
            instrument.qty_text(position.bought_lots),
            instrument.qty_text(position.sold_lots),
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
    table = Table(expand=True, border_style="dim", title="Open orders", title_justify="left")
    for column in ("order", "symbol", "side", "price", "left", "state"):
        table.add_column(column, justify="right" if column in {"price", "left"} else "left")
    for order in watch.orders.open():
        instrument = watch.market.instruments[order.symbol]
        price = "market" if order.price_ticks is None else instrument.price_text(order.price_ticks)
        colour = "green" if order.side == "buy" else "red"
        table.add_row(
            order.order_id,
            order.symbol,
            f"[{colour}]{order.side}[/]",
            price,
            instrument.qty_text(order.left_lots),
            f"{order.state}{', changing' if order.changing else ''}",
        )
    return table


def _news(watch: Watch) -> Panel:
    return Panel(Text("\n".join(watch.news) or "nothing yet"), title="Latest", title_align="left", border_style="dim")


def _pulse(watch: Watch, wall_s: float) -> str:
    bad = watch.unverified
    return (
        f"[green]{watch.verified:,} verified[/]  {f'[red]{bad:,} not[/]' if bad else '0 not'}  "
        f"{watch.seconds:.1f} s recorded  {_speed(watch, wall_s)}"
    )


def _speed(watch: Watch, wall_s: float) -> str:
    return f"{watch.entries / wall_s:,.0f} entries/s" if wall_s > 0 else "starting"


def _price(book: Book, price_ticks: int) -> str:
    return book.instrument.price_text(price_ticks)
