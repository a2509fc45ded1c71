"""The venue on paper of a market that frames move: it fills our orders against the verified books and the trades.

It reads the market that the log moved, so it fills at the place in time at which an order reaches it. Orders that wait
for a price are set off by the market's last trade, so their pairs' trades must be subscribed. Pure. Imports: domain,
market, fills, paper_floor, paper_order, paper_venue. Imported by: sim/playback.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from fathom.domain import Event, Instrument, PublicTrade, Side
from fathom.market import Market
from fathom.sim.fills import (
    Resting,
    Take,
    Taken,
    crosses,
    fill_by_book,
    fill_by_trade,
    join_queue,
    reachable_lots,
    take_levels,
)
from fathom.sim.paper_floor import Fees
from fathom.sim.paper_order import PaperOrder
from fathom.sim.paper_venue import PaperVenue


class BookGround:
    """The market's own books, less what our fills took of them."""

    def __init__(self, market: Market) -> None:
        self.now_ns = 0
        self.last_trades: dict[str, int] = {}  # Symbol -> the price of its last trade.
        self._market = market
        self._taken: dict[str, Taken] = {}

    def taken_from(self, symbol: str) -> Taken:
        """Return what our fills took of this symbol's levels."""
        return self._taken.setdefault(symbol, Taken())

    def forget(self, symbol: str) -> None:
        """Forget what was: the numbers mean something else now."""
        self.taken_from(symbol).clear()
        self.last_trades.pop(symbol, None)

    def trusted(self, symbol: str) -> bool:
        """Whether the book is to be believed; false where there is none."""
        book = self._market.books.get(symbol)
        return book is not None and book.trusted

    def traded_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade; None before the first."""
        return self.last_trades.get(symbol)

    def last_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade, or else the mid; None where nothing tells."""
        last_ticks = self.last_trades.get(symbol)
        if last_ticks is not None:
            return last_ticks
        twice = self._market.books[symbol].mid_half_ticks
        return None if twice is None else twice // 2

    def crosses(self, symbol: str, side: Side, price_ticks: int) -> bool:
        """Whether a limit order would trade at once."""
        return crosses(self._market.books[symbol], side, price_ticks)

    def reachable_lots(self, symbol: str, side: Side, limit_ticks: int | None) -> int:
        """Return how much an order would take now, had it no end."""
        return reachable_lots(self._market.books[symbol], self.taken_from(symbol), side, limit_ticks)

    def take(self, symbol: str, side: Side, limit_ticks: int | None, qty_lots: int) -> Iterator[Take]:
        """Take levels, best first; what is taken stays taken."""
        return take_levels(self._market.books[symbol], self.taken_from(symbol), side, limit_ticks, qty_lots)

    def rest(self, order: PaperOrder) -> None:
        """Put what an order shows at the back of the queue at its price."""
        assert order.price_ticks is not None, order.order_id
        order.resting = Resting(order.order_id, order.symbol, order.wanted.side, order.price_ticks, order.shown_lots, 0)
        join_queue(order.resting, self._market.books[order.symbol])

    def resize(self, order: PaperOrder) -> None:
        """Let an order that rests show less, and stay where it stands."""
        assert order.resting is not None, order.order_id
        order.resting.left_lots = order.shown_lots

    def wait(self, order: PaperOrder) -> None:
        """Let an order wait for its trigger: the venue looks at every trade."""

    def leave(self, order: PaperOrder) -> None:
        """Take an order away: it stands nowhere but in its own `resting`."""


class BookVenue(PaperVenue):
    """One account's orders against the market of a recording that is played, or of Kraken itself."""

    _ground: BookGround

    def __init__(
        self, market: Market, fees: Fees, *, balances: Mapping[str, Decimal] | None = None, ids_begin: str = ""
    ) -> None:
        super().__init__(market, BookGround(market), fees, balances=balances, ids_begin=ids_begin)
        self._last_ids: dict[str, int] = {}  # Symbol -> the id of its newest trade.
        self._scales: dict[str, tuple[int, int]] = {}  # Symbol -> price and quantity precision.

    def follows(self, symbol: str) -> bool:
        """Whether a move of this symbol's book matters: an order of ours is open there, or has taken from it."""
        return bool(self._ground.taken_from(symbol)) or bool(self._floor.in_symbol(symbol))

    def market_traded(self, symbol: str, trades: tuple[PublicTrade, ...]) -> list[Event]:
        """Return what the market's trades do: they fill what rests, best price first, and set off what waits."""
        said: list[Event] = []
        for trade in trades:
            if trade.trade_id <= self._last_ids.get(symbol, -1):
                continue  # Told before, such as over another link: it fills once (websocket-v2.md 6.3: ids rise).
            self._last_ids[symbol] = trade.trade_id
            self._ground.last_trades[symbol] = trade.price_ticks
            said += self._met_by(symbol, trade)
            said += self._set_off(symbol, trade.price_ticks)
        return said

    def book_moved(self, symbol: str) -> list[Event]:
        """Return what a move of the verified book fills of our open orders."""
        book = self._market.books[symbol]
        if not book.trusted:
            return []  # What cannot be believed fills nobody.
        floor = self._floor
        said: list[Event] = []
        taken = self._ground.taken_from(symbol)
        taken.follow(book)
        for order in floor.queue(symbol):
            assert order.resting is not None
            floor.reveal(order, book.best_ask_ticks if order.wanted.side == "buy" else book.best_bid_ticks)
            for take in fill_by_book(order.resting, book, taken):
                said += floor.fill(order, take, "maker")
        for order in [one for one in floor.in_symbol(symbol) if one.fired]:
            said += floor.trade(order)
        return said

    def instrument_changed(self, instrument: Instrument) -> list[Event]:
        """Return the end of the orders whose ticks and lots mean something else now: a book of a new scale is new."""
        known = self._scales.get(instrument.symbol)
        scale = self._scales[instrument.symbol] = (instrument.price_precision, instrument.qty_precision)
        if known in {None, scale}:
            return []
        self._ground.forget(instrument.symbol)
        ending = self._floor.in_symbol(instrument.symbol)
        return [self._floor.end(order, "the pair's precision changed") for order in ending]

    def _met_by(self, symbol: str, trade: PublicTrade) -> list[Event]:
        """Fill what one trade of the market fills of ours."""
        said: list[Event] = []
        orders = {order.order_id: order for order in self._floor.queue(symbol)}
        for order in orders.values():
            self._floor.reveal(order, trade.price_ticks)
        queue = [order.resting for order in orders.values() if order.resting is not None]
        for resting, take in fill_by_trade(queue, trade):
            said += self._floor.fill(orders[resting.order_id], take, "maker")
        return said

    def _set_off(self, symbol: str, last_ticks: int) -> list[Event]:
        """Set off what waits for this price, what was passed first before the others, and let the others follow it."""
        said: list[Event] = []
        reached: list[tuple[int, PaperOrder]] = []
        for order in self._floor.in_symbol(symbol):
            if order.trigger is None:
                continue
            if order.trigger.reached(last_ticks):
                reached.append((order.trigger.past_ticks(last_ticks), order))
            else:
                order.trigger.follow(last_ticks)
        for _, order in sorted(reached, key=lambda found: -found[0]):
            order.trigger = None
            said += self._floor.trade(order)
        return said
