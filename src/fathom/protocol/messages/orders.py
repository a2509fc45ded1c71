"""The order methods' requests (websocket-v2.md 8). What may go together is checked in `rules`.

Pure. Imports: wire. Imported by: codec, rules, building, translate.
"""

from decimal import Decimal

from fathom.protocol.messages.wire import (
    ConditionalType,
    FeePreference,
    OrderSide,
    PriceType,
    StpType,
    Token,
    TriggerReference,
    Wire,
    WireOrderType,
    WireTimeInForce,
)


class Triggers(Wire, frozen=True, kw_only=True):
    """When a triggered order goes live. Relative prices are signed; a trailing distance is positive."""

    price: Decimal
    reference: TriggerReference | None = None
    price_type: PriceType | None = None


class Conditional(Wire, frozen=True, kw_only=True):
    """The secondary order of each fill (OTO). Its keys are flat, there is no `triggers`."""

    order_type: ConditionalType
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType | None = None
    stop_price: Decimal | None = None  # Deprecated.


class BatchOrder(Wire, frozen=True, kw_only=True):
    """One order of a batch: an AddOrderParams without what the batch says once (8.7)."""

    order_type: WireOrderType
    side: OrderSide
    order_qty: Decimal | None = None
    cash_order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None
    triggers: Triggers | None = None
    time_in_force: WireTimeInForce | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    margin: bool | None = None
    display_qty: Decimal | None = None
    effective_time: str | None = None
    expire_time: str | None = None
    cl_ord_id: str | None = None
    order_userref: int | None = None
    conditional: Conditional | None = None
    fee_preference: FeePreference | None = None
    stp_type: StpType | None = None
    sender_sub_id: str | None = None
    no_mpp: bool | None = None  # This and the next two are deprecated.
    stop_price: Decimal | None = None
    trigger: TriggerReference | None = None


class AddOrderParams(BatchOrder, frozen=True, kw_only=True):
    """One order (8.1)."""

    symbol: str
    deadline: str | None = None
    validate: bool | None = None
    broker: str | None = None  # Documented for REST only.
    token: Token | None = None


class AddOrder(Wire, frozen=True, kw_only=True, tag_field="method", tag="add_order"):
    """Send one order."""

    params: AddOrderParams
    req_id: int | None = None


class AmendOrderParams(Wire, frozen=True, kw_only=True):
    """What changes, by one id (8.2). `order_qty` is the new total, fills included."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_qty: Decimal | None = None
    display_qty: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None
    post_only: bool | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType | None = None
    deadline: str | None = None
    symbol: str | None = None
    token: Token | None = None


class AmendOrder(Wire, frozen=True, kw_only=True, tag_field="method", tag="amend_order"):
    """Change an order in place."""

    params: AmendOrderParams
    req_id: int | None = None


class EditOrderParams(Wire, frozen=True, kw_only=True):
    """The replacement, by Kraken's id only (8.3). Flags are not inherited."""

    order_id: str
    symbol: str
    order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    display_qty: Decimal | None = None
    fee_preference: FeePreference | None = None
    order_userref: int | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    triggers: Triggers | None = None
    deadline: str | None = None
    validate: bool | None = None
    no_mpp: bool | None = None  # This and the next three are deprecated.
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trigger: TriggerReference | None = None
    token: Token | None = None


class EditOrder(Wire, frozen=True, kw_only=True, tag_field="method", tag="edit_order"):
    """Cancel and replace (legacy)."""

    params: EditOrderParams
    req_id: int | None = None


class CancelOrderParams(Wire, frozen=True, kw_only=True):
    """Any of the three kinds of id, at least one (8.4)."""

    order_id: tuple[str, ...] = ()
    cl_ord_id: tuple[str, ...] = ()
    order_userref: tuple[int, ...] = ()
    token: Token | None = None


class CancelOrder(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_order"):
    """Cancel some orders; each is answered alone."""

    params: CancelOrderParams
    req_id: int | None = None


class CancelAllParams(Wire, frozen=True, kw_only=True):
    """Nothing but the token (8.5)."""

    token: Token | None = None


class CancelAll(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_all"):
    """Cancel every order of the account."""

    params: CancelAllParams
    req_id: int | None = None


class CancelAllOrdersAfterParams(Wire, frozen=True, kw_only=True):
    """Whole seconds; 0 switches it off (8.6)."""

    timeout: int
    token: Token | None = None


class CancelAllOrdersAfter(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_all_orders_after"):
    """Arm, renew or disarm the dead man's switch."""

    params: CancelAllOrdersAfterParams
    req_id: int | None = None


class BatchAddParams(Wire, frozen=True, kw_only=True):
    """2 to 15 orders of one pair (8.7)."""

    symbol: str
    orders: tuple[BatchOrder, ...]
    deadline: str | None = None
    validate: bool | None = None
    token: Token | None = None


class BatchAdd(Wire, frozen=True, kw_only=True, tag_field="method", tag="batch_add"):
    """Send several orders of one pair."""

    params: BatchAddParams
    req_id: int | None = None


class BatchCancelParams(Wire, frozen=True, kw_only=True):
    """2 to 50 ids in all; `orders` are Kraken's ids or userrefs as text, and is always sent (8.8)."""

    orders: tuple[str, ...]
    cl_ord_id: tuple[str, ...] = ()
    token: Token | None = None


class BatchCancel(Wire, frozen=True, kw_only=True, tag_field="method", tag="batch_cancel"):
    """Cancel several orders with one answer."""

    params: BatchCancelParams
    req_id: int | None = None
