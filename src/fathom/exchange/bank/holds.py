"""What is kept aside for a client's spot orders, so that a resting order can always settle.

Pure. Imports: fees, scale, account. Imported by: bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fathom.exchange.bank.fees import RATE_ONE, fee_most

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from fathom.exchange.bank.account import Account
    from fathom.exchange.bank.scale import Scale
    from fathom.exchange.core.order import Order


def wanted(
    order: Order, scale: Scale, *, lots: int, price_ticks: int | None, cost_units: int | None, rate: int
) -> tuple[str, int]:
    """Return the asset and the units that a spot order of so many lots needs, fee included, rounded up.

    `rate` is the highest fee it may meet. A sell's fee in quote comes from the proceeds, a buy's in base too.
    """
    if order.side == "sell":
        units = scale.base_units_most(lots)
        return scale.base, units + fee_most(units, rate) if order.fee_in_base else units
    if cost_units is None:
        assert price_ticks is not None, "a buy without a price needs its cost"
        cost_units = scale.cost_units_most(price_ticks, lots)
    return scale.quote, cost_units if order.fee_in_base else cost_units + fee_most(cost_units, rate)


def left_wanted(order: Order, scale: Scale, *, spent_units: int, filled_lots: int, rate: int) -> int:
    """Return the units that the order needs after this fill, which its sums do not show yet."""
    left_lots = order.qty_lots - order.cum_lots - filled_lots
    if order.side == "sell":
        if left_lots <= 0:
            return 0
    elif order.limit_ticks is None or order.cash_units is not None:
        return max(order.held_units - spent_units, 0)  # At the market: what was kept, less what it took.
    elif left_lots <= 0:
        return 0
    return wanted(order, scale, lots=left_lots, price_ticks=order.limit_ticks, cost_units=None, rate=rate)[1]


def spendable(order: Order, asset: str) -> int:
    """Return what the order may spend: what is kept for it, and what is free."""
    account = order.account
    free = account.balances.get(asset, 0) - account.held.get(asset, 0)
    held = order.held_units if order.held_asset == asset else 0
    return held + free if free > 0 else held


def affordable_lots(order: Order, scale: Scale, *, price_ticks: int, lots: int, rate: int) -> int:
    """Return how many of the lots the order can pay at this price, fee included."""
    if order.side == "sell":
        return lots
    funds_units = spendable(order, scale.quote)
    if wanted(order, scale, lots=lots, price_ticks=price_ticks, cost_units=None, rate=rate)[1] <= funds_units:
        return lots
    if not order.fee_in_base:
        funds_units = funds_units * RATE_ONE // (RATE_ONE + rate)
    return min(lots, scale.lots_within(price_ticks, funds_units))


def put(order: Order, asset: str, units: int) -> None:
    """Keep so much aside for the order, instead of what was."""
    held = order.account.held
    if order.held_asset and order.held_asset != asset:
        _add(order.account, order.held_asset, -order.held_units)
        order.held_units = 0
    held[asset] = held.get(asset, 0) + units - order.held_units
    order.held_asset, order.held_units = asset, units


def drop(order: Order) -> None:
    """Keep nothing aside for the order."""
    if order.held_units:
        _add(order.account, order.held_asset, -order.held_units)
        order.held_units = 0


def check(account: Account) -> None:
    """Prove that what is kept aside is what the open orders say, and never below zero."""
    kept: dict[str, int] = {}
    for order in account.orders.values():
        assert order.held_units >= 0, order.order_id
        if order.held_units:
            kept[order.held_asset] = kept.get(order.held_asset, 0) + order.held_units
    assert kept == {asset: units for asset, units in account.held.items() if units}, (account.name, kept, account.held)
    assert all(units >= 0 for units in account.margin_holds.values()), (account.name, account.margin_holds)
    assert account.margin_holds.keys() <= account.orders.keys(), account.name


def _add(account: Account, asset: str, units: int) -> None:
    account.held[asset] = account.held.get(asset, 0) + units
