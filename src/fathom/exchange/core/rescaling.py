"""A pair's rules change while it trades: its state, its minima, its precisions.

After a change of precision all ints are of the new one. Open orders that cannot be said in it, or whose conditional
close cannot, are cancelled; the others are restated and keep their places. History is cut off at the new precision.

Pure. Imports: bank, amend_history, events, floor, market, order, queueing, reasons, secondary. Imported by: venue.
"""

from collections import deque
from typing import NamedTuple

from msgspec import structs

from fathom.exchange.bank import Account
from fathom.exchange.core import reasons
from fathom.exchange.core.amend_history import keep_original, write_amend
from fathom.exchange.core.events import PairChanged
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.queueing import close
from fathom.exchange.core.secondary import refuse_conditional
from fathom.exchange.listing import Pair


class Ratio(NamedTuple):
    """From units of one precision to another's."""

    factor: int
    divisor: int

    def fits(self, units: int | None) -> bool:
        """Tell whether nothing is lost."""
        return units is None or units * self.factor % self.divisor == 0

    def of(self, units: int) -> int:
        """Return the units in the new precision, rounded down."""
        return units * self.factor // self.divisor

    def of_some(self, units: int | None) -> int | None:
        """Return the same of what may be missing."""
        return None if units is None else self.of(units)


def change_pair(floor: Floor, market: Market, pair: Pair) -> bool:
    """Let the pair be so from now on; tell whether its precisions are others."""
    old = market.pair
    floor.listing.replace_pair(pair)
    orders = [
        order
        for account in floor.bank.accounts.values()
        for order in account.orders.values()
        if order.symbol == pair.symbol
    ]
    if pair.status == "delisted":
        for order in orders:
            close(floor, market, order, "canceled", reason=reasons.DELISTED)
        orders = []
    market.set_pair(pair, system=floor.system)
    floor.events.append(PairChanged(pair, old, floor.now_ns))
    if (old.price_precision, old.qty_precision) == (pair.price_precision, pair.qty_precision):
        return False
    _rescale(floor, market, orders, old=old)
    return True


def _rescale(floor: Floor, market: Market, orders: list[Order], *, old: Pair) -> None:
    pair = market.pair
    prices = Ratio(10**pair.price_precision, 10**old.price_precision)
    lots = Ratio(10**pair.qty_precision, 10**old.qty_precision)
    floor.bank.rescale(old, pair)
    _rescale_market(market, prices, lots)
    for account in floor.bank.accounts.values():
        _rescale_history(account, pair.symbol, prices, lots)
    resting = [order for side in (market.bids, market.asks) for order in side.clear()]
    fitting = {order.order_id for order in orders if _fits(order, prices, lots) and _closes_still(market, order)}
    for order in orders:
        if not order.account.house:
            keep_original(order)
        _rescale_order(order, prices, lots)
    for order in resting:
        if order.order_id in fitting:
            market.side(order.side).add(order)
        else:
            order.resting, order.shown_lots = False, 0
    market.watch_last.settle()
    market.watch_index.settle()
    for order in orders:
        if order.order_id not in fitting:
            close(floor, market, order, "canceled", reason=reasons.RESCALED)
        elif not order.account.house:
            write_amend(floor, order, "restated", reasons.RESCALED, post_only=order.post_only)
            floor.tell(order, "restated", reason=reasons.RESCALED)


def _fits(order: Order, prices: Ratio, lots: Ratio) -> bool:
    trigger = order.trigger
    # Only a price that was asked for must be just that; offsets and trailing prices are our own reckoning.
    trigger_ticks = trigger.actual_ticks if trigger is not None and trigger.price_type == "static" else None
    sizes = (order.qty_lots, order.cum_lots, order.display_lots, order.shown_lots)
    return prices.fits(order.limit_ticks) and prices.fits(trigger_ticks) and all(lots.fits(size) for size in sizes)


def _closes_still(market: Market, order: Order) -> bool:
    return (
        order.conditional is None
        or refuse_conditional(market, order.account, order.conditional, side=order.side) is None
    )


def _rescale_order(order: Order, prices: Ratio, lots: Ratio) -> None:
    order.limit_ticks = prices.of_some(order.limit_ticks)
    order.qty_lots = lots.of(order.qty_lots)
    order.cum_lots = lots.of(order.cum_lots)
    order.shown_lots = lots.of(order.shown_lots)
    order.display_lots = lots.of_some(order.display_lots)
    trigger = order.trigger
    if trigger is not None:
        trigger.actual_ticks = max(1, prices.of(trigger.actual_ticks))
        trigger.peak_ticks = prices.of_some(trigger.peak_ticks)
        trigger.last_ticks = prices.of_some(trigger.last_ticks)
    for row in order.amends:
        row.order_lots = lots.of(row.order_lots)
        row.remaining_lots = lots.of(row.remaining_lots)
        row.display_lots = lots.of_some(row.display_lots)
        row.limit_ticks = prices.of_some(row.limit_ticks)
        row.trigger_ticks = prices.of_some(row.trigger_ticks)


def _rescale_market(market: Market, prices: Ratio, lots: Ratio) -> None:
    market.last_ticks = prices.of_some(market.last_ticks)
    market.index_ticks = prices.of_some(market.index_ticks)
    market.trades = deque(
        (
            structs.replace(trade, price_ticks=prices.of(trade.price_ticks), qty_lots=lots.of(trade.qty_lots))
            for trade in market.trades
        ),
        maxlen=market.trades.maxlen,
    )


def _rescale_history(account: Account, symbol: str, prices: Ratio, lots: Ratio) -> None:
    for order in account.closed:
        if order.symbol == symbol:
            _rescale_order(order, prices, lots)
    fills = [
        structs.replace(fill, price_ticks=prices.of(fill.price_ticks), qty_lots=lots.of(fill.qty_lots))
        if fill.symbol == symbol
        else fill
        for fill in account.fills
    ]
    account.fills.clear()
    account.fills.extend(fills)
