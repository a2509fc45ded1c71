"""Triangular arbitrage: three pairs whose prices, after fees, leave something when traded around.

What it believes: that three verified books now and then disagree by more than three taker fees, and that they still do
when its orders arrive. Both are rare: somebody quicker is there first, and a leg that misses is undone at a loss.

Pure. Imports: domain, market, orders, strategy/api, strategy/view, desk, lawful. Imported by: strategy/catalog.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from fathom.domain import EXACT, AmendDenied, Instrument, OrderDenied, OrderTraded, Side
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.lawful import big_enough, check_above_zero, floor_qty, lots_for, taking_price
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, OnBook, Wake

ZERO: Final = Decimal(0)
# Forth: cash to the first asset, by the cross to the second, and back to cash. Back: the other way around.
Way = Literal["forth", "back"]


class TriangularParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. As in BTC/USD, ETH/USD, ETH/BTC."""

    first: str  # The first asset in cash.
    second: str  # The second asset in cash.
    cross: str  # The second asset in the first.
    spend_quote: Decimal  # Cash for one round, at most.
    fee_share: Annotated[Decimal, Search(Decimal("0.0005"), Decimal("0.004"))] = Decimal("0.0040")  # Of each leg.
    edge_share_min: Annotated[float, Meta(ge=0, le=0.1), Search(0.0001, 0.01, log=True)] = 0.0005  # After all fees.
    # Price increments beyond the best that the way home may pay when a leg has missed.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 20
    rest_s: Annotated[int, Meta(ge=0, le=86_400)] = 1  # Between two rounds.

    def __post_init__(self) -> None:
        check_above_zero(self, "spend_quote")
        if not (self.fee_share.is_finite() and 0 <= self.fee_share < Decimal("0.1")):
            raise ValueError(f"fee_share must be from 0 to below 0.1, not {self.fee_share}")
        one, _, cash = self.first.partition("/")
        other, _, also = self.second.partition("/")
        if not cash or cash != also or self.cross != f"{other}/{one}":
            raise ValueError(
                f"first, second and cross must be a triangle such as BTC/USD, ETH/USD and ETH/BTC, "
                f"not {self.first}, {self.second} and {self.cross}"
            )


class Triangular:
    """One leg after the other, each sized by what the one before it got, each at the planned price or not at all."""

    def __init__(self, name: str, params: TriangularParams) -> None:
        self.name = name
        self.params = params
        self.way: Way | None = None  # The round under way.
        self.rounds = 0
        # What its own fills left of each asset, fees included: after a round, dust.
        self.net: dict[str, Decimal] = {}
        self._crossed = False  # Whether the cross was tried in this round.
        self._cross_ticks = 0  # The planned price there.
        self._ended_ns = 0
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """Any of the three tops, and a look each second for what is on its way home."""
        params = self.params
        return (*(OnBook(symbol) for symbol in (params.first, params.second, params.cross)), Every(NS_PER_SECOND))

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Look for an edge."""
        return self._go_on(view)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Go on with a round that waits, such as for a book to verify again."""
        return self._go_on(view)

    def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
        """Count what came and went."""
        instrument = _rules(fill.symbol, view)
        sign = 1 if fill.side == "buy" else -1
        self._post(instrument.base, sign * instrument.qty(fill.qty_lots))
        self._post(instrument.quote, -sign * instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots))
        self._post(fill.fee_asset, -fill.fee)
        return ()

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """The end of a leg is the time for the next."""
        self._desk.on_order(order, view)
        return () if order.left_lots else self._go_on(view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal; what is held goes home with the next look."""
        self._desk.on_denied(denied, view)
        return ()

    def edge_share(self, way: Way, view: View) -> float | None:
        """Return what a round leaves of each unit of cash at the best prices, after fees; None without three books."""
        books = self._books(view)
        if books is None:
            return None
        first, second, cross = books
        buys, sells = ((first, cross), (second,)) if way == "forth" else ((second,), (cross, first))
        left, fee = 1.0, float(self.params.fee_share)
        for book in buys:
            ask = book.best_ask_ticks
            if ask is None:
                return None
            left /= float(book.instrument.price(ask)) * (1 + fee)
        for book in sells:
            bid = book.best_bid_ticks
            if bid is None:
                return None
            left *= float(book.instrument.price(bid)) * (1 - fee)
        return left - 1

    def _go_on(self, view: View) -> Iterator[Want]:
        params = self.params
        if any(self._desk.waits(view, symbol) for symbol in (params.first, params.second, params.cross)):
            return  # One leg at a time.
        if self.way is None:
            yield from self._begin(view)
        else:
            yield from self._next_leg(self.way, view)

    def _begin(self, view: View) -> Iterator[Want]:
        if view.now_ns - self._ended_ns < self.params.rest_s * NS_PER_SECOND:
            return
        ways: tuple[Way, ...] = ("forth", "back")
        for way in ways:
            edge = self.edge_share(way, view)
            if edge is None or edge < self.params.edge_share_min:
                continue
            books = self._books(view)
            assert books is not None, "an edge needs three books"
            order = self._opening(way, *books, view)
            if order is not None:
                self.way, self._crossed = way, False
                self.rounds += 1
                yield order
            return

    def _opening(self, way: Way, first: Book, second: Book, cross: Book, view: View) -> Want | None:
        """Return the first leg: no more than all three best levels hold, and enough for the least order of each."""
        opening, closing = (first, second) if way == "forth" else (second, first)
        asks, bids = opening.asks(1), closing.bids(1)
        far = cross.asks(1) if way == "forth" else cross.bids(1)
        if not (asks and bids and far) or not self._desk.may_place(view, opening.symbol, "buy"):
            return None
        (ask, ask_lots), (bid, bid_lots), (mid, mid_lots) = asks[0], bids[0], far[0]
        price = opening.instrument.price(ask)
        cash = min(
            self.params.spend_quote,
            price * opening.instrument.qty(ask_lots),
            closing.instrument.price(bid) * closing.instrument.qty(bid_lots),
            # What the cross's best level holds is of the second asset, worth so much cash.
            cross.instrument.qty(mid_lots) * second.instrument.price(second.bids(1)[0][0]) if second.bids(1) else ZERO,
        )
        qty_lots = lots_for(opening.instrument, cash, price_ticks=ask)
        crossed = lots_for(cross.instrument, opening.instrument.qty(qty_lots), price_ticks=mid)
        if way == "back":
            crossed = _lots(cross.instrument, opening.instrument.qty(qty_lots))
        if not big_enough(opening.instrument, price_ticks=ask, qty_lots=qty_lots):
            return None
        if not big_enough(cross.instrument, price_ticks=mid, qty_lots=crossed):
            return None
        self._cross_ticks = mid
        return self._desk.place(view.take(opening.symbol, "buy", price_ticks=ask, qty_lots=qty_lots))

    def _next_leg(self, way: Way, view: View) -> Iterator[Want]:
        """Cross once, at the planned price or not at all; then bring home whatever is held. An end is when none is."""
        symbols = (self.params.first, self.params.second, self.params.cross)
        first, second, cross = (_rules(symbol, view) for symbol in symbols)
        if not self._crossed:
            if self._books(view) is None:
                return  # Not on a book that does not verify: what is held waits.
            self._crossed = True
            side: Side = "buy" if way == "forth" else "sell"
            if side == "buy":
                held = self.net.get(first.base, ZERO) / (1 + self.params.fee_share)
                qty_lots = lots_for(cross, held, price_ticks=self._cross_ticks)
            else:
                qty_lots = _lots(cross, self.net.get(second.base, ZERO))
            if big_enough(cross, price_ticks=self._cross_ticks, qty_lots=qty_lots):
                order = view.take(cross.symbol, side, price_ticks=self._cross_ticks, qty_lots=qty_lots)
                yield self._desk.place(order)
                return
        home = list(self._home(view, first, second))
        yield from home
        if not home and not self._holds(view, first, second):
            self.way, self._ended_ns = None, view.now_ns

    def _home(self, view: View, *instruments: Instrument) -> Iterator[Want]:
        for instrument in instruments:
            symbol = instrument.symbol
            book = view.book(symbol)
            if book is None or (limit := taking_price(book, "sell", slippage=self.params.slippage_max)) is None:
                continue
            qty_lots = _lots(instrument, self.net.get(instrument.base, ZERO))
            enough = big_enough(instrument, price_ticks=limit, qty_lots=qty_lots)
            if enough and self._desk.may_place(view, symbol, "sell"):
                yield self._desk.place(view.take(symbol, "sell", price_ticks=limit, qty_lots=qty_lots))

    def _holds(self, view: View, *instruments: Instrument) -> bool:
        """Whether something is held that the venue would take: or whose price is not known, so that it may be."""
        for instrument in instruments:
            qty_lots = _lots(instrument, self.net.get(instrument.base, ZERO))
            book = view.book(instrument.symbol)
            limit = None if book is None else taking_price(book, "sell", slippage=self.params.slippage_max)
            if qty_lots >= instrument.qty_lots_min and (
                limit is None or big_enough(instrument, price_ticks=limit, qty_lots=qty_lots)
            ):
                return True
        return False

    def _books(self, view: View) -> tuple[Book, Book, Book] | None:
        """Return the three books; None while one does not verify."""
        params = self.params
        first, second, cross = view.book(params.first), view.book(params.second), view.book(params.cross)
        if first is None or second is None or cross is None:
            return None
        return first, second, cross

    def _post(self, asset: str, amount: Decimal) -> None:
        self.net[asset] = EXACT.add(self.net.get(asset, ZERO), amount)


def _lots(instrument: Instrument, qty: Decimal) -> int:
    return floor_qty(instrument, int(qty.scaleb(instrument.qty_precision, context=EXACT))) if qty > 0 else 0


def _rules(symbol: str, view: View) -> Instrument:
    instrument = view.instrument(symbol)
    assert instrument is not None, f"a round in {symbol}, whose rules were never told"
    return instrument
