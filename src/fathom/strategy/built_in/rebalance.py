"""Rebalancing: holds a portfolio in fixed shares, and trades only what has left its band.

What it believes: that the shares are right, that what rose a lot should be trimmed, and that what fell should be topped
up. It loses against holding still in a long trend of one asset, and it goes on buying what falls to nothing.

Pure. Imports: domain, market, orders, strategy/api, strategy/view, desk, lawful. Imported by: strategy/catalog.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct

from fathom.domain import EXACT, AmendDenied, OrderDenied, Side
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.lawful import big_enough, check_above_zero, floor_qty, lots_for, taking_price
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, Wake

ASSETS_MAX: Final = 100
BACK_SHARE: Final = 0.1  # Of the band: so near to its target an asset is left alone again.
CASH_KEPT: Final = Decimal("0.995")  # Of the cash, so much may be spent: fees come on top of a purchase.


class RebalanceParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Shares are fractions of the value of all its assets and the cash."""

    quote: str  # What every pair here is priced in: the cash.
    targets: dict[str, Annotated[float, Meta(ge=0, le=1)]]  # Symbol -> share; what is left of 1 stays in cash.
    step_quote: Decimal  # The most of one order; a larger difference is traded in several.
    band_share: Annotated[float, Meta(ge=0.001, le=0.5), Search(0.005, 0.2, log=True)] = 0.05
    every_s: Annotated[int, Meta(ge=1, le=31 * 86_400), Search(60, 86_400, log=True)] = 60  # Between two looks.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments beyond the best.

    def __post_init__(self) -> None:
        check_above_zero(self, "step_quote")
        if not 0 < len(self.targets) <= ASSETS_MAX:
            raise ValueError(f"targets names 1 to {ASSETS_MAX} pairs, not {len(self.targets)}")
        for symbol in self.targets:
            if symbol.partition("/")[2] != self.quote:
                raise ValueError(f"{symbol} is not priced in {self.quote}")
        if sum(self.targets.values()) > 1 + 1e-9:
            raise ValueError(f"targets add up to {sum(self.targets.values())}, and 1 is all there is")


class Rebalance:
    """Looks at the account's holdings; when one is out of its band, brings those that are off back to their share."""

    def __init__(self, name: str, params: RebalanceParams) -> None:
        self.name = name
        self.params = params
        self._trimming: dict[str, None] = {}  # Symbols on their way back.
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """The look, and a quicker one for what is on its way back."""
        quick_ns = min(self.params.every_s, 5) * NS_PER_SECOND
        return (Every(self.params.every_s * NS_PER_SECOND, "look"), Every(quick_ns, "step"))

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Compare the shares with their bands, and trade one step."""
        books = {symbol: view.book(symbol) for symbol in self.params.targets}
        shares = self._shares(books, view)
        if shares is None:
            return
        band = self.params.band_share
        for symbol, target in self.params.targets.items():
            off = abs(shares[symbol][0] - target)
            if timer == "look" and off > band:
                self._trimming[symbol] = None
            elif off <= band * BACK_SHARE:
                self._trimming.pop(symbol, None)
        if self._trimming and not any(self._desk.waits(view, symbol) for symbol in self.params.targets):
            yield from self._step(books, shares, view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """Take in the answer; the next look takes the next step."""
        self._desk.on_order(order, view)
        return ()

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        return ()

    def _shares(self, books: dict[str, Book | None], view: View) -> dict[str, tuple[float, Decimal]] | None:
        """Return (share, total value) of each symbol; None while one has no price: part of the truth is none."""
        values: dict[str, Decimal] = {}
        for symbol, book in books.items():
            if book is None or (twice := book.mid_half_ticks) is None:
                return None
            mid = EXACT.divide(book.instrument.price(twice), 2)
            values[symbol] = EXACT.multiply(view.balance(book.instrument.base), mid)
        total = sum(values.values(), view.balance(self.params.quote))
        if total <= 0:
            return None
        return {symbol: (float(value / total), total) for symbol, value in values.items()}

    def _step(
        self, books: dict[str, Book | None], shares: dict[str, tuple[float, Decimal]], view: View
    ) -> Iterator[Want]:
        """Sell what is too much; only where nothing is left to sell, buy what is too little: the cash is there then."""
        due = [(self.params.targets[symbol] - shares[symbol][0], symbol) for symbol in self._trimming]
        sells = list(self._orders("sell", due, books, shares, view))
        yield from sells or self._orders("buy", due, books, shares, view)

    def _orders(
        self,
        side: Side,
        due: list[tuple[float, str]],
        books: dict[str, Book | None],
        shares: dict[str, tuple[float, Decimal]],
        view: View,
    ) -> Iterator[Want]:
        params, cash = self.params, view.balance(self.params.quote) * CASH_KEPT
        for missing, symbol in due:
            book = books[symbol]
            if (missing > 0) != (side == "buy") or book is None:
                continue
            limit = taking_price(book, side, slippage=params.slippage_max)
            if limit is None or not self._desk.may_place(view, symbol, side):
                continue
            instrument = book.instrument
            value = min(Decimal(abs(missing)) * shares[symbol][1], params.step_quote)
            if side == "buy":
                value = min(value, cash)
            qty_lots = lots_for(instrument, value, price_ticks=limit)
            if side == "sell":
                held = view.balance(instrument.base)
                qty_lots = min(qty_lots, floor_qty(instrument, int(held.scaleb(instrument.qty_precision))))
            if big_enough(instrument, price_ticks=limit, qty_lots=qty_lots):
                cash -= instrument.cost(price_ticks=limit, qty_lots=qty_lots) if side == "buy" else 0
                yield self._desk.place(view.take(symbol, side, price_ticks=limit, qty_lots=qty_lots))
            else:
                self._trimming.pop(symbol, None)  # What is missing is less than an order.
