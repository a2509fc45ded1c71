"""A spot client's side of a trade: money, fee, hold, two ledger entries.

Pure. Imports: fees, fill, holds, ledger, trade. Imported by: bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fathom.exchange.bank import holds
from fathom.exchange.bank.fees import fee_of
from fathom.exchange.bank.fill import Fill

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from fathom.exchange.bank.ledger import Ledger
    from fathom.exchange.bank.trade import Trade
    from fathom.exchange.core.order import Order


def settle_spot(ledger: Ledger, trade: Trade, order: Order, *, rate: int, rate_max: int) -> Fill:
    """Move this order's side of the trade, at this fee; keep aside what its rest needs at the highest one."""
    account, scale = order.account, trade.scale
    base, quote, base_units, cost_units = scale.base, scale.quote, trade.base_units, trade.cost_units
    buying = order.side == "buy"
    paid_asset, spent_units = (quote, cost_units) if buying else (base, base_units)
    if order.fee_in_base:
        fee_asset, fee_units = base, fee_of(base_units, rate)
    else:
        fee_asset, fee_units = quote, fee_of(cost_units, rate)
    if fee_asset == paid_asset:
        # A fee never takes what is kept for other orders.
        fee_units = min(fee_units, holds.spendable(order, paid_asset) - spent_units)
        spent_units += fee_units
    _shrink(order, trade, paid_asset, spent_units, rate=rate_max)
    exec_id = ledger.ids.execution()
    base_id = ledger.post(
        account,
        base,
        base_units if buying else -base_units,
        fee_units=fee_units if order.fee_in_base else 0,
        entry_type="trade",
        ref_id=exec_id,
        now_ns=trade.time_ns,
    )
    quote_id = ledger.post(
        account,
        quote,
        -cost_units if buying else cost_units,
        fee_units=0 if order.fee_in_base else fee_units,
        entry_type="trade",
        ref_id=exec_id,
        now_ns=trade.time_ns,
    )
    return Fill(
        exec_id=exec_id,
        trade_id=trade.trade_id,
        order_id=order.order_id,
        symbol=order.symbol,
        side=order.side,
        order_type=order.order_type,
        price_ticks=trade.price_ticks,
        qty_lots=trade.qty_lots,
        cost_units=cost_units,
        fee_asset=fee_asset,
        fee_units=fee_units,
        maker=order is trade.maker,
        time_ns=trade.time_ns,
        ledger_ids=(base_id, quote_id),
    )


def _shrink(order: Order, trade: Trade, asset: str, spent_units: int, *, rate: int) -> None:
    """Keep aside what the order's rest needs, once `spent_units` are gone. Called before they go."""
    left_units = holds.left_wanted(order, trade.scale, spent_units=spent_units, filled_lots=trade.qty_lots, rate=rate)
    least_units = max(order.held_units - spent_units, 0)
    if left_units > least_units:
        # Roundings took a unit of what the rest needs: it comes from what is free, as far as that goes.
        account = order.account
        others_units = account.held.get(asset, 0) - order.held_units
        free_units = account.balances.get(asset, 0) - spent_units - others_units
        left_units = min(left_units, max(least_units, free_units))
    holds.put(order, asset, left_units)
