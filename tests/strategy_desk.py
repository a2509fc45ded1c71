"""One strategy's view, with all that stands behind it in the hands of the test."""

from collections.abc import Iterable
from decimal import Decimal

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    CancelApproved,
    CancelWanted,
    InstrumentChanged,
    OrderAccepted,
    OrderApproved,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    Side,
    TimerWanted,
)
from fathom.market import Market
from fathom.orders import Order, OrderTable
from fathom.portfolio import Portfolio
from fathom.strategy import View
from market_feed import T0, S, trusted_market, two_sided


class OwnDesk:
    """Orders, a portfolio and a market; the test says what happens to them."""

    def __init__(self, market: Market | None = None) -> None:
        self.market = market or trusted_market(two_sided())
        self.orders = OrderTable()
        self.portfolio = Portfolio(self.market, quote="USD")
        for instrument in self.market.instruments.values():
            self.portfolio.apply(InstrumentChanged(instrument))
        self.seq = 0
        self.fills = 0
        self.now_ns = T0

    def view(self, *, after_s: float = 0) -> View:
        """A new view, so much later."""
        self.seq += 1
        self.now_ns += int(after_s * S)
        return View(
            "a", seq=self.seq, now_ns=self.now_ns, market=self.market, orders=self.orders, portfolio=self.portfolio
        )

    def approve(self, *wants: OrderWanted | AmendWanted | CancelWanted | TimerWanted) -> list[Order]:
        """Let risk approve; return the orders."""
        said: list[Order | None] = []
        for want in wants:
            if isinstance(want, OrderWanted):
                said.append(self.orders.apply(OrderApproved(want)))
            elif isinstance(want, AmendWanted):
                said.append(self.orders.apply(AmendApproved(want)))
            elif isinstance(want, CancelWanted):
                said.append(self.orders.apply(CancelApproved(want.order_id)))
        return [one for one in said if one is not None]

    def accept(self, wants: Iterable[OrderWanted | AmendWanted | CancelWanted | TimerWanted]) -> list[Order]:
        """Let new orders rest."""
        orders = self.approve(*wants)
        for order in orders:
            self.orders.apply(OrderAccepted(order.order_id, f"V{order.order_id}"))
        return orders

    def trade(
        self, side: Side, qty_lots: int, *, order_id: str = "a-0-1", symbol: str = "BTC/USD", price_ticks: int = 1000
    ) -> OrderTraded:
        """Let one of its orders trade."""
        self.fills += 1
        fill = OrderTraded(order_id, f"T{self.fills}", symbol, side, price_ticks, qty_lots, "maker", Decimal(0), "USD")
        self.portfolio.apply(fill)
        self.orders.apply(fill)
        return fill

    def end(self, order: Order) -> None:
        """Let the venue say that an order is filled."""
        self.orders.apply(OrderFilled(order.order_id))
