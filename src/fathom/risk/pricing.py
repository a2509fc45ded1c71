"""At which prices an order may trade: where it starts to, and the worst that it may get.

A stop is worth its trigger or its limit, whichever is worse; one that triggers at once is a market order. Prices in
ticks; `twice` is the mid's double, so that it stays an int. Pure. Imports: domain, market. Imported by: risk/judging.
"""

from typing import Final

from fathom.domain import OrderType, Side
from fathom.market import Book

LIMITED: Final = frozenset({"limit", "stop-loss-limit", "take-profit-limit"})  # These have a price of their own ...
TRIGGERED: Final = frozenset(  # ... and these a trigger.
    {"stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit", "trailing-stop"}
)
STOPS: Final = frozenset({"stop-loss", "stop-loss-limit"})


def start_twice(order_type: OrderType, side: Side, *, trigger_ticks: int | None, twice: int) -> int:
    """Return the double of the price at which the order begins to trade: the mid, or where its trigger lies."""
    if trigger_ticks is None:
        return twice
    if order_type == "trailing-stop":
        return twice + 2 * trigger_ticks if side == "buy" else twice - 2 * trigger_ticks
    rises = (order_type in STOPS) == (side == "buy")  # Whether it waits for the market to rise.
    return max(twice, 2 * trigger_ticks) if rises else min(twice, 2 * trigger_ticks)


def worst_ticks(
    order_type: OrderType,
    side: Side,
    *,
    price_ticks: int | None,
    trigger_ticks: int | None,
    twice: int,
    reach_ticks: int | None,
) -> int | None:
    """Return the worst price that it may trade at; None where the book does not hold what it takes at once.

    `reach_ticks` is how far it would reach into the book as a market order now, None where the book ends before.
    """
    if order_type == "trailing-stop":
        start = start_twice(order_type, side, trigger_ticks=trigger_ticks, twice=twice)
        return (start + 1) // 2 if side == "buy" else start // 2
    if price_ticks is not None:
        return price_ticks if trigger_ticks is None else worse_ticks(side, price_ticks, trigger_ticks)
    if trigger_ticks is None:
        return reach_ticks
    if start_twice(order_type, side, trigger_ticks=trigger_ticks, twice=twice) != twice:
        return trigger_ticks
    return None if reach_ticks is None else worse_ticks(side, reach_ticks, trigger_ticks)


def takes_at_once(order_type: OrderType, side: Side, *, trigger_ticks: int | None, twice: int) -> bool:
    """Whether the order has no price and takes what stands in the book now."""
    if order_type in LIMITED or order_type == "trailing-stop":
        return False
    return start_twice(order_type, side, trigger_ticks=trigger_ticks, twice=twice) == twice


def worse_ticks(side: Side, one_ticks: int, other_ticks: int) -> int:
    """Return the dearer price for a buy, the cheaper for a sale."""
    return max(one_ticks, other_ticks) if side == "buy" else min(one_ticks, other_ticks)


def reach(book: Book, side: Side, qty_lots: int) -> int | None:
    """Return the price at which `qty_lots` are taken, best level first; None where the book does not hold them."""
    for price_ticks, shown_lots in book.asks(book.depth) if side == "buy" else book.bids(book.depth):
        qty_lots -= shown_lots
        if qty_lots <= 0:
            return price_ticks
    return None
