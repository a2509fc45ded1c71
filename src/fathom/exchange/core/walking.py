"""What an order would find on the other side of the book, before it takes any of it.

Pure. Imports: floor, market, order. Imported by: holding, matching.
"""

from collections.abc import Iterator

from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order


def is_same_trader(order: Order, other: Order) -> bool:
    """Tell whether the two would trade with themselves. Traders of one account may tell themselves apart by an id."""
    if order.account is not other.account or order.account.house:
        return False
    return order.sender_sub_id is None or other.sender_sub_id is None or order.sender_sub_id == other.sender_sub_id


def crosses(market: Market, order: Order) -> bool:
    """Tell whether the order would take something at once."""
    best = market.opposite(order.side).best()
    if best is None:
        return False
    limit_ticks = order.limit_ticks
    return limit_ticks is None or (limit_ticks >= best if order.side == "buy" else limit_ticks <= best)


def walk(floor: Floor, market: Market, order: Order) -> Iterator[tuple[int, int]]:
    """Go through what the order can take, best first: prices and lots, hidden ones included."""
    limit_ticks, buying = order.limit_ticks, order.side == "buy"
    closable: dict[str, int] = {}  # What reduce-only orders of each account may still take, all together.
    for level in market.opposite(order.side):
        price_ticks = level.price_ticks
        if limit_ticks is not None and (price_ticks > limit_ticks if buying else price_ticks < limit_ticks):
            return
        for maker in level.orders.values():
            if is_same_trader(order, maker):
                if order.stp_type == "cancel_oldest":
                    continue
                return
            lots = maker.left_lots
            if maker.reduce_only:
                name = maker.account.name
                if name not in closable:
                    closable[name] = floor.bank.closable_lots(maker.account, maker.symbol, maker.side)
                lots = min(lots, closable[name])
                closable[name] -= lots
            if lots:
                yield price_ticks, lots


def can_fill(floor: Floor, market: Market, order: Order) -> bool:
    """Tell whether the other side has all that is left of the order, and the order may take it."""
    left_lots = order.left_lots
    if order.reduce_only and floor.bank.closable_lots(order.account, order.symbol, order.side) < left_lots:
        return False
    for _, lots in walk(floor, market, order):
        left_lots -= lots
        if left_lots <= 0:
            return True
    return False


def cost_units(floor: Floor, market: Market, order: Order) -> int:
    """Return what the order would pay or get as far as the book goes, in units of quote, rounded up."""
    left_lots, price_lots = order.left_lots, 0
    for price_ticks, lots in walk(floor, market, order):
        taken = min(lots, left_lots)
        price_lots += price_ticks * taken
        left_lots -= taken
        if left_lots <= 0:
            break
    return market.cost_units_most(price_lots)
