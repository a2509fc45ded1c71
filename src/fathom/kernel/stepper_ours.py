"""Orders of ours that rest at the venue of a stepper, and their fills.

Pure. Imports: layout. Imported by: stepper_levels, stepper_venue.
"""

import cython
from cython.cimports.fathom.kernel.layout import OWNS_MAX, Fill, Own
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import free, malloc, realloc
from cython.cimports.libc.string import memmove


def make_ours(ours):
    """Get room for all that may rest; False when there is no memory."""
    ours.owns = cython.cast(cython.pointer(Own), malloc(OWNS_MAX * cython.sizeof(Own)))
    return ours.owns != cython.NULL


def release_ours(ours):
    """Give the memory back."""
    free(ours.owns)
    free(ours.fills)
    ours.owns = cython.NULL
    ours.fills = cython.NULL
    ours.count = 0
    ours.fill_count = 0


def find_own(ours, handle):
    """Return the place of an order; -1: it does not rest."""
    place: cython.int
    for place in range(ours.count):
        if ours.owns[place].handle == handle:
            return place
    return -1


def next_own(ours, side, price, after):
    """Return the place of the next order of ours on a side that a taker at `price` meets; -1: there is none.

    Best price first, among equals in the order in which they came.
    """
    sign: int64_t = -1 if side else 1
    best: cython.int = -1
    place: cython.int
    own: cython.pointer(Own)
    last: cython.pointer(Own) = ours.owns + after
    for place in range(ours.count):
        own = ours.owns + place
        if own.side != side or own.left == 0 or own.price * sign < price * sign:
            continue
        if after >= 0 and (own.price * sign > last.price * sign or (own.price == last.price and place <= after)):
            continue
        if best < 0 or own.price * sign > ours.owns[best].price * sign:
            best = place
    return best


def fill_own(ours, place, qty):
    """Fill an order of ours, at its own price. What is filled stays in its place until it is swept."""
    fill: cython.pointer(Fill)
    grown: cython.pointer(Fill)
    if ours.fill_count == ours.fill_capacity:
        grown = cython.cast(
            cython.pointer(Fill), realloc(ours.fills, (2 * ours.fill_capacity + 64) * cython.sizeof(Fill))
        )
        if grown == cython.NULL:
            ours.starving = True
            return
        ours.fills = grown
        ours.fill_capacity = 2 * ours.fill_capacity + 64
    ours.owns[place].left -= qty
    fill = ours.fills + ours.fill_count
    fill.handle = ours.owns[place].handle
    fill.price = ours.owns[place].price
    fill.qty = qty
    fill.time_ns = ours.now_ns
    ours.fill_count += 1


def fill_by_newcomer(ours, side, price, qty):
    """Somebody came to `side` and met orders of ours on the other one: fill those, and return how much they had."""
    left: int64_t = qty
    step: int64_t
    place: cython.int = next_own(ours, 1 - side, price, -1)
    if place < 0:
        return 0
    while place >= 0 and left > 0:
        step = min(left, ours.owns[place].left)
        left -= step
        fill_own(ours, place, step)
        place = next_own(ours, 1 - side, price, place)
    sweep_ours(ours)
    return qty - left


def sweep_ours(ours):
    """Take away what is filled."""
    place: cython.int = 0
    while place < ours.count:
        if ours.owns[place].left == 0:
            remove_own(ours, place)
        else:
            place += 1


def remove_own(ours, place):
    """Take an order away; those that came later move up."""
    ours.count -= 1
    memmove(ours.owns + place, ours.owns + place + 1, (ours.count - place) * cython.sizeof(Own))
