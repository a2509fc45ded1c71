"""Pairs: when two prices that move together have come apart, sells the dear one and buys the cheap one.

What it believes: that the two belong together and will meet again. When what held them together is gone, they do not,
and both legs lose. On spot the leg that is sold must be held before: the account needs some of both.

Pure. Imports: domain, orders, strategy/api, strategy/view, desk, following, lawful. Imported by: strategy/catalog.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, OrderDenied
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.following import step_towards, there
from fathom.strategy.built_in.lawful import big_enough, check_above_zero, lots_for
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, Wake

LEG_SHARE_MIN: Final = 0.5  # Less than this of the first leg is not worth a second.


class PairsParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Both pairs have one quote currency."""

    first: str
    second: str
    leg_quote: Decimal  # The value of the first leg; the second's is `hedge` times that.
    hedge: Annotated[float, Meta(ge=0.05, le=20), Search(0.2, 5, log=True)] = 1.0
    window: Annotated[int, Meta(ge=10, le=5_000), Search(30, 1_000, log=True)] = (
        120  # Looks that mean and spread are of.
    )
    every_s: Annotated[int, Meta(ge=1, le=86_400), Search(1, 3_600, log=True)] = 10  # Seconds between looks.
    # In standard deviations of the difference of the logarithms:
    entry_z: Annotated[float, Meta(gt=0, le=20), Search(1, 4)] = 2.0
    exit_z: Annotated[float, Meta(ge=0, le=20), Search(0, 1)] = 0.5
    stop_z: Annotated[float, Meta(gt=0, le=100), Search(3, 8)] = 4.0  # Too far apart: they do not belong together.
    hold_s_max: Annotated[int, Meta(ge=1, le=366 * 86_400)] = 86_400  # After so long it gives up.
    tries_max: Annotated[int, Meta(ge=1, le=100)] = 5  # For one leg, before the other is undone.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments beyond the best.

    def __post_init__(self) -> None:
        check_above_zero(self, "leg_quote")
        if self.first == self.second or self.first.partition("/")[2] != self.second.partition("/")[2]:
            raise ValueError(f"first and second must be two pairs of one quote, not {self.first} and {self.second}")
        if not self.exit_z < self.entry_z < self.stop_z:
            raise ValueError(f"exit_z, entry_z, stop_z must rise: {self.exit_z}, {self.entry_z}, {self.stop_z} do not")


class Pairs:
    """Wants nothing, or two legs. The leg that is sold comes first, as it is the one that may fail; then the other."""

    def __init__(self, name: str, params: PairsParams) -> None:
        self.name = name
        self.params = params
        self.z: float | None = None  # As of the last look.
        self.stance = 0  # 1: the first is bought and the second sold; -1: the other way; 0: nothing is held.
        self._targets = {params.first: 0, params.second: 0}  # In lots, with their sign.
        self._tries = {params.first: 0, params.second: 0}
        self._since_ns = 0
        self._wary = False  # After a stop: nothing new until they have met.
        self._diffs: deque[float] = deque(maxlen=params.window)
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """The look, and a quicker one for legs that are on their way."""
        quick_ns = min(self.params.every_s, 2) * NS_PER_SECOND
        return (Every(self.params.every_s * NS_PER_SECOND, "look"), Every(quick_ns, "step"))

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Measure how far apart they are, decide, and take a step."""
        first, second = view.book(self.params.first), view.book(self.params.second)
        if timer == "look" and first is not None and second is not None:
            self._measure(first, second)
            self._decide(first, second, view)
        return self._step(view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """An ended order makes room for the next step at once."""
        self._desk.on_order(order, view)
        return () if order.left_lots else self._step(view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal: a try that came to nothing."""
        self._desk.on_denied(denied, view)
        return ()

    def _measure(self, first: Book, second: Book) -> None:
        one, other = first.mid_half_ticks, second.mid_half_ticks
        if one is None or other is None:
            self.z = None
            return
        diff = math.log(one) - self.params.hedge * math.log(other)
        count = len(self._diffs)
        self.z = None
        if count == self.params.window:
            mean = math.fsum(self._diffs) / count
            spread = math.sqrt(math.fsum((one - mean) ** 2 for one in self._diffs) / (count - 1))
            self.z = (diff - mean) / spread if spread > 0 else None
        self._diffs.append(diff)

    def _decide(self, first: Book, second: Book, view: View) -> None:
        params, z = self.params, self.z
        if self.stance != 0:
            late = view.now_ns - self._since_ns >= params.hold_s_max * NS_PER_SECOND
            if late or (z is not None and abs(z) >= params.stop_z):
                self._leave(wary=True)
            elif z is not None and -z * self.stance <= params.exit_z:
                self._leave(wary=False)
        elif z is None:
            return
        elif self._wary:
            self._wary = abs(z) > params.exit_z
        elif params.entry_z <= abs(z) < params.stop_z and self._is_flat(view):
            self._enter(-1 if z > 0 else 1, first, second, view)

    def _enter(self, stance: int, first: Book, second: Book, view: View) -> None:
        params = self.params
        lots: list[int] = []
        for book, value in ((first, params.leg_quote), (second, params.leg_quote * Decimal(params.hedge))):
            ticks = book.best_ask_ticks
            lots.append(0 if ticks is None else lots_for(book.instrument, value, price_ticks=ticks))
        halves = ((first, lots[0] // 2), (second, lots[1] // 2))  # Half of each must be an order still: see `_step`.
        if all(_can_sell(book, qty_lots) for book, qty_lots in halves):
            self.stance, self._since_ns = stance, view.now_ns
            self._targets = {params.first: stance * lots[0], params.second: -stance * lots[1]}
            self._tries = dict.fromkeys(self._tries, 0)

    def _leave(self, *, wary: bool) -> None:
        self.stance, self._wary = 0, wary
        self._targets = dict.fromkeys(self._targets, 0)

    def _step(self, view: View) -> Iterator[Want]:
        """Take the next order: of both legs when undoing, else of the sold one and then of the bought one."""
        slippage = self.params.slippage_max
        if self.stance == 0:
            for symbol in self._targets:
                yield from step_towards(view, self._desk, symbol, 0, slippage=slippage)
            return
        sold, bought = sorted(self._targets, key=lambda symbol: self._targets[symbol])
        if any(self._desk.waits(view, symbol) for symbol in self._targets):
            return
        if not there(view, sold, self._targets[sold]) and self._tries[sold] < self.params.tries_max:
            yield from self._try(view, sold, self._targets[sold])
            return
        # What of the first leg was got sets the second: never more of it than belongs to that.
        share = view.position_lots(sold) / self._targets[sold]
        matching = round(self._targets[bought] * min(max(share, 0.0), 1.0))
        if share >= LEG_SHARE_MIN and there(view, bought, matching):
            return  # Both are held.
        if share < LEG_SHARE_MIN or self._tries[bought] >= self.params.tries_max:
            self._leave(wary=True)  # One leg alone is a bet that nobody meant: it is undone.
            yield from self._step(view)
            return
        yield from self._try(view, bought, matching)

    def _try(self, view: View, symbol: str, target_lots: int) -> Iterator[Want]:
        for order in step_towards(view, self._desk, symbol, target_lots, slippage=self.params.slippage_max):
            self._tries[symbol] += 1
            yield order

    def _is_flat(self, view: View) -> bool:
        return all(there(view, symbol, 0) and not self._desk.waits(view, symbol) for symbol in self._targets)


def _can_sell(book: Book, qty_lots: int) -> bool:
    bid = book.best_bid_ticks
    return bid is not None and big_enough(book.instrument, price_ticks=bid, qty_lots=qty_lots)
