"""Sets off the orders that wait for a price, and lets trailing ones follow it.

Pure. Imports: amounts, floor, market, order, trigger_prices, watch. Imported by: matching, entering, venue.
"""

from fathom.exchange.bank import Refusal
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order, Trigger
from fathom.exchange.core.trigger_prices import trailing_ticks
from fathom.exchange.core.watch import Watch


def arm(floor: Floor, market: Market, order: Order) -> None:
    """Let an order wait for its price. Where that is reached already, it is set off at once."""
    trigger = order.trigger
    assert trigger is not None, order.order_id
    watch = market.watch_index if trigger.reference == "index" else market.watch_last
    watch.add(order)
    reference_ticks = market.reference_ticks(trigger.reference)
    if reference_ticks is not None:
        look(floor, market, watch, reference_ticks)


def look_at_last(floor: Floor, market: Market, reference_ticks: int | None = None) -> None:
    """Look at what a trade does to the orders that wait; at the last one's price, if no other is given."""
    if reference_ticks is None:
        reference_ticks = market.last_ticks
    if reference_ticks is None:
        return
    look(floor, market, market.watch_last, reference_ticks)
    if market.index_ticks is None:
        look(floor, market, market.watch_index, reference_ticks)


def look_at_index(floor: Floor, market: Market) -> None:
    """Look at what the index does to the orders that wait for it. While it is down they follow the last price."""
    reference_ticks = market.reference_ticks("index")
    if reference_ticks is not None:
        look(floor, market, market.watch_index, reference_ticks)


def look(floor: Floor, market: Market, watch: Watch, reference_ticks: int) -> None:
    """Set off what a reference price sets off. They trade when the order at hand is done.

    Whose trigger lies farthest back was passed first, and goes first; of those at one price the oldest.
    """
    # Where not everybody may trade, nothing is set off: what waits is looked at again when all may.
    if market.mode != "online" or not watch.disturbed(reference_ticks):
        return
    reached: list[tuple[int, Order, Trigger]] = []
    for order in watch.orders.values():
        trigger = order.trigger
        assert trigger is not None, order.order_id
        past_ticks = reference_ticks - trigger.actual_ticks if trigger.above else trigger.actual_ticks - reference_ticks
        if past_ticks >= 0:
            reached.append((past_ticks, order, trigger))
        elif trigger.peak_ticks is not None:
            _trail(floor, market, order, reference_ticks)
    reached.sort(key=lambda found: -found[0])
    for _, order, trigger in reached:
        watch.remove(order)
        trigger.triggered = True
        trigger.last_ticks = reference_ticks
        trigger.time_ns = floor.now_ns
        floor.tell(order, "status")
        floor.work.append(("run", order))
    watch.settle()


def _trail(floor: Floor, market: Market, order: Order, reference_ticks: int) -> None:
    """Follow a reference that went the good way."""
    trigger = order.trigger
    assert trigger is not None, order.order_id
    assert trigger.peak_ticks is not None, order.order_id
    if reference_ticks >= trigger.peak_ticks if trigger.above else reference_ticks <= trigger.peak_ticks:
        return
    ticks = trailing_ticks(reference_ticks, trigger.price, trigger.price_type, above=trigger.above, pair=market.pair)
    trigger.peak_ticks = reference_ticks
    if isinstance(ticks, Refusal) or ticks == trigger.actual_ticks:
        return
    trigger.actual_ticks = ticks
    trigger.time_ns = floor.now_ns
    floor.tell(order, "status")
