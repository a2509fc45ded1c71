"""What a strategy may see, and the wants that it builds. One view lives for one wake.

Pure. Imports: domain, market, orders, portfolio. Imported by: strategy/api, strategy/host, strategies.
"""

from decimal import Decimal

from fathom.domain import (
    AmendWanted,
    CancelWanted,
    Instrument,
    LocalError,
    OrderType,
    OrderWanted,
    Side,
    TimeInForce,
    TimerWanted,
)
from fathom.market import Book, Market
from fathom.orders import Order, OrderTable
from fathom.portfolio import Portfolio


class View:
    """The market, the account and the strategy's own orders, at one place in the log."""

    __slots__ = ("_ids", "_market", "_name", "_orders", "_portfolio", "_seq", "now_ns")

    def __init__(
        self, name: str, *, seq: int, now_ns: int, market: Market, orders: OrderTable, portfolio: Portfolio
    ) -> None:
        self.now_ns = now_ns  # The log's time. There is no other clock.
        self._name = name
        self._seq = seq
        self._ids = 0
        self._market = market
        self._orders = orders
        self._portfolio = portfolio

    # -- What is there --

    def book(self, symbol: str) -> Book | None:
        """Return the symbol's book while it verifies; None while nobody may trade on it."""
        book = self._market.books.get(symbol)
        return book if book is not None and book.trusted else None

    def instrument(self, symbol: str) -> Instrument | None:
        """Return the pair's rules, whether its book can be trusted or not; None before they were told."""
        return self._market.instruments.get(symbol)

    def open_orders(self, symbol: str | None = None, *, side: Side | None = None) -> list[Order]:
        """Return this strategy's own orders that may still fill, oldest first."""
        return [order for order in self._orders.open(symbol) if side is None or order.side == side]

    def position_lots(self, symbol: str) -> int:
        """Return what this strategy bought less what it sold, in lots."""
        position = self._portfolio.positions.get(symbol)
        return 0 if position is None else position.qty_lots

    def balance(self, asset: str) -> Decimal:
        """Return what the account holds of an asset: the venue's last word, and this strategy's own fills since."""
        return self._portfolio.balance(asset)

    # -- What to want --

    def bid(self, symbol: str, *, price_ticks: int, qty_lots: int, post_only: bool = False) -> OrderWanted:
        """Return a limit order to buy."""
        return self._limit(symbol, "buy", price_ticks=price_ticks, qty_lots=qty_lots, post_only=post_only)

    def ask(self, symbol: str, *, price_ticks: int, qty_lots: int, post_only: bool = False) -> OrderWanted:
        """Return a limit order to sell."""
        return self._limit(symbol, "sell", price_ticks=price_ticks, qty_lots=qty_lots, post_only=post_only)

    def take(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int) -> OrderWanted:
        """Return an order that fills at once, at this price or better, and leaves no rest (ioc)."""
        return self._order(symbol, side, "limit", qty_lots, price_ticks, time_in_force="ioc")

    def market_order(self, symbol: str, side: Side, *, qty_lots: int) -> OrderWanted:
        """Return a market order."""
        return self._order(symbol, side, "market", qty_lots, None)

    def amend(self, order: Order, *, price_ticks: int, qty_lots: int | None = None) -> AmendWanted:
        """Return a new price, and a new total quantity if given, for an own open order; post-only stays so."""
        self._own(order)
        total_lots = order.qty_lots if qty_lots is None else qty_lots
        return AmendWanted(order.order_id, price_ticks, total_lots, order.wanted.post_only)

    def cancel(self, order: Order) -> CancelWanted:
        """Return the wish to have an own open order gone."""
        self._own(order)
        return CancelWanted(order.order_id)

    def timer(self, timer: str, *, at_ns: int) -> TimerWanted:
        """Return the wish to be woken through `on_timer` at `at_ns` of the log's time, which is yet to come."""
        if at_ns <= self.now_ns:
            raise LocalError("at_ns", f"{at_ns} is not after now, {self.now_ns}")
        return TimerWanted(self._name, timer, at_ns)

    def qty_lots(self, symbol: str, *, spend_quote: Decimal, price_ticks: int) -> int:
        """Return how many lots `spend_quote` buys at a price, rounded down."""
        instrument = self._market.instruments[symbol]
        one_lot = instrument.cost(price_ticks=price_ticks, qty_lots=1)
        lots = int(spend_quote // one_lot)
        return lots - lots % instrument.qty_increment_lots

    def _limit(self, symbol: str, side: Side, *, price_ticks: int, qty_lots: int, post_only: bool) -> OrderWanted:
        return self._order(symbol, side, "limit", qty_lots, price_ticks, post_only=post_only)

    def _order(
        self,
        symbol: str,
        side: Side,
        order_type: OrderType,
        qty_lots: int,
        price_ticks: int | None,
        *,
        time_in_force: TimeInForce = "gtc",
        post_only: bool = False,
    ) -> OrderWanted:
        self._ids += 1
        order_id = f"{self._name}-{self._seq}-{self._ids}"
        return OrderWanted(order_id, symbol, side, order_type, qty_lots, price_ticks, time_in_force, post_only)

    def _own(self, order: Order) -> None:
        if self._orders.get(order.order_id) is None:
            raise LocalError("order_id", f"{order.order_id} is not an order of {self._name}")
