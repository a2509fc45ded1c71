"""The account's money as the venue on paper keeps it: its own word, from its own fills.

What is free for a new order is what is held less what open orders may need, as on the venue. Pure. Imports: domain,
fills, paper_order. Imported by: sim/paper.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Final

from fathom.domain import EXACT, Instrument, OrderTraded
from fathom.market import Book
from fathom.sim.paper_order import PaperOrder

ZERO: Final = Decimal(0)
NO_FUNDS: Final = "EOrder:Insufficient funds"


class Purse:
    """Balances by asset. One that was not given any lends what is missing, and refuses nothing."""

    def __init__(self, balances: Mapping[str, Decimal] | None, *, fee_share: Decimal) -> None:
        """`fee_share`: what is kept aside with each buy for its fee."""
        self.balances: dict[str, Decimal] = dict(balances or {})
        self._limited = balances is not None
        self._fee_share = fee_share

    def trade(self, fill: OrderTraded, instrument: Instrument) -> None:
        """Move what a fill moves."""
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        qty = instrument.qty(fill.qty_lots)
        sign = 1 if fill.side == "buy" else -1
        with localcontext(EXACT):
            self._post(instrument.base, sign * qty)
            self._post(instrument.quote, -sign * cost)
            self._post(fill.fee_asset, -fill.fee)

    def affords(
        self, order: PaperOrder, others: Iterable[PaperOrder], *, books: Mapping[str, Book], qty_lots: int
    ) -> bool:
        """Return whether the account can pay so much of an order, beside what its other open orders may need."""
        if not self._limited:
            return True
        with localcontext(EXACT):
            asset, needed = self._need(order, books[order.symbol], qty_lots)
            for other in others:
                if other is not order and (held := self._need(other, books[other.symbol], other.left_lots))[0] == asset:
                    needed += held[1]
            return needed <= self.balances.get(asset, ZERO)

    def told(self) -> tuple[tuple[str, Decimal], ...]:
        """Return every balance, by the asset's name."""
        return tuple(sorted(self.balances.items()))

    def _need(self, order: PaperOrder, book: Book, lots: int) -> tuple[str, Decimal]:
        instrument = book.instrument
        if order.wanted.side == "sell":
            return instrument.base, instrument.qty(lots)
        ticks = order.price_ticks
        if ticks is None and order.trigger is not None:
            ticks = order.trigger.ticks
        cost = _cost_of_asks(book, lots) if ticks is None else instrument.cost(price_ticks=ticks, qty_lots=lots)
        return instrument.quote, cost * (1 + self._fee_share)

    def _post(self, asset: str, amount: Decimal) -> None:
        self.balances[asset] = self.balances.get(asset, ZERO) + amount


def _cost_of_asks(book: Book, lots: int) -> Decimal:
    """Return what a market buy costs as far as the book goes."""
    cost = ZERO
    for price_ticks, shown_lots in book.asks(book.depth):
        taken = min(lots, shown_lots)
        cost += book.instrument.cost(price_ticks=price_ticks, qty_lots=taken)
        lots -= taken
    return cost
