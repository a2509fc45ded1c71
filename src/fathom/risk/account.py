"""Risk's replicas of the account: our orders and the room that they hold, balances, what has been lately.

It changes with the log alone. Pure. Imports: domain, market, orders, portfolio, room, worth, pace, turnover, holdings.
Imported by: risk/judging, risk/flatten, risk/risk.
"""

from decimal import Decimal, localcontext
from typing import Final

from fathom.domain import (
    AmendApproved,
    ClosePlaced,
    Event,
    FillsTold,
    InstrumentChanged,
    OrderApproved,
    OrderTraded,
)
from fathom.market import Market
from fathom.orders import Order, OrderTable
from fathom.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.risk.amounts import ORDINARY, ZERO
from fathom.risk.holdings import Holdings, owner_of
from fathom.risk.pace import Pace
from fathom.risk.room import Room, Terms
from fathom.risk.turnover import Turnover
from fathom.risk.worth import Worth

MONEY_NEWS: Final = frozenset(PORTFOLIO_NEWS)


class Account:
    """One account, as the log tells it."""

    def __init__(self, market: Market, *, quote: str) -> None:
        """`market` is read, never changed; `quote` is the account's currency, in which limits are told."""
        self.quote = quote
        self.orders = OrderTable()
        self.portfolio = Portfolio(market, quote=quote)
        self.worth = Worth(market, self.portfolio)
        self.room = Room()
        self.holdings = Holdings()
        self.turnover = Turnover()
        self.ordered = Pace()
        self.amended = Pace()
        self._market = market
        self._fills = FillsTold()

    def begin(self, approved: OrderApproved, terms: Terms, *, now_ns: int) -> None:
        """Hold room for an order that is approved now."""
        order = self.orders.apply(approved)
        assert order is not None
        self.room.hold(order, terms)
        self.ordered.note(order.symbol, now_ns=now_ns)

    def change(self, approved: AmendApproved, terms: Terms, *, now_ns: int) -> None:
        """Hold room for what an order may become."""
        order = self.orders.apply(approved)
        assert order is not None
        self.room.follow(order, terms)
        self.amended.note(order.symbol, now_ns=now_ns)

    def adopt(self, placed: ClosePlaced, *, fee_share: Decimal) -> Order:
        """Hold room for a close that the venue placed itself: at its own price, for it was never weighed."""
        order = self.orders.apply(placed)
        assert order is not None
        instrument = self._market.instruments.get(order.symbol)
        ticks = order.price_ticks or order.trigger_ticks
        if instrument is not None and ticks is not None and order.order_id not in self.room.held:
            rate = self.worth.price(instrument.quote) or ZERO
            self.room.hold(order, Terms(instrument, ticks, instrument.price(ticks), rate, fee_share))
        return order

    def hear(self, event: Event, *, now_ns: int) -> Order | None:
        """Take one event in; return the order of ours that it was about."""
        order = self.orders.apply(event)
        if type(event) in MONEY_NEWS:
            with localcontext(ORDINARY):
                self.portfolio.apply(event)
        if order is not None:
            self.room.follow(order)
        if isinstance(event, OrderTraded):
            if self._fills.is_new(event):
                self._fill(event, order, now_ns=now_ns)
        elif isinstance(event, InstrumentChanged):
            self.worth.learn(event.instrument)
        return order

    def adds(self, order: Order) -> bool:
        """Whether an open order may bring in anything but the account's currency."""
        held = self.room.held.get(order.order_id)
        return held is None or held.takes != self.quote

    def _fill(self, fill: OrderTraded, order: Order | None, *, now_ns: int) -> None:
        instrument = self._market.instruments[fill.symbol]
        behalf = "" if order is None else order.wanted.on_behalf
        self.holdings.take_in(fill, instrument, owner=behalf or owner_of(fill.order_id))
        rate = self.worth.price(instrument.quote) or ZERO
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        self.turnover.note(fill.symbol, cost * rate, now_ns=now_ns)
