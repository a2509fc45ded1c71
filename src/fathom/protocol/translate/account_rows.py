"""The whole account in our words: rows of orders and fills, by stream or REST, as the venue has them.

Pure. Imports: domain, messages, times, market beside it. Imported by: the front door of translate.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, get_args

from fathom.domain import Instrument, OrderType, VenueFill, VenueOrder
from fathom.protocol.messages import Execution
from fathom.protocol.times import parse_time
from fathom.protocol.translate.market import instrument_named, wire_units

# Kraken's other types, such as an iceberg, rest as limit orders: how much of one shows is no matter of the account's.
_TYPES: Final = frozenset(get_args(OrderType))


def row_order(row: Execution, *, order_id: str, instruments: Mapping[str, Instrument]) -> VenueOrder | None:
    """Return one order as a whole row has it; None where the row does not tell its pair, side or quantity.

    `order_id`: ours, empty for a stranger's. Raises LocalError for a pair whose rules are not known.
    """
    if row.symbol is None or row.side is None or row.order_qty is None:
        return None
    instrument = instrument_named(row.symbol, instruments)
    price, trigger = row.limit_price, None if row.triggers is None else row.triggers.price
    order_type = row.order_type if row.order_type in _TYPES else "limit"
    return VenueOrder(
        order_id,
        row.order_id,
        row.cl_ord_id or "",
        row.symbol,
        row.side,
        order_type,  # type: ignore[arg-type]  # It is one of the types: see the line before.
        None if price is None else wire_units(price, precision=instrument.price_precision, field="limit_price"),
        wire_units(row.order_qty, precision=instrument.qty_precision, field="order_qty"),
        wire_units(row.cum_qty or Decimal(0), precision=instrument.qty_precision, field="cum_qty"),
        row.order_status,
        row.reason or "",
        trigger_ticks=None
        if trigger is None
        else wire_units(trigger, precision=instrument.price_precision, field="trigger"),
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
        wire_units(row.last_qty, precision=instrument.qty_precision, field="last_qty"),
        "maker" if row.liquidity_ind == "m" else "taker",
        sum((fee.qty for fee in row.fees if fee.asset == fee_asset), start=Decimal(0)),
        fee_asset,
        parse_time(row.timestamp),
        cost=row.cost,
    )
