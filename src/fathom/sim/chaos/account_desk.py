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
from fathom.sim.chaos.weather import SECOND_NS

PAGE: Final = 50  # Rows of one call.
FILLS_AT_ONCE: Final = 20  # Ids in one call of QueryTrades.
LOOKS_MAX: Final = 2  # Balances that change while we look are looked at again, so often.
_R = TypeVar("_R")


class AccountDesk:
    """REST's answers as events."""

    def __init__(
        self, shore: Shore, desk: RestDesk, ours: OurOrders, *, symbols: Mapping[str, str], assets: Mapping[str, str]
    ) -> None:
        """`symbols`: REST's names of pairs, ids and altnames, as v2's; `assets`: its ids of assets, as v2's."""
        self._shore = shore
        self._desk = desk
        self._ours = ours
        self._symbols = symbols
        self._assets = assets
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

    def balances(self, told: Mapping[str, Decimal]) -> tuple[tuple[str, Decimal], ...]:
        """Return the balances under v2's names."""
        return tuple(sorted((self._assets.get(asset, asset), total) for asset, total in told.items()))

    def order(self, venue_order_id: str, info: rest.OrderInfo) -> VenueOrder | None:
        """Return an order; None where it is of a pair that we do not know."""
        symbol = self._symbols.get(info.descr.pair or "")
        if symbol not in self._ours.instruments:
            return None
        known = self._ours.known.get(info.cl_ord_id or "") or self._ours.known.get(venue_order_id)
        if known is not None:
            self._ours.met(known.order_id, venue_order_id)
        row = translate.order_row(venue_order_id, info, symbol=symbol)
        order_id = "" if known is None else known.order_id
        return translate.venue_order(row, order_id=order_id, instruments=self._ours.instruments)

    def fill(self, exec_id: str, info: rest.TradeInfo) -> VenueFill | None:
        """Return a fill; None where it is of a pair that we do not know."""
        symbol = self._symbols.get(info.pair)
        instrument = self._ours.instruments.get(symbol or "")
        if instrument is None:
            return None
        known = self._ours.known.get(info.ordertxid)
        row = translate.fill_row(exec_id, info, symbol=symbol, fee_asset=instrument.quote)
        order_id = "" if known is None else known.order_id
        return translate.venue_fill(row, order_id=order_id, instruments=self._ours.instruments)


class _Look:
    """One look at the whole account: balances, open orders, closed ones, fills, and balances again.

    An order that ends between the calls is in both lists, never in neither; and where the balances did not change
    meanwhile, all of it is of one moment. Orders that the reconciler names have ended since `since_ns`, if they have,
    or are open: so no more than these lists is asked for, which the account's counter of calls would not bear.
    """

    def __init__(self, desk: AccountDesk, wanted: AccountWanted) -> None:
        self._desk = desk
        self._wanted = wanted
        self._start = f"{max(0, wanted.since_ns // SECOND_NS - 1)}"
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
        ofs = len(self._closed) or None
        self._desk.ask(rest.ClosedOrders(start=self._start, closetime="close", ofs=ofs), self._closed_told)

    def _closed_told(self, told: rest.ClosedOrdersResult) -> None:
        self._closed |= told.closed
        if len(told.closed) >= PAGE:
            self._ask_closed()
        else:
            self._ask_trades()

    def _ask_trades(self) -> None:
        self._desk.ask(rest.TradesHistory(start=self._start, ofs=len(self._trades) or None), self._trades_told)

    def _trades_told(self, told: rest.TradesHistoryResult) -> None:
        self._trades |= told.trades
        if len(told.trades) >= PAGE:
            self._ask_trades()
        else:
            self._desk.ask(rest.Balance(), self._balances_last)

    def _balances_last(self, balances: dict[str, Decimal]) -> None:
        if balances != self._balances and self._looks < LOOKS_MAX:
            self.begin()
            return
        desk = self._desk
        orders = [order for name, info in self._open.items() if (order := desk.order(name, info)) is not None]
        closed = [order for name, info in self._closed.items() if (order := desk.order(name, info)) is not None]
        fills = [fill for name, info in self._trades.items() if (fill := desk.fill(name, info)) is not None]
        fills.sort(key=lambda fill: fill.time_ns)
        desk.say(
            AccountSeen(
                as_of_ns=self._as_of_ns,
                source="venue",
                orders=tuple(orders),
                closed=tuple(closed),
                fills=tuple(fills),
                balances=desk.balances(balances),
            )
        )
        desk.done()


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
        if order is None or known is None:
            return
        for exec_id in sorted(info.trades, key=lambda name: self._fills[name].time):
            fill = desk.fill(exec_id, self._fills[exec_id])
            assert fill is not None
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
