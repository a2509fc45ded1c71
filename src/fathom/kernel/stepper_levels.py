"""Level 2 at the venue of a stepper: orders of ours in queues of which only the sum is known, and what ours took.

Level 2 does not say who stands where, so the place of an order of ours is a model's; trades use up what stands before
it first. The market's own orders come to us only where it shows that they did: a trade at our price or through it, or a
level on the other side that would have met us. What our takers took stays taken until the market shows more. Beyond the
depth nobody knows what stands at a price: all of it is before us that is there when the book shows it.

Pure. Imports: ladder, layout, stepper_ours. Imported by: stepper, stepper_venue.
"""

import cython
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek, set_qty, truncate
from cython.cimports.fathom.kernel.layout import (
    MODEL_PROPORTIONAL,
    MODEL_TRADES,
    ROW_LAST,
    ROW_LEVEL,
    TAKENS_MAX,
    Ladder,
    Level,
    LevelFloor,
    Ours,
    Own,
    Row,
    Taken,
)
from cython.cimports.fathom.kernel.stepper_ours import fill_by_newcomer, fill_own, next_own, sweep_ours
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memmove

_UNKNOWN = cython.declare(int64_t, 1 << 62)  # Before an order at a price that the book does not show.
_MOMENT_NS = cython.declare(int64_t, 1_000_000_000)  # A trade and what it took from the level are told within it.


def make_levels(floor):
    """Get room for what may be taken; False when there is no memory."""
    floor.sides[0].sign = 1
    floor.sides[1].sign = -1
    floor.takens = cython.cast(cython.pointer(Taken), malloc(TAKENS_MAX * cython.sizeof(Taken)))
    return floor.takens != cython.NULL


def release_levels(floor):
    """Give the memory back."""
    release(cython.address(floor.sides[0]))
    release(cython.address(floor.sides[1]))
    free(floor.takens)
    floor.takens = cython.NULL


# -- What the market tells ---------------------------------------------------------------------------------------------


def same_levels(sides, floor, place):
    """Tell whether the rows of the seed at a place say of a side's levels what is known already.

    `floor` is whose takers took of it, or NULL.
    """
    row: cython.pointer(cython.const[Row]) = place.at
    level: cython.pointer(Level)
    side: cython.int
    known: int64_t
    count: int64_t = 0
    while (row.flags & ROW_LAST) == 0 and row + 1 < place.end:
        row += 1
        if (row.kind & 254) != ROW_LEVEL:
            return False
        side = row.kind & 1
        level = seek(cython.address(sides[side]), row.price * sides[side].sign)
        known = 0 if level == cython.NULL else level.qty
        if floor != cython.NULL:
            known += _taken_at(floor, side, row.price)
        if known != row.qty:
            return False
        count += 1
    known = sides[0].count + sides[1].count
    if floor != cython.NULL:
        known += _hidden_count(floor, 0) + _hidden_count(floor, 1)
    return count == known


def empty_levels(floor):
    """Forget every level, and what was taken of it."""
    empty(cython.address(floor.sides[0]))
    empty(cython.address(floor.sides[1]))
    floor.taken_count = 0


def settle_levels(floor, ours):
    """A snapshot was told: no more stands before an order of ours than its level shows."""
    place: cython.int
    own: cython.pointer(Own)
    level: cython.pointer(Level)
    ladder: cython.pointer(Ladder)
    shown: int64_t
    for place in range(ours.count):
        own = ours.owns + place
        ladder = cython.address(floor.sides[own.side])
        level = seek(ladder, own.price * ladder.sign)
        shown = (0 if level == cython.NULL else level.qty) + _taken_at(floor, own.side, own.price)
        own.ahead = min(own.ahead, shown) if _in_view(floor, own.side, own.price) else _UNKNOWN
        own.traded = 0
        own.cut = 0


def look_at_unknown(floor, ours):
    """A frame was told: of ours that stand where nobody knew what stands, see whether the book shows it now."""
    place: cython.int
    own: cython.pointer(Own)
    level: cython.pointer(Level)
    ladder: cython.pointer(Ladder)
    for place in range(ours.count):
        own = ours.owns + place
        if own.ahead >= _UNKNOWN // 2 and _in_view(floor, own.side, own.price):
            ladder = cython.address(floor.sides[own.side])
            level = seek(ladder, own.price * ladder.sign)
            own.ahead = (0 if level == cython.NULL else level.qty) + _taken_at(floor, own.side, own.price)
            own.traded = 0
            own.cut = 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _in_view(floor: cython.pointer(LevelFloor), side: cython.int, price: int64_t) -> cython.bint:
    """Tell whether the book would show what stands at a price."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    worst: cython.int = -1
    hidden: cython.int = 0
    if floor.taken_count > 0:
        worst = _worst_hidden(floor, side)
        hidden = _hidden_count(floor, side)
    if ladder.count + hidden < floor.depth:
        return True
    if worst >= 0 and price * ladder.sign >= floor.takens[worst].price * ladder.sign:
        return True
    return ladder.count > 0 and price * ladder.sign >= ladder.levels[ladder.first].key


def level_set(floor, ours, side, price, qty):
    """Set a level, less what our takers took of it; move ours in its queue, and fill those that it meets."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    level: cython.pointer(Level)
    taken: int64_t = _taken_at(floor, side, price) if floor.taken_count > 0 else 0
    before: int64_t
    met: int64_t
    place: cython.int
    if not reserve(ladder, 1):
        ours.starving = True
        return
    if ours.count > 0 or taken > 0:
        level = seek(ladder, price * ladder.sign)
        before = (0 if level == cython.NULL else level.qty) + taken
        if taken > 0:
            taken = _still_taken(floor, side, price, qty)
        for place in range(ours.count):
            if ours.owns[place].side == side and ours.owns[place].price == price:
                _moved(floor.model, ours, ours.owns + place, before, qty)
    set_qty(ladder, price * ladder.sign, max(0, qty - taken))
    if ours.count > 0 and qty > taken:
        met = fill_by_newcomer(ours, side, price, qty - taken)
        if met > 0:
            _note_taken(floor, side, price, met)  # With us it traded, and so it is not there.
            set_qty(ladder, price * ladder.sign, qty - taken - met)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _moved(
    model: cython.int, ours: cython.pointer(Ours), own: cython.pointer(Own), before: int64_t, after: int64_t
) -> cython.void:
    """The level at which an order of ours stands changed."""
    gone: int64_t = before - after
    known: int64_t
    step: int64_t = 0
    if gone <= 0 or model == MODEL_TRADES:
        return
    known = min(gone, own.traded)
    own.traded -= known
    gone -= known
    if model == MODEL_PROPORTIONAL and gone > 0 and before - known > 0:
        step = cython.cast(int64_t, cython.cast(cython.double, gone) * own.ahead / (before - known))
    step = max(step, own.ahead - after)  # No more can stand before us than stands there.
    step = min(max(step, 0), own.ahead)
    if step > 0:
        if ours.now_ns - own.cut_ns > _MOMENT_NS:
            own.cut = 0
        own.ahead -= step
        own.cut += step
        own.cut_ns = ours.now_ns


def level_traded(ours, taker, price, qty):
    """Somebody took: ours that rest at his price or at a better one for him are met, by price, then by time."""
    side: cython.int = 0 if taker else 1
    left: int64_t = qty
    rest: int64_t
    step: int64_t
    own: cython.pointer(Own)
    place: cython.int = next_own(ours, side, price, -1)
    while place >= 0 and left > 0:
        own = ours.owns + place
        rest = left
        if own.price == price:
            if ours.now_ns - own.cut_ns <= _MOMENT_NS:
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
            fill_own(ours, place, step)
        place = next_own(ours, side, price, place)
    sweep_ours(ours)


def cut_levels(floor, side):
    """Drop the worst levels beyond the depth. Levels that we took whole count: they are shown."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    worst: cython.int
    if floor.taken_count == 0:
        truncate(ladder, floor.depth)
        return
    while True:
        worst = _worst_hidden(floor, side)
        if ladder.count + _hidden_count(floor, side) <= floor.depth:
            return
        if worst >= 0 and (
            ladder.count == 0 or floor.takens[worst].price * ladder.sign < ladder.levels[ladder.first].key
        ):
            _forget(floor, worst)
            continue
        _forget(floor, _taken_place(floor, side, ladder.levels[ladder.first].key * ladder.sign))
        truncate(ladder, ladder.count - 1)


# -- What ours do ------------------------------------------------------------------------------------------------------


def join_level(floor, own):
    """Put an order of ours at the end of its queue."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[own.side])
    level: cython.pointer(Level) = seek(ladder, own.price * ladder.sign)
    own.ahead = 0 if level == cython.NULL else level.qty
    if not _in_view(floor, own.side, own.price):
        own.ahead = _UNKNOWN
    own.traded = 0
    own.cut = 0
    own.cut_ns = -_MOMENT_NS - 1


def take_level(floor, side, qty):
    """Take up to `qty` from the best level of a side; return how much. There must be one."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    level: cython.pointer(Level) = ladder.levels + (ladder.first + ladder.count - 1)
    step: int64_t = min(qty, level.qty)
    _note_taken(floor, side, level.key * ladder.sign, step)
    set_qty(ladder, level.key, level.qty - step)
    return step


# -- What our takers took ----------------------------------------------------------------------------------------------


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _hidden_count(floor: cython.pointer(LevelFloor), side: cython.int) -> cython.int:
    """Count the levels of which we took all that is shown."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    place: cython.int
    count: cython.int = 0
    for place in range(floor.taken_count):
        if floor.takens[place].side == side and seek(ladder, floor.takens[place].price * ladder.sign) == cython.NULL:
            count += 1
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _worst_hidden(floor: cython.pointer(LevelFloor), side: cython.int) -> cython.int:
    """Return the place of the worst of these; -1: there is none."""
    ladder: cython.pointer(Ladder) = cython.address(floor.sides[side])
    place: cython.int
    worst: cython.int = -1
    key: int64_t
    for place in range(floor.taken_count):
        key = floor.takens[place].price * ladder.sign
        if floor.takens[place].side != side or seek(ladder, key) != cython.NULL:
            continue
        if worst < 0 or key < floor.takens[worst].price * ladder.sign:
            worst = place
    return worst


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _taken_place(floor: cython.pointer(LevelFloor), side: cython.int, price: int64_t) -> cython.int:
    place: cython.int
    for place in range(floor.taken_count):
        if floor.takens[place].side == side and floor.takens[place].price == price:
            return place
    return -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _forget(floor: cython.pointer(LevelFloor), place: cython.int) -> cython.void:
    """Forget what was taken of a level: it is not shown any more."""
    if place >= 0:
        floor.taken_count -= 1
        memmove(floor.takens + place, floor.takens + place + 1, (floor.taken_count - place) * cython.sizeof(Taken))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _taken_at(floor: cython.pointer(LevelFloor), side: cython.int, price: int64_t) -> int64_t:
    place: cython.int = _taken_place(floor, side, price)
    return 0 if place < 0 else floor.takens[place].qty


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _note_taken(floor: cython.pointer(LevelFloor), side: cython.int, price: int64_t, qty: int64_t) -> cython.void:
    """Remember that so much of a level is gone; the oldest is forgotten where there are too many."""
    place: cython.int = _taken_place(floor, side, price)
    if place < 0:
        if floor.taken_count == TAKENS_MAX:
            _forget(floor, 0)
        place = floor.taken_count
        floor.taken_count += 1
        floor.takens[place].side = side
        floor.takens[place].price = price
        floor.takens[place].qty = 0
    floor.takens[place].qty += qty


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _still_taken(floor: cython.pointer(LevelFloor), side: cython.int, price: int64_t, after: int64_t) -> int64_t:
    """Return how much of a level is still gone once the market shows another quantity: never more than that."""
    place: cython.int = _taken_place(floor, side, price)
    left: int64_t = min(floor.takens[place].qty, after)
    floor.takens[place].qty = left
    if left == 0:
        _forget(floor, place)
    return left
