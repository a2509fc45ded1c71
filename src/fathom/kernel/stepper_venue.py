"""The venue's half of a stepper: its book as it was made there, ahead of ours by what a frame takes to come here.

Orders of ours rest, trade, take and wait for a price there. While none of ours is there it stands still, and catches up
when it must.

Level 2 and level 3 have each their own rules of who stands where ([stepper_levels.py], [stepper_places.py]); the clock,
the requests and the triggers are the same.

Pure. Imports: layout, stepper_chain, stepper_levels, stepper_ours, stepper_places, stepper_queues, stepper_waits,
views. Imported by: stepper.
"""

import cython
from cython.cimports.fathom.kernel.layout import (
    MISMATCH,
    OWNS_MAX,
    ROW_ADD,
    ROW_CLEAR,
    ROW_DELETE,
    ROW_GAP,
    ROW_LAST,
    ROW_LEVEL,
    ROW_TRADE,
    WAITS_MAX,
    Fill,
    Fired,
    Ladder,
    Own,
    Place,
    Row,
    Wait,
)
from cython.cimports.fathom.kernel.stepper_chain import Chain, is_seed, pass_frame
from cython.cimports.fathom.kernel.stepper_levels import (
    cut_levels,
    empty_levels,
    join_level,
    level_set,
    level_traded,
    look_at_unknown,
    make_levels,
    release_levels,
    same_levels,
    settle_levels,
    take_level,
)
from cython.cimports.fathom.kernel.stepper_ours import find_own, make_ours, release_ours, remove_own
from cython.cimports.fathom.kernel.stepper_places import (
    ahead_of,
    any_taken,
    empty_places,
    end_message,
    join_queue,
    left_at,
    make_places,
    order_told,
    order_traded,
    release_places,
    take_orders_at,
)
from cython.cimports.fathom.kernel.stepper_queues import same_queues
from cython.cimports.fathom.kernel.stepper_waits import (
    find_wait,
    last_traded,
    make_waits,
    release_waits,
    remove_wait,
)
from cython.cimports.fathom.kernel.views import is_ask, levels_of
from cython.cimports.libc.stdint import INT64_MAX, int64_t

_VERDICT = cython.declare(cython.int, 3)


@cython.final
@cython.cclass
class Venue:
    """The venue of one stepper, over the same chain; `model` says how an order of ours comes forward in its queue.

    With `exact` it is a chain of level 3: there every order has its place, and no model is needed.
    """

    def __cinit__(self, chain: Chain, model: cython.int, exact: cython.bint):
        self._chain = chain
        self._exact = exact
        chain.begin(cython.address(self._place))
        self._levels.model = model
        if not make_ours(cython.address(self._ours)):
            raise MemoryError
        if not make_levels(cython.address(self._levels)):
            raise MemoryError
        if not make_places(cython.address(self._places)):
            raise MemoryError
        if not make_waits(cython.address(self._waits)):
            raise MemoryError

    def __dealloc__(self):
        release_ours(cython.address(self._ours))
        release_levels(cython.address(self._levels))
        release_places(cython.address(self._places))
        release_waits(cython.address(self._waits))

    # -- The recording -------------------------------------------------------------------------------------------------

    def busy(self):
        """Tell whether anything of ours is there, so that this half must be kept in step."""
        return self._ours.count > 0 or self._waits.count > 0

    def starving(self):
        """Tell whether there was no memory for something."""
        return self._ours.starving

    def now_ns(self):
        """Return the venue's time."""
        return self._ours.now_ns

    def due(self):
        """Return when the next row was made: never before the one before it, never after it came here."""
        row: cython.pointer(cython.const[Row])
        told_ns: int64_t
        if self._place.at == self._place.end and not self._chain.more(cython.address(self._place)):
            return INT64_MAX
        row = self._place.at
        told_ns = row.venue_ns
        if told_ns < 0:
            if self._known_already(row):  # Nobody made it, at no time.
                pass_frame(cython.address(self._place))
                return self.due()
            told_ns = row.local_ns
        return min(max(self._ours.now_ns, told_ns), row.local_ns)

    def play(self, until_ns):
        """Take rows up to a time; stop and tell where there is something to say of ours."""
        due_ns: int64_t
        while not self._ours.starving:
            due_ns = self.due()
            if due_ns > until_ns or self._place.at == self._place.end:
                return False
            self._ours.now_ns = due_ns
            self.row()
            if self._ours.fill_count > 0 or self._waits.fired_count > 0:
                return True
        return False

    def row(self):
        """Take one row, and let it meet what of ours is there. There must be one, and the time is its."""
        row: cython.pointer(cython.const[Row]) = self._place.at
        kind: cython.int = row.kind & 254
        if kind == ROW_LEVEL or ROW_ADD <= kind <= ROW_DELETE:
            if (row.flags & _VERDICT) == MISMATCH:
                self.trusted = False
            if self.trusted and (kind != ROW_LEVEL) == self._exact:
                self._change(row)
        elif kind == ROW_TRADE:
            self._trade(row)
            if not last_traded(cython.address(self._waits), row.price, self._ours.now_ns):
                self._ours.starving = True
        elif kind == ROW_CLEAR:
            if self._known_already(row):
                pass_frame(cython.address(self._place))
                return
            empty_levels(cython.address(self._levels))
            if self._exact:
                empty_places(cython.address(self._places))
            self._levels.depth = cython.cast(cython.int, row.order)
            self.trusted = self._anew = (row.flags & _VERDICT) != MISMATCH
        elif kind == ROW_GAP:
            self.trusted = False
        self._place.at += 1
        if row.flags & ROW_LAST:
            if self._exact:
                end_message(cython.address(self._places), self._levels.depth)
                return
            if kind == ROW_LEVEL:
                cut_levels(cython.address(self._levels), 0)
                cut_levels(cython.address(self._levels), 1)
                if self._ours.count > 0:
                    look_at_unknown(cython.address(self._levels), cython.address(self._ours))
            if self._anew:
                self._anew = False
                settle_levels(cython.address(self._levels), cython.address(self._ours))

    def _change(self, row):
        """Take a row of the book."""
        if not self._exact:
            level_set(cython.address(self._levels), cython.address(self._ours), row.kind & 1, row.price, row.qty)
        elif not order_told(cython.address(self._places), cython.address(self._ours), row):
            self._ours.starving = True

    def _trade(self, row):
        """Take a trade. On level 3 it counts for those who come later, too: the book may not have told of it yet."""
        if self._exact:
            order_traded(cython.address(self._places), cython.address(self._ours), row)
        elif self._ours.count > 0:
            level_traded(cython.address(self._ours), row.kind & 1, row.price, row.qty)

    def _known_already(self, row):
        """Tell whether a row that clears the book begins a day with what is known: it changes nothing then."""
        if not self.trusted or not is_seed(row):
            return False
        if self._exact:
            return same_queues(cython.address(self._places.queues), cython.address(self._place))
        return same_levels(self._levels.sides, cython.address(self._levels), cython.address(self._place))

    def skip(self, local_ns):
        """Go on to the last day that begins before a time, if nothing of ours would notice."""
        back = cython.declare(Place)
        if self.busy() or self._levels.taken_count > 0 or any_taken(cython.address(self._places)):
            return
        if self._chain.jump(cython.address(self._place), local_ns) and self._chain.trade_before(
            cython.address(self._place), cython.address(back)
        ):
            self._waits.last = back.at.price
            self._waits.traded = True

    def _need(self, time_ns):
        """Bring it to the time at which a request arrives there. Raises ValueError where that is over."""
        if time_ns < self._ours.now_ns:
            raise ValueError(f"the venue is at {self._ours.now_ns} already, after {time_ns}")
        while self.play(time_ns):
            pass  # What happens to ours on the way is told by the next step.
        self._ours.now_ns = time_ns
        if self._ours.starving:
            raise MemoryError("there is no memory for the book")
        return 0

    # -- Requests ------------------------------------------------------------------------------------------------------

    def rest(self, handle, side, price, qty, time_ns):
        """Put an order at the end of its queue; return what stands before it."""
        own: cython.pointer(Own)
        number: cython.int = is_ask(side)
        if qty <= 0:
            raise ValueError(f"an order has a quantity, not {qty}")
        self._is_new(handle)
        self._need(time_ns)
        if self._ours.count == OWNS_MAX:
            raise ValueError(f"no more than {OWNS_MAX} orders rest at once")
        own = self._ours.owns + self._ours.count
        own.side = number
        own.handle = handle
        own.price = price
        own.left = qty
        if self._exact:
            join_queue(cython.address(self._places), own, time_ns)
        else:
            join_level(cython.address(self._levels), own)
        self._ours.count += 1
        return self.ahead(handle)

    def take(self, side, qty, time_ns, limit):
        """Take from the other side at once; return [(price, qty), ...]."""
        other: cython.int = 1 - is_ask(side)
        ladder: cython.pointer(Ladder) = self._side(other)
        bounded: cython.bint = limit is not None
        worst: int64_t = cython.cast(int64_t, limit) * ladder.sign if bounded else 0
        key: int64_t
        step: int64_t
        rank: int64_t = 0
        found: list = []
        self._need(time_ns)
        while qty > 0 and rank < ladder.count and self.trusted:
            key = ladder.levels[ladder.first + ladder.count - 1 - rank].key
            if bounded and key < worst:
                break
            if self._exact:
                step = take_orders_at(cython.address(self._places), cython.address(self._ours), rank, other, qty)
                rank += 1
            else:
                step = take_level(cython.address(self._levels), other, qty)  # What is taken whole is gone.
            qty -= step
            if step > 0:
                found.append((key * ladder.sign, step))
        return found

    def reachable(self, side, limit, time_ns):
        """Return how much a taker could take."""
        other: cython.int = 1 - is_ask(side)
        ladder: cython.pointer(Ladder) = self._side(other)
        bounded: cython.bint = limit is not None
        worst: int64_t = cython.cast(int64_t, limit) * ladder.sign if bounded else 0
        rank: int64_t = 0
        total: int64_t = 0
        self._need(time_ns)
        while rank < ladder.count and self.trusted:
            if bounded and ladder.levels[ladder.first + ladder.count - 1 - rank].key < worst:
                break
            total += self._left(rank, other)
            rank += 1
        return total

    def _side(self, side):
        """Return a side of the book."""
        if self._exact:
            return cython.address(self._places.queues.sides[side])
        return cython.address(self._levels.sides[side])

    def _left(self, rank, side):
        """Return what is left for takers of the level with a rank from the best on."""
        ladder: cython.pointer(Ladder)
        if self._exact:
            return left_at(cython.address(self._places), cython.address(self._ours), rank, side)
        ladder = cython.address(self._levels.sides[side])
        return ladder.levels[ladder.first + ladder.count - 1 - rank].qty

    def await_price(self, handle, price, above, time_ns, distance):
        """Let an order wait for a trade at a price."""
        wait: cython.pointer(Wait)
        if distance < 0:
            raise ValueError(f"a trigger follows at a distance, not at {distance}")
        self._is_new(handle)
        self._need(time_ns)
        if self._waits.count == WAITS_MAX:
            raise ValueError(f"no more than {WAITS_MAX} orders wait at once")
        wait = self._waits.waits + self._waits.count
        wait.handle = handle
        wait.price = price
        wait.above = above
        wait.distance = distance
        self._waits.count += 1
        return 0

    def fired(self):
        """Return the waits that are over since the last time, and forget them."""
        place: cython.int
        one: cython.pointer(Fired)
        found: list = []
        for place in range(self._waits.fired_count):
            one = self._waits.fired + place
            found += [(one.handle, one.last, one.time_ns)]
        self._waits.fired_count = 0
        return found

    def last(self):
        """Return the price of the last trade, None before one."""
        return self._waits.last if self._waits.traded else None

    def _is_new(self, handle):
        """Raise ValueError where an order is there already."""
        if find_own(cython.address(self._ours), handle) >= 0:
            raise ValueError(f"an order {handle} rests already")
        if find_wait(cython.address(self._waits), handle) >= 0:
            raise ValueError(f"an order {handle} waits already")
        return 0

    def cancel(self, handle, time_ns):
        """Take an order away; return what was left of it."""
        left: int64_t
        place: cython.int
        self._need(time_ns)
        place = find_wait(cython.address(self._waits), handle)
        if place >= 0:
            remove_wait(cython.address(self._waits), place)
            return -1
        place = find_own(cython.address(self._ours), handle)
        if place < 0:
            return 0
        left = self._ours.owns[place].left
        remove_own(cython.address(self._ours), place)
        return left

    def reduce(self, handle, qty, time_ns):
        """Give an order less; False where it does not rest, or would not have less."""
        place: cython.int
        self._need(time_ns)
        place = find_own(cython.address(self._ours), handle)
        if place < 0 or not 0 < qty < self._ours.owns[place].left:
            return False
        self._ours.owns[place].left = qty
        return True

    def ahead(self, handle):
        """Return what stands before an order; None where it does not rest."""
        place: cython.int = find_own(cython.address(self._ours), handle)
        count: int64_t = 0
        if place < 0:
            return None
        if not self._exact:
            return self._ours.owns[place].ahead
        return ahead_of(
            cython.address(self._places),
            cython.address(self._ours),
            self._ours.owns + place,
            cython.address(count),
        )

    def ahead_orders(self, handle):
        """Return how many orders stand before one; None where it does not rest, or nobody knows."""
        place: cython.int = find_own(cython.address(self._ours), handle)
        count: int64_t = 0
        if place < 0 or not self._exact:
            return None
        ahead_of(
            cython.address(self._places),
            cython.address(self._ours),
            self._ours.owns + place,
            cython.address(count),
        )
        return count

    def fills(self):
        """Return the fills since the last time, and forget them."""
        place: cython.int
        one: cython.pointer(Fill)
        found: list = []
        for place in range(self._ours.fill_count):
            one = self._ours.fills + place
            found += [(one.handle, one.price, one.qty, one.time_ns)]
        self._ours.fill_count = 0
        return found

    def waiting(self):
        """Count the orders of ours that wait for a price."""
        return self._waits.count

    def resting(self):
        """Count the orders of ours that rest."""
        return self._ours.count

    def levels(self, n):
        """Return (bids, asks), less what we took."""
        if not self._exact:
            return (levels_of(self._side(0), n), levels_of(self._side(1), n))
        return (self._levels_left(0, n), self._levels_left(1, n))

    def _levels_left(self, side, n):
        """Return the levels of which something is left."""
        ladder: cython.pointer(Ladder) = self._side(side)
        rank: int64_t = 0
        left: int64_t
        found: list = []
        while rank < ladder.count and len(found) < n:
            left = self._left(rank, side)
            if left > 0:
                found += [(ladder.levels[ladder.first + ladder.count - 1 - rank].key * ladder.sign, left)]
            rank += 1
        return found
