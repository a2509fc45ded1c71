"""The venue's own closes of our orders: they have no client id, and are known by the order that they name as theirs.

Pure. Imports: domain, orders/table. Imported by: orders/reconciler, run.
"""

from collections.abc import Iterator

from fathom.domain import ClosePlaced, OrderWanted, VenueOrder
from fathom.orders.table import Order, OrderTable


def order_at_venue(table: OrderTable, venue_order_id: str) -> Order | None:
    """Return our order of this id of the venue's; None where the log does not know it, or has forgotten it."""
    return next((order for order in _all(table) if order.venue_order_id == venue_order_id), None)


def close_placed(table: OrderTable, seen: VenueOrder) -> ClosePlaced | None:
    """Return that the venue placed an order for a fill of one of ours, where that is news to the table; else None.

    Its terms are those that the parent asked for: the venue tells some of them, such as a distance, in other ways.
    """
    if not seen.parent_id or order_at_venue(table, seen.venue_order_id) is not None:
        return None
    parent = order_at_venue(table, seen.parent_id)
    if parent is None or parent.wanted.close is None:
        return None
    close = parent.wanted.close
    before = f"{parent.order_id}.c"
    number = 1 + sum(order.order_id.startswith(before) for order in _all(table))
    wanted = OrderWanted(
        f"{before}{number}",
        seen.symbol,
        seen.side,
        close.order_type,
        seen.qty_lots,
        close.price_ticks,
        trigger_ticks=close.trigger_ticks,
        on_behalf=parent.wanted.on_behalf,
    )
    return ClosePlaced(wanted, seen.venue_order_id, parent.order_id)


def _all(table: OrderTable) -> Iterator[Order]:
    yield from table.open()
    yield from table.ended()
