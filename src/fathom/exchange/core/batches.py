"""Several new orders at once: checked all or none, then taken one by one (websocket-v2.md 8.7).

Pure. Imports: bank, entering, floor, intake, market, order, reasons, ticket. Imported by: venue.
"""

from collections.abc import Sequence
from typing import Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.entering import enter, work_off
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.intake import order_of
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.ticket import Ticket

BATCH_MIN: Final = 2
BATCH_MAX: Final = 15


def add_batch(
    floor: Floor, market: Market, account: Account, tickets: Sequence[Ticket], *, validate: bool
) -> list[Order | Refusal] | Refusal:
    """Take orders for one pair: each on its own once all are valid."""
    if not BATCH_MIN <= len(tickets) <= BATCH_MAX:
        return reasons.invalid("orders")
    if not floor.charge(account, market.pair.symbol, half_points=len(tickets)):
        return reasons.RATE_LIMIT
    client_ids = [ticket.cl_ord_id for ticket in tickets if ticket.cl_ord_id is not None]
    if len(set(client_ids)) < len(client_ids):
        return reasons.invalid("cl_ord_id")
    orders: list[Order] = []
    for ticket in tickets:
        if ticket.symbol != market.pair.symbol:
            return reasons.invalid("pair")
        order = order_of(floor, market, account, ticket)
        if isinstance(order, Refusal):
            return order
        orders.append(order)
    if validate:
        return list(orders)
    return [_entered(floor, market, order) for order in orders]


def _entered(floor: Floor, market: Market, order: Order) -> Order | Refusal:
    refusal = enter(floor, market, order)
    work_off(floor)
    return order if refusal is None else refusal
