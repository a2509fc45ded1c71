"""The life of our orders."""

from fathom.orders.ids import ClientIds, is_marked, mark_of
from fathom.orders.state import FINAL, ORDER_NEWS, TRANSITIONS, ImpossibleTransition, OrderState, advance
from fathom.orders.table import ENDED_MAX, Order, OrderTable, order_id_of

__all__ = [
    "ENDED_MAX",
    "FINAL",
    "ORDER_NEWS",
    "TRANSITIONS",
    "ClientIds",
    "ImpossibleTransition",
    "Order",
    "OrderState",
    "OrderTable",
    "advance",
    "is_marked",
    "mark_of",
    "order_id_of",
]
