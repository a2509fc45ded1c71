"""OpenOrders, ClosedOrders, QueryOrders, OrderAmends: our orders, open and done with (rest.md 5).

Pure. Imports: endpoint, reading, checks, account_funds. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from fathom.protocol.rest.account_funds import Rebase
from fathom.protocol.rest.checks import check_count, check_userref
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, view
from fathom.protocol.rest.reading import Count, Row, TimeNs

IDS_MAX = 50  # In one call of QueryOrders.


class OrderDescription(Row, frozen=True, kw_only=True):
    """What was ordered, in words. Prices stay texts: a trailing one may be +1.0000%."""

    pair: str | None = None  # By its altname.
    aclass: str | None = None
    type: str | None = None
    ordertype: str | None = None
    price: str | None = None
    price2: str | None = None
    leverage: str | None = None  # none, or 5:1.
    order: str | None = None
    close: str | None = None


class OrderInfo(Row, frozen=True, kw_only=True):
    """One order. Quantities in base, `cost` and `fee` in quote unless `oflags` say otherwise, `price` the average."""

    status: str  # pending, open, closed, canceled, expired.
    descr: OrderDescription
    vol: Decimal
    vol_exec: Decimal
    cost: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    stopprice: Decimal | None = None
    limitprice: Decimal | None = None
    refid: str | None = None  # The order that brought this one about.
    userref: int | None = None
    cl_ord_id: str | None = None
    opentm: TimeNs
    starttm: TimeNs | None = None
    expiretm: TimeNs | None = None
    closetm: TimeNs | None = None
    reason: str | None = None
    trigger: str | None = None
    margin: bool = False
    reduce_only: bool = False
    misc: str = ""
    oflags: str = ""
    trades: tuple[str, ...] = ()
    sender_sub_id: str | None = None
    time_in_force: str | None = None
    link_id: str | None = None


class OpenOrdersResult(Row, frozen=True, kw_only=True):
    """The open orders by Kraken's id."""

    open: dict[str, OrderInfo]


class OpenOrders(RestRequest[OpenOrdersResult], frozen=True, kw_only=True):
    """All open orders, or those with one of the client's own ids; `trades` lists their fills."""

    endpoint: ClassVar[Endpoint] = view("OpenOrders", "query-open-trades")

    trades: bool | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_userref(self.userref)


class ClosedOrdersResult(Row, frozen=True, kw_only=True):
    """A page of 50, newest first, and how many there are in all."""

    closed: dict[str, OrderInfo]
    count: Count | None = None


class ClosedOrders(RestRequest[ClosedOrdersResult], frozen=True, kw_only=True):
    """Orders that are done with. `start` (exclusive) and `end` (inclusive) are seconds since 1970 or an order's id."""

    endpoint: ClassVar[Endpoint] = view("ClosedOrders", "query-closed-trades", counter="history")

    trades: bool | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    start: str | None = None
    end: str | None = None
    ofs: int | None = None
    closetime: Literal["open", "close", "both"] | None = None
    consolidate_taker: bool | None = None
    without_count: bool | None = None
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_userref(self.userref)


class QueryOrders(RestRequest[dict[str, OrderInfo]], frozen=True, kw_only=True):
    """The orders of 1 to 50 ids, open or not."""

    endpoint: ClassVar[Endpoint] = view("QueryOrders", "query-open-trades", "query-closed-trades")

    txid: tuple[str, ...]
    trades: bool | None = None
    userref: int | None = None
    consolidate_taker: bool | None = None
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_count("txid", self.txid, most=IDS_MAX)
        check_userref(self.userref)


class AmendRow(Row, frozen=True, kw_only=True):
    """One state of an order. Quantities in base; `timestamp` in milliseconds since 1970."""

    amend_id: str
    amend_type: str  # original, user, restated.
    order_qty: Decimal
    display_qty: Decimal | None = None
    remaining_qty: Decimal | None = None
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    reason: str | None = None
    post_only: bool = False
    timestamp: int


class OrderAmendsResult(Row, frozen=True, kw_only=True):
    """What became of one order, oldest first; the first is the original."""

    amends: tuple[AmendRow, ...]
    count: Count | None = None


class OrderAmends(RestRequest[OrderAmendsResult], frozen=True, kw_only=True):
    """The amends of one order."""

    endpoint: ClassVar[Endpoint] = view("OrderAmends", "query-open-trades", "query-closed-trades")

    order_id: str
    rebase_multiplier: Rebase | None = None
