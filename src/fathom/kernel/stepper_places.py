"""Level 3 at the venue of a stepper: orders of ours at their exact places, and what ours took, order by order.

An order of ours stands behind everybody who was at its price when it came, and before everybody who came later. Who
came when is what the recording says: in which message, and, for what comes into the depth again or in a snapshot, by
the order's own time. A queue is in order of time, so ours stands behind the last of those who were there before.

A fill is told twice, as a trade and as a change of the book, on two channels, and either may be first:

* The trade first: it strikes the front of the queue as the book knows it. What it strikes of an order does not count
  again when the book tells of it. An order that is deleted while only a part of it was struck, or by a message from
  before the trade, was cancelled: what was struck moves on to the next.
* The book first: what leaves the front of a queue, whole, or in part under its own old time (an amended order has a new
  one), may have been a trade's. A trade of the same quantity as some of these in a row, within a moment, was theirs; of
  several such rows that which is nearest in time. What the book tells of a queue after the trade is true after it: the
  trade did not come past an order that is there still.

What a trade does at a price beyond the depth nobody knows: ours there get nothing by it.

Ours are filled by what a trade took behind them, by trades at worse prices, and by orders that come and meet them. What
was traded before an order of ours came has nothing to do with it. Two of ours that one taker meets share each of his
trades, not all of them together.

Pure. Imports: ladder, layout, stepper_ours, stepper_queues. Imported by: stepper_venue.
"""

import cython
from cython.cimports.fathom.kernel.ladder import seek
from cython.cimports.fathom.kernel.layout import (
    MARKS_MAX,
    REMOVALS_MAX,
    ROW_ADD,
    ROW_DELETE,
    ROW_MODIFY,
    Ladder,
    Level,
    Mark,
    Order,
    Ours,
    Own,
    QueueFloor,
    Removal,
    Row,
    Trade,
)
from cython.cimports.fathom.kernel.stepper_ours import fill_by_newcomer, fill_own, next_own, sweep_ours
from cython.cimports.fathom.kernel.stepper_queues import (
    add_order,
    change_order,
    cut_queues,
    delete_order,
    empty_queues,
    last_told_ns,
    make_queues,
    number_of,
    placed_ns,
    release_queues,
)
from cython.cimports.libc.stdint import INT64_MAX, int64_t, uint32_t
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memmove

_MOMENT_NS = cython.declare(int64_t, 1_000_000_000)  # A trade and what it took from the queue are told within it.
_MARKS_MANY = cython.declare(cython.int, 64)  # Strikes that are over are forgotten when there are so many marks.


def make_places(floor):
    """Get room for what is not as recorded; False when there is no memory."""
    make_queues(cython.address(floor.queues))
    floor.marks = cython.cast(cython.pointer(Mark), malloc(MARKS_MAX * cython.sizeof(Mark)))
    floor.removals = cython.cast(cython.pointer(Removal), malloc(REMOVALS_MAX * cython.sizeof(Removal)))
    if floor.marks == cython.NULL:
        return False
    return floor.removals != cython.NULL


def release_places(floor):
    """Give the memory back."""
    release_queues(cython.address(floor.queues))
    free(floor.marks)
    free(floor.removals)
    floor.marks = cython.NULL
    floor.removals = cython.NULL


# -- What the market tells ---------------------------------------------------------------------------------------------


def empty_places(floor):
    """Forget every order: a snapshot is told. What was taken of one is known again by its time."""
    empty_queues(cython.address(floor.queues))
    floor.removal_count = 0
    _hide_marks(floor)


def end_message(floor, depth):
    """A message was told: forget what is beyond the depth."""
    if cut_queues(cython.address(floor.queues), depth):
        _hide_marks(floor)
    floor.queues.message += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _hide_marks(floor: cython.pointer(QueueFloor)) -> cython.void:
    """Keep of the orders that are not shown any more what was taken of them, until they come again."""
    place: cython.int = 0
    mark: cython.pointer(Mark)
    while place < floor.mark_count:
        mark = floor.marks + place
        if mark.serial != 0 and number_of(cython.address(floor.queues), mark.serial) == 0:
            mark.serial = 0
            mark.struck = 0
            if mark.taken == 0 or mark.order_ns < 0:
                _unmark(floor, place)
                continue
        place += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _taken_again(floor: cython.pointer(QueueFloor), serial: uint32_t, order_ns: int64_t, qty: int64_t) -> int64_t:
    """An order is shown: return what was taken of it when it was so before."""
    place: cython.int
    mark: cython.pointer(Mark)
    for place in range(floor.mark_count):
        mark = floor.marks + place
        if mark.serial == 0 and mark.order_ns == order_ns:
            mark.serial = serial
            mark.taken = min(mark.taken, qty)
            return mark.taken
    return 0


def order_told(floor, ours, row):
    """Do what a row of an order says, and let it meet ours; False when there is no memory."""
    kind: cython.int = row.kind & 254
    number: uint32_t = number_of(cython.address(floor.queues), row.order)
    mark: cython.pointer(Mark)
    met: int64_t
    taken: int64_t
    if kind == ROW_ADD:
        if number != 0:
            _leave(floor, ours, number, row)
        if not add_order(cython.address(floor.queues), row):
            return False
        taken = _taken_again(floor, cython.cast(uint32_t, row.order), row.order_ns, row.qty)
        if ours.count > 0 and row.qty > taken:
            met = fill_by_newcomer(ours, row.kind & 1, row.price, row.qty - taken)
            if met > 0:
                _mark(floor, number_of(cython.address(floor.queues), row.order)).taken += met
    elif number != 0:
        _leave(floor, ours, number, row)
        mark = cython.NULL if kind != ROW_MODIFY else _marked(floor, cython.cast(uint32_t, row.order))
        if mark != cython.NULL:
            mark.taken = min(mark.taken, row.qty)
            mark.order_ns = floor.queues.pool.orders[number].time_ns
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _leave(
    floor: cython.pointer(QueueFloor),
    ours: cython.pointer(Ours),
    number: uint32_t,
    row: cython.pointer(cython.const[Row]),
) -> cython.void:
    """By a row an order has another quantity, or goes: perhaps a trade did it, perhaps its owner."""
    order: cython.pointer(Order) = floor.queues.pool.orders + number
    mark: cython.pointer(Mark) = _marked(floor, order.serial)
    trade = cython.declare(Trade)
    left = cython.declare(Removal)
    kind: cython.int = row.kind & 254
    after: int64_t = row.qty if kind == ROW_MODIFY else 0
    goes: cython.bint = kind != ROW_MODIFY
    perhaps: cython.bint = kind == ROW_DELETE
    gone: int64_t = order.qty - after
    struck: int64_t = 0 if mark == cython.NULL else _struck(ours, mark)
    trade.side = order.side
    trade.price = order.key * floor.queues.sides[order.side].sign
    trade.qty = 0  # What was struck of it by mistake: ours before it had their part of that.
    left.order_ns = placed_ns(order)
    left.message = order.message
    trade.used = 0
    trade.time_ns = 0 if mark == cython.NULL else mark.struck_ns
    if not goes:
        perhaps = row.order_ns < 0 or row.order_ns == order.time_ns
    if goes and struck > 0 and (not perhaps or struck < order.qty or 0 <= row.venue_ns < trade.time_ns):
        trade.qty = struck
        perhaps = perhaps and struck == order.qty
    elif goes or perhaps:
        if struck > 0:
            mark.struck = max(0, struck - gone)
            gone -= min(gone, struck)
    elif struck > after:
        trade.qty = struck - after
        mark.struck = after
    if perhaps and gone > 0 and order.before == 0:
        _note_removal(floor, ours, order, gone, row.venue_ns)
    if goes:
        if mark != cython.NULL:
            _unmark(floor, cython.cast(cython.int, mark - floor.marks))
        delete_order(cython.address(floor.queues), number)
    else:
        if mark != cython.NULL and mark.struck == 0 and mark.taken == 0:
            _unmark(floor, cython.cast(cython.int, mark - floor.marks))
        change_order(cython.address(floor.queues), number, row)
    if trade.qty > 0:
        _strike(floor, ours, cython.address(trade), cython.address(left))
        sweep_ours(ours)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _note_removal(
    floor: cython.pointer(QueueFloor),
    ours: cython.pointer(Ours),
    order: cython.pointer(Order),
    qty: int64_t,
    told_ns: int64_t,
) -> cython.void:
    """Remember what left the front of a queue."""
    removal: cython.pointer(Removal)
    side: cython.int = order.side
    price: int64_t = order.key * floor.queues.sides[side].sign
    if floor.removal_count == REMOVALS_MAX:
        _forget_removals(floor, 0, REMOVALS_MAX // 4)
    removal = floor.removals + floor.removal_count
    floor.removal_count += 1
    removal.side = side
    removal.price = price
    removal.qty = qty
    removal.told_ns = told_ns
    removal.order_ns = placed_ns(order)
    removal.message = order.message
    removal.now_ns = ours.now_ns


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _forget_removals(floor: cython.pointer(QueueFloor), place: cython.int, count: cython.int) -> cython.void:
    floor.removal_count -= count
    memmove(
        floor.removals + place,
        floor.removals + place + count,
        (floor.removal_count - place) * cython.sizeof(Removal),
    )


def order_traded(floor, ours, row):
    """Somebody took, says a row: fill those of ours that he met."""
    trade = cython.declare(Trade)
    step: int64_t
    place: cython.int
    trade.side = 0 if row.kind & 1 else 1
    trade.price = row.price
    trade.qty = row.qty
    trade.used = 0
    trade.time_ns = ours.now_ns if row.venue_ns < 0 else row.venue_ns
    place = next_own(ours, trade.side, trade.price, -1)
    while place >= 0 and trade.used < trade.qty and ours.owns[place].price != trade.price:
        if ours.owns[place].came_ns <= trade.time_ns:
            step = min(trade.qty - trade.used, ours.owns[place].left)
            trade.used += step
            fill_own(ours, place, step)
        place = next_own(ours, trade.side, trade.price, place)
    if not _told_before(floor, ours, cython.address(trade)):
        _strike(floor, ours, cython.address(trade), cython.NULL)
    sweep_ours(ours)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _told_before(
    floor: cython.pointer(QueueFloor), ours: cython.pointer(Ours), trade: cython.pointer(Trade)
) -> cython.bint:
    """Tell whether the book told of a trade already; what it took behind ours fills them then."""
    first: cython.int
    last: cython.int
    best_first: cython.int = -1
    best_last: cython.int = -1
    total: int64_t
    apart_ns: int64_t
    best_ns: int64_t = INT64_MAX
    removal: cython.pointer(Removal)
    place: cython.int
    own: cython.pointer(Own)
    last = 0
    while last < floor.removal_count and ours.now_ns - floor.removals[last].now_ns > _MOMENT_NS:
        last += 1
    if last > 0:
        _forget_removals(floor, 0, last)
    for first in range(floor.removal_count):
        total = 0
        last = first
        while last < floor.removal_count and total < trade.qty:
            removal = floor.removals + last
            if removal.side == trade.side and removal.price == trade.price:
                total += removal.qty
            elif last == first:
                break
            last += 1
        if total != trade.qty:
            continue
        apart_ns = max(
            _apart_ns(floor.removals + first, trade.time_ns), _apart_ns(floor.removals + (last - 1), trade.time_ns)
        )
        if apart_ns < best_ns:
            best_ns = apart_ns
            best_first = first
            best_last = last
    if best_first < 0:
        return False
    place = _ours_at(ours, trade.side, trade.price, -1)
    while place >= 0:
        own = ours.owns + place
        if own.came_ns <= trade.time_ns:
            total = 0
            for last in range(best_first, best_last):
                removal = floor.removals + last
                if (
                    removal.side == trade.side
                    and removal.price == trade.price
                    and not _before(floor, own, removal.order_ns, removal.message)
                ):
                    total += removal.qty
            total = min(own.left, total - trade.used)
            if total > 0:
                trade.used += total
                fill_own(ours, place, total)
        place = _ours_at(ours, trade.side, trade.price, place)
    last = best_last - 1
    while last >= best_first:
        if floor.removals[last].side == trade.side and floor.removals[last].price == trade.price:
            _forget_removals(floor, last, 1)
        last -= 1
    return True


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _apart_ns(removal: cython.pointer(Removal), time_ns: int64_t) -> int64_t:
    """Return how far apart a trade and what left a queue are."""
    apart_ns: int64_t = (removal.now_ns if removal.told_ns < 0 else removal.told_ns) - time_ns
    return max(apart_ns, -apart_ns)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _strike(
    floor: cython.pointer(QueueFloor),
    ours: cython.pointer(Ours),
    trade: cython.pointer(Trade),
    left: cython.pointer(Removal),
) -> cython.void:
    """A trade goes through a queue from its front: it strikes whom it meets, and fills ours as it passes them.

    `left` is the order from which it moves on, or NULL.
    """
    ladder: cython.pointer(Ladder) = cython.address(floor.queues.sides[trade.side])
    level: cython.pointer(Level) = seek(ladder, trade.price * ladder.sign)
    number: uint32_t = 0 if level == cython.NULL else level.head
    passed: uint32_t = 0
    before: uint32_t
    rest: int64_t = trade.qty
    step: int64_t
    place: cython.int = _ours_at(ours, trade.side, trade.price, -1)
    if level == cython.NULL and ladder.count > 0 and trade.price * ladder.sign < ladder.levels[ladder.first].key:
        return  # Beyond what is shown nobody knows who stands there.
    while place >= 0 and rest > 0:
        if ours.owns[place].came_ns <= trade.time_ns and (
            left == cython.NULL or _before(floor, ours.owns + place, left.order_ns, left.message)
        ):
            before = _last_before(floor, ours.owns + place)
            if before != 0:
                while number != 0 and rest > 0 and passed != before:
                    rest -= _strike_one(floor, ours, number, rest, trade.time_ns)
                    passed = number
                    number = floor.queues.pool.orders[number].after
            step = min(rest - trade.used, ours.owns[place].left)
            if step > 0:
                trade.used += step
                fill_own(ours, place, step)
        place = _ours_at(ours, trade.side, trade.price, place)
    while number != 0 and rest > 0:
        rest -= _strike_one(floor, ours, number, rest, trade.time_ns)
        number = floor.queues.pool.orders[number].after


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _strike_one(
    floor: cython.pointer(QueueFloor),
    ours: cython.pointer(Ours),
    number: uint32_t,
    qty: int64_t,
    traded_ns: int64_t,
) -> int64_t:
    """Strike an order with up to `qty`; return how much that ends of the trade."""
    order: cython.pointer(Order) = floor.queues.pool.orders + number
    mark: cython.pointer(Mark)
    struck: int64_t
    step: int64_t
    if order.qty > 0 and last_told_ns(order) >= traded_ns:
        return qty  # It stands after the trade: that came no farther.
    if floor.mark_count >= _MARKS_MANY:
        _forget_strikes(floor, ours)
    mark = _mark(floor, number)
    struck = _struck(ours, mark)
    step = min(qty, order.qty - struck)
    if step > 0:
        mark.struck = struck + step
        mark.struck_ns = traded_ns
    return max(0, step)


# -- Places ------------------------------------------------------------------------------------------------------------


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _before(
    floor: cython.pointer(QueueFloor), own: cython.pointer(Own), order_ns: int64_t, message: uint32_t
) -> cython.bint:
    """Tell whether an order stood there when one of ours came."""
    if message <= own.message:
        return True
    return order_ns < own.came_ns and (order_ns >= 0 or message == floor.queues.anew)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _last_before(floor: cython.pointer(QueueFloor), own: cython.pointer(Own)) -> uint32_t:
    """Return the number of the order behind which one of ours stands; 0: nobody is before it."""
    ladder: cython.pointer(Ladder) = cython.address(floor.queues.sides[own.side])
    level: cython.pointer(Level) = seek(ladder, own.price * ladder.sign)
    order: cython.pointer(Order)
    number: uint32_t = 0 if level == cython.NULL else level.tail
    while number != 0:
        order = floor.queues.pool.orders + number
        if _before(floor, own, placed_ns(order), order.message):
            break
        number = order.before
    return number


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _ours_at(ours: cython.pointer(Ours), side: cython.int, price: int64_t, after: cython.int) -> cython.int:
    """Return the place of the next order of ours at a price; -1: there is none."""
    place: cython.int
    for place in range(after + 1, ours.count):
        if ours.owns[place].price == price and ours.owns[place].side == side and ours.owns[place].left > 0:
            return place
    return -1


def join_queue(floor, own, now_ns):
    """Put an order of ours at the end of its queue."""
    own.came_ns = now_ns
    own.message = floor.queues.message - 1


def ahead_of(floor, ours, own, count):
    """Return how much stands before an order of ours, and in `count` how many orders that is."""
    number: uint32_t = _last_before(floor, own)
    total: int64_t = 0
    left: int64_t
    count[0] = 0
    while number != 0:
        left = _left(floor, ours, number)
        if left > 0:
            total += left
            count[0] += 1
        number = floor.queues.pool.orders[number].before
    return total


# -- What is left of an order ------------------------------------------------------------------------------------------


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _left(floor: cython.pointer(QueueFloor), ours: cython.pointer(Ours), number: uint32_t) -> int64_t:
    """Return what is left of an order, less what ours took and what trades struck."""
    order: cython.pointer(Order) = floor.queues.pool.orders + number
    mark: cython.pointer(Mark) = _marked(floor, order.serial)
    if mark == cython.NULL:
        return order.qty
    return max(0, order.qty - mark.taken - _struck(ours, mark))


def left_at(floor, ours, rank, side):
    """Return what is left of the level with a rank from the best on."""
    ladder: cython.pointer(Ladder) = cython.address(floor.queues.sides[side])
    level: cython.pointer(Level) = ladder.levels + (ladder.first + ladder.count - 1 - rank)
    number: uint32_t = level.head
    total: int64_t = 0
    if floor.mark_count == 0:
        return level.qty
    while number != 0:
        total += _left(floor, ours, number)
        number = floor.queues.pool.orders[number].after
    return total


def take_orders_at(floor, ours, rank, side, qty):
    """Take up to `qty` from the orders of a level, front to back; return how much."""
    ladder: cython.pointer(Ladder) = cython.address(floor.queues.sides[side])
    level: cython.pointer(Level) = ladder.levels + (ladder.first + ladder.count - 1 - rank)
    number: uint32_t = level.head
    left: int64_t = qty
    step: int64_t
    while number != 0 and left > 0:
        step = min(left, _left(floor, ours, number))
        if step > 0:
            _mark(floor, number).taken += step
            left -= step
        number = floor.queues.pool.orders[number].after
    return qty - left


def any_taken(floor):
    """Tell whether ours took something that is still remembered."""
    place: cython.int
    taken: int64_t = 0
    for place in range(floor.mark_count):
        taken += floor.marks[place].taken
    return taken > 0


# -- Marks -------------------------------------------------------------------------------------------------------------


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _struck(ours: cython.pointer(Ours), mark: cython.pointer(Mark)) -> int64_t:
    """Return what trades struck; what the book did not tell within a moment was a mistake."""
    return mark.struck if ours.now_ns - mark.struck_ns <= _MOMENT_NS else 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _marked(floor: cython.pointer(QueueFloor), serial: uint32_t) -> cython.pointer(Mark):
    """Return the mark of an order, or NULL."""
    place: cython.int
    for place in range(floor.mark_count):
        if floor.marks[place].serial == serial:
            return floor.marks + place
    return cython.NULL


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _mark(floor: cython.pointer(QueueFloor), number: uint32_t) -> cython.pointer(Mark):
    """Return the mark of an order, a new one where it has none; the oldest goes where there are too many."""
    order: cython.pointer(Order) = floor.queues.pool.orders + number
    mark: cython.pointer(Mark) = _marked(floor, order.serial)
    if mark != cython.NULL:
        return mark
    if floor.mark_count == MARKS_MAX:
        _unmark(floor, 0)
    mark = floor.marks + floor.mark_count
    floor.mark_count += 1
    mark.serial = order.serial
    mark.order_ns = order.time_ns
    mark.taken = 0
    mark.struck = 0
    mark.struck_ns = 0
    return mark


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _unmark(floor: cython.pointer(QueueFloor), place: cython.int) -> cython.void:
    floor.mark_count -= 1
    memmove(floor.marks + place, floor.marks + place + 1, (floor.mark_count - place) * cython.sizeof(Mark))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _forget_strikes(floor: cython.pointer(QueueFloor), ours: cython.pointer(Ours)) -> cython.void:
    """Forget the marks of orders that were struck by mistake, and of which nothing was taken."""
    place: cython.int
    kept: cython.int = 0
    for place in range(floor.mark_count):
        if floor.marks[place].taken > 0 or _struck(ours, floor.marks + place) > 0:
            floor.marks[kept] = floor.marks[place]
            kept += 1
    floor.mark_count = kept
