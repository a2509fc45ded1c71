"""What a pair allows: tick, lot, minima and state, from its `instrument` row (websocket-v2.md 6.5).

Pure. Imports: domain, messages. Imported by: order, requests.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from fathom.domain import EXACT, Instrument, LocalError, PairStatus, to_units
from fathom.protocol.messages import BatchOrder

OrdersTaken = Literal["all", "limit", "post_only", "reducing", "none"]

# What a pair in each state takes of new orders. Cancels are never refused here: Kraken may know better.
ORDERS_TAKEN: Final[Mapping[PairStatus, OrdersTaken]] = {
    "online": "all",
    "limit_only": "limit",
    "post_only": "post_only",
    "reduce_only": "reducing",
    "cancel_only": "none",
    "maintenance": "none",
    "delisted": "none",
    "work_in_progress": "none",
}


def check_price(field: str, price: Decimal, *, instrument: Instrument) -> None:
    """Fail unless the price is a multiple of the pair's price increment."""
    ticks = to_units(price, precision=instrument.price_precision, field=field)
    if ticks % instrument.price_increment_ticks:
        increment = instrument.price_text(instrument.price_increment_ticks)
        raise LocalError(field, f"{price} is not a multiple of the tick {increment}")


def check_qty(field: str, qty: Decimal, *, instrument: Instrument) -> int:
    """Fail unless the quantity is a multiple of the pair's quantity increment. Return its lots."""
    lots = to_units(qty, precision=instrument.qty_precision, field=field)
    if lots % instrument.qty_increment_lots:
        increment = instrument.qty_text(instrument.qty_increment_lots)
        raise LocalError(field, f"{qty} is not a multiple of the lot {increment}")
    return lots


def check_size(field: str, qty: Decimal, *, price: Decimal | None, instrument: Instrument) -> None:
    """Fail for what is no quantity of the pair, below the smallest, or the smallest cost where the price is known."""
    lots = check_qty(field, qty, instrument=instrument)
    if lots < instrument.qty_lots_min:
        smallest = instrument.qty_text(instrument.qty_lots_min)
        raise LocalError(field, f"{qty} is below the minimum {smallest} of {instrument.symbol}")
    if price is not None and EXACT.multiply(price, qty) < instrument.cost_min:
        raise LocalError(field, f"{qty} at {price} costs less than the minimum {instrument.cost_min}")


def check_cash(field: str, cash: Decimal, *, instrument: Instrument) -> None:
    """Fail where a quantity in quote currency is finer than the pair's costs, or below the smallest cost."""
    to_units(cash, precision=instrument.cost_precision, field=field)
    if cash < instrument.cost_min:
        raise LocalError(field, f"{cash} is below the minimum cost {instrument.cost_min}")


def check_state(order: BatchOrder, *, instrument: Instrument, place: str = "") -> None:
    """Fail where the pair's state takes no such order."""
    taken = ORDERS_TAKEN[instrument.status]
    if taken == "all":
        return
    if not {
        "limit": order.order_type in {"limit", "iceberg"},
        "post_only": order.order_type == "limit" and order.post_only is True,
        "reducing": order.reduce_only is True or order.order_type == "settle-position",
        "none": False,
    }[taken]:
        raise LocalError(
            f"{place}order_type",
            f"{instrument.symbol} is {instrument.status}: it does not take this {order.order_type} order",
        )


def check_change(*, instrument: Instrument) -> None:
    """Fail where the pair's state lets no order be changed."""
    if ORDERS_TAKEN[instrument.status] == "none":
        raise LocalError("symbol", f"{instrument.symbol} is {instrument.status}: orders can only be cancelled")
