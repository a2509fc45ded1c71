"""AddOrder, AddOrderBatch: new orders (rest.md 6).

A price is a Decimal, or a text where it is relative: `+5`, `-1.5%`, `#10`. What goes together is for whoever builds the
order to know; Kraken refuses the rest.

Pure. Imports: domain, endpoint, reading, names, checks, messages. Imported by: the front door, registry.
"""

import re
from decimal import Decimal
from typing import ClassVar, Final, Literal

from msgspec import Struct

from fathom.domain import LocalError
from fathom.protocol.messages import OrderSide, TriggerReference, WireOrderType
from fathom.protocol.rest.checks import check_count, check_userref
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, trade
from fathom.protocol.rest.names import check_pair
from fathom.protocol.rest.reading import Row

BATCH_MIN: Final = 2
BATCH_MAX: Final = 15
_RELATIVE: Final = re.compile(r"[+\-#][0-9]{1,24}(?:\.[0-9]{1,24})?%?")

Price = Decimal | str
OrderFlag = Literal["post", "fcib", "fciq", "nompp", "viqc"]
RestTimeInForce = Literal["GTC", "IOC", "FOK", "GTD"]
RestStpType = Literal["cancel-newest", "cancel-oldest", "cancel-both"]
CloseType = Literal[
    "limit",
    "iceberg",
    "stop-loss",
    "take-profit",
    "stop-loss-limit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
]


class Close(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The order that each fill of another brings about."""

    ordertype: CloseType
    price: Price | None = None
    price2: Price | None = None

    def __post_init__(self) -> None:
        check_price("close[price]", self.price)
        check_price("close[price2]", self.price2)


class Ticket(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One order of a batch.

    `volume` is base currency, quote with the flag viqc; `price` is the limit, or the trigger where the type has one,
    and `price2` then the limit. `cl_ord_id` and `userref` exclude each other.
    """

    ordertype: WireOrderType
    type: OrderSide
    volume: Decimal
    price: Price | None = None
    price2: Price | None = None
    displayvol: Decimal | None = None
    trigger: TriggerReference | None = None
    leverage: str | None = None  # 5, or 5:1.
    reduce_only: bool | None = None
    stptype: RestStpType | None = None
    oflags: str | None = None  # OrderFlags with commas between.
    timeinforce: RestTimeInForce | None = None
    starttm: str | None = None  # Seconds since 1970, or +seconds from now.
    expiretm: str | None = None
    close: Close | None = None
    userref: int | None = None
    cl_ord_id: str | None = None

    def __post_init__(self) -> None:
        check_ticket(self)


class OrderPlacedDescription(Row, frozen=True, kw_only=True):
    """The order in words, as Kraken understood it."""

    order: str = ""
    close: str | None = None


class OrderPlaced(Row, frozen=True, kw_only=True):
    """The order's words and ids. No id: it was only validated."""

    descr: OrderPlacedDescription = OrderPlacedDescription()
    txid: tuple[str, ...] = ()


class AddOrder(RestRequest[OrderPlaced], frozen=True, kw_only=True):
    """Place one order: the fields of a Ticket, and the pair.

    `deadline` is RFC 3339, 2 to 60 s from now: later than that the engine does not take it. With `validate` it is
    looked at and not placed.
    """

    endpoint: ClassVar[Endpoint] = trade("AddOrder", "modify-trades", repeatable=False)

    pair: str
    ordertype: WireOrderType
    type: OrderSide
    volume: Decimal
    price: Price | None = None
    price2: Price | None = None
    displayvol: Decimal | None = None
    trigger: TriggerReference | None = None
    leverage: str | None = None
    reduce_only: bool | None = None
    stptype: RestStpType | None = None
    oflags: str | None = None
    timeinforce: RestTimeInForce | None = None
    starttm: str | None = None
    expiretm: str | None = None
    close: Close | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    asset_class: Literal["tokenized_asset"] | None = None
    deadline: str | None = None
    validate: bool = False
    broker: str | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)
        check_ticket(self)


class BatchPlaced(Row, frozen=True, kw_only=True):
    """One order of a batch: its id, or why it was refused."""

    txid: str | None = None
    descr: OrderPlacedDescription | None = None
    close: str | None = None
    error: str | None = None


class BatchResult(Row, frozen=True, kw_only=True):
    """The orders in the order in which they were sent."""

    orders: tuple[BatchPlaced, ...]


class AddOrderBatch(RestRequest[BatchResult], frozen=True, kw_only=True):
    """Place 2 to 15 orders of one pair. Where one cannot be read none is placed."""

    endpoint: ClassVar[Endpoint] = trade(
        "AddOrderBatch", all_of=("modify-trades", "close-trades"), repeatable=False, json=True
    )

    pair: str
    orders: tuple[Ticket, ...]
    asset_class: Literal["tokenized_asset"] | None = None
    deadline: str | None = None
    validate: bool = False
    broker: str | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)
        check_count("orders", self.orders, least=BATCH_MIN, most=BATCH_MAX)


def check_price(field: str, price: Price | None) -> None:
    """Raise LocalError where a price that is a text is no relative price."""
    if isinstance(price, str) and not _RELATIVE.fullmatch(price):
        raise LocalError(field, f"{price[:40]!r} is neither a price nor a relative one such as +5, -1.5% or #10")


def check_ticket(order: Ticket | AddOrder) -> None:
    """Raise LocalError for what no order may be, whatever its type."""
    check_price("price", order.price)
    check_price("price2", order.price2)
    check_userref(order.userref)
    if order.userref is not None and order.cl_ord_id is not None:
        raise LocalError("cl_ord_id", "an order has a cl_ord_id or a userref, not both")
    if not order.volume.is_finite() or order.volume < 0:
        raise LocalError("volume", f"{order.volume} is no volume")
