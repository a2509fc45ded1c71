"""Rows of executions that are not of our orders, as our events: a stranger's order, a stranger's fill.

Pure. Imports: domain, messages, times, market beside it. Imported by: rest_account beside it, the front door.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fathom.domain import (
    ForeignOrderSeen,
    ForeignTraded,
    Instrument,
    OrderType,
    RemoteError,
    VenueFill,
    VenueOrder,
)
from fathom.protocol.messages import Execution
from fathom.protocol.times import parse_time
from fathom.protocol.translate.market import instrument_named, wire_units

# What Kraken has more of than we order: the nearest of our words.
ORDER_TYPES: Final[Mapping[str, OrderType]] = {
    "limit": "limit",
    "iceberg": "limit",
    "market": "market",
    "settle-position": "market",
    "stop-loss": "stop-loss",
    "stop-loss-limit": "stop-loss-limit",
    "take-profit": "take-profit",
    "take-profit-limit": "take-profit-limit",
    "trailing-stop": "trailing-stop",
    "trailing-stop-limit": "trailing-stop",
}
_STATUSES: Final = {"pending_new": "new"}


def foreign_news(
    row: Execution, *, instruments: Mapping[str, Instrument]
) -> tuple[ForeignOrderSeen | ForeignTraded, ...]:
    """Return what a row of a stranger's order says. The row is whole: what a delta left out is filled in.

    A fill that is told of the past, without its order, is a fill alone. Raises RemoteError for a fill without its
    numbers, and for a pair whose rules were never told.
    """
    news: list[ForeignOrderSeen | ForeignTraded] = []
    if row.exec_type == "trade":
        news.append(ForeignTraded(_fill(row, instruments)))
    order = _order(row, instruments)
    if order is not None:
        news.append(ForeignOrderSeen(order))
    return tuple(news)


def order_type_of(word: str) -> OrderType:
    """Return our word for an order type. Raises RemoteError for one that nobody knows."""
    try:
        return ORDER_TYPES[word]
    except KeyError:
        raise RemoteError(f"an order of the type {word}, which nobody knows") from None


def _order(row: Execution, instruments: Mapping[str, Instrument]) -> VenueOrder | None:
    if row.symbol is None or row.side is None or row.order_type is None:
        return None
    qty = row.order_qty if row.order_qty is not None else row.cum_qty  # An order by cash has no quantity of its own.
    if qty is None:
        return None
    instrument = instrument_named(row.symbol, instruments)
    trigger = row.triggers
    static = trigger is not None and trigger.price_type in {None, "static"}
    return VenueOrder(
        order_id="",
        venue_order_id=row.order_id,
        client_id=row.cl_ord_id or "",
        symbol=row.symbol,
        side=row.side,
        order_type=order_type_of(row.order_type),
        price_ticks=_ticks(row.limit_price if row.limit_price_type in {None, "static"} else None, instrument),
        qty_lots=_lots(qty, instrument, "order_qty"),
        filled_lots=_lots(row.cum_qty or Decimal(0), instrument, "cum_qty"),
        status=_STATUSES.get(row.order_status, row.order_status),
        reason=row.reason or row.cancel_reason or "",
        trigger_ticks=_ticks(trigger.price if trigger is not None and static else None, instrument),
        parent_id=row.ord_ref_id or "",
    )


def _fill(row: Execution, instruments: Mapping[str, Instrument]) -> VenueFill:
    if row.exec_id is None or row.last_price is None or row.last_qty is None or row.symbol is None or row.side is None:
        raise RemoteError(f"a fill of {row.order_id} without its id, pair, side, price or quantity")
    instrument = instrument_named(row.symbol, instruments)
    fee_asset = row.fees[0].asset if row.fees else instrument.quote
    return VenueFill(
        order_id="",
        venue_order_id=row.order_id,
        exec_id=row.exec_id,
        symbol=row.symbol,
        side=row.side,
        price_ticks=wire_units(row.last_price, precision=instrument.price_precision, field="last_price"),
        qty_lots=_lots(row.last_qty, instrument, "last_qty"),
        liquidity="maker" if row.liquidity_ind == "m" else "taker",
        fee=sum((fee.qty for fee in row.fees if fee.asset == fee_asset), start=Decimal(0)),
        fee_asset=fee_asset,
        time_ns=parse_time(row.timestamp),
        cost=row.cost,
    )


def _ticks(price: Decimal | None, instrument: Instrument) -> int | None:
    return None if price is None else wire_units(price, precision=instrument.price_precision, field="price")


def _lots(qty: Decimal, instrument: Instrument, field: str) -> int:
    return wire_units(qty, precision=instrument.qty_precision, field=field)
