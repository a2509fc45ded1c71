"""Cancels: of one order, of all that carry a tag, of a list, of everything.

Pure. Imports: bank, admission, floor, order, queueing, rate_counter, reasons. Imported by: venue.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.admission import refuse_cancel
from fathom.exchange.core.client_ids import is_userref
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.order import Order
from fathom.exchange.core.queueing import close
from fathom.exchange.core.rate_counter import CANCEL_COSTS, age_cost

BATCH_MIN: Final = 2
BATCH_MAX: Final = 50


def cancel(floor: Floor, account: Account, orders: Sequence[Order]) -> list[Order] | Refusal:
    """Cancel these open orders of one account, all or none."""
    if not orders:
        return reasons.UNKNOWN_ORDER
    for order in orders:
        refusal = refuse_cancel(floor.market_of(order))
        if refusal is not None:
            return refusal
    if not account.house and not _may_cancel(floor, account, orders):
        return reasons.RATE_LIMIT
    _close_all(floor, orders, reasons.USER)
    return list(orders)


def cancel_batch(floor: Floor, account: Account, ids: Sequence[str], client_ids: Sequence[str]) -> int | Refusal:
    """Cancel what is open of a list; return how many. What is not open is passed over.

    It is counted in full, and accepted even where that passes the threshold (rate-limits.md 2).
    """
    if not BATCH_MIN <= len(ids) + len(client_ids) <= BATCH_MAX:
        return reasons.invalid("orders")
    found: dict[str, Order] = {}
    for text in ids:
        for order in _meant(floor, account, text):
            found[order.order_id] = order
    for client_id in client_ids:
        order_named = floor.registry.find_open(account, client_id=client_id)
        if order_named is not None:
            found[order_named.order_id] = order_named
    orders = [order for order in found.values() if refuse_cancel(floor.market_of(order)) is None]
    if len(orders) < len(found):
        return reasons.UNAVAILABLE
    for order in orders:
        floor.charge(account, order.symbol, half_points=2 * _cost(floor, order), always=True)
    _close_all(floor, orders, reasons.USER)
    return len(orders)


def cancel_all(floor: Floor, account: Account, reason: str) -> int:
    """Cancel every order of the account that may be cancelled now; costs nothing."""
    orders = [order for order in account.orders.values() if refuse_cancel(floor.market_of(order)) is None]
    _close_all(floor, orders, reason)
    return len(orders)


def _close_all(floor: Floor, orders: Iterable[Order], reason: str) -> None:
    for order in orders:
        if order.is_open:
            close(floor, floor.market_of(order), order, "canceled", reason=reason)


def _meant(floor: Floor, account: Account, text: str) -> list[Order]:
    """Return the open orders that an order id, or a userref as text, means."""
    order = floor.registry.find_open(account, order_id=text)
    if order is not None:
        return [order]
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        return []
    userref = int(text)
    return floor.registry.tagged(account, userref) if is_userref(userref) else []


def _may_cancel(floor: Floor, account: Account, orders: Sequence[Order]) -> bool:
    """Count the cancels; tell whether they may be done. They are counted pair by pair."""
    points: dict[str, int] = {}
    for order in orders:
        points[order.symbol] = points.get(order.symbol, 0) + _cost(floor, order)
    always = not floor.rules.cancels_limited
    if not always and any(
        not floor.rates.has_room(account, symbol, floor.now_ns, half_points=2 * cost) for symbol, cost in points.items()
    ):
        return False
    for symbol, cost in points.items():
        floor.charge(account, symbol, half_points=2 * cost, always=True)
    return True


def _cost(floor: Floor, order: Order) -> int:
    return age_cost(CANCEL_COSTS, floor.now_ns - order.changed_ns)
