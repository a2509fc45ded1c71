"""The queues of a level 3 side: the orders at one price, oldest first (book-checksum.md 4).

Pure. Imports: crc, l3_pool, ladder, layout. Imported by: l3.
"""

import cython
from cython.cimports.fathom.kernel.crc import digest, shifted
from cython.cimports.fathom.kernel.l3_pool import give_order
from cython.cimports.fathom.kernel.ladder import remove, seek, seek_or_insert, touch
from cython.cimports.fathom.kernel.layout import CHECKED_LEVELS, Ladder, Level, Order
from cython.cimports.libc.stdint import int64_t, uint32_t


def add_to_queue(pool, side, number, event, by_time):
    """Put an order at the end of the queue of its price.

    With `by_time` it goes in front of those that its own message added and that are younger: a level that comes into
    the depth is sent in no order. An order without a time stays where it was put, and nothing passes it.
    """
    order: cython.pointer(Order) = pool.orders + number
    level: cython.pointer(Level) = seek_or_insert(side, event.price * side.sign)
    before: uint32_t = level.tail
    after: uint32_t = 0
    crc: uint32_t = level.crc
    length: uint32_t = level.length
    order.key = level.key
    order.qty = event.qty
    order.time_ns = event.time_ns
    order.length = 0
    if by_time and event.time_ns >= 0:
        while (
            before != 0 and pool.orders[before].message == order.message and pool.orders[before].time_ns > event.time_ns
        ):
            after = before
            before = pool.orders[before].before
    order.before = before
    order.after = after
    if before != 0:
        pool.orders[before].after = number
    else:
        level.head = number
    if after != 0:
        pool.orders[after].before = number
    else:
        level.tail = number
    level.qty += event.qty
    touch(side, level)
    if length != 0 and after == 0:
        # What was known of the queue stays good: the new order's digits come behind it.
        _digest_order(side, order)
        level.crc = shifted(crc, order.length) ^ order.crc
        level.length = length + order.length


def change_in_queue(pool, side, number, qty):
    """Give an order another quantity; it keeps its place."""
    order: cython.pointer(Order) = pool.orders + number
    level: cython.pointer(Level) = seek(side, order.key)
    level.qty += qty - order.qty
    order.qty = qty
    order.length = 0
    touch(side, level)


def delete_from_queue(pool, side, number):
    """Take an order out; its level goes with the last."""
    order: cython.pointer(Order) = pool.orders + number
    level: cython.pointer(Level) = seek(side, order.key)
    if order.before != 0:
        pool.orders[order.before].after = order.after
    else:
        level.head = order.after
    if order.after != 0:
        pool.orders[order.after].before = order.before
    else:
        level.tail = order.before
    if level.head == 0:
        remove(side, level)
    else:
        level.qty -= order.qty
        touch(side, level)
    give_order(pool, number)


def drop_worst(pool, side):
    """Forget the worst level and its orders; return the quantity that goes with them."""
    level: cython.pointer(Level) = side.levels + side.first
    qty: int64_t = level.qty
    number: uint32_t = level.head
    after: uint32_t
    while number != 0:
        after = pool.orders[number].after
        give_order(pool, number)
        number = after
    remove(side, level)
    return qty


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _digest_order(side: cython.pointer(Ladder), order: cython.pointer(Order)) -> cython.void:
    if order.length == 0:
        order.length = cython.cast(cython.uchar, digest(order.key * side.sign, order.qty, cython.address(order.crc)))


def digest_queues(pool, side):
    """Compute the digits' CRC of those of the best levels that changed."""
    last: int64_t = min(CHECKED_LEVELS, side.count)
    rank: int64_t = side.folded
    level: cython.pointer(Level)
    order: cython.pointer(Order)
    number: uint32_t
    while rank < last:
        level = side.levels + (side.first + side.count - 1 - rank)
        rank += 1
        if level.length != 0:
            continue
        level.crc = 0
        number = level.head
        while number != 0:
            order = pool.orders + number
            _digest_order(side, order)
            level.crc = shifted(level.crc, order.length) ^ order.crc
            level.length += order.length
            number = order.after
