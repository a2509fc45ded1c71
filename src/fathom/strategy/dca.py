"""Dollar cost averaging: buys for a fixed amount at fixed times, whatever the price.

What it believes: that nobody, and surely not it, can tell when a price is low.

Pure. Imports: strategy/api, strategy/view, strategy/wakes. Imported by: strategy/catalog.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct

from fathom.strategy.api import Want
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, Wake

NS_PER_SECOND: Final = 1_000_000_000


class DcaParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds."""

    symbol: str
    spend_quote: Decimal  # Quote currency for each purchase, before fees.
    every_s: Annotated[int, Meta(ge=1)]  # Seconds between purchases.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments above the best ask it may pay.

    def __post_init__(self) -> None:
        if not (self.spend_quote.is_finite() and self.spend_quote > 0):
            raise ValueError(f"spend_quote must be above 0, not {self.spend_quote}")


class Dca:
    """Buys on a timer, at the best ask or a little above."""

    def __init__(self, name: str, params: DcaParams) -> None:
        self.name = name
        self.params = params

    def wakes(self) -> Sequence[Wake]:
        """The timer alone."""
        return (Every(self.params.every_s * NS_PER_SECOND),)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Buy, unless the book cannot be trusted now or the amount is below the venue's minimum."""
        params = self.params
        book = view.book(params.symbol)
        if book is None or (best_ask := book.best_ask_ticks) is None:
            return
        tick = book.instrument.price_increment_ticks
        limit = best_ask // tick * tick + params.slippage_max * tick
        qty_lots = view.qty_lots(params.symbol, spend_quote=params.spend_quote, price_ticks=best_ask)
        if qty_lots >= book.instrument.qty_lots_min:
            yield view.take(params.symbol, "buy", price_ticks=limit, qty_lots=qty_lots)
