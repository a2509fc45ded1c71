"""Brings a position to where it is to be, by orders that fill at once or not at all.

What trend, mean reversion, pairs and rebalancing have in common: they say how much to hold, and the rest is one careful
step at a time. Pure. Imports: domain, view, lawful, desk. Imported by: the built-in strategies.
"""

from collections.abc import Iterator

from fathom.domain import OrderWanted, Side
from fathom.strategy.built_in.desk import Desk
from fathom.strategy.built_in.lawful import big_enough, floor_qty, taking_price
from fathom.strategy.view import View


def missing_lots(view: View, symbol: str, target_lots: int) -> int:
    """Return what the position lacks to its target; below zero where it has too much."""
    return target_lots - view.position_lots(symbol)


def step_towards(
    view: View, desk: Desk, symbol: str, target_lots: int, *, slippage: int, most_lots: int | None = None
) -> Iterator[OrderWanted]:
    """Yield the one order that brings the position to its target, or towards it by at most `most_lots`.

    Nothing where an answer is on its way, after a refusal, without a verified book, or where what is missing is less
    than the venue's least order.
    """
    missing = missing_lots(view, symbol, target_lots)
    side: Side = "buy" if missing > 0 else "sell"
    if missing == 0 or desk.waits(view, symbol) or not desk.may_ask(symbol, side, now_ns=view.now_ns):
        return
    book = view.book(symbol)
    if book is None or (limit := taking_price(book, side, slippage=slippage)) is None:
        return
    qty_lots = floor_qty(book.instrument, min(abs(missing), most_lots or abs(missing)))
    if big_enough(book.instrument, price_ticks=limit, qty_lots=qty_lots):
        yield desk.place(view.take(symbol, side, price_ticks=limit, qty_lots=qty_lots))


def there(view: View, symbol: str, target_lots: int) -> bool:
    """Whether what is missing is too little for the venue, or nothing; unknown, so no, without a verified book."""
    missing = missing_lots(view, symbol, target_lots)
    if missing == 0:
        return True
    book = view.book(symbol)
    side: Side = "buy" if missing > 0 else "sell"
    if book is None or (limit := taking_price(book, side, slippage=0)) is None:
        return False
    qty_lots = floor_qty(book.instrument, abs(missing))
    return not big_enough(book.instrument, price_ticks=limit, qty_lots=qty_lots)
