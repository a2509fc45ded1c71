"""A recording stepped over: as fast as memory where nobody asks, and stopped where somebody does.

Two books are built from one chain of tapes. Ours changes when a frame came here; the venue's when it was made there,
and it is where orders of ours rest, trade and take ([stepper_venue.py]).

Pure. Imports: ladder, layout, stepper_chain, stepper_levels, stepper_queues, stepper_venue, views.
Imported by: steppers.
"""

import cython
from cython.cimports.fathom.kernel import layout
from cython.cimports.fathom.kernel.ladder import has_room, reserve, seek, set_qty, truncate
from cython.cimports.fathom.kernel.layout import (
    MISMATCH,
    MODEL_EXACT,
    MODEL_PESSIMISTIC,
    MODEL_PROPORTIONAL,
    MODEL_TRADES,
    ROW_ADD,
    ROW_CLEAR,
    ROW_DELETE,
    ROW_GAP,
    ROW_LAST,
    ROW_LEVEL,
    ROW_TRADE,
    WOKE_BOOK,
    WOKE_END,
    WOKE_FRAME,
    WOKE_OWN,
    WOKE_TOP,
    WOKE_TRADE,
    Ladder,
    Level,
    Place,
    Row,
)
from cython.cimports.fathom.kernel.stepper_chain import Chain, is_seed, pass_frame
from cython.cimports.fathom.kernel.stepper_levels import same_levels
from cython.cimports.fathom.kernel.stepper_queues import (
    cut_queues,
    empty_queues,
    make_queues,
    order_row,
    orders_at,
    release_queues,
    same_queues,
)
from cython.cimports.fathom.kernel.stepper_venue import Venue
from cython.cimports.fathom.kernel.views import (
    imbalance_of,
    is_ask,
    is_top,
    levels_of,
    microprice_of,
    price_of,
    qty_of,
    top_of,
)
from cython.cimports.libc.stdint import INT64_MAX, int64_t

# Why `step` stopped; 0: the time has come.
FRAME = layout.WOKE_FRAME
TOP = layout.WOKE_TOP
TRADE = layout.WOKE_TRADE
BOOK = layout.WOKE_BOOK
OWN = layout.WOKE_OWN
END = layout.WOKE_END

# How an order of ours comes forward in its queue.
PESSIMISTIC = layout.MODEL_PESSIMISTIC
PROPORTIONAL = layout.MODEL_PROPORTIONAL
TRADES = layout.MODEL_TRADES
EXACT = layout.MODEL_EXACT  # Of level 3: nothing is guessed.

_VERDICT = cython.declare(cython.int, 3)


@cython.cfunc
def _trade_of(row: cython.pointer(cython.const[Row])) -> tuple:
    return (row.venue_ns, row.price, row.qty, row.order, (row.kind & 1) == 0)


@cython.final
@cython.cclass
class Stepper:
    """Steps over the rows of tapes, one a day or a single one, as if they were one: of level 2, or of `level3`.

    `model` says how an order of ours comes forward in its queue; on level 3 it is EXACT, whatever was asked for.
    `now_ns` is where it is, `frames` how many frames of the book it took, `frame` the last one's number, `moved_ns`
    when the last one of the book came and `told_ns` what time it told (-1: none), `trusted` whether the book is to be
    believed; `trade_price`, `trade_qty`, `trade_id` and `trade_buys` are the last trade's.
    """

    def __cinit__(self, tapes, model: cython.int = MODEL_PESSIMISTIC, level3: cython.bint = False):
        make_queues(cython.address(self._book))
        self.level3 = level3
        self.moved_ns = self.told_ns = -1
        if model not in {MODEL_PESSIMISTIC, MODEL_PROPORTIONAL, MODEL_TRADES, MODEL_EXACT} or (
            model == MODEL_EXACT and not level3
        ):
            raise ValueError(f"no queue model has the number {model}")
        self.model = MODEL_EXACT if level3 else model
        self._chain = Chain(tapes)
        self._chain.begin(cython.address(self._place))
        self._venue = Venue(self._chain, model, level3)

    def __dealloc__(self):
        release_queues(cython.address(self._book))

    # -- Ours ------------------------------------------------------------------------------------------------------

    def step(self, until_ns: int64_t = INT64_MAX, wants: cython.int = 0) -> int:
        """Go on until one of `wants` happens, which is returned, or until a time, which is 0; END where rows do.

        An order of ours that is filled, or whose price came, stops it whether it is wanted or not; both clocks are then
        where that was. Step to the time of a request before it is made: then nothing happens unseen on the way.
        """
        why: cython.int
        with cython.nogil:
            why = self.go(until_ns, wants)
        if why < 0:
            raise MemoryError("there is no memory for the book")
        return why

    def skip_to(self, local_ns: int64_t) -> None:
        """Go on to just before a time, past whatever happens, and past whole days where nothing of ours is there.

        `frames` counts what was taken: not what was passed. Fills on the way are among the `fills` as ever.
        """
        why: cython.int = WOKE_OWN
        with cython.nogil:
            self._venue.skip(local_ns)
            if self._chain.jump(cython.address(self._place), local_ns):
                self._pass_trades()
            while why == WOKE_OWN:
                why = self.go(local_ns - 1, 0)
        if why < 0:
            raise MemoryError("there is no memory for the book")

    def _pass_trades(self):
        """Remember the last trade of what was passed."""
        back = cython.declare(Place)
        if self._chain.trade_before(cython.address(self._place), cython.address(back)):
            self._traded(back.at)

    def go(self, until_ns, wants):
        """Go on, and note why it stopped; -1: there was no memory."""
        here_ns: int64_t
        why: cython.int
        self._stopped = 0
        while not self._starving:
            here_ns = INT64_MAX
            if self._place.at != self._place.end or self._chain.more(cython.address(self._place)):
                here_ns = self._place.at.local_ns
            if self._venue.busy():
                if self._venue.play(min(here_ns, until_ns)):
                    self.now_ns = max(self.now_ns, self._venue.now_ns())
                    self._stopped = WOKE_OWN
                    return WOKE_OWN
                if self._venue.starving():
                    break
            if self._place.at == self._place.end:
                return WOKE_END
            if here_ns > until_ns:
                self.now_ns = max(self.now_ns, until_ns)
                return 0
            why = self._take_frame((wants & WOKE_TOP) != 0)
            if why & wants:
                self._stopped = why & wants
                return why & wants
        return -1

    def due(self):
        """Return the time of what comes next, here, or at the venue where something of ours is there."""
        due_ns: int64_t = INT64_MAX
        if self._place.at != self._place.end or self._chain.more(cython.address(self._place)):
            due_ns = self._place.at.local_ns
        return min(due_ns, self._venue.due()) if self._venue.busy() else due_ns

    def come_to(self, now_ns):
        """It is this time. Nothing that is due is left before it."""
        self.now_ns = max(self.now_ns, now_ns)

    def _take_frame(self, tops):
        """Take the rows of one frame; return what happened, and of `tops` whether they moved."""
        row: cython.pointer(cython.const[Row]) = cython.NULL
        side: cython.pointer(Ladder)
        bid = cython.declare(Level)
        ask = cython.declare(Level)
        kind: cython.int
        why: cython.int = 0
        was_trusted: cython.bint = self.trusted
        if tops:
            top_of(cython.address(self._book.sides[0]), cython.address(bid))
            top_of(cython.address(self._book.sides[1]), cython.address(ask))
        while self._place.at < self._place.end:
            row = self._place.at
            kind = row.kind & 254
            if kind == ROW_LEVEL:
                why |= WOKE_FRAME
                if (row.flags & _VERDICT) == MISMATCH:
                    self.trusted = False
                if self.trusted and not self.level3:
                    side = cython.address(self._book.sides[row.kind & 1])
                    if not has_room(side) and not reserve(side, 1):
                        self._starving = True
                        break
                    set_qty(side, row.price * side.sign, row.qty)
            elif kind == ROW_TRADE:
                why |= WOKE_TRADE
                self._take_trades()
                break
            elif kind == ROW_CLEAR:
                if self._known_already(row):
                    pass_frame(cython.address(self._place))
                    return 0
                why |= WOKE_FRAME
                empty_queues(cython.address(self._book))
                self.price_precision = cython.cast(cython.int, row.price)
                self.qty_precision = cython.cast(cython.int, row.qty)
                self.depth = cython.cast(cython.int, row.order)
                self.trusted = (row.flags & _VERDICT) != MISMATCH
            elif kind == ROW_GAP:
                self.trusted = False
            elif ROW_ADD <= kind <= ROW_DELETE:
                why |= WOKE_FRAME
                if (row.flags & _VERDICT) == MISMATCH:
                    self.trusted = False
                if self.trusted and self.level3 and not order_row(cython.address(self._book), row):
                    self._starving = True
                    break
            self._place.at += 1
            if row.flags & ROW_LAST:
                break
        self.now_ns = max(self.now_ns, row.local_ns)
        self.frame = row.frame
        if why & WOKE_FRAME:
            self.frames += 1
            self.moved_ns = row.local_ns
            self.told_ns = row.venue_ns
            self._cut()
            if not self.trusted:
                why &= ~WOKE_FRAME
            elif tops and not (
                is_top(cython.address(self._book.sides[0]), cython.address(bid))
                and is_top(cython.address(self._book.sides[1]), cython.address(ask))
            ):
                why |= WOKE_TOP
        if was_trusted != self.trusted:
            why |= WOKE_BOOK
        return why

    def _cut(self):
        """Drop what is beyond the depth: a message is over."""
        if self.level3:
            cut_queues(cython.address(self._book), self.depth)
            self._book.message += 1
        else:
            truncate(cython.address(self._book.sides[0]), self.depth)
            truncate(cython.address(self._book.sides[1]), self.depth)

    def _known_already(self, row):
        """Tell whether a row that clears the book begins a day with what is known: it changes nothing."""
        if not self.trusted or not is_seed(row):
            return False
        if self.level3:
            return same_queues(cython.address(self._book), cython.address(self._place))
        return same_levels(self._book.sides, cython.NULL, cython.address(self._place))

    def _take_trades(self):
        """Take the trades of one message: they stand one behind the other, and have its number."""
        first: cython.pointer(cython.const[Row]) = self._place.at
        row: cython.pointer(cython.const[Row]) = first
        while True:
            self._place.at += 1
            if (
                self._place.at == self._place.end
                or (self._place.at.kind & 254) != ROW_TRADE
                or self._place.at.frame != first.frame
            ):
                break
            row = self._place.at
        self._trades = first
        self._trade_count = row - first + 1
        self._traded(row)

    def _traded(self, row):
        """Remember the last trade."""
        self.trade_price = row.price
        self.trade_qty = row.qty
        self.trade_id = row.order
        self.trade_buys = (row.kind & 1) == 0

    def trades(self) -> list:
        """Return [(venue_ns, price, qty, trade_id, whether the taker bought), ...] of the message stopped for.

        Empty where it was not for a trade.
        """
        place: int64_t
        found: list = []
        if self._stopped & WOKE_TRADE:
            for place in range(self._trade_count):
                found += [_trade_of(self._trades + place)]
        return found

    def recent_trades(self, n: int64_t) -> list:
        """Return the same of the last `n` trades so far, oldest first."""
        back = cython.declare(Place)
        here = cython.declare(Place)
        found: list = []
        here = self._place
        while len(found) < n and self._chain.trade_before(cython.address(here), cython.address(back)):
            found.append(_trade_of(back.at))
            here = back
        found.reverse()
        return found

    # -- Orders of ours, at the venue ------------------------------------------------------------------------------

    def rest(self, handle: int64_t, side: str, price: int64_t, qty: int64_t, time_ns: int64_t) -> int:
        """Put an order at the end of its queue, at the venue's time; return what stands before it.

        It must not meet the other side (`take` first). Raises ValueError for a handle that rests already, for too many
        orders, or a quantity that is none.
        """
        return self._venue.rest(handle, side, price, qty, time_ns)

    def take(self, side: str, qty: int64_t, time_ns: int64_t, limit=None) -> list:
        """Take from the other side at once; return [(price, qty), ...], the best price first.

        `limit` is the worst price; None: any. What is taken stays taken until the market shows more.
        """
        return self._venue.take(side, qty, time_ns, limit)

    def reachable(self, side: str, limit, time_ns: int64_t) -> int:
        """Return how many lots `take` would take; `limit` is the worst price, None: any."""
        return self._venue.reachable(side, limit, time_ns)

    def crosses(self, side: str, price: int64_t, time_ns: int64_t) -> bool:
        """Tell whether a limit order would trade at once."""
        return self._venue.reachable(side, price, time_ns) > 0

    def await_price(
        self, handle: int64_t, price: int64_t, above: bool, time_ns: int64_t, distance: int64_t = 0
    ) -> None:
        """Let an order wait at the venue for a trade at `price` or above it, else at or below it; that stops `step`.

        With a `distance` the price follows: it stays so far behind the best that trades reach, and never goes back.
        Only trades from now on count (look at `venue_last`). Raises ValueError as `rest` does.
        """
        self._venue.await_price(handle, price, above, time_ns, distance)

    def fired(self) -> list:
        """Return [(handle, the trade's price, the venue's time), ...] of waits that are over, and forget them.

        Trade by trade; of those of one trade, what it passed farthest first.
        """
        return self._venue.fired()

    @property
    def waiting(self) -> int:
        """How many orders of ours wait for a price."""
        return self._venue.waiting()

    @property
    def venue_last(self):
        """The price of the last trade at the venue as of the last request or row there, None before one."""
        return self._venue.last()

    @property
    def venue_trusted(self) -> bool:
        """Whether the venue's book is to be believed, as of the last request or row there."""
        return self._venue.trusted

    @property
    def venue_ns(self) -> int:
        """The venue's time, as of the last request or row there."""
        return self._venue.now_ns()

    def cancel(self, handle: int64_t, time_ns: int64_t) -> int:
        """Take an order away; return what was left of it, -1 where it waited for a price, 0 where it is not there."""
        return self._venue.cancel(handle, time_ns)

    def reduce(self, handle: int64_t, qty: int64_t, time_ns: int64_t) -> bool:
        """Give an order less, and leave it where it stands; False where it does not rest, or would not have less."""
        return self._venue.reduce(handle, qty, time_ns)

    def ahead(self, handle: int64_t):
        """Return what stands before an order of ours; None where it does not rest."""
        return self._venue.ahead(handle)

    def ahead_orders(self, handle: int64_t):
        """Return how many orders stand before one of ours; None where it does not rest, or on level 2."""
        return self._venue.ahead_orders(handle)

    def fills(self) -> list:
        """Return [(handle, price, qty, the venue's time), ...] since the last time, and forget them."""
        return self._venue.fills()

    @property
    def resting(self) -> int:
        """How many orders of ours rest."""
        return self._venue.resting()

    def venue_levels(self, n: int64_t = 1000) -> tuple:
        """Return the venue's (bids, asks), less what we took, as of the last request or row there."""
        return self._venue.levels(n)

    # -- What the book shows ---------------------------------------------------------------------------------------

    def bids(self, n: int = 1000) -> list:
        """Return (price_ticks, qty_lots) of the `n` best bids, best first."""
        return levels_of(cython.address(self._book.sides[0]), n)

    def asks(self, n: int = 1000) -> list:
        """Return (price_ticks, qty_lots) of the `n` best asks, best first."""
        return levels_of(cython.address(self._book.sides[1]), n)

    def level_qty(self, side: str, price_ticks: int64_t) -> int:
        """Return the quantity in lots at a price of a side of the book, or 0."""
        ladder: cython.pointer(Ladder) = cython.address(self._book.sides[is_ask(side)])
        level: cython.pointer(Level) = seek(ladder, price_ticks * ladder.sign)
        return 0 if level == cython.NULL else level.qty

    def orders(self, side: str, price_ticks: int64_t) -> list:
        """Return (serial as text, qty_lots) of the orders at a price, first in the queue first; of level 3 only."""
        return orders_at(cython.address(self._book), is_ask(side), price_ticks)

    @property
    def order_count(self) -> int:
        """Orders of both sides; of level 3 only."""
        return self._book.pool.held

    def microprice(self):
        """Return the middle in float ticks, each price weighted with the other side's quantity; None if one-sided."""
        return microprice_of(cython.address(self._book.sides[0]), cython.address(self._book.sides[1]))

    def imbalance(self, n: int = 1000):
        """Return (bids - asks) / (bids + asks) of the quantities on the `n` best levels, -1 to 1; None if empty."""
        return imbalance_of(cython.address(self._book.sides[0]), cython.address(self._book.sides[1]), n)

    @property
    def best_bid(self):
        """The best bid's price_ticks."""
        return price_of(cython.address(self._book.sides[0]))

    @property
    def best_ask(self):
        """The best ask's price_ticks."""
        return price_of(cython.address(self._book.sides[1]))

    @property
    def best_bid_qty(self) -> int:
        """The best bid's qty_lots, 0 without bids."""
        return qty_of(cython.address(self._book.sides[0]))

    @property
    def best_ask_qty(self) -> int:
        """The best ask's qty_lots, 0 without asks."""
        return qty_of(cython.address(self._book.sides[1]))

    @property
    def rows_left(self) -> int:
        """How many rows are still to come."""
        return self._chain.left(cython.address(self._place))
