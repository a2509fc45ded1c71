"""The risk component: the only author of OrderApproved, AmendApproved and CancelApproved.

Nothing reaches the venue that it has not said. It keeps its own replicas of our orders and of the portfolio; the room
that an approved order holds is what is left of it in that order table, so a final state gives it back by itself.

Pure. Imports: domain, market, orders, portfolio, checks. Imported by: run.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendWanted,
    BookQuarantined,
    CancelApproved,
    CancelWanted,
    Entry,
    Event,
    Happening,
    OrderAccepted,
    OrderApproved,
    OrderDenied,
    OrderTraded,
    OrderWanted,
    RunStarted,
    RunStopped,
    Side,
    TimerFired,
    TimerWanted,
    TradingHalted,
    VenueStatus,
    VenueStatusChanged,
)
from fathom.market import Book, Market
from fathom.orders import ORDER_NEWS, Order, OrderTable
from fathom.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.risk.checks import NS_PER_SECOND, Proposal, judge
from fathom.risk.limits import Limits

NS_PER_DAY: Final = 86_400 * NS_PER_SECOND
LOSS_TIMER: Final = "loss"
LOSS_LOOK_NS: Final = NS_PER_SECOND  # The daily loss is looked at once a second, and at every fill.


class Risk:
    """Judges every want; halts when the day's loss is too much."""

    name = "risk"
    hears: tuple[type[Happening], ...] = (
        RunStarted,
        RunStopped,
        OrderWanted,
        AmendWanted,
        CancelWanted,
        TimerFired,
        BookQuarantined,
        VenueStatusChanged,
        # Its own approvals are in its table from the moment it says them: two orders of one step share one room.
        *(kind for kind in ORDER_NEWS if kind not in {OrderApproved, AmendApproved, CancelApproved}),
        *(kind for kind in PORTFOLIO_NEWS if kind not in ORDER_NEWS),
    )

    def __init__(self, limits: Limits, *, market: Market, quote: str) -> None:
        self.limits = limits
        self.halted: TradingHalted | None = None
        self._market = market
        self._orders = OrderTable()
        self._untold: dict[str, Order] = {}  # Filled, says the venue, but not yet by which fills: they hold room still.
        self._portfolio = Portfolio(market, quote=quote)
        self._venue_status: VenueStatus = "online"
        self._day = -1
        self._day_equity: Decimal | None = None
        self._stopping = False

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what may be done."""
        event = entry.event
        match event:
            case OrderWanted():
                return [self._judge_order(event, entry.time_ns)]
            case AmendWanted():
                return [self._judge_amend(event, entry.time_ns)]
            case CancelWanted():
                return self._cancel(self._open(event.order_id))
            case RunStarted():
                return [TimerWanted(self.name, LOSS_TIMER, entry.time_ns + LOSS_LOOK_NS)]
            case TimerFired():
                if event.owner != self.name:
                    return ()
                again = TimerWanted(self.name, LOSS_TIMER, entry.time_ns + LOSS_LOOK_NS)
                return [*self._look_at_loss(entry.time_ns), *self._cancel_unwelcome(), again]
            case BookQuarantined():  # Blind in this symbol: what rests there could be picked off.
                return self._cancel(self._orders.open(event.symbol))
            case RunStopped():
                self._stopping = True
                return self._cancel(self._orders.open())
            case VenueStatusChanged():
                self._venue_status = event.status
                return ()
            case _:
                return self._on_news(event, entry.time_ns)

    def _on_news(self, event: Event, now_ns: int) -> Iterable[Event]:
        order = self._orders.apply(event)
        self._portfolio.apply(event)
        if order is not None and order.untold_lots > 0:
            self._untold[order.order_id] = order
        elif order is not None:
            self._untold.pop(order.order_id, None)
        if isinstance(event, OrderTraded):
            return self._look_at_loss(now_ns)
        if isinstance(event, OrderAccepted) and order is not None and self._unwelcome(order):
            return self._cancel([order])  # Our first cancel overtook it.
        return ()

    def _unwelcome(self, order: Order) -> bool:
        """Whether everything of its symbol was cancelled while it was on its way."""
        book = self._market.books.get(order.symbol)
        return order.left_lots > 0 and (self.halted is not None or self._stopping or book is None or not book.trusted)

    # -- Judging --

    def _judge_order(self, order: OrderWanted, now_ns: int) -> OrderApproved | OrderDenied:
        refusal = self._refusal_now() or self._judge(
            order,
            post_only=order.post_only,
            qty_lots=order.qty_lots,
            total_lots=order.qty_lots,
            price_ticks=order.price_ticks,
            now_ns=now_ns,
        )
        if refusal is not None:
            return OrderDenied(order.order_id, *refusal)
        approved = OrderApproved(order)
        self._orders.apply(approved)
        return approved

    def _judge_amend(self, amend: AmendWanted, now_ns: int) -> AmendApproved | AmendDenied:
        order = self._orders.get(amend.order_id)
        if order is None or order.state != "open":
            return AmendDenied(amend.order_id, "order", "the order is not open, or not known to be")
        if order.changing:  # Two changes on their way may arrive in either order (websocket-v2.md 8.2).
            return AmendDenied(amend.order_id, "order", "a change of it is on its way: its answer comes first")
        if amend.qty_lots <= order.filled_lots:
            return AmendDenied(amend.order_id, "order", "the new quantity is filled already: cancel it instead")
        refusal = self._refusal_now() or self._judge(
            order.wanted,
            post_only=amend.post_only,
            qty_lots=amend.qty_lots - order.filled_lots,
            total_lots=amend.qty_lots,
            price_ticks=amend.price_ticks,
            now_ns=now_ns,
        )
        if refusal is not None:
            return AmendDenied(amend.order_id, *refusal)
        approved = AmendApproved(amend)
        self._orders.apply(approved)
        return approved

    def _refusal_now(self) -> tuple[str, str] | None:
        """Return why nothing at all is approved now."""
        if self.halted is not None:
            return self.halted.limit, "trading is halted until a person resumes it"
        if self._stopping:
            return "stopping", "the run is ending"
        return None

    def _judge(
        self,
        order: OrderWanted,
        *,
        post_only: bool,
        qty_lots: int,
        total_lots: int,
        price_ticks: int | None,
        now_ns: int,
    ) -> tuple[str, str] | None:
        symbol, side = order.symbol, order.side
        book = self._market.books.get(symbol)
        if book is None:
            return "book_verified", f"there is no book of {symbol}"
        instrument, quote = book.instrument, self._portfolio.quote
        if instrument.quote != quote:
            return "quote", f"{symbol} is not priced in {quote}, in which the limits are told"
        others = [other for other in self._orders.open() if other.order_id != order.order_id]
        holding = [*others, *self._untold.values()]
        here = [other for other in holding if other.symbol == symbol]
        bid_lots = sum(_held_lots(other) for other in here if other.side == "buy")
        ask_lots = sum(_held_lots(other) for other in here if other.side == "sell")
        worst_ticks = None
        if price_ticks is None:  # Our other orders may take from the same levels before it.
            worst_ticks = _reach(book, side, qty_lots + (bid_lots if side == "buy" else ask_lots))
        twice = book.mid_half_ticks
        proposal = Proposal(
            instrument=instrument,
            side=side,
            order_type=order.order_type,
            post_only=post_only,
            qty_lots=qty_lots,
            total_lots=total_lots,
            price_ticks=price_ticks,
            now_ns=now_ns,
            venue_status=self._venue_status,
            book_trusted=book.trusted,
            book_moved_ns=book.moved_ns,
            mid=None if twice is None else instrument.price(twice) / 2,
            worst_ticks=worst_ticks,
            equity=self._portfolio.equity_quote(),
            held_base=self._portfolio.balance(instrument.base),
            held_quote=self._portfolio.balance(instrument.quote),
            bid_lots=bid_lots,
            ask_lots=ask_lots,
            bid_value=sum((self._bound(other) for other in holding), Decimal(0)),
            open_orders=len(others),
        )
        return judge(proposal, self.limits)

    def _bound(self, order: Order) -> Decimal:
        """Return what an open buy may still spend, fee included."""
        book = self._market.books[order.symbol]
        if order.side == "sell":
            return Decimal(0)
        ticks = order.price_ticks_worst
        if ticks is None:  # A market order on its way: as dear as the book goes.
            asks = book.asks(book.depth)
            ticks = asks[-1][0] if asks else 0
        cost = book.instrument.cost(price_ticks=ticks, qty_lots=_held_lots(order))
        return cost * (1 + self.limits.fee_share)

    # -- Cancelling and halting --

    def _open(self, order_id: str) -> list[Order]:
        order = self._orders.get(order_id)
        return [] if order is None or order.left_lots == 0 else [order]

    def _cancel(self, orders: list[Order]) -> list[Event]:
        said: list[Event] = []
        for order in orders:
            cancel = CancelApproved(order.order_id)
            self._orders.apply(cancel)
            said.append(cancel)
        return said

    def _cancel_unwelcome(self) -> list[Event]:
        """Cancel again what outlived its cancel: the venue may refuse one, or have been asked too early."""
        return self._cancel([order for order in self._orders.open() if not order.changing and self._unwelcome(order)])

    def _look_at_loss(self, now_ns: int) -> list[Event]:
        """Compare equity with what it was at the first look of the UTC day."""
        equity = self._portfolio.equity_quote()
        if equity is None or self.halted is not None:
            return []
        day = now_ns // NS_PER_DAY
        if day != self._day or self._day_equity is None:
            if equity <= 0:  # The venue has not told the balances yet: nothing to measure a loss against.
                return []
            self._day, self._day_equity = day, equity
        loss = self._day_equity - equity
        if loss <= self._day_equity * self.limits.daily_loss_share_max:
            return []
        share = loss / self._day_equity
        detail = f"lost {loss:.2f} today, {share:.2%} of equity, more than {self.limits.daily_loss_share_max:.2%}"
        self.halted = TradingHalted("daily_loss_share_max", detail)
        return [self.halted, *self._cancel(self._orders.open())]


def _held_lots(order: Order) -> int:
    """Return the quantity that an order holds room for."""
    return order.left_lots_worst + order.untold_lots


def _reach(book: Book, side: Side, qty_lots: int) -> int | None:
    """Return the price at which `qty_lots` are taken, best level first; None where the book does not hold them."""
    for price_ticks, shown_lots in book.asks(book.depth) if side == "buy" else book.bids(book.depth):
        qty_lots -= shown_lots
        if qty_lots <= 0:
            return price_ticks
    return None
