"""One account as the control API tells it: money, what is open, the dead man's switch; and on request all it ever did.

Amounts, prices and quantities are decimal texts. Pure. Imports: bank, core, listing. Imported by: steering.
"""

from typing import Any

from fathom.exchange.bank import Account, Fill
from fathom.exchange.core import Order
from fathom.exchange.listing import Listing


def account_state(account: Account, listing: Listing, *, switch_ns: int | None) -> dict[str, Any]:
    """Return the account as it is now. `switch_ns`: when its dead man's switch fires; None while it is not set."""
    return {
        "name": account.name,
        "tier": account.tier,
        "balances": _amounts(account.balances, listing),
        "held": _amounts({asset: units for asset, units in account.held.items() if units}, listing),
        "open_orders": list(account.orders),
        "positions": list(account.positions),
        "switch_ns": switch_ns,
    }


def account_history(account: Account, listing: Listing) -> dict[str, Any]:
    """Return its orders, those that ended first, and its fills, oldest first, as far as they are remembered."""
    return {
        "orders": [_order(order, listing) for order in (*account.closed, *account.orders.values())],
        "fills": [_fill(fill, listing) for fill in account.fills],
    }


def _amounts(units: dict[str, int], listing: Listing) -> dict[str, str]:
    return {asset: listing.asset(asset).amount_text(count) for asset, count in sorted(units.items())}


def _order(order: Order, listing: Listing) -> dict[str, Any]:
    pair = listing.pair(order.symbol)
    assert pair is not None, order.symbol
    return {
        "order_id": order.order_id,
        "cl_ord_id": order.cl_ord_id,
        "symbol": order.symbol,
        "side": order.side,
        "type": order.order_type,
        "price": None if order.limit_ticks is None else pair.price_text(order.limit_ticks),
        "qty": pair.qty_text(order.qty_lots),
        "filled": pair.qty_text(order.cum_lots),
        "status": order.status,
        "reason": order.reason,
        "opened_ns": order.opened_ns,
        "changed_ns": order.changed_ns,
        "closed_ns": order.closed_ns,
    }


def _fill(fill: Fill, listing: Listing) -> dict[str, Any]:
    pair = listing.pair(fill.symbol)
    assert pair is not None, fill.symbol
    return {
        "exec_id": fill.exec_id,
        "order_id": fill.order_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "price": pair.price_text(fill.price_ticks),
        "qty": pair.qty_text(fill.qty_lots),
        "fee_asset": fill.fee_asset,
        "fee": listing.asset(fill.fee_asset).amount_text(fill.fee_units),
        "time_ns": fill.time_ns,
    }
