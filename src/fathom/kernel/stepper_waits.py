"""Orders of ours that wait for a price at the venue of a stepper: stops, take-profits, and trailing ones.

Each trade at the venue is the last price; it ends the waits that it reaches, and the trailing ones among the others
follow it where it went the good way.

Pure. Imports: layout. Imported by: stepper_venue.
"""

import cython
from cython.cimports.fathom.kernel.layout import WAITS_MAX, Fired, Wait, Waits
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import free, malloc, realloc
from cython.cimports.libc.string import memmove


def make_waits(waits):
    """Get room for all that may wait; False when there is no memory."""
    waits.waits = cython.cast(cython.pointer(Wait), malloc(WAITS_MAX * cython.sizeof(Wait)))
    return waits.waits != cython.NULL


def release_waits(waits):
    """Give the memory back."""
    free(waits.waits)
    free(waits.fired)
    waits.waits = cython.NULL
    waits.fired = cython.NULL
    waits.count = 0
    waits.fired_count = 0


def find_wait(waits, handle):
    """Return the place of a wait; -1: there is none."""
    place: cython.int
    for place in range(waits.count):
        if waits.waits[place].handle == handle:
            return place
    return -1


def remove_wait(waits, place):
    """Take a wait away; those that came later move up."""
    waits.count -= 1
    memmove(waits.waits + place, waits.waits + place + 1, (waits.count - place) * cython.sizeof(Wait))


def last_traded(waits, price, now_ns):
    """Take the price of a trade; False when there is no memory for what it ends."""
    place: cython.int = 0
    first: cython.int = waits.fired_count
    wait: cython.pointer(Wait)
    past: int64_t
    waits.last = price
    waits.traded = True
    while place < waits.count:
        wait = waits.waits + place
        past = price - wait.price if wait.above else wait.price - price
        if past < 0:
            if wait.distance > 0 and wait.above:
                wait.price = min(wait.price, price + wait.distance)
            elif wait.distance > 0:
                wait.price = max(wait.price, price - wait.distance)
            place += 1
            continue
        if not _fire(waits, first, wait.handle, past, now_ns):
            return False
        remove_wait(waits, place)
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _fire(
    waits: cython.pointer(Waits), first: cython.int, handle: int64_t, past: int64_t, now_ns: int64_t
) -> cython.bint:
    """Note what is over: among those of one trade, from `first` on, what it passed farthest stands first."""
    grown: cython.pointer(Fired)
    place: cython.int = waits.fired_count
    if waits.fired_count == waits.fired_capacity:
        grown = cython.cast(
            cython.pointer(Fired), realloc(waits.fired, (2 * waits.fired_capacity + 16) * cython.sizeof(Fired))
        )
        if grown == cython.NULL:
            return False
        waits.fired = grown
        waits.fired_capacity = 2 * waits.fired_capacity + 16
    while place > first and waits.fired[place - 1].past < past:
        waits.fired[place] = waits.fired[place - 1]
        place -= 1
    waits.fired[place].handle = handle
    waits.fired[place].last = waits.last
    waits.fired[place].past = past
    waits.fired[place].time_ns = now_ns
    waits.fired_count += 1
    return True
