"""One order's rules, alone or in a batch (websocket-v2.md 8.1 and 8.7), read from the table of order types.

Pure. Imports: domain, messages, formats, order_types, pair. Imported by: requests.
"""

from decimal import Decimal
from typing import Final, get_args

from fathom.domain import Instrument, LocalError
from fathom.protocol.messages import (
    BatchOrder,
    Conditional,
    FeePreference,
    OrderSide,
    PriceType,
    StpType,
    TriggerReference,
    Triggers,
)
from fathom.protocol.rules import formats, pair
from fathom.protocol.rules.order_types import ORDER_TYPES, OrderTypeRow

_ORDER_TYPES: Final = tuple(ORDER_TYPES)
_SIDES: Final = get_args(OrderSide)
_PRICE_TYPES: Final = get_args(PriceType)
_REFERENCES: Final = get_args(TriggerReference)
ICEBERG_PARTS_MAX: Final = 15  # display_qty is at least this part of order_qty.


def check_order(order: BatchOrder, *, now_ns: int, instrument: Instrument | None = None, place: str = "") -> None:
    """Fail with LocalError at the first rule that the order breaks; `place` goes before the field's name.

    Without an instrument the pair's rules (tick, lot, minima, state) are not looked at.
    """
    try:
        _check_order(order, now_ns=now_ns, instrument=instrument)
    except LocalError as error:
        raise LocalError(f"{place}{error.field}", error.rule) from None


def _check_order(order: BatchOrder, *, now_ns: int, instrument: Instrument | None) -> None:
    formats.one_of("order_type", order.order_type, _ORDER_TYPES)
    formats.one_of("side", order.side, _SIDES)
    row = ORDER_TYPES[order.order_type]
    _check_words(order, row)
    if order.effective_time is not None or order.expire_time is not None or order.time_in_force == "gtd":
        _check_times(order, now_ns=now_ns)
    _check_ids(order)
    check_limit_price(
        row,
        price=order.limit_price,
        price_type=order.limit_price_type,
        instrument=instrument,
    )
    check_triggers(row, order.triggers, side=order.side, instrument=instrument)
    _check_quantity(order, row, instrument=instrument)
    if order.conditional is not None:
        try:
            _check_conditional(order.conditional, side=order.side, instrument=instrument)
        except LocalError as error:
            raise LocalError(f"conditional.{error.field}", error.rule) from None
    if instrument is not None:
        pair.check_state(order, instrument=instrument)


def check_limit_price(
    row: OrderTypeRow,
    *,
    price: Decimal | None,
    price_type: PriceType | None,
    instrument: Instrument | None,
) -> None:
    """Fail unless a limit price is there just where the type has one, and is a price or an offset."""
    field, type_field = "limit_price", "limit_price_type"
    if price_type is not None:
        formats.one_of(type_field, price_type, _PRICE_TYPES)
        if row.limit_price != "offset":
            raise LocalError(type_field, "goes with trailing-stop-limit orders only")
    if row.limit_price == "none":
        if price is not None:
            raise LocalError(field, "does not go with this order type")
        return
    if price is None:
        raise LocalError(field, "is required with this order type")
    if row.limit_price == "offset" and price_type != "static":
        formats.finite(field, price)  # Zero is the trigger price itself, and either sign is an offset.
    else:
        formats.positive(field, price)
    # An offset in quote currency moves a price on the grid, so it stays on it; one in percent has no tick.
    if instrument is not None and price_type != "pct":
        pair.check_price(field, price, instrument=instrument)


def check_triggers(
    row: OrderTypeRow,
    triggers: Triggers | None,
    *,
    side: OrderSide,
    instrument: Instrument | None,
) -> None:
    """Fail unless a trigger is there just where the type has one, and lies on its side of the market."""
    if triggers is None:
        if row.trigger != "none":
            raise LocalError("triggers", "is required with this order type")
        return
    if row.trigger == "none":
        raise LocalError("triggers", "does not go with this order type")
    if triggers.reference is not None:
        formats.one_of("triggers.reference", triggers.reference, _REFERENCES)
    check_trigger_price(
        row,
        price=triggers.price,
        price_type=triggers.price_type,
        side=side,
        instrument=instrument,
        field="triggers.price",
    )


def check_trigger_price(
    row: OrderTypeRow,
    *,
    price: Decimal,
    price_type: PriceType | None,
    side: OrderSide,
    instrument: Instrument | None,
    field: str,
) -> None:
    """Fail unless the price has the sign that its type asks for.

    A static price and a trailing distance are positive. Another relative one is signed: a stop lies where it
    hurts (below for a sell), a profit where it pleases; on the other side either would trigger at once.
    """
    if price_type is not None:
        formats.one_of(f"{field}_type", price_type, _PRICE_TYPES)
    relative = price_type in {"pct", "quote"}
    if row.trigger == "trailing":
        if not relative:
            raise LocalError(f"{field}_type", "must be pct or quote with trailing orders")
        formats.positive(field, price)
    elif not relative:
        formats.positive(field, price)
    else:
        below = (row.trigger == "stop") == (side == "sell")
        number = formats.finite(field, price)
        if number == 0 or (number < 0) != below:
            raise LocalError(field, f"must be {'below' if below else 'above'} zero, not {number}")
        if price_type == "pct" and number <= -100:
            raise LocalError(field, f"{number} percent leaves no price")
    if instrument is not None and price_type != "pct":
        pair.check_price(field, price, instrument=instrument)


def _check_words(order: BatchOrder, row: OrderTypeRow) -> None:
    if order.time_in_force is not None:
        formats.one_of("time_in_force", order.time_in_force, row.time_in_force)
    if order.post_only:
        if not row.post_only:
            raise LocalError("post_only", "goes with a limit price only")
        if order.time_in_force in {"ioc", "fok"}:
            raise LocalError("post_only", f"contradicts time_in_force {order.time_in_force}")
    if order.fee_preference is not None:
        formats.one_of("fee_preference", order.fee_preference, get_args(FeePreference))
    if order.stp_type is not None:
        formats.one_of("stp_type", order.stp_type, get_args(StpType))
    if order.no_mpp and order.order_type != "market":
        raise LocalError("no_mpp", "goes with market orders only")
    if order.stop_price is not None:
        raise LocalError("stop_price", "is deprecated: use triggers.price")
    if order.trigger is not None:
        raise LocalError("trigger", "is deprecated: use triggers.reference")


def _check_times(order: BatchOrder, *, now_ns: int) -> None:
    effective_ns = now_ns
    if order.effective_time is not None:
        effective_ns = formats.moment("effective_time", order.effective_time, decimals=0)
        if effective_ns < now_ns:
            raise LocalError("effective_time", f"{order.effective_time} is in the past")
    field = "expire_time"
    if (order.expire_time is not None) != (order.time_in_force == "gtd"):
        raise LocalError(field, "goes with time_in_force gtd, and gtd with it")
    if order.expire_time is not None:
        expire_ns = formats.moment(field, order.expire_time, decimals=0)
        if expire_ns <= effective_ns:
            raise LocalError(field, f"{order.expire_time} is before the order starts")
        if expire_ns > formats.month_after(now_ns):
            raise LocalError(field, f"{order.expire_time} is more than a month ahead")


def _check_ids(order: BatchOrder) -> None:
    if order.cl_ord_id is not None:
        formats.client_id("cl_ord_id", order.cl_ord_id)
        if order.order_userref is not None:
            raise LocalError("order_userref", "excludes cl_ord_id")
    if order.order_userref is not None:
        formats.userref("order_userref", order.order_userref)
    if order.sender_sub_id is not None:
        formats.client_id("sender_sub_id", order.sender_sub_id)


def _check_quantity(order: BatchOrder, row: OrderTypeRow, *, instrument: Instrument | None) -> None:
    if (order.order_qty is None) == (order.cash_order_qty is None):
        raise LocalError("order_qty", "just one of order_qty and cash_order_qty is required")
    if order.cash_order_qty is not None:
        field = "cash_order_qty"
        if order.order_type != "market" or order.side != "buy" or order.margin:
            raise LocalError(field, "goes with market buys without margin only")
        cash = formats.positive(field, order.cash_order_qty)
        if instrument is not None:
            pair.check_cash(field, cash, instrument=instrument)
    else:
        field = "order_qty"
        qty = formats.positive(field, order.order_qty)
        if instrument is not None:
            price = order.limit_price if row.limit_price == "price" else None
            pair.check_size(field, qty, price=price, instrument=instrument)
    check_display_qty(order.display_qty, row, qty=order.order_qty, instrument=instrument)


def check_display_qty(
    display_qty: Decimal | None,
    row: OrderTypeRow,
    *,
    qty: Decimal | None,
    instrument: Instrument | None,
) -> None:
    """Fail unless an iceberg, and nothing else, shows a fifteenth of its quantity or more."""
    field = "display_qty"
    if (display_qty is not None) != row.display_qty:
        raise LocalError(field, "goes with iceberg orders, and they with it")
    if display_qty is None or qty is None:
        return
    shown = formats.positive(field, display_qty)
    if not shown <= qty <= shown * ICEBERG_PARTS_MAX:
        raise LocalError(field, f"must be from a fifteenth of order_qty {qty} to all of it, not {shown}")
    if instrument is not None:
        pair.check_qty(field, shown, instrument=instrument)


def _check_conditional(conditional: Conditional, *, side: OrderSide, instrument: Instrument | None) -> None:
    """The secondary order: flat keys, the other side, and the same table."""
    allowed = tuple(name for name, row in ORDER_TYPES.items() if row.secondary)
    formats.one_of("order_type", conditional.order_type, allowed)
    row = ORDER_TYPES[conditional.order_type]
    if conditional.stop_price is not None:
        raise LocalError("stop_price", "is deprecated: use trigger_price")
    check_limit_price(
        row,
        price=conditional.limit_price,
        price_type=conditional.limit_price_type,
        instrument=instrument,
    )
    if (conditional.trigger_price is not None) != (row.trigger != "none"):
        raise LocalError("trigger_price", "goes with triggered types, and they with it")
    if conditional.trigger_price is not None:
        check_trigger_price(
            row,
            price=conditional.trigger_price,
            price_type=conditional.trigger_price_type,
            side="sell" if side == "buy" else "buy",
            instrument=instrument,
            field="trigger_price",
        )
    elif conditional.trigger_price_type is not None:
        raise LocalError("trigger_price_type", "goes with a trigger_price only")
