"""An order in the book and out of it again, and its end.

Pure. Imports: events, floor, market, order. Imported by: core.
"""

from typing import Literal

from fathom.exchange.core.events import QueueMoved
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order


def rest(floor: Floor, market: Market, order: Order) -> None:
    """Put an order at the back of its price's queue; an iceberg shows a slice."""
    left_lots = order.qty_lots - order.cum_lots
    display_lots = order.display_lots
    order.shown_lots = left_lots if display_lots is None or display_lots > left_lots else display_lots
    order.queued_ns = market.next_queued_ns(floor.now_ns)
    order.resting = True
    (market.bids if order.side == "buy" else market.asks).add(order)
    price_ticks = order.limit_ticks
    assert price_ticks is not None, order.order_id
    floor.events.append(
        QueueMoved(order.symbol, order.side, "add", order.order_id, price_ticks, order.shown_lots, order.queued_ns)
    )


def unrest(floor: Floor, market: Market, order: Order) -> None:
    """Take a resting order out of the book."""
    (market.bids if order.side == "buy" else market.asks).remove(order)
    price_ticks = order.limit_ticks
    assert price_ticks is not None, order.order_id
    floor.events.append(
        QueueMoved(order.symbol, order.side, "delete", order.order_id, price_ticks, order.shown_lots, order.queued_ns)
    )
    order.resting = False
    order.shown_lots = 0


def show(floor: Floor, market: Market, order: Order, shown_lots: int) -> None:
    """Show another size of a resting order, which keeps its place."""
    (market.bids if order.side == "buy" else market.asks).show(order, shown_lots)
    price_ticks = order.limit_ticks
    assert price_ticks is not None, order.order_id
    floor.events.append(
        QueueMoved(order.symbol, order.side, "modify", order.order_id, price_ticks, shown_lots, order.queued_ns)
    )


def close(
    floor: Floor,
    market: Market,
    order: Order,
    status: Literal["filled", "canceled", "expired"],
    *,
    reason: str | None = None,
) -> None:
    """Bring an open order to its end, wherever it stands."""
    if order.resting:
        unrest(floor, market, order)
    order.status = status
    order.closed_ns = floor.now_ns
    order.reason = reason
    floor.registry.close(order, market)
    if order.account.house:
        return
    trigger = order.trigger
    if trigger is not None:
        market.watch_last.remove(order)
        market.watch_index.remove(order)
    floor.bank.release(order)
    if order.effective_ns is not None:
        floor.timers.drop("start", order.order_id)
    if order.expire_ns is not None:
        floor.timers.drop("expire", order.order_id)
    floor.tell(order, status, reason=reason)
