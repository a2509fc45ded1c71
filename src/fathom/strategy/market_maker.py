"""Quotes both sides of one book around the microprice, leaning against its inventory.

What it believes: that the spread pays more than being picked off costs. On a real market, after Kraken's maker fee,
that is often false; it is an honest example, not a promise.

Pure. Imports: domain, market, strategy/api, strategy/view, strategy/wakes. Imported by: strategy/catalog.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fathom.domain import Side
from fathom.market import Book
from fathom.strategy.api import Want
from fathom.strategy.view import View
from fathom.strategy.wakes import OnBook, Wake


class MarketMakerParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds."""

    symbol: str
    order_qty: Decimal  # Base quantity of each quote.
    position_qty_max: Decimal  # It stops adding to a side beyond this much of base.
    # In price increments of the pair:
    half_spread: Annotated[int, Meta(ge=0, le=100_000)] = 1  # Least distance of a quote from the fair price.
    skew: Annotated[int, Meta(ge=0, le=100_000)] = 0  # How far both quotes lean at full inventory.
    reprice: Annotated[int, Meta(ge=1, le=100_000)] = 1  # Leave a quote alone that is less far off.

    def __post_init__(self) -> None:
        for name in ("order_qty", "position_qty_max"):
            qty: Decimal = getattr(self, name)
            if not (qty.is_finite() and qty > 0):
                raise ValueError(f"{name} must be above 0, not {qty}")


class MarketMaker:
    """Keeps one post-only bid and one post-only ask."""

    def __init__(self, name: str, params: MarketMakerParams) -> None:
        self.name = name
        self.params = params

    def wakes(self) -> Sequence[Wake]:
        """Each change of the top of the book."""
        return (OnBook(self.params.symbol),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Move both quotes to where they belong now."""
        fair, bid, ask = book.microprice_ticks, book.best_bid_ticks, book.best_ask_ticks
        if fair is None or bid is None or ask is None:
            return
        params, instrument = self.params, book.instrument
        position_max = instrument.qty_lots(params.position_qty_max)
        position = view.position_lots(book.symbol)
        tick = instrument.price_increment_ticks
        fair -= params.skew * tick * max(-1.0, min(1.0, position / position_max))
        half = params.half_spread * tick
        # A quote never reaches across: it would be refused as post-only, or worse, take.
        bid_ticks = min(math.floor(fair) - half, ask - tick) // tick * tick
        ask_ticks = -(-max(math.ceil(fair) + half, bid + tick) // tick) * tick
        ask_ticks = max(ask_ticks, bid_ticks + tick)  # Nor may the two quotes meet each other.
        yield from self._quote("buy", bid_ticks, position < position_max, book, view)
        yield from self._quote("sell", ask_ticks, position > -position_max, book, view)

    def _quote(self, side: Side, price_ticks: int, may_add: bool, book: Book, view: View) -> Iterable[Want]:
        orders = view.open_orders(book.symbol, side=side)
        if not orders:
            if may_add and price_ticks > 0:
                quote = view.bid if side == "buy" else view.ask
                qty_lots = book.instrument.qty_lots(self.params.order_qty)
                yield quote(book.symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=True)
            return
        order = orders[0]
        if order.state != "open" or order.changing or order.price_ticks is None:
            return  # On its way, or unsure, or about to change: the answer comes first.
        if not may_add:
            yield view.cancel(order)
        elif abs(order.price_ticks - price_ticks) >= self.params.reprice * book.instrument.price_increment_ticks:
            yield view.amend(order, price_ticks=price_ticks)
