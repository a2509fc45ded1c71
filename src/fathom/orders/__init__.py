"""The life of our orders, what they are called at the venue, and reconciliation with it."""

from fathom.orders.agreement import AGREEMENT_NEWS, NOT_YET, Agreement
from fathom.orders.closes import close_placed, order_at_venue
from fathom.orders.disputes import Doubt
from fathom.orders.explain import Step, explain
from fathom.orders.ids import ENDED_IDS_MAX, ClientIds, is_marked, mark_of
from fathom.orders.reconciler import DISPUTE, EVERY_NS, REST_LAG_NS, Reconciler
from fathom.orders.state import FINAL, ORDER_NEWS, TRANSITIONS, ImpossibleTransition, OrderState, advance
from fathom.orders.table import ENDED_MAX, Order, OrderTable, order_id_of

__all__ = [
    "AGREEMENT_NEWS",
    "DISPUTE",
    "ENDED_IDS_MAX",
    "ENDED_MAX",
    "EVERY_NS",
    "FINAL",
    "NOT_YET",
    "ORDER_NEWS",
    "REST_LAG_NS",
    "TRANSITIONS",
    "Agreement",
    "ClientIds",
    "Doubt",
    "ImpossibleTransition",
    "Order",
    "OrderState",
    "OrderTable",
    "Reconciler",
    "Step",
    "advance",
    "close_placed",
    "explain",
    "is_marked",
    "mark_of",
    "order_at_venue",
    "order_id_of",
]
