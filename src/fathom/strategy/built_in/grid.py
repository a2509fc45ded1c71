"""Grid: a bid at each level below the price, and above each level that was bought an offer at the next one.

What it believes: that the price goes to and fro within a range, and that it knows the range. When the price leaves it
below, the grid has bought all the way down and holds everything; when it leaves it above, the grid holds nothing.

Pure. Imports: domain, market, orders, strategy/api, strategy/view, desk, lawful. Imported by: strategy/catalog.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, Instrument, OrderDenied, OrderTraded, Side
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.lawful import big_enough, check_above_zero, floor_price, lots_of
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, OnBook, Wake


class GridParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Prices in the pair's quote currency."""

    symbol: str
    lower: Decimal  # The lowest level, which is bought at ...
    upper: Decimal  # ... and the highest, which is sold at.
    levels: Annotated[int, Meta(ge=2, le=200)]  # Both of them included.
    order_qty: Decimal  # Base quantity of each order: it holds at most `levels` - 1 times that.
    geometric: bool = False  # Levels are the same share apart, not the same distance.
    # Orders a side that rest at once, those nearest to the price.
    rests_max: Annotated[int, Meta(ge=1, le=100)] = 5

    def __post_init__(self) -> None:
        check_above_zero(self, "lower", "upper", "order_qty")
        if self.lower >= self.upper:
            raise ValueError(f"lower must be below upper: {self.lower} is not below {self.upper}")


class Grid:
    """Between two neighbouring levels is a cell. An empty one bids at its lower level; a full one offers at its upper.

    One order a cell, never two: so no level is bought twice, and none is sold that was not bought.
    """

    def __init__(self, name: str, params: GridParams) -> None:
        self.name = name
        self.params = params
        self.held_lots = [0] * (params.levels - 1)  # Of each cell, lowest first. Their sum is the position.
        self._levels: tuple[Instrument, list[int]] | None = None  # As they are with these rules of the pair.
        self._cells: dict[str, int] = {}  # Order id -> its cell, of orders that may still fill.
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """The top of the book, and a look each second for what was refused or cancelled."""
        return (OnBook(self.params.symbol), Every(NS_PER_SECOND))

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Place what belongs near the new price."""
        return self._tend(book, view)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Look after the cells, if the book can be trusted."""
        book = view.book(self.params.symbol)
        return () if book is None else self._tend(book, view)

    def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
        """Fill or empty the order's cell."""
        cell = self._cells.get(fill.order_id)
        if cell is not None:
            self.held_lots[cell] += fill.qty_lots if fill.side == "buy" else -fill.qty_lots
        return ()

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """After a fill the opposite side of the cell is due at once."""
        self._desk.on_order(order, view)
        book = view.book(self.params.symbol)
        return () if book is None or order.left_lots else self._tend(book, view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        self._cells.pop(denied.order_id, None)
        return ()

    def levels_ticks(self, instrument: Instrument) -> list[int]:
        """Return the levels as prices of the pair, lowest first. Where they are too close, two may be the same."""
        if self._levels is not None and self._levels[0] is instrument:
            return self._levels[1]
        scale = 10**instrument.price_precision
        lower, upper, gaps = float(self.params.lower), float(self.params.upper), self.params.levels - 1
        if self.params.geometric:
            prices = [lower * (upper / lower) ** (n / gaps) for n in range(gaps + 1)]
        else:
            prices = [lower + (upper - lower) * n / gaps for n in range(gaps + 1)]
        levels = [floor_price(instrument, round(price * scale, 6)) for price in prices]
        self._levels = (instrument, levels)
        return levels

    def _tend(self, book: Book, view: View) -> Iterator[Want]:
        """Give each cell near the price its order, and take away what is far from it."""
        symbol, instrument = self.params.symbol, book.instrument
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if bid is None or ask is None:
            return
        levels = self.levels_ticks(instrument)
        orders = view.open_orders(symbol)
        self._check_cells(view, orders)
        busy = dict.fromkeys(self._cells.values())
        cells = range(self.params.levels - 1)
        full = [cell for cell in cells if self._sells(cell, levels, instrument)]
        empty = [cell for cell in reversed(cells) if cell not in full and levels[cell] < ask]
        # A bid at a level where the cell below offers would meet our own offer: that one goes first.
        offered = {levels[cell + 1] for cell in full}
        empty = [cell for cell in empty if levels[cell] not in offered]
        rests = self.params.rests_max
        near: tuple[tuple[Side, list[int]], ...] = (("sell", full[:rests]), ("buy", empty[:rests]))
        for side, due in near:
            for cell in due:
                if cell not in busy and self._desk.may_ask(symbol, side, now_ns=view.now_ns):
                    yield from self._place(cell, side, levels, instrument, view)
        kept = {*full[: 2 * rests], *empty[: 2 * rests]}
        for order in orders:  # Only what is far from the price: to come and go with each step would tire the venue.
            if self._cells.get(order.order_id) not in kept and self._desk.may_change(order) and not order.filled_lots:
                yield self._desk.change(view.cancel(order))

    def _place(self, cell: int, side: Side, levels: list[int], instrument: Instrument, view: View) -> Iterator[Want]:
        symbol = self.params.symbol
        whole_lots, held_lots = lots_of(instrument, self.params.order_qty), self.held_lots[cell]
        if side == "buy":
            price_ticks, qty_lots = levels[cell], whole_lots - held_lots
            order = view.bid(symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=True)
        else:  # An offer that the price has passed takes what is better than it asked for.
            price_ticks, qty_lots = levels[cell + 1], held_lots
            order = view.ask(symbol, price_ticks=price_ticks, qty_lots=qty_lots)
        if levels[cell] < levels[cell + 1] and big_enough(instrument, price_ticks=price_ticks, qty_lots=qty_lots):
            self._cells[order.order_id] = cell
            yield self._desk.place(order)

    def _sells(self, cell: int, levels: list[int], instrument: Instrument) -> bool:
        """Whether what the cell holds can be sold: else it buys what it lacks first."""
        return big_enough(instrument, price_ticks=levels[cell + 1], qty_lots=self.held_lots[cell])

    def _check_cells(self, view: View, orders: list[Order]) -> None:
        """Forget the cells of ended orders, and believe the position where it and the cells differ."""
        symbol = self.params.symbol
        open_ids = {order.order_id for order in orders}
        self._cells = {
            order_id: cell
            for order_id, cell in self._cells.items()
            if order_id in open_ids or self._desk.unanswered(order_id)
        }
        position_lots = max(view.position_lots(symbol), 0)
        instrument = view.instrument(symbol)
        if sum(self.held_lots) == position_lots or instrument is None:
            return
        # A fill told late, or other precisions: spread what we hold from the highest cell down, where it sells dearest.
        whole_lots = max(lots_of(instrument, self.params.order_qty), 1)
        for cell in reversed(range(len(self.held_lots))):
            self.held_lots[cell] = min(whole_lots, position_lots)
            position_lots -= self.held_lots[cell]
