"""The orders of one level 3 book: a pool of them by number, and a table of the numbers by order id.

Room is reserved before a frame is applied, so that taking an order cannot fail. The table is open-addressed with linear
probing, at most half full, and closes the gap of a deleted id: there are no tombstones to sweep.

Pure. Imports: layout. Imported by: l3, l3_queue.
"""

import cython
from cython.cimports.fathom.kernel.layout import Order, Pool, Text, load8, mixed
from cython.cimports.libc.stdint import int64_t, uint32_t, uint64_t
from cython.cimports.libc.stdlib import calloc, free, realloc
from cython.cimports.libc.string import memcmp, memcpy, memset


def reserve_orders(pool, more):
    """Make room for `more` orders; False when there is no memory. The pool is unchanged either way."""
    need: int64_t = pool.held + more + 1
    capacity: int64_t
    slots: cython.pointer(uint32_t)
    orders: cython.pointer(Order)
    if need > pool.capacity:
        capacity = 2 * need + 62
        orders = cython.cast(cython.pointer(Order), realloc(pool.orders, capacity * cython.sizeof(Order)))
        if orders == cython.NULL:
            return False
        pool.orders = orders
        pool.capacity = capacity
        if pool.used == 0:
            memset(orders, 0, cython.sizeof(Order))
            pool.used = 1
    if 2 * need > pool.mask + 1 or pool.slots == cython.NULL:
        capacity = 128
        while capacity < 4 * need:
            capacity *= 2
        slots = cython.cast(cython.pointer(uint32_t), calloc(capacity, cython.sizeof(uint32_t)))
        if slots == cython.NULL:
            return False
        _move(pool, slots, capacity - 1)
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _move(pool: cython.pointer(Pool), slots: cython.pointer(uint32_t), mask: int64_t) -> cython.void:
    """Put every id into another table."""
    place: int64_t
    target: int64_t
    if pool.slots != cython.NULL:
        for place in range(pool.mask + 1):
            if pool.slots[place] != 0:
                target = pool.orders[pool.slots[place]].hash & mask
                while slots[target] != 0:
                    target = (target + 1) & mask
                slots[target] = pool.slots[place]
        free(pool.slots)
    pool.slots = slots
    pool.mask = mask


def release_orders(pool):
    """Give the memory back."""
    free(pool.orders)
    free(pool.slots)
    pool.orders = cython.NULL
    pool.slots = cython.NULL
    pool.capacity = 0
    pool.used = 0
    pool.held = 0
    pool.mask = -1
    pool.free = 0


def forget_orders(pool):
    """Forget every order; the memory stays."""
    if pool.slots != cython.NULL:
        memset(pool.slots, 0, (pool.mask + 1) * cython.sizeof(uint32_t))
        pool.used = 1
    pool.held = 0
    pool.free = 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _hash(order_id: Text, length: int64_t) -> uint32_t:
    """Mix the bytes of an id by eights; the last eight may overlap those before."""
    word: uint64_t = length
    at: int64_t = 0
    if length < 8:
        while at < length:
            word = (word << 8) ^ (word >> 56) ^ order_id[at]
            at += 1
        return cython.cast(uint32_t, mixed(word))
    while at + 8 < length:
        word = mixed(word ^ load8(order_id + at))
        at += 8
    return cython.cast(uint32_t, mixed(word ^ load8(order_id + length - 8)))


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _slot(pool: cython.pointer(Pool), order_id: Text, length: int64_t, code: uint32_t) -> int64_t:
    """Return where an id stands in the table, or the empty slot where it would."""
    order: cython.pointer(Order)
    slot: int64_t = code & pool.mask
    while pool.slots[slot] != 0:
        order = pool.orders + pool.slots[slot]
        if order.hash == code and order.id_length == length and memcmp(order.id, order_id, length) == 0:
            break
        slot = (slot + 1) & pool.mask
    return slot


def find_order(pool, order_id, length):
    """Return the number of the order with an id, or 0."""
    if pool.held == 0:
        return 0
    return pool.slots[_slot(pool, order_id, length, _hash(order_id, length))]


def take_order(pool, order_id, length):
    """Return the number of a new order with an id that is not held. Room was reserved."""
    number: uint32_t = pool.free
    order: cython.pointer(Order)
    code: uint32_t = _hash(order_id, length)
    if number != 0:
        pool.free = pool.orders[number].after
    else:
        number = cython.cast(uint32_t, pool.used)
        pool.used += 1
    order = pool.orders + number
    order.hash = code
    order.id_length = cython.cast(cython.uchar, length)
    memcpy(order.id, order_id, length)
    pool.slots[_slot(pool, order_id, length, code)] = number
    pool.held += 1
    return number


def give_order(pool, number):
    """Free an order and take its id out of the table."""
    order: cython.pointer(Order) = pool.orders + number
    slot: int64_t = order.hash & pool.mask
    later: int64_t
    home: int64_t
    while pool.slots[slot] != number:
        slot = (slot + 1) & pool.mask
    # Move back whatever was pushed past the gap, so that every id stays reachable from its own place.
    later = (slot + 1) & pool.mask
    while pool.slots[later] != 0:
        home = pool.orders[pool.slots[later]].hash & pool.mask
        if ((later - home) & pool.mask) >= ((later - slot) & pool.mask):
            pool.slots[slot] = pool.slots[later]
            slot = later
        later = (later + 1) & pool.mask
    pool.slots[slot] = 0
    order.after = pool.free
    pool.free = number
    pool.held -= 1


@cython.cclass
class Orders:
    """A pool on its own, to be looked at: ids in, numbers out."""

    _pool: Pool

    def __cinit__(self):
        self._pool.mask = -1

    def __dealloc__(self):
        release_orders(cython.address(self._pool))

    def take(self, order_id: bytes) -> int:
        """Return the number of a new order. Its id must not be held."""
        if not reserve_orders(cython.address(self._pool), 1):
            raise MemoryError
        return take_order(cython.address(self._pool), order_id, len(order_id))

    def find(self, order_id: bytes) -> int:
        """Return the number of the order with an id, or 0."""
        return find_order(cython.address(self._pool), order_id, len(order_id))

    def give(self, number: int) -> None:
        """Free an order that is held."""
        give_order(cython.address(self._pool), number)

    def forget(self) -> None:
        """Forget every order."""
        forget_orders(cython.address(self._pool))

    @property
    def held(self) -> int:
        """Orders alive."""
        return self._pool.held

    @property
    def capacity(self) -> int:
        """Orders that there is room for, and one."""
        return self._pool.capacity
