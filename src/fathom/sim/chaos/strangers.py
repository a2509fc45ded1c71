"""Rows of the private stream that are of no order of ours: made by hand, by another program, or forgotten in a crash.

Pure. Imports: domain, protocol, our_orders. Imported by: private_edge.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import structs

from fathom.domain import Event, ForeignOrderSeen, ForeignTraded, Instrument, VenueFill, VenueOrder
from fathom.protocol import parse_time
from fathom.protocol.messages import Execution
from fathom.sim.chaos.our_orders import OurOrders


class Strangers:
    """What is known of them: only their first row is whole."""

    def __init__(self, ours: OurOrders) -> None:
        self._instruments = ours.instruments
        self._orders: dict[str, VenueOrder] = {}  # By the venue's id.

    def told(self, row: Execution) -> Iterator[Event]:
        """Return what a row says: nothing where no pair is known, for then it cannot be booked."""
        known = self._orders.get(row.order_id)
        symbol = row.symbol or (None if known is None else known.symbol)
        instrument = self._instruments.get(symbol or "")
        if instrument is None:
            return
        if row.exec_id is not None:
            yield ForeignTraded(_fill(row, known, instrument))
            return
        order = _order(row, instrument) if known is None else _changed(known, row, instrument)
        self._orders[row.order_id] = order
        yield ForeignOrderSeen(order)


def _fill(row: Execution, known: VenueOrder | None, instrument: Instrument) -> VenueFill:
    assert row.exec_id is not None
    assert row.last_price is not None, row
    assert row.last_qty is not None, row
    return VenueFill(
        order_id="",
        venue_order_id=row.order_id,
        exec_id=row.exec_id,
        symbol=instrument.symbol,
        side=row.side or (known.side if known is not None else "buy"),
        price_ticks=instrument.price_ticks(row.last_price),
        qty_lots=instrument.qty_lots(row.last_qty),
        liquidity="maker" if row.liquidity_ind == "m" else "taker",
        fee=sum((fee.qty for fee in row.fees), start=Decimal(0)),
        fee_asset=row.fees[0].asset if row.fees else instrument.quote,
        time_ns=parse_time(row.timestamp),
    )


def _order(row: Execution, instrument: Instrument) -> VenueOrder:
    return VenueOrder(
        order_id="",
        venue_order_id=row.order_id,
        client_id=row.cl_ord_id or "",
        symbol=instrument.symbol,
        side=row.side or "buy",
        order_type="market" if row.order_type == "market" else "limit",
        price_ticks=None if row.limit_price is None else instrument.price_ticks(row.limit_price),
        qty_lots=0 if row.order_qty is None else instrument.qty_lots(row.order_qty),
        filled_lots=0 if row.cum_qty is None else instrument.qty_lots(row.cum_qty),
        status=row.order_status,
        reason=row.reason or "",
    )


def _changed(known: VenueOrder, row: Execution, instrument: Instrument) -> VenueOrder:
    return structs.replace(
        known,
        price_ticks=known.price_ticks if row.limit_price is None else instrument.price_ticks(row.limit_price),
        qty_lots=known.qty_lots if row.order_qty is None else instrument.qty_lots(row.order_qty),
        filled_lots=known.filled_lots if row.cum_qty is None else instrument.qty_lots(row.cum_qty),
        status=row.order_status,
        reason=row.reason or known.reason,
    )
