"""Our orders: executions and answers as our events (websocket-v2.md 7.1, 8; errors.md 1 and 6).

Pure functions without state: what must be known of our orders and pairs comes in as mappings.

Pure. Imports: domain, messages, refusals, market beside it. Imported by: the front door.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fathom.domain import (
    AmendRejected,
    AnswerOverdue,
    CancelRejected,
    Event,
    Instrument,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    RemoteError,
    Side,
)
from fathom.protocol.messages import (
    AddOrder,
    AddOrderResponse,
    AmendOrder,
    BatchAddResponse,
    CancelOrder,
    Execution,
    ExecutionsMessage,
)
from fathom.protocol.refusals import surely_refused
from fathom.protocol.translate.market import instrument_named, wire_units


class OurOrder(Struct, frozen=True, kw_only=True):
    """What a delta row leaves out and the reader must know: it names neither the pair nor what did not change."""

    order_id: str
    symbol: str
    side: Side
    qty_lots: int
    price_ticks: int | None = None
    trigger_ticks: int | None = None  # Of a stop or a take-profit; of a trailing stop its distance.


class ExecutionNews(Struct, frozen=True, kw_only=True):
    """What an executions message says: nothing of it is dropped."""

    events: tuple[Event, ...]  # In the order of the rows.
    strangers: tuple[Execution, ...] = ()  # Of orders that are not in the mapping.
    unspoken: tuple[Execution, ...] = ()  # Of our orders, with something that our words do not say.


def execution_news(
    message: ExecutionsMessage, *, ours: Mapping[str, OurOrder], instruments: Mapping[str, Instrument]
) -> ExecutionNews:
    """Return the events of every row. `ours` is keyed by cl_ord_id and by Kraken's order id, either will do.

    Raises RemoteError for a row that contradicts its own kind, such as a fill without a price: a fill may not be
    dropped, so the stream has to start again.
    """
    events: list[Event] = []
    strangers: list[Execution] = []
    unspoken: list[Execution] = []
    for row in message.data:
        order = ours.get(row.cl_ord_id) if row.cl_ord_id is not None else None
        order = order or ours.get(row.order_id)
        if order is None:
            strangers.append(row)
            continue
        event = _event(row, order, instruments)
        if event is not None:
            events.append(event)
        if event is None or len({fee.asset for fee in row.fees}) > 1:
            unspoken.append(row)
    return ExecutionNews(events=tuple(events), strangers=tuple(strangers), unspoken=tuple(unspoken))


def _event(row: Execution, order: OurOrder, instruments: Mapping[str, Instrument]) -> Event | None:
    """None for `pending_new`, `status`, `iceberg_refill`, and for any word that Kraken may invent."""
    match row.exec_type:
        case "new":
            return OrderAccepted(order.order_id, row.order_id)
        case "trade":
            return _traded(row, order, instruments)
        case "filled":
            return OrderFilled(order.order_id)
        case "canceled" | "expired":
            return OrderCanceled(order.order_id, row.reason or row.cancel_reason or row.exec_type)
        case "amended" | "restated":
            return _amended(row, order, instruments)
    return None


def _traded(row: Execution, order: OurOrder, instruments: Mapping[str, Instrument]) -> OrderTraded:
    if row.exec_id is None or row.last_price is None or row.last_qty is None:
        raise RemoteError(f"a fill of {row.order_id} without its id, price or quantity")
    symbol = row.symbol or order.symbol
    instrument = instrument_named(symbol, instruments)
    fee_asset = row.fees[0].asset if row.fees else instrument.quote
    return OrderTraded(
        order.order_id,
        exec_id=row.exec_id,
        symbol=symbol,
        side=row.side or order.side,
        price_ticks=wire_units(row.last_price, precision=instrument.price_precision, field="last_price"),
        qty_lots=wire_units(row.last_qty, precision=instrument.qty_precision, field="last_qty"),
        liquidity="maker" if row.liquidity_ind == "m" else "taker",  # Where unsaid, the dearer one.
        fee=sum((fee.qty for fee in row.fees if fee.asset == fee_asset), start=Decimal(0)),
        fee_asset=fee_asset,
        cost=row.cost,
    )


def _amended(row: Execution, order: OurOrder, instruments: Mapping[str, Instrument]) -> OrderAmended | None:
    """None where nothing that we know of changed, or where the order has neither a limit price nor a trigger in ticks.

    Of a stop at the market, the price is its trigger.
    """
    trigger = None if row.triggers is None or row.triggers.price_type == "pct" else row.triggers.price
    by_trigger = order.price_ticks is None and order.trigger_ticks is not None
    price = trigger if by_trigger else row.limit_price
    if price is None and row.order_qty is None:
        return None
    instrument = instrument_named(row.symbol or order.symbol, instruments)
    price_ticks, qty_lots = order.trigger_ticks if by_trigger else order.price_ticks, order.qty_lots
    if price is not None:
        field = "triggers.price" if by_trigger else "limit_price"
        price_ticks = wire_units(abs(price), precision=instrument.price_precision, field=field)
    if row.order_qty is not None:
        qty_lots = wire_units(row.order_qty, precision=instrument.qty_precision, field="order_qty")
    return None if price_ticks is None else OrderAmended(order.order_id, price_ticks, qty_lots)


Refusal = OrderRejected | AmendRejected | CancelRejected | AnswerOverdue


def order_refused(request: AddOrder | AmendOrder | CancelOrder, error: str, *, order_id: str) -> Refusal:
    """Return what a refusal says of our order. Where the error leaves it open, so do we: AnswerOverdue."""
    if not surely_refused(error):
        return AnswerOverdue(order_id)
    match request:
        case AddOrder():
            return OrderRejected(order_id, error)
        case AmendOrder():
            return AmendRejected(order_id, error)
        case CancelOrder():
            return CancelRejected(order_id, error)


def order_taken(response: AddOrderResponse, *, order_id: str) -> OrderAccepted | None:
    """Return that Kraken took our order; None where it was only to be validated."""
    venue_order_id = response.result.order_id
    return None if venue_order_id is None else OrderAccepted(order_id, venue_order_id)


def batch_taken(
    response: BatchAddResponse, *, order_ids: Sequence[str]
) -> list[OrderAccepted | OrderRejected | AnswerOverdue]:
    """Return what became of each order of a batch, in the order of the request.

    An item that says nothing leaves its order open. Raises RemoteError where their number is not ours.
    """
    if len(response.items) != len(order_ids):
        raise RemoteError(f"{len(response.items)} answers to a batch of {len(order_ids)} orders")
    events: list[OrderAccepted | OrderRejected | AnswerOverdue] = []
    for item, order_id in zip(response.items, order_ids, strict=True):
        if item.error is not None and surely_refused(item.error):
            events.append(OrderRejected(order_id, item.error))
        elif item.error is None and item.order_id is not None:
            events.append(OrderAccepted(order_id, item.order_id))
        else:
            events.append(AnswerOverdue(order_id))
    return events
