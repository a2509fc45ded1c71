"""Every request's rules: nothing is sent that Kraken is known to refuse (websocket-v2.md 4.4 to 8).

The token is not looked at: who holds it puts it in, after this.

Pure. Imports: domain, messages, formats, order, pair. Imported by: the front door.
"""

from decimal import Decimal
from typing import Final, assert_never, get_args

from fathom.domain import Instrument, LocalError
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BalancesParams,
    BatchAdd,
    BatchAddParams,
    BatchCancel,
    BatchCancelParams,
    BookDepth,
    BookParams,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    CancelOrderParams,
    ChannelParams,
    EditOrder,
    EditOrderParams,
    EventTrigger,
    ExecutionsParams,
    FeePreference,
    InstrumentParams,
    Level3Depth,
    Level3Params,
    OhlcInterval,
    OhlcParams,
    Ping,
    PriceType,
    Request,
    Subscribe,
    TickerParams,
    TriggerReference,
    Triggers,
    Unsubscribe,
)
from fathom.protocol.rules import formats, pair
from fathom.protocol.rules.order import check_order

BATCH_ADD_MAX: Final = 15
BATCH_CANCEL_MAX: Final = 50
CANCEL_AFTER_S_MAX: Final = 86_399  # "Less than a day".
LEVEL3_SYMBOLS_MAX: Final = 200  # A connection.


def check_request(request: Request, *, now_ns: int, instrument: Instrument | None = None) -> None:
    """Fail with LocalError, naming the field and the rule, at the first rule that the request breaks.

    `now_ns` is the venue's time, as well as we know it. `instrument` is the one of an order request's pair;
    without it the pair's rules are not looked at.
    """
    match request:
        case Subscribe() | Unsubscribe():
            _check_channel(request.params)
        case Ping():
            pass
        case AddOrder():
            _check_add(request.params, now_ns=now_ns, instrument=instrument)
        case AmendOrder():
            _check_amend(request.params, now_ns=now_ns, instrument=instrument)
        case EditOrder():
            _check_edit(request.params, now_ns=now_ns, instrument=instrument)
        case CancelOrder():
            _check_cancel(request.params)
        case CancelAll():
            pass
        case CancelAllOrdersAfter():
            formats.whole("timeout", request.params.timeout, low=0, high=CANCEL_AFTER_S_MAX)
        case BatchAdd():
            _check_batch_add(request.params, now_ns=now_ns, instrument=instrument)
        case BatchCancel():
            _check_batch_cancel(request.params)
        case _:
            assert_never(request)
    if request.req_id is not None:
        formats.whole("req_id", request.req_id, low=-(2**63), high=2**63 - 1)


def _check_channel(params: ChannelParams) -> None:
    match params:
        case InstrumentParams() | ExecutionsParams() | BalancesParams():
            return
        case TickerParams() if params.event_trigger is not None:
            formats.one_of("event_trigger", params.event_trigger, get_args(EventTrigger))
        case BookParams() if params.depth is not None:
            formats.one_of("depth", params.depth, get_args(BookDepth))
        case OhlcParams() if params.interval is not None:
            formats.one_of("interval", params.interval, get_args(OhlcInterval))
        case Level3Params():
            if params.depth is not None:
                formats.one_of("depth", params.depth, get_args(Level3Depth))
            if len(params.symbol) > LEVEL3_SYMBOLS_MAX:
                raise LocalError("symbol", f"level3 takes {LEVEL3_SYMBOLS_MAX} symbols a connection at most")
    if not params.symbol:
        raise LocalError("symbol", "at least one is required")
    formats.distinct("symbol", params.symbol)
    every_pair = isinstance(params, TickerParams) and params.symbol == ("*",)
    if not every_pair:
        for name in params.symbol:
            formats.symbol("symbol", name)


def _check_symbol(symbol: str, *, instrument: Instrument | None) -> None:
    if instrument is not None and instrument.symbol == symbol:
        return
    formats.symbol("symbol", symbol)
    if instrument is not None:
        raise LocalError("symbol", f"is {symbol}, but the rules are those of {instrument.symbol}")


def _check_add(params: AddOrderParams, *, now_ns: int, instrument: Instrument | None) -> None:
    _check_symbol(params.symbol, instrument=instrument)
    if params.deadline is not None:
        formats.deadline("deadline", params.deadline, now_ns=now_ns)
    check_order(params, now_ns=now_ns, instrument=instrument)


def _check_batch_add(params: BatchAddParams, *, now_ns: int, instrument: Instrument | None) -> None:
    _check_symbol(params.symbol, instrument=instrument)
    if params.deadline is not None:
        formats.deadline("deadline", params.deadline, now_ns=now_ns)
    if not 2 <= len(params.orders) <= BATCH_ADD_MAX:
        raise LocalError("orders", f"a batch has 2 to {BATCH_ADD_MAX} orders, not {len(params.orders)}")
    for index, order in enumerate(params.orders):
        if isinstance(order, AddOrderParams):
            raise LocalError(f"orders[{index}]", "symbol, deadline, validate and token stand beside the orders")
        check_order(order, now_ns=now_ns, instrument=instrument, place=f"orders[{index}].")
    formats.distinct("cl_ord_id", tuple(order.cl_ord_id for order in params.orders if order.cl_ord_id is not None))


def _check_amend(params: AmendOrderParams, *, now_ns: int, instrument: Instrument | None) -> None:
    if (params.order_id is None) == (params.cl_ord_id is None):
        raise LocalError("order_id", "just one of order_id and cl_ord_id is required")
    if params.order_id is not None:
        formats.venue_order_id("order_id", params.order_id)
    if params.cl_ord_id is not None:
        formats.client_id("cl_ord_id", params.cl_ord_id)
    if params.symbol is not None:
        _check_symbol(params.symbol, instrument=instrument)
    if params.deadline is not None:
        formats.deadline("deadline", params.deadline, now_ns=now_ns)
    changes = (params.order_qty, params.display_qty, params.limit_price, params.trigger_price)
    if all(change is None for change in changes):
        raise LocalError("order_qty", "an amend changes order_qty, display_qty, limit_price or trigger_price")
    _check_quantities(params, instrument=instrument)
    for name, price, price_type in (
        ("limit_price", params.limit_price, params.limit_price_type),
        ("trigger_price", params.trigger_price, params.trigger_price_type),
    ):
        if price is not None:
            _check_new_price(name, price, price_type, instrument=instrument)
        elif price_type is not None:
            raise LocalError(f"{name}_type", f"goes with a {name} only")
    if instrument is not None:
        pair.check_change(instrument=instrument)


def _check_new_price(
    field: str, price: Decimal, price_type: PriceType | None, *, instrument: Instrument | None
) -> None:
    """The order's type is not known here, so a relative price may have either sign."""
    if price_type is not None:
        formats.one_of(f"{field}_type", price_type, get_args(PriceType))
    if price_type in {"pct", "quote"}:
        formats.finite(field, price)
    else:
        formats.positive(field, price)
    if instrument is not None and price_type != "pct":
        pair.check_price(field, price, instrument=instrument)


def _check_quantities(params: AmendOrderParams | EditOrderParams, *, instrument: Instrument | None) -> None:
    """An amend may go below the minimum: Kraken then keeps what is filled and cancels the rest."""
    for name, qty in (("order_qty", params.order_qty), ("display_qty", params.display_qty)):
        if qty is None:
            continue
        formats.positive(name, qty)
        if instrument is not None:
            pair.check_qty(name, qty, instrument=instrument)
    if params.order_qty is not None and params.display_qty is not None and params.display_qty > params.order_qty:
        raise LocalError("display_qty", f"{params.display_qty} is more than order_qty {params.order_qty}")


def _check_edit(params: EditOrderParams, *, now_ns: int, instrument: Instrument | None) -> None:
    formats.venue_order_id("order_id", params.order_id)
    _check_symbol(params.symbol, instrument=instrument)
    if params.deadline is not None:
        formats.deadline("deadline", params.deadline, now_ns=now_ns)
    for name, instead in (
        ("price", "limit_price"),
        ("stop_price", "triggers.price"),
        ("trigger", "triggers.reference"),
    ):
        if getattr(params, name) is not None:
            raise LocalError(name, f"is deprecated: use {instead}")
    _check_quantities(params, instrument=instrument)
    if params.limit_price is not None:
        price = formats.positive("limit_price", params.limit_price)
        if instrument is not None:
            pair.check_price("limit_price", price, instrument=instrument)
            if params.order_qty is not None:
                pair.check_size("order_qty", params.order_qty, price=price, instrument=instrument)
    if params.triggers is not None:
        _check_new_triggers(params.triggers, instrument=instrument)
    if params.order_userref is not None:
        formats.userref("order_userref", params.order_userref)
    if params.fee_preference is not None:
        formats.one_of("fee_preference", params.fee_preference, get_args(FeePreference))
    if instrument is not None:
        pair.check_change(instrument=instrument)


def _check_new_triggers(triggers: Triggers, *, instrument: Instrument | None) -> None:
    if triggers.reference is not None:
        formats.one_of("triggers.reference", triggers.reference, get_args(TriggerReference))
    _check_new_price("triggers.price", triggers.price, triggers.price_type, instrument=instrument)


def _check_cancel(params: CancelOrderParams) -> None:
    if not (params.order_id or params.cl_ord_id or params.order_userref):
        raise LocalError("order_id", "at least one of order_id, cl_ord_id and order_userref is required")
    for order_id in params.order_id:
        formats.venue_order_id("order_id", order_id)
    for cl_ord_id in params.cl_ord_id:
        formats.client_id("cl_ord_id", cl_ord_id)
    for userref in params.order_userref:
        formats.userref("order_userref", userref)
    formats.distinct("order_id", params.order_id)
    formats.distinct("cl_ord_id", params.cl_ord_id)
    formats.distinct("order_userref", params.order_userref)


def _check_batch_cancel(params: BatchCancelParams) -> None:
    count = len(params.orders) + len(params.cl_ord_id)
    if not 2 <= count <= BATCH_CANCEL_MAX:
        raise LocalError("orders", f"a batch names 2 to {BATCH_CANCEL_MAX} orders, not {count}")
    for order_id in params.orders:
        formats.venue_order_id("orders", order_id)
    for cl_ord_id in params.cl_ord_id:
        formats.client_id("cl_ord_id", cl_ord_id)
    formats.distinct("orders", params.orders)
    formats.distinct("cl_ord_id", params.cl_ord_id)
