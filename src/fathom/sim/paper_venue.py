"""A venue on paper: takes our orders and answers as Kraken would. What fills them, its children know.

The links to and from it are delays of the world around it, which tells it the time, too. Pure. Imports: domain, market,
admission, ground, paper_floor, paper_order. Imported by: the venues.
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
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderLookupWanted,
    OrderRejected,
    OrderWanted,
)
from fathom.market import Market
from fathom.sim.admission import refusal_of
from fathom.sim.ground import Ground
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
    """One account's orders, and the venue's word on them."""

    def __init__(
        self,
        market: Market,
        ground: Ground,
        fees: Fees,
        *,
        balances: Mapping[str, Decimal] | None = None,
        ids_begin: str = "",
    ) -> None:
        """`market` is read, never changed. `balances`: what the account has; without, it is lent what it lacks.

        `ids_begin`: what ids of orders and fills begin with, another one for each venue that one journal knows.
        """
        self._market = market
        self._ground = ground
        self._floor = Floor(market, ground, fees, balances, ids_begin=ids_begin)

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
        expiries = self._floor.expiries
        return min(expiries.values()) if expiries else None

    def pass_time(self, now_ns: int) -> list[Event]:
        """Let it be `now_ns`, before anything else of that time; return what expired."""
        self._floor.pass_time(now_ns)
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

    def _refusal_of(self, wanted: OrderWanted) -> str:  # noqa: ARG002 - For children to answer.
        """Return why the venue refuses an order that is well formed; empty where it takes it."""
        return ""

    def _add(self, wanted: OrderWanted) -> Iterator[Event]:
        refusal = refusal_of(wanted, now_ns=self._floor.now_ns) or self._refusal_of(wanted)
        if not self._ground.trusted(wanted.symbol):
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
        if moved:  # To the back of its new queue (websocket-v2.md 8.2), past what it takes on the way.
            yield from floor.move(order)
        else:
            floor.shrink(order)

    def _refusal_of_amend(self, order: PaperOrder, request: AmendApproved) -> str:
        amend, ground = request.amend, self._ground
        if not ground.trusted(order.symbol) or order.fired:
            return UNAVAILABLE
        if order.wanted.close is not None or order.price_ticks is None:
            return NOT_EDITABLE
        post_only = amend.post_only or order.wanted.post_only
        rests = order.resting is not None
        if post_only and rests and ground.crosses(order.symbol, order.wanted.side, amend.price_ticks):
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
