"""A level 3 book of rows: every order in its queue, as the book of frames has it (book-checksum.md 4).

It uses that one's pool and queues. An order's id is its serial here. In the room behind that lie the time by which it
has its place (one that is amended keeps the place, and has another time), and that of the last message that told of it.

Pure. Imports: l3_pool, l3_queue, ladder, layout. Imported by: stepper, stepper_places, stepper_venue.
"""

import cython
from cython.cimports.fathom.kernel.l3_pool import (
    find_order,
    forget_orders,
    release_orders,
    reserve_orders,
    take_order,
)
from cython.cimports.fathom.kernel.l3_queue import add_to_queue, change_in_queue, delete_from_queue, drop_worst
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek
from cython.cimports.fathom.kernel.layout import (
    ROW_ADD,
    ROW_DELETE,
    ROW_LAST,
    ROW_MODIFY,
    ROW_SNAPSHOT,
    Ladder,
    Level,
    Order,
    OrderEvent,
    Row,
    Text,
)
from cython.cimports.libc.stdint import int64_t, uint32_t
from cython.cimports.libc.string import memcpy


def make_queues(queues):
    """Begin with nothing."""
    queues.sides[0].sign = 1
    queues.sides[1].sign = -1
    queues.pool.mask = -1
    queues.message = 1
    queues.anew = 0


def release_queues(queues):
    """Give the memory back."""
    release(cython.address(queues.sides[0]))
    release(cython.address(queues.sides[1]))
    release_orders(cython.address(queues.pool))


def empty_queues(queues):
    """Forget every order: a snapshot is told."""
    empty(cython.address(queues.sides[0]))
    empty(cython.address(queues.sides[1]))
    forget_orders(cython.address(queues.pool))
    queues.anew = queues.message


def number_of(queues, serial):
    """Return the number of the order with a serial, or 0."""
    name: int64_t = serial
    return find_order(cython.address(queues.pool), cython.cast(Text, cython.address(name)), cython.sizeof(int64_t))


def placed_ns(order):
    """Return the time by which an order has its place."""
    time_ns: int64_t = 0
    memcpy(cython.address(time_ns), order.id + cython.sizeof(int64_t), cython.sizeof(int64_t))
    return time_ns


def last_told_ns(order):
    """Return the time of the message that told of an order last; -1: it had none."""
    time_ns: int64_t = 0
    memcpy(cython.address(time_ns), order.id + 2 * cython.sizeof(int64_t), cython.sizeof(int64_t))
    return time_ns


def add_order(queues, row):
    """Put an order at the end of its queue; one of its serial is not held. False when there is no memory."""
    event = cython.declare(OrderEvent)
    side: cython.int = row.kind & 1
    name: int64_t = row.order
    number: uint32_t
    order: cython.pointer(Order)
    if not reserve(cython.address(queues.sides[side]), 1):
        return False
    if not reserve_orders(cython.address(queues.pool), 1):
        return False
    number = take_order(cython.address(queues.pool), cython.cast(Text, cython.address(name)), cython.sizeof(int64_t))
    order = queues.pool.orders + number
    memcpy(order.id + cython.sizeof(int64_t), cython.address(row.order_ns), cython.sizeof(int64_t))
    memcpy(order.id + 2 * cython.sizeof(int64_t), cython.address(row.venue_ns), cython.sizeof(int64_t))
    order.serial = cython.cast(uint32_t, name)
    order.side = cython.cast(cython.uchar, side)
    order.message = queues.message
    event.price = row.price
    event.qty = row.qty
    event.time_ns = row.order_ns
    add_to_queue(
        cython.address(queues.pool),
        cython.address(queues.sides[side]),
        number,
        cython.address(event),
        (row.flags & ROW_SNAPSHOT) == 0,
    )
    return True


def change_order(queues, number, row):
    """Give an order another quantity, in its place, and the time that it has now."""
    order: cython.pointer(Order) = queues.pool.orders + number
    side: cython.int = order.side
    if row.order_ns >= 0:
        order.time_ns = row.order_ns
    memcpy(order.id + 2 * cython.sizeof(int64_t), cython.address(row.venue_ns), cython.sizeof(int64_t))
    change_in_queue(cython.address(queues.pool), cython.address(queues.sides[side]), number, row.qty)


def delete_order(queues, number):
    """Take an order away."""
    side: cython.int = queues.pool.orders[number].side
    delete_from_queue(cython.address(queues.pool), cython.address(queues.sides[side]), number)


def order_row(queues, row):
    """Do what a row of an order says; False when there is no memory."""
    kind: cython.int = row.kind & 254
    number: uint32_t = number_of(queues, row.order)
    if kind == ROW_ADD:
        if number != 0:
            delete_order(queues, number)
        return add_order(queues, row)
    if number != 0 and kind == ROW_MODIFY:
        change_order(queues, number, row)
    elif number != 0 and kind == ROW_DELETE:
        delete_order(queues, number)
    return True


def cut_queues(queues, depth):
    """Forget the levels beyond the depth; tell whether there were any."""
    side: cython.int
    dropped: cython.bint = False
    for side in range(2):
        while queues.sides[side].count > depth:
            drop_worst(cython.address(queues.pool), cython.address(queues.sides[side]))
            dropped = True
    return dropped


def same_queues(queues, place):
    """Tell whether the rows of the seed at a place say of the orders what is known already."""
    row: cython.pointer(cython.const[Row]) = place.at
    order: cython.pointer(Order)
    number: uint32_t
    side: cython.int
    count: int64_t = 0
    while (row.flags & ROW_LAST) == 0 and row + 1 < place.end:
        row += 1
        number = number_of(queues, row.order)
        if (row.kind & 254) != ROW_ADD or number == 0:
            return False
        order = queues.pool.orders + number
        side = order.side
        if (
            side != (row.kind & 1)
            or order.qty != row.qty
            or placed_ns(order) != row.order_ns
            or order.key != row.price * queues.sides[side].sign
        ):
            return False
        count += 1
    return count == queues.pool.held


def orders_at(queues, side, price):
    """Return [(serial as text, qty), ...] of the orders at a price, first in the queue first."""
    found: list = []
    order: cython.pointer(Order)
    ladder: cython.pointer(Ladder) = cython.address(queues.sides[side])
    level: cython.pointer(Level) = seek(ladder, price * ladder.sign)
    number: uint32_t = 0 if level == cython.NULL else level.head
    while number != 0:
        order = queues.pool.orders + number
        found.append((str(order.serial), order.qty))
        number = order.after
    return found
