"""What the bank is asked to keep aside for an order, by its type.

Orders that wait for a price keep their money aside from the start, at the price at which they would be set off: so a
venue full of them can still pay. What a market order needs is known when it is set off, and asked for again then.

Pure. Imports: bank, floor, market, order, walking. Imported by: matching, entering, amending, editing.
"""

from fathom.exchange.bank import Refusal
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.walking import cost_units


def hold(floor: Floor, market: Market, order: Order) -> Refusal | None:
    """Keep aside what the rest of the order needs. After a refusal everything is as it was."""
    bank, pair, lots = floor.bank, market.pair, order.left_lots
    if order.cash_units is not None:
        return bank.hold(order, pair, lots=0, cost_units=order.cash_units - order.cum_cost_units)
    if order.limit_ticks is not None:
        return bank.hold(order, pair, lots=lots, price_ticks=order.limit_ticks)
    trigger = order.trigger
    if trigger is not None and not trigger.triggered:
        return bank.hold(order, pair, lots=lots, price_ticks=trigger.actual_ticks)
    return bank.hold(order, pair, lots=lots, cost_units=cost_units(floor, market, order))
