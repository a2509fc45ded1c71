"""A venue on paper: takes our orders and answers as Kraken would, filling them against the verified market.

It reads the market that the log moved, so it fills at the place in time at which an order reaches it; the links to
and from it are delays of the world around it, which tells it the time, too. Orders that wait for a price are set off by
the market's last trade, so their pairs' trades must be subscribed. Pure. Imports: domain, market, admission, fills,
paper_floor, paper_order. Imported by: sim/playback.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from fathom.domain import (
    AccountWanted,
    AmendApproved,
    AmendRejected,
    CancelApproved,
    CancelRejected,
    Event,
    ForeignCancelWanted,
    Instrument,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderLookupWanted,
    OrderRejected,
    OrderWanted,
    PublicTrade,
)
from fathom.market import Market
from fathom.sim.admission import refusal_of
from fathom.sim.fills import crosses, fill_by_book, fill_by_trade, join_queue
from fathom.sim.paper_floor import Fees, Floor
from fathom.sim.paper_order import PaperOrder
from fathom.sim.purse import NO_FUNDS

Request = OrderApproved | AmendApproved | CancelApproved | AccountWanted | OrderLookupWanted | ForeignCancelWanted

USER: Final = "User requested"
EXPIRED: Final = "Order expired"
UNAVAILABLE: Final = "EService:Unavailable"
UNKNOWN_ORDER: Final = "EOrder:Unknown order"
NOT_EDITABLE: Final = "EOrder:Order not editable"
POST_ONLY_REFUSED: Final = "EOrder:Post only order"


class PaperVenue:
    """One account's orders against the market of a recording, or of Kraken itself."""

    def __init__(
        self, market: Market, fees: Fees, *, balances: Mapping[str, Decimal] | None = None, ids_begin: str = ""
    ) -> None:
        """`market` is read, never changed. `balances`: what the account has; without, it is lent what it lacks.

        `ids_begin`: what ids of orders and fills begin with, another one for each venue that one journal knows.
        """
        self._market = market
        self._floor = Floor(market, fees, balances, ids_begin=ids_begin)
        self._last_trades: dict[str, int] = {}  # Symbol -> the id of its newest trade.
        self._scales: dict[str, tuple[int, int]] = {}  # Symbol -> price and quantity precision.

    @property
    def resting_symbols(self) -> set[str]:
        """The symbols in which an order of ours is open."""
        return {order.symbol for order in self._floor.open.values()}

    @property
    def balances(self) -> Mapping[str, Decimal]:
        """What the account holds, by its own word."""
        return self._floor.purse.balances

    @property
    def due_ns(self) -> int | None:
        """When the next open order expires."""
        return min(self._floor.expiries.values(), default=None)

    def follows(self, symbol: str) -> bool:
        """Whether a move of this symbol's book matters: an order of ours is open there, or has taken from it."""
        return bool(self._floor.taken_from(symbol)) or bool(self._floor.in_symbol(symbol))

    def pass_time(self, now_ns: int) -> list[Event]:
        """Let it be `now_ns`, before anything else of that time; return what expired."""
        self._floor.now_ns = max(self._floor.now_ns, now_ns)
        due = [order_id for order_id, at_ns in self._floor.expiries.items() if at_ns <= now_ns]
        return [self._floor.end(self._floor.open[order_id], EXPIRED, expired=True) for order_id in due]

    def request(self, request: Request) -> list[Event]:
        """Take one request in, now; return the answers in order."""
        floor = self._floor
        match request:
            case OrderApproved():
                return list(self._add(request.order))
            case AmendApproved():
                return list(self._amend(request))
            case CancelApproved():
                return [self._cancel(request.order_id)]
            case AccountWanted():
                told = floor.purse.told()
                return [floor.records.account(request, floor.open.values(), balances=told, now_ns=floor.now_ns)]
            case OrderLookupWanted():
                return floor.records.lookup(request.order_id, floor.open.get(request.order_id))
            case ForeignCancelWanted():
                return [
                    floor.end(order, USER)
                    for order in list(floor.open.values())
                    if order.venue_order_id == request.venue_order_id
                ]

    def cancel_all(self) -> int:
        """Cancel every open order without a word; return how many there were."""
        orders = list(self._floor.open.values())
        for order in orders:
            self._floor.end(order, USER)
        return len(orders)

    def market_traded(self, symbol: str, trades: tuple[PublicTrade, ...]) -> list[Event]:
        """Return what the market's trades do: they fill what rests, best price first, and set off what waits."""
        said: list[Event] = []
        for trade in trades:
            if trade.trade_id <= self._last_trades.get(symbol, -1):
                continue  # Told before, such as over another link: it fills once (websocket-v2.md 6.3: ids rise).
            self._last_trades[symbol] = trade.trade_id
            self._floor.last_ticks[symbol] = trade.price_ticks
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
        taken = floor.taken_from(symbol)
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
        self._floor.taken_from(instrument.symbol).clear()
        self._floor.last_ticks.pop(instrument.symbol, None)
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

    def _add(self, wanted: OrderWanted) -> Iterator[Event]:
        book = self._market.books.get(wanted.symbol)
        refusal = refusal_of(wanted, now_ns=self._floor.now_ns)
        if book is None or not book.trusted:
            refusal = UNAVAILABLE
        if not refusal:
            order = self._floor.enter(wanted)
            if self._floor.affords(order, qty_lots=wanted.qty_lots):
                yield OrderAccepted(order.order_id, order.venue_order_id)
                yield from self._floor.begin(order)
                return
            self._floor.leave(order)
            refusal = NO_FUNDS
        self._floor.records.refused(wanted.order_id, refusal)
        yield OrderRejected(wanted.order_id, refusal)

    def _amend(self, request: AmendApproved) -> Iterator[Event]:
        amend, floor = request.amend, self._floor
        order = floor.open.get(amend.order_id)
        if order is None:
            yield AmendRejected(amend.order_id, UNKNOWN_ORDER)
            return
        if amend.qty_lots <= order.filled_lots:  # Kraken: set to what is filled, and the rest cancelled.
            yield floor.end(order, USER)
            return
        refusal = self._refusal_of_amend(order, request)
        if refusal:
            yield AmendRejected(amend.order_id, refusal)
            return
        grown = amend.qty_lots > order.qty_lots
        order.qty_lots = amend.qty_lots
        yield OrderAmended(amend.order_id, amend.price_ticks, amend.qty_lots)
        moved = grown or amend.price_ticks != order.price_ticks
        order.price_ticks = amend.price_ticks
        if order.resting is None:
            return  # It waits for its price: the limit is of later.
        order.resting.price_ticks = amend.price_ticks
        order.resting.left_lots = order.shown_lots
        if moved:  # To the back of its new queue (websocket-v2.md 8.2), past what it takes on the way.
            yield from floor.take(order)
            if not order.ended:
                floor.open[order.order_id] = floor.open.pop(order.order_id)
                order.resting.left_lots = order.shown_lots
                join_queue(order.resting, self._market.books[order.symbol])

    def _refusal_of_amend(self, order: PaperOrder, request: AmendApproved) -> str:
        amend, book = request.amend, self._market.books[order.symbol]
        if not book.trusted or order.fired:
            return UNAVAILABLE
        if order.wanted.close is not None or order.price_ticks is None:
            return NOT_EDITABLE
        post_only = amend.post_only or order.wanted.post_only
        if post_only and order.resting is not None and crosses(book, order.wanted.side, amend.price_ticks):
            return POST_ONLY_REFUSED
        as_asked = PaperOrder(order.wanted, "", amend.qty_lots, amend.price_ticks)
        others = [other for other in self._floor.open.values() if other is not order]
        left_lots = amend.qty_lots - order.filled_lots
        if not self._floor.purse.affords(as_asked, others, books=self._market.books, qty_lots=left_lots):
            return NO_FUNDS
        return ""

    def _cancel(self, order_id: str) -> Event:
        order = self._floor.open.get(order_id)
        return CancelRejected(order_id, UNKNOWN_ORDER) if order is None else self._floor.end(order, USER)
