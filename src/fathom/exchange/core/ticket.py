"""What a client asks of its orders, whichever door it came through: the forms that all doors translate into.

Numbers are `Decimal` just as asked; `intake` turns them into ticks and lots, or says why not.

Pure. Imports: protocol's words. Imported by: core, rest, sessions, v1.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.protocol.messages import (
    FeePreference,
    OrderSide,
    PriceType,
    StpType,
    TriggerReference,
    WireOrderType,
    WireTimeInForce,
)


class Conditional(Struct, frozen=True, kw_only=True):
    """The secondary order that each fill makes (websocket-v2.md 8.1, `conditional`)."""

    order_type: WireOrderType
    limit_price: Decimal | None = None
    limit_price_type: PriceType = "static"
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType = "static"


class Ticket(Struct, frozen=True, kw_only=True):
    """One order as asked for (websocket-v2.md 8.1, rest.md 6)."""

    symbol: str  # v2's name.
    side: OrderSide
    order_type: WireOrderType
    order_qty: Decimal | None = None
    cash_order_qty: Decimal | None = None  # In quote currency: market buys only.
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None  # None: static, but quote for trailing-stop-limit.
    trigger_price: Decimal | None = None  # A price, a signed offset, or a trailing distance.
    trigger_price_type: PriceType = "static"
    trigger_reference: TriggerReference = "last"
    time_in_force: WireTimeInForce = "gtc"
    post_only: bool = False
    reduce_only: bool = False
    leverage: int = 0  # 0: not on margin. A door that only knows "margin" asks for the pair's most, up to 5.
    display_qty: Decimal | None = None
    effective_ns: int | None = None
    expire_ns: int | None = None
    deadline_ns: int | None = None
    cl_ord_id: str | None = None
    userref: int | None = None
    sender_sub_id: str | None = None
    conditional: Conditional | None = None
    fee_preference: FeePreference | None = None
    stp_type: StpType = "cancel_newest"


class Amendment(Struct, frozen=True, kw_only=True):
    """A change in place, by one of the two ids (8.2). `order_qty` is the new total, fills included."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_qty: Decimal | None = None
    display_qty: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType | None = None
    post_only: bool = False
    deadline_ns: int | None = None


class Replacement(Struct, frozen=True, kw_only=True):
    """Cancel and replace, by Kraken's id or, over REST, a userref that is alone (8.3)."""

    order_id: str | None = None
    userref: int | None = None
    symbol: str
    order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    display_qty: Decimal | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType | None = None
    trigger_reference: TriggerReference | None = None
    fee_preference: FeePreference | None = None
    new_userref: int | None = None
    post_only: bool = False
    reduce_only: bool = False
    deadline_ns: int | None = None
