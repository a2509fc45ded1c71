"""AmendOrder, EditOrder: orders changed in place, or replaced (rest.md 6).

Pure. Imports: endpoint, reading, names, checks, trading_add. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from fathom.protocol.rest.checks import check_one_of, check_userref
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, trade
from fathom.protocol.rest.names import check_pair
from fathom.protocol.rest.reading import Row
from fathom.protocol.rest.trading_add import OrderPlacedDescription, Price, check_price


class OrderAmended(Row, frozen=True, kw_only=True):
    """The id of the amend; the order keeps its own."""

    amend_id: str


class AmendOrder(RestRequest[OrderAmended], frozen=True, kw_only=True):
    """Change an order in place. `order_qty` is the new total in base, fills included; `deadline` is RFC 3339."""

    endpoint: ClassVar[Endpoint] = trade("AmendOrder", "modify-trades", "close-trades")

    txid: str | None = None
    cl_ord_id: str | None = None
    order_qty: Decimal | None = None
    display_qty: Decimal | None = None
    limit_price: Price | None = None
    trigger_price: Price | None = None
    pair: str | None = None  # For tokenized assets alone.
    post_only: bool | None = None
    deadline: str | None = None

    def __post_init__(self) -> None:
        check_one_of(txid=self.txid, cl_ord_id=self.cl_ord_id)
        check_pair("pair", self.pair)
        check_price("limit_price", self.limit_price)
        check_price("trigger_price", self.trigger_price)


class OrderEdited(Row, frozen=True, kw_only=True):
    """The new order's id and the old one's; quantity in base."""

    status: str = "ok"
    txid: str | None = None
    originaltxid: str | None = None
    volume: Decimal | None = None
    price: str | None = None
    price2: str | None = None
    orders_cancelled: int | None = None
    descr: OrderPlacedDescription | None = None
    newuserref: int | None = None
    olduserref: int | None = None
    error_message: str | None = None


class EditOrder(RestRequest[OrderEdited], frozen=True, kw_only=True):
    """Cancel an order and place another instead. `txid` may be a userref that no other order has."""

    endpoint: ClassVar[Endpoint] = trade("EditOrder", all_of=("modify-trades", "close-trades"), repeatable=False)

    txid: str
    pair: str
    volume: Decimal | None = None
    displayvol: Decimal | None = None
    price: Price | None = None
    price2: Price | None = None
    oflags: str | None = None  # Only `post` can change, and must be said again.
    userref: int | None = None  # Of the new order.
    deadline: str | None = None
    cancel_response: bool | None = None
    validate: bool = False
    asset_class: Literal["tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)
        check_userref(self.userref)
        check_price("price", self.price)
        check_price("price2", self.price2)
