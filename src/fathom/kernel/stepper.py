"""A tape stepped over: as fast as memory where nobody asks, and stopped where somebody does.

Two books are built from one tape. Ours changes when a frame came here; the venue's when it was made there, and it is
where orders of ours rest, trade and take. While none of ours is there the venue's waits, and catches up when it must.

An order of ours stands in the recorded queue. Level 2 does not say who stands where, so its place is a model's; trades
use up what stands before it first. The market's own orders come to us only where it shows that they did: a trade at our
price or through it, or a level on the other side that would have met us. What our takers took stays taken until the
market shows more.

Pure. Imports: ladder, layout, views. Imported by: nothing in the kernel.
"""

import cython
from cython.cimports.cpython.buffer import PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cython.cimports.fathom.kernel import layout
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek, set_qty, truncate
from cython.cimports.fathom.kernel.layout import (
    MISMATCH,
    MODEL_PESSIMISTIC,
    MODEL_PROPORTIONAL,
    MODEL_TRADES,
    OWNS_MAX,
    ROW_CLEAR,
    ROW_GAP,
    ROW_LAST,
    ROW_LEVEL,
    ROW_TRADE,
    TAKENS_MAX,
    WOKE_BOOK,
    WOKE_END,
    WOKE_FRAME,
    WOKE_OWN,
    WOKE_TOP,
    WOKE_TRADE,
    Fill,
    Ladder,
    Level,
    Own,
    Row,
    Taken,
)
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
from cython.cimports.libc.stdlib import free, malloc, realloc
from cython.cimports.libc.string import memmove

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

_MOMENT_NS = cython.declare(int64_t, 1_000_000_000)  # A trade and what it took from the level are told within it.
_VERDICT = cython.declare(cython.int, 3)


@cython.cclass
class Stepper:
    """Steps over the rows of one level 2 tape; `model` says how an order of ours comes forward in its queue.

    `now_ns` is where it is, `frames` how many frames of the book it took, `frame` the last one's number, `trusted`
    whether the book is to be believed; `trade_price`, `trade_qty`, `trade_id` and `trade_buys` are the last trade's.
    """

    def __cinit__(self, rows, model: cython.int = MODEL_PESSIMISTIC):
        self._bids.sign = self._venue_bids.sign = 1
        self._asks.sign = self._venue_asks.sign = -1
        if model not in {MODEL_PESSIMISTIC, MODEL_PROPORTIONAL, MODEL_TRADES}:
            raise ValueError(f"no queue model has the number {model}")
        self.model = model
        PyObject_GetBuffer(rows, cython.address(self._view), PyBUF_SIMPLE)
        if self._view.len % cython.sizeof(Row):
            raise ValueError(f"{self._view.len} bytes are no whole number of rows of {cython.sizeof(Row)}")
        self._rows = cython.cast(cython.pointer(cython.const[Row]), self._view.buf)
        self._count = self._view.len // cython.sizeof(Row)
        self._owns = cython.cast(cython.pointer(Own), malloc(OWNS_MAX * cython.sizeof(Own)))
        self._takens = cython.cast(cython.pointer(Taken), malloc(TAKENS_MAX * cython.sizeof(Taken)))
        if self._owns == cython.NULL:
            raise MemoryError
        if self._takens == cython.NULL:
            raise MemoryError

    def __dealloc__(self):
        if self._view.obj is not None:
            PyBuffer_Release(cython.address(self._view))
        release(cython.address(self._bids))
        release(cython.address(self._asks))
        release(cython.address(self._venue_bids))
        release(cython.address(self._venue_asks))
        free(self._owns)
        free(self._fills)
        free(self._takens)

    # -- Ours ------------------------------------------------------------------------------------------------------

    def step(self, until_ns: int64_t = INT64_MAX, wants: cython.int = 0) -> int:
        """Go on until one of `wants` happens, which is returned, or until a time, which is 0; END where rows do.

        An order of ours that is filled stops it whether it is wanted or not; both clocks are then where that was.
        """
        why: cython.int
        with cython.nogil:
            why = self._step(until_ns, wants)
        if self._starving:
            raise MemoryError("there is no memory for the book")
        return why

    def _step(self, until_ns, wants):
        here_ns: int64_t
        there_ns: int64_t
        why: cython.int
        while not self._starving:
            here_ns = self._rows[self._at].local_ns if self._at < self._count else INT64_MAX
            if self._own_count > 0:
                there_ns = self._venue_time()
                if there_ns <= here_ns and there_ns <= until_ns and self._venue_at < self._count:
                    self._venue_row()
                    self.now_ns = max(self.now_ns, there_ns)
                    if self._fill_count > 0:
                        return WOKE_OWN
                    continue
            if self._at >= self._count:
                return WOKE_END
            if here_ns > until_ns:
                self.now_ns = max(self.now_ns, until_ns)
                return 0
            why = self._take_frame()
            if why & wants:
                return why & wants
        return 0

    def _take_frame(self):
        """Take the rows of one frame; return what happened."""
        row: cython.pointer(cython.const[Row]) = cython.NULL
        side: cython.pointer(Ladder)
        bid = cython.declare(Level)
        ask = cython.declare(Level)
        kind: cython.int
        why: cython.int = 0
        was_trusted: cython.bint = self.trusted
        top_of(cython.address(self._bids), cython.address(bid))
        top_of(cython.address(self._asks), cython.address(ask))
        while self._at < self._count:
            row = self._rows + self._at
            self._at += 1
            kind = row.kind & 254
            if kind == ROW_LEVEL:
                why |= WOKE_FRAME
                if (row.flags & _VERDICT) == MISMATCH:
                    self.trusted = False
                if self.trusted:
                    side = cython.address(self._asks) if row.kind & 1 else cython.address(self._bids)
                    if not reserve(side, 1):
                        self._starving = True
                        break
                    set_qty(side, row.price * side.sign, row.qty)
            elif kind == ROW_TRADE:
                why |= WOKE_TRADE
                self.trade_price = row.price
                self.trade_qty = row.qty
                self.trade_id = row.order
                self.trade_buys = (row.kind & 1) == 0
            elif kind == ROW_CLEAR:
                why |= WOKE_FRAME
                empty(cython.address(self._bids))
                empty(cython.address(self._asks))
                self.price_precision = cython.cast(cython.int, row.price)
                self.qty_precision = cython.cast(cython.int, row.qty)
                self.depth = cython.cast(cython.int, row.order)
                self.trusted = (row.flags & _VERDICT) != MISMATCH
            elif kind == ROW_GAP:
                self.trusted = False
            if row.flags & ROW_LAST:
                break
        self.now_ns = max(self.now_ns, row.local_ns)
        self.frame = row.frame
        if why & WOKE_FRAME:
            self.frames += 1
            truncate(cython.address(self._bids), self.depth)
            truncate(cython.address(self._asks), self.depth)
            if not self.trusted:
                why &= ~WOKE_FRAME
            elif not (
                is_top(cython.address(self._bids), cython.address(bid))
                and is_top(cython.address(self._asks), cython.address(ask))
            ):
                why |= WOKE_TOP
        if was_trusted != self.trusted:
            why |= WOKE_BOOK
        return why

    # -- The venue's -----------------------------------------------------------------------------------------------

    def _venue_time(self):
        """Return when the next row was made: never before the one before it, never after it came here."""
        row: cython.pointer(cython.const[Row])
        told_ns: int64_t
        if self._venue_at >= self._count:
            return INT64_MAX
        row = self._rows + self._venue_at
        told_ns = row.local_ns if row.venue_ns < 0 else row.venue_ns
        return min(max(self._venue_ns, told_ns), row.local_ns)

    def _advance(self, until_ns):
        """Bring the venue's book to a time. Nothing of ours rests there, or it is there already."""
        while self._venue_at < self._count and self._venue_time() <= until_ns and not self._starving:
            self._venue_row()

    def _venue_row(self):
        """Take one row at the venue, and let it meet what of ours is there."""
        row: cython.pointer(cython.const[Row]) = self._rows + self._venue_at
        kind: cython.int = row.kind & 254
        self._venue_ns = self._venue_time()
        self._venue_at += 1
        if kind == ROW_LEVEL:
            if (row.flags & _VERDICT) == MISMATCH:
                self._venue_trusted = False
            if self._venue_trusted:
                self._venue_level(row.kind & 1, row.price, row.qty)
        elif kind == ROW_TRADE:
            if self._own_count > 0:
                self._traded(row.kind & 1, row.price, row.qty)
        elif kind == ROW_CLEAR:
            empty(cython.address(self._venue_bids))
            empty(cython.address(self._venue_asks))
            self._taken_count = 0
            self._venue_depth = cython.cast(cython.int, row.order)
            self._venue_trusted = (row.flags & _VERDICT) != MISMATCH
        elif kind == ROW_GAP:
            self._venue_trusted = False
        if row.flags & ROW_LAST and kind == ROW_LEVEL:
            self._cut(0)
            self._cut(1)

    def _cut(self, side):
        """Drop the worst levels beyond the depth. Levels that we took whole count: they are shown."""
        ladder: cython.pointer(Ladder) = self._side(side)
        worst: cython.int
        if self._taken_count == 0:
            truncate(ladder, self._venue_depth)
            return
        while True:
            worst = self._worst_hidden(side)
            if ladder.count + self._hidden_count(side) <= self._venue_depth:
                return
            if worst >= 0 and (
                ladder.count == 0 or self._takens[worst].price * ladder.sign < ladder.levels[ladder.first].key
            ):
                self._forget(worst)
                continue
            self._forget(self._taken_place(side, ladder.levels[ladder.first].key * ladder.sign))
            truncate(ladder, ladder.count - 1)

    def _hidden_count(self, side):
        """Count the levels of which we took all that is shown."""
        ladder: cython.pointer(Ladder) = self._side(side)
        place: cython.int
        count: cython.int = 0
        for place in range(self._taken_count):
            if (
                self._takens[place].side == side
                and seek(ladder, self._takens[place].price * ladder.sign) == cython.NULL
            ):
                count += 1
        return count

    def _worst_hidden(self, side):
        """Return the place of the worst of these; -1: there is none."""
        ladder: cython.pointer(Ladder) = self._side(side)
        place: cython.int
        worst: cython.int = -1
        key: int64_t
        for place in range(self._taken_count):
            key = self._takens[place].price * ladder.sign
            if self._takens[place].side != side or seek(ladder, key) != cython.NULL:
                continue
            if worst < 0 or key < self._takens[worst].price * ladder.sign:
                worst = place
        return worst

    def _taken_place(self, side, price):
        place: cython.int
        for place in range(self._taken_count):
            if self._takens[place].side == side and self._takens[place].price == price:
                return place
        return -1

    def _forget(self, place):
        """Forget what was taken of a level: it is not shown any more."""
        if place >= 0:
            self._taken_count -= 1
            memmove(self._takens + place, self._takens + place + 1, (self._taken_count - place) * cython.sizeof(Taken))

    def _side(self, side):
        return cython.address(self._venue_asks) if side else cython.address(self._venue_bids)

    def _venue_level(self, side, price, qty):
        """Set a level, less what our takers took of it; move ours in its queue, and fill those that it meets."""
        ladder: cython.pointer(Ladder) = self._side(side)
        level: cython.pointer(Level)
        taken: int64_t = self._taken_at(side, price) if self._taken_count > 0 else 0
        before: int64_t
        place: cython.int
        if not reserve(ladder, 1):
            self._starving = True
            return
        if self._own_count > 0 or taken > 0:
            level = seek(ladder, price * ladder.sign)
            before = (0 if level == cython.NULL else level.qty) + taken
            if taken > 0:
                taken = self._still_taken(side, price, qty)
            place = 0
            while place < self._own_count:
                if self._owns[place].side == side and self._owns[place].price == price:
                    self._moved(self._owns + place, before, qty)
                place += 1
        set_qty(ladder, price * ladder.sign, max(0, qty - taken))
        if self._own_count > 0 and qty > taken:
            self._came_to_us(side, price, qty - taken)

    def _moved(self, own, before, after):
        """The level at which an order of ours stands changed."""
        gone: int64_t = before - after
        known: int64_t
        step: int64_t = 0
        if gone <= 0 or self.model == MODEL_TRADES:
            return
        known = min(gone, own.traded)
        own.traded -= known
        gone -= known
        if self.model == MODEL_PROPORTIONAL and gone > 0 and before - known > 0:
            step = cython.cast(int64_t, cython.cast(cython.double, gone) * own.ahead / (before - known))
        step = max(step, own.ahead - after)  # No more can stand before us than stands there.
        step = min(max(step, 0), own.ahead)
        if step > 0:
            if self._venue_ns - own.cut_ns > _MOMENT_NS:
                own.cut = 0
            own.ahead -= step
            own.cut += step
            own.cut_ns = self._venue_ns

    def _traded(self, taker, price, qty):
        """Somebody took: ours that rest at his price or at a better one for him are met, by price, then by time."""
        side: cython.int = 0 if taker else 1
        left: int64_t = qty
        rest: int64_t
        step: int64_t
        own: cython.pointer(Own)
        place: cython.int = self._next_own(side, price, -1)
        while place >= 0 and left > 0:
            own = self._owns + place
            rest = left
            if own.price == price:
                if self._venue_ns - own.cut_ns <= _MOMENT_NS:
                    step = min(rest, own.cut)
                    own.cut -= step
                    rest -= step
                step = min(rest, own.ahead)
                own.ahead -= step
                own.traded += step
                rest -= step
            step = min(rest, own.left)
            left -= step
            if step > 0:
                own.left -= step
                self._fill(place, step)
            place = self._next_own(side, price, place)
        self._sweep()

    def _came_to_us(self, side, price, qty):
        """A level came that meets orders of ours on the other side: whoever placed it took them first."""
        ladder: cython.pointer(Ladder) = self._side(side)
        left: int64_t = qty
        step: int64_t
        place: cython.int = self._next_own(1 - side, price, -1)
        if place < 0:
            return
        while place >= 0 and left > 0:
            step = min(left, self._owns[place].left)
            left -= step
            self._owns[place].left -= step
            self._fill(place, step)
            place = self._next_own(1 - side, price, place)
        self._note_taken(side, price, qty - left)  # With us it traded, and so it is not there.
        set_qty(ladder, price * ladder.sign, left)
        self._sweep()

    def _next_own(self, side, price, after):
        """Return the place of the next order of ours on a side that a taker at `price` meets; -1: there is none.

        Best price first, among equals in the order in which they came.
        """
        sign: int64_t = -1 if side else 1
        best: cython.int = -1
        place: cython.int
        own: cython.pointer(Own)
        last: cython.pointer(Own) = self._owns + after
        for place in range(self._own_count):
            own = self._owns + place
            if own.side != side or own.left == 0 or own.price * sign < price * sign:
                continue
            if after >= 0 and (own.price * sign > last.price * sign or (own.price == last.price and place <= after)):
                continue
            if best < 0 or own.price * sign > self._owns[best].price * sign:
                best = place
        return best

    def _fill(self, place, qty):
        """Note a fill of an order of ours, at its own price."""
        fill: cython.pointer(Fill)
        grown: cython.pointer(Fill)
        if self._fill_count == self._fill_capacity:
            grown = cython.cast(
                cython.pointer(Fill), realloc(self._fills, (2 * self._fill_capacity + 64) * cython.sizeof(Fill))
            )
            if grown == cython.NULL:
                self._starving = True
                return
            self._fills = grown
            self._fill_capacity = 2 * self._fill_capacity + 64
        fill = self._fills + self._fill_count
        fill.handle = self._owns[place].handle
        fill.price = self._owns[place].price
        fill.qty = qty
        fill.time_ns = self._venue_ns
        self._fill_count += 1

    def _sweep(self):
        """Take away what is filled."""
        place: cython.int = 0
        while place < self._own_count:
            if self._owns[place].left == 0:
                self._remove(place)
            else:
                place += 1

    def _remove(self, place):
        self._own_count -= 1
        memmove(self._owns + place, self._owns + place + 1, (self._own_count - place) * cython.sizeof(Own))

    def _find(self, handle):
        place: cython.int
        for place in range(self._own_count):
            if self._owns[place].handle == handle:
                return place
        return -1

    # -- What our takers took --------------------------------------------------------------------------------------

    def _taken_at(self, side, price):
        place: cython.int = self._taken_place(side, price)
        return 0 if place < 0 else self._takens[place].qty

    def _note_taken(self, side, price, qty):
        """Remember that so much of a level is gone; the oldest is forgotten where there are too many."""
        place: cython.int = self._taken_place(side, price)
        if place < 0:
            if self._taken_count == TAKENS_MAX:
                self._forget(0)
            place = self._taken_count
            self._taken_count += 1
            self._takens[place].side = side
            self._takens[place].price = price
            self._takens[place].qty = 0
        self._takens[place].qty += qty

    def _still_taken(self, side, price, after):
        """Return how much of a level is still gone once the market shows another quantity: never more than that."""
        place: cython.int = self._taken_place(side, price)
        left: int64_t = min(self._takens[place].qty, after)
        self._takens[place].qty = left
        if left == 0:
            self._forget(place)
        return left

    # -- Orders of ours, at the venue ------------------------------------------------------------------------------

    def _need(self, time_ns):
        """Bring the venue to the time at which a request arrives there. Raises ValueError where that is over."""
        if time_ns < self._venue_ns:
            raise ValueError(f"the venue is at {self._venue_ns} already, after {time_ns}")
        self._advance(time_ns)
        self._venue_ns = time_ns
        if self._starving:
            raise MemoryError("there is no memory for the book")
        return 0

    def rest(self, handle: int64_t, side: str, price: int64_t, qty: int64_t, time_ns: int64_t) -> int:
        """Put an order at the end of its queue, at the venue's time; return what stands before it.

        It must not meet the other side (`take` first). Raises ValueError for a handle that rests already, for too many
        orders, or a quantity that is none.
        """
        own: cython.pointer(Own)
        level: cython.pointer(Level)
        ladder: cython.pointer(Ladder)
        if qty <= 0:
            raise ValueError(f"an order has a quantity, not {qty}")
        if self._own_count == OWNS_MAX:
            raise ValueError(f"no more than {OWNS_MAX} orders rest at once")
        if self._find(handle) >= 0:
            raise ValueError(f"an order {handle} rests already")
        self._need(time_ns)
        own = self._owns + self._own_count
        own.side = is_ask(side)
        ladder = self._side(own.side)
        level = seek(ladder, price * ladder.sign)
        own.handle = handle
        own.price = price
        own.left = qty
        own.ahead = 0 if level == cython.NULL else level.qty
        own.traded = 0
        own.cut = 0
        own.cut_ns = -_MOMENT_NS - 1
        self._own_count += 1
        return own.ahead

    def take(self, side: str, qty: int64_t, time_ns: int64_t, limit=None) -> list:
        """Take from the other side at once; return [(price, qty), ...], the best price first.

        `limit` is the worst price; None: any. What is taken stays taken until the market shows more.
        """
        buys: cython.bint = not is_ask(side)
        ladder: cython.pointer(Ladder)
        level: cython.pointer(Level)
        worst: int64_t = 0
        step: int64_t
        price: int64_t
        found: list = []
        self._need(time_ns)
        ladder = self._side(1 if buys else 0)
        if limit is not None:
            worst = cython.cast(int64_t, limit) * ladder.sign
        while qty > 0 and ladder.count > 0 and self._venue_trusted:
            level = ladder.levels + (ladder.first + ladder.count - 1)
            if limit is not None and level.key < worst:
                break
            step = min(qty, level.qty)
            price = level.key * ladder.sign
            qty -= step
            found.append((price, step))
            self._note_taken(1 if buys else 0, price, step)
            set_qty(ladder, level.key, level.qty - step)
        return found

    def cancel(self, handle: int64_t, time_ns: int64_t) -> int:
        """Take an order away; return what was left of it, 0 where it does not rest."""
        left: int64_t
        place: cython.int
        self._need(time_ns)
        place = self._find(handle)
        if place < 0:
            return 0
        left = self._owns[place].left
        self._remove(place)
        return left

    def reduce(self, handle: int64_t, qty: int64_t, time_ns: int64_t) -> bool:
        """Give an order less, and leave it where it stands; False where it does not rest, or would not have less."""
        place: cython.int
        self._need(time_ns)
        place = self._find(handle)
        if place < 0 or not 0 < qty < self._owns[place].left:
            return False
        self._owns[place].left = qty
        return True

    def ahead(self, handle: int64_t):
        """Return what stands before an order of ours; None where it does not rest."""
        place: cython.int = self._find(handle)
        return None if place < 0 else self._owns[place].ahead

    def fills(self) -> list:
        """Return [(handle, price, qty, the venue's time), ...] since the last time, and forget them."""
        place: cython.int
        one: cython.pointer(Fill)
        found: list = []
        for place in range(self._fill_count):
            one = self._fills + place
            found += [(one.handle, one.price, one.qty, one.time_ns)]
        self._fill_count = 0
        return found

    @property
    def resting(self) -> int:
        """How many orders of ours rest."""
        return self._own_count

    def venue_levels(self, n: int = 1000) -> tuple:
        """Return the venue's (bids, asks), less what we took, as of the last request or row there."""
        return (levels_of(cython.address(self._venue_bids), n), levels_of(cython.address(self._venue_asks), n))

    # -- What the book shows ---------------------------------------------------------------------------------------

    def bids(self, n: int = 1000) -> list:
        """Return (price_ticks, qty_lots) of the `n` best bids, best first."""
        return levels_of(cython.address(self._bids), n)

    def asks(self, n: int = 1000) -> list:
        """Return (price_ticks, qty_lots) of the `n` best asks, best first."""
        return levels_of(cython.address(self._asks), n)

    def level_qty(self, side: str, price_ticks: int64_t) -> int:
        """Return the quantity in lots at a price of a side of the book, or 0."""
        ladder: cython.pointer(Ladder) = cython.address(self._asks) if is_ask(side) else cython.address(self._bids)
        level: cython.pointer(Level) = seek(ladder, price_ticks * ladder.sign)
        return 0 if level == cython.NULL else level.qty

    def microprice(self):
        """Return the middle in float ticks, each price weighted with the other side's quantity; None if one-sided."""
        return microprice_of(cython.address(self._bids), cython.address(self._asks))

    def imbalance(self, n: int = 1000):
        """Return (bids - asks) / (bids + asks) of the quantities on the `n` best levels, -1 to 1; None if empty."""
        return imbalance_of(cython.address(self._bids), cython.address(self._asks), n)

    @property
    def best_bid(self):
        """The best bid's price_ticks."""
        return price_of(cython.address(self._bids))

    @property
    def best_ask(self):
        """The best ask's price_ticks."""
        return price_of(cython.address(self._asks))

    @property
    def best_bid_qty(self) -> int:
        """The best bid's qty_lots, 0 without bids."""
        return qty_of(cython.address(self._bids))

    @property
    def best_ask_qty(self) -> int:
        """The best ask's qty_lots, 0 without asks."""
        return qty_of(cython.address(self._asks))

    @property
    def rows_left(self) -> int:
        """How many rows are still to come."""
        return self._count - self._at
