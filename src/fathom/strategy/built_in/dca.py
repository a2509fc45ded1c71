"""Dollar cost averaging: buys for a fixed amount by the calendar, and for more after a fall.

What it believes: that nobody, and surely not it, can tell when a price is low; and, where dips are bought, that what
fell has more often come back than not, which is true of some assets only.

Pure. Imports: domain, orders, strategy/api, strategy/view, desk, lawful. Imported by: strategy/catalog.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct

from fathom.domain import EXACT, AmendDenied, OrderDenied, OrderTraded
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.lawful import big_enough, check_above_zero, lots_for, taking_price
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, Wake

ZERO: Final = Decimal(0)
DAY_S: Final = 86_400
BUCKETS: Final = 100  # The window of the high is kept as the highs of so many parts of it.


class DcaParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Money in the pair's quote currency."""

    symbol: str
    spend_quote: Decimal  # For each purchase, at most; fees come on top.
    # Seconds between purchases, counted from 1970-01-01 (a Thursday), UTC: 86,400 is each midnight, 604,800 each
    # Thursday's, and `offset_s` = 345,600 more makes that Monday's.
    every_s: Annotated[int, Meta(ge=1, le=366 * DAY_S)]
    offset_s: Annotated[int, Meta(ge=0, le=366 * DAY_S)] = 0
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments above the best ask it may pay.
    # Of purchases that could not be made, so many are made up for, at once; the others are let go.
    owed_max: Annotated[int, Meta(ge=1, le=1_000)] = 3
    budget_quote: Decimal | None = None  # It ends for good when so much is spent.
    # Buys more when the mid is so far below its high of the window; 0: never.
    dip_share: Annotated[float, Meta(ge=0, le=0.9)] = 0.0
    dip_spend_quote: Decimal | None = None
    dip_window_s: Annotated[int, Meta(ge=1, le=366 * DAY_S)] = 7 * DAY_S
    dip_rest_s: Annotated[int, Meta(ge=1, le=366 * DAY_S)] = DAY_S  # At least so long between two dips.

    def __post_init__(self) -> None:
        check_above_zero(self, "spend_quote", "budget_quote", "dip_spend_quote")
        if self.dip_share > 0 and self.dip_spend_quote is None:
            raise ValueError("dip_spend_quote is what a dip is bought for: dip_share needs it")


class Dca:
    """Owes itself an amount at each time of the calendar and at each dip, and buys until it owes less than an order."""

    def __init__(self, name: str, params: DcaParams) -> None:
        self.name = name
        self.params = params
        self.owed_quote = ZERO
        self.spent_quote = ZERO
        self._slot: int | None = None  # The last time of the calendar that was seen.
        self._highs: deque[tuple[int, int]] = deque()  # (part of the window, its highest twice-the-mid in ticks).
        self._dip_ns: int | None = None  # When a dip was bought last.
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """A look as often as the calendar asks, but at least once a minute and at most once a second."""
        return (Every(max(1, min(self.params.every_s, 60) // 10) * NS_PER_SECOND),)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Look at the calendar and at the high, and buy what is owed."""
        self._look_at_calendar(view.now_ns)
        book = view.book(self.params.symbol)
        if book is None:  # What cannot be believed is neither a high nor a low, and nobody buys on it.
            return
        self._look_at_dip(book, view.now_ns)
        yield from self._buy(book, view)

    def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
        """Owe less by what was paid."""
        instrument = view.instrument(fill.symbol)
        assert instrument is not None, "a fill in a pair whose rules were never told"
        paid = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        self.owed_quote = EXACT.subtract(self.owed_quote, paid)
        self.spent_quote = EXACT.add(self.spent_quote, paid)
        return ()

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """Take in the answer; the next look asks again for what is owed still."""
        self._desk.on_order(order, view)
        return ()

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal: it stays owed."""
        self._desk.on_denied(denied, view)
        return ()

    def _look_at_calendar(self, now_ns: int) -> None:
        params = self.params
        slot = (now_ns - params.offset_s * NS_PER_SECOND) // (params.every_s * NS_PER_SECOND)
        missed = 0 if self._slot is None else slot - self._slot
        self._slot = slot
        if missed > 0:
            most = params.spend_quote * params.owed_max
            self.owed_quote = max(self.owed_quote, min(self.owed_quote + params.spend_quote * missed, most))

    def _look_at_dip(self, book: Book, now_ns: int) -> None:
        params, twice = self.params, book.mid_half_ticks
        if params.dip_share == 0 or params.dip_spend_quote is None or twice is None:
            return
        part_ns = max(params.dip_window_s * NS_PER_SECOND // BUCKETS, 1)
        part = now_ns // part_ns
        if self._highs and self._highs[-1][0] == part:
            self._highs[-1] = (part, max(self._highs[-1][1], twice))
        else:
            self._highs.append((part, twice))
        while self._highs[0][0] <= part - BUCKETS:
            self._highs.popleft()
        high = max(high for _, high in self._highs)
        rested = self._dip_ns is None or now_ns - self._dip_ns >= params.dip_rest_s * NS_PER_SECOND
        if rested and twice <= high * (1 - params.dip_share):
            self._dip_ns = now_ns
            self.owed_quote += params.dip_spend_quote

    def _buy(self, book: Book, view: View) -> Iterable[Want]:
        params = self.params
        spend = self.owed_quote
        if params.budget_quote is not None:
            spend = min(spend, params.budget_quote - self.spent_quote)
        limit = taking_price(book, "buy", slippage=params.slippage_max)
        if limit is None or not self._desk.may_place(view, params.symbol, "buy"):
            return
        qty_lots = lots_for(book.instrument, spend, price_ticks=limit)
        if big_enough(book.instrument, price_ticks=limit, qty_lots=qty_lots):
            yield self._desk.place(view.take(params.symbol, "buy", price_ticks=limit, qty_lots=qty_lots))
