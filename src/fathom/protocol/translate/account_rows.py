"""Orders and fills as a whole row of executions has them, ours and strangers', in our words (websocket-v2.md 7.1).

Pure. Imports: domain, messages, times, market beside it. Imported by: foreign and rest_account beside it, the front
door of translate.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fathom.domain import Instrument, OrderType, RemoteError, VenueFill, VenueOrder
from fathom.protocol.messages import Execution
from fathom.protocol.times import parse_time
from fathom.protocol.translate.market import instrument_named, wire_units

# What Kraken has more of than we order becomes the nearest of our words: how much of an iceberg shows is no matter of
# the account's.
_TYPES: Final[Mapping[str, OrderType]] = {
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
_STATIC: Final = frozenset({None, "static"})  # Other prices are distances.


def row_order(row: Execution, *, order_id: str, instruments: Mapping[str, Instrument]) -> VenueOrder | None:
    """Return one order as a whole row has it; None where the row does not tell its pair, side or quantity.

    `order_id`: ours, empty for a stranger's. An order by cash is of as much as is filled of it. Raises RemoteError for
    a pair whose rules were never told.
    """
    qty = row.order_qty if row.order_qty is not None or row.cash_order_qty is None else row.cum_qty or Decimal(0)
    if row.symbol is None or row.side is None or qty is None:
        return None
    instrument = instrument_named(row.symbol, instruments)
    trigger = None if row.triggers is None or row.triggers.price_type not in _STATIC else row.triggers.price
    return VenueOrder(
        order_id,
        row.order_id,
        row.cl_ord_id or "",
        row.symbol,
        row.side,
        order_type_of(row.order_type or "limit"),
        ticks_of(row.limit_price if row.limit_price_type in _STATIC else None, instrument, field="limit_price"),
        lots_of(qty, instrument, field="order_qty"),
        lots_of(row.cum_qty or Decimal(0), instrument, field="cum_qty"),
        _STATUSES.get(row.order_status, row.order_status),
        row.reason or row.cancel_reason or "",
        trigger_ticks=ticks_of(trigger, instrument, field="triggers.price"),
        parent_id=row.ord_ref_id or "",
    )


def row_fill(row: Execution, *, order_id: str, instruments: Mapping[str, Instrument]) -> VenueFill | None:
    """Return one fill as a whole row has it; None where it is none, or does not tell its pair and side."""
    if row.exec_id is None or row.last_price is None or row.last_qty is None or row.symbol is None or row.side is None:
        return None
    instrument = instrument_named(row.symbol, instruments)
    fee_asset = row.fees[0].asset if row.fees else instrument.quote
    return VenueFill(
        order_id,
        row.order_id,
        row.exec_id,
        row.symbol,
        row.side,
        wire_units(row.last_price, precision=instrument.price_precision, field="last_price"),
        lots_of(row.last_qty, instrument, field="last_qty"),
        "maker" if row.liquidity_ind == "m" else "taker",
        sum((fee.qty for fee in row.fees if fee.asset == fee_asset), start=Decimal(0)),
        fee_asset,
        parse_time(row.timestamp),
        cost=row.cost,
    )


def order_type_of(word: str) -> OrderType:
    """Return our word for an order type. Raises RemoteError for one that nobody knows."""
    try:
        return _TYPES[word]
    except KeyError:
        raise RemoteError(f"an order of the type {word}, which nobody knows") from None


def ticks_of(price: Decimal | None, instrument: Instrument, *, field: str) -> int | None:
    """Return a price in ticks. Raises RemoteError where it is finer than the pair's."""
    return None if price is None else wire_units(price, precision=instrument.price_precision, field=field)


def lots_of(qty: Decimal, instrument: Instrument, *, field: str) -> int:
    """Return a quantity in lots. Raises RemoteError where it is finer than the pair's."""
    return wire_units(qty, precision=instrument.qty_precision, field=field)
