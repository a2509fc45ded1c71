"""Answers what the reconciler wants to know, by REST: the whole account, or what became of one order.

Pure. Imports: domain, protocol, rest_desk, our_orders. Imported by: rough.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    Entry,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderLookupWanted,
    OrderTraded,
    VenueFill,
    VenueOrder,
)
from fathom.protocol import rest, translate
from fathom.sim.chaos.line import Shore
from fathom.sim.chaos.our_orders import OurOrders
from fathom.sim.chaos.rest_desk import RestDesk

FILLS_AT_ONCE: Final = 20  # Ids in one call of QueryTrades.
LOOKS_MAX: Final = 2  # Balances that change while we look are looked at again, so often.
_R = TypeVar("_R")


class AccountDesk:
    """REST's answers as events."""

    def __init__(self, shore: Shore, desk: RestDesk, ours: OurOrders, *, names: translate.RestNames) -> None:
        self._shore = shore
        self._desk = desk
        self._ours = ours
        self._names = names
        self._wanted: AccountWanted | None = None  # The newest; what was wanted before is answered by it.
        self._looking = False
        self._lookups: dict[str, OrderLookupWanted] = {}  # By order: the newest wish of each.
        self._looking_up = False

    def perform(self, entry: Entry) -> None:
        """Ask what an entry wants to know."""
        event = entry.event
        match event:
            case AccountWanted():
                self._wanted = event
                if not self._looking:
                    self._begin()
            case OrderLookupWanted():
                self._lookups[event.order_id] = event
                if not self._looking_up:
                    self._begin_lookup()
            case _:
                pass

    def _begin(self) -> None:
        if self._wanted is not None:
            self._looking = True
            wanted, self._wanted = self._wanted, None
            _Look(self, wanted).begin()

    def done(self) -> None:
        """The account was told."""
        self._looking = False
        self._begin()

    def _begin_lookup(self) -> None:
        self._looking_up = bool(self._lookups)
        if self._lookups:
            wanted, self._lookups = list(self._lookups.values()), {}
            _Lookup(self, wanted).begin()

    def looked_up(self) -> None:
        """What became of the orders was told."""
        self._looking_up = False
        self._begin_lookup()

    # -- For the looks -----------------------------------------------------------------------------------------

    @property
    def now_ns(self) -> int:
        """The bot's clock."""
        return self._shore.bot_ns

    @property
    def ours(self) -> OurOrders:
        """Our orders."""
        return self._ours

    def say(self, event: Event) -> None:
        """Have an event come in."""
        self._shore.say(event)

    def ask(self, request: rest.RestRequest[_R], then: Callable[[_R], None]) -> None:
        """Ask REST."""
        self._desk.ask(request, then)

    def order(self, venue_order_id: str, info: rest.OrderInfo) -> VenueOrder:
        """Return one of our orders."""
        order_id = self._ours.known[info.cl_ord_id or ""].order_id
        return translate.venue_order(venue_order_id, info, order_id, self._names, self._ours.instruments)

    def fill(self, exec_id: str, info: rest.TradeInfo, order_id: str) -> VenueFill:
        """Return a fill of one of our orders."""
        return translate.venue_fill(exec_id, info, order_id, self._names, self._ours.instruments)

    def account(
        self,
        *,
        as_of_ns: int,
        open_orders: Mapping[str, rest.OrderInfo],
        closed_orders: Mapping[str, rest.OrderInfo],
        fills: Mapping[str, rest.TradeInfo],
        balances: Mapping[str, Decimal],
    ) -> AccountSeen:
        """Return the answers as one event."""
        known = self._ours.known
        for venue_order_id, info in (*open_orders.items(), *closed_orders.items()):
            if (order := known.get(info.cl_ord_id or "")) is not None:
                self._ours.met(order.order_id, venue_order_id)
        told = translate.account_seen(
            as_of_ns=as_of_ns,
            open_orders=open_orders,
            closed_orders=closed_orders,
            fills=fills,
            balances=balances,
            names=self._names,
            instruments=self._ours.instruments,
            order_id_of=lambda client_id: known[client_id].order_id if client_id in known else None,
            venue_ids={name: order.order_id for name, order in known.items()},
        )
        return told.seen


class _Look:
    """One look at the whole account: balances, open orders, closed ones, fills, and balances again.

    An order that ends between the calls is in both lists, never in neither; and where the balances did not change
    meanwhile, all of it is of one moment. Orders that the reconciler names have ended since `since_ns`, if they have,
    or are open: so no more than these lists is asked for, which the account's counter of calls would not bear.
    """

    def __init__(self, desk: AccountDesk, wanted: AccountWanted) -> None:
        self._desk = desk
        self._wanted = wanted
        self._looks = 0

    def begin(self) -> None:
        """Begin, or begin again."""
        self._looks += 1
        self._as_of_ns = self._desk.now_ns
        self._open: dict[str, rest.OrderInfo] = {}
        self._closed: dict[str, rest.OrderInfo] = {}
        self._trades: dict[str, rest.TradeInfo] = {}
        self._desk.ask(rest.Balance(), self._balances_first)

    def _balances_first(self, balances: dict[str, Decimal]) -> None:
        self._balances = balances
        self._desk.ask(rest.OpenOrders(), self._open_told)

    def _open_told(self, told: rest.OpenOrdersResult) -> None:
        self._open = dict(told.open)
        self._ask_closed()

    def _ask_closed(self) -> None:
        page = len(self._closed) // translate.PAGE
        self._desk.ask(translate.closed_orders_since(self._wanted.since_ns, page=page), self._closed_told)

    def _closed_told(self, told: rest.ClosedOrdersResult) -> None:
        self._closed |= told.closed
        if len(told.closed) >= translate.PAGE:
            self._ask_closed()
        else:
            self._ask_trades()

    def _ask_trades(self) -> None:
        page = len(self._trades) // translate.PAGE
        self._desk.ask(translate.fills_since(self._wanted.since_ns, page=page), self._trades_told)

    def _trades_told(self, told: rest.TradesHistoryResult) -> None:
        self._trades |= told.trades
        if len(told.trades) >= translate.PAGE:
            self._ask_trades()
        else:
            self._desk.ask(rest.Balance(), self._balances_last)

    def _balances_last(self, balances: dict[str, Decimal]) -> None:
        if balances != self._balances and self._looks < LOOKS_MAX:
            self.begin()
            return
        self._desk.say(
            self._desk.account(
                as_of_ns=self._as_of_ns,
                open_orders=self._open,
                closed_orders=self._closed,
                fills=self._trades,
                balances=balances,
            )
        )
        self._desk.done()


class _Lookup:
    """What became of some orders: among the open ones, then among those that ended last, then their fills."""

    def __init__(self, desk: AccountDesk, wanted: Sequence[OrderLookupWanted]) -> None:
        self._desk = desk
        self._wanted = {desk.ours.client_id(one.order_id): one for one in wanted}
        self._found: dict[str, tuple[str, rest.OrderInfo]] = {}  # By client id: the venue's id, and what it says.
        self._fills: dict[str, rest.TradeInfo] = {}

    def begin(self) -> None:
        """Ask for them among the open orders."""
        self._asked_ns = self._desk.now_ns
        self._desk.ask(rest.OpenOrders(trades=True), self._open_told)

    def _open_told(self, told: rest.OpenOrdersResult) -> None:
        self._find(told.open)
        if len(self._found) < len(self._wanted):
            self._desk.ask(rest.ClosedOrders(trades=True, closetime="close"), self._closed_told)
        else:
            self._begin_fills()

    def _closed_told(self, told: rest.ClosedOrdersResult) -> None:
        self._find(told.closed)
        self._begin_fills()

    def _find(self, told: Mapping[str, rest.OrderInfo]) -> None:
        for venue_order_id, info in told.items():
            if info.cl_ord_id in self._wanted:
                self._found[info.cl_ord_id] = (venue_order_id, info)

    def _begin_fills(self) -> None:
        self._trades = [name for _, info in self._found.values() for name in info.trades]
        self._ask_fills()

    def _ask_fills(self) -> None:
        some, self._trades = self._trades[:FILLS_AT_ONCE], self._trades[FILLS_AT_ONCE:]
        if some:
            self._desk.ask(rest.QueryTrades(txid=tuple(some)), self._fills_told)
        else:
            self._tell()

    def _fills_told(self, told: dict[str, rest.TradeInfo]) -> None:
        self._fills |= told
        self._ask_fills()

    def _tell(self) -> None:
        for client_id, wanted in self._wanted.items():
            if client_id in self._found:
                self._tell_one(wanted.order_id, *self._found[client_id])
            elif wanted.certain_ns is not None and self._asked_ns >= wanted.certain_ns:
                # Not to find it counts only where it was asked for so late that REST must have it.
                self._desk.say(OrderAbsent(wanted.order_id))
        self._desk.looked_up()

    def _tell_one(self, order_id: str, venue_order_id: str, info: rest.OrderInfo) -> None:
        desk = self._desk
        desk.say(OrderAccepted(order_id, venue_order_id))
        desk.ours.met(order_id, venue_order_id)
        order, known = desk.order(venue_order_id, info), desk.ours.get(order_id)
        assert known is not None, order_id
        for exec_id in sorted(info.trades, key=lambda name: self._fills[name].time):
            fill = desk.fill(exec_id, self._fills[exec_id], order_id)
            desk.say(
                OrderTraded(order_id, exec_id, fill.symbol, fill.side, fill.price_ticks, fill.qty_lots, fill.liquidity,
                            fill.fee, fill.fee_asset, fill.cost)
            )  # fmt: skip
        terms = (order.price_ticks, order.qty_lots)
        if info.status == "closed":
            desk.say(OrderFilled(order_id))
        elif info.status in {"canceled", "expired"}:
            desk.say(OrderCanceled(order_id, info.reason or info.status))
        elif order.price_ticks is not None and terms != (known.price_ticks, known.qty_lots):
            desk.say(OrderAmended(order_id, order.price_ticks, order.qty_lots))
