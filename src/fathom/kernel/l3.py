"""The level 3 book: every order, in its queue, verified (websocket-v2.md 7.3, book-checksum.md 4).

As for level 2 a frame is read whole before anything changes, and room is made before the first order is touched.

Pure. Imports: envelope, held, l3_frame, l3_pool, l3_queue, ladder, layout, scan, verdict, views. Imported by: desk.
"""

import cython
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.fathom.kernel.envelope import read_envelope, read_usual
from cython.cimports.fathom.kernel.held import hold, let_go
from cython.cimports.fathom.kernel.l3_frame import check_orders, read_orders
from cython.cimports.fathom.kernel.l3_pool import find_order, forget_orders, release_orders, reserve_orders, take_order
from cython.cimports.fathom.kernel.l3_queue import (
    add_to_queue,
    change_in_queue,
    delete_from_queue,
    digest_queues,
    drop_worst,
)
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    BIDS,
    EVENT_ADD,
    EVENT_DELETE,
    EVENT_MODIFY,
    FRAME_BYTES_MAX,
    MISMATCH,
    ORDERS_MAX,
    OUT_OF_ORDER,
    REFUSED,
    TOO_DEEP,
    UNCHECKED,
    UNKNOWN_ORDER,
    VERIFIED,
    Cursor,
    Envelope,
    Held,
    Ladder,
    Level,
    Order,
    OrderEvent,
    OrderEvents,
    OrderReading,
    Refusal,
    Text,
    add_overflows,
)
from cython.cimports.fathom.kernel.scan import refuse, start
from cython.cimports.fathom.kernel.verdict import error_of
from cython.cimports.fathom.kernel.views import (
    checksum_of,
    cost_of,
    flaw_of_order,
    imbalance_of,
    is_ask,
    is_top,
    levels_of,
    microprice_of,
    price_of,
    qty_of,
    top_of,
)
from cython.cimports.libc.stdint import int64_t, uint32_t

# What the frame being read says. One for all books: nobody else runs while a frame is applied.
_reading = cython.declare(OrderReading)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _out_of_order(events: cython.pointer(OrderEvents), sign: int64_t) -> cython.bint:
    """Tell whether a snapshot's side does not go from best to worst."""
    place: int64_t
    for place in range(1, events.count):
        if events.events[place].price * sign > events.events[place - 1].price * sign:
            return True
    return False


def orders_read():
    """Return what the frame said that was read last, whichever book's it was. Ids point into that frame."""
    return cython.address(_reading)


@cython.cclass
class L3Book:
    """A level 3 book of one pair. Prices are ints of 10^-price_precision, quantities of 10^-qty_precision.

    `depth`, 1 to 1000, is how many price levels a side are kept; a precision is 0 to 18; anything else is a ValueError.
    `flaws` are the bits of what is odd about the last frame or the book as it stands. `top_changed` tells whether the
    last frame changed the price or quantity of a best level.
    """

    def __cinit__(self, depth: cython.int, price_precision: cython.int, qty_precision: cython.int):
        self.bid_side.sign = 1
        self.ask_side.sign = -1
        self.pool.mask = -1
        if not 1 <= depth <= 1000:
            raise ValueError(f"depth is 1 to 1000, not {depth}")
        if not (0 <= price_precision <= 18 and 0 <= qty_precision <= 18):
            raise ValueError(f"a precision is 0 to 18, not {price_precision} and {qty_precision}")
        self.depth = depth
        self.price_precision = price_precision
        self.qty_precision = qty_precision
        self.told_ns = -1

    def __dealloc__(self):
        release(cython.address(self.bid_side))
        release(cython.address(self.ask_side))
        release_orders(cython.address(self.pool))

    def apply(self, frame) -> int:
        """Apply one `level3` frame, a snapshot or an update; return VERIFIED, MISMATCH, or UNCHECKED without checksum.

        Raises FrameRefused with what is wrong and at which byte; the book is then unchanged.
        """
        held = cython.declare(Held)
        refusal = cython.declare(Refusal)
        verdict: cython.int
        hold(frame, cython.address(held))
        verdict = self.apply_text(held.text, held.length, cython.address(refusal))
        let_go(cython.address(held))
        if verdict == REFUSED:
            raise error_of(cython.address(refusal))
        return verdict

    def apply_text(self, text, length, refusal):
        """Apply a frame with a NUL behind it, and run no Python code. REFUSED: `refusal` says why."""
        c = cython.declare(Cursor)
        envelope = cython.declare(Envelope)
        start(cython.address(c), text, length)
        if length > FRAME_BYTES_MAX:
            refuse(cython.address(c), b"the frame is too long")
        if c.fault != cython.NULL or not self._read(cython.address(c), cython.address(envelope)):
            refusal.fault = c.fault
            refusal.at = c.at - c.start
            return REFUSED
        if not self._change(envelope.snapshot):
            refusal.fault = b"there is no memory for the book"
            refusal.at = -1
            return REFUSED
        self.told_ns = envelope.time_ns
        self.anew = envelope.snapshot
        if envelope.checksum < 0:
            return UNCHECKED
        return VERIFIED if self._checksum() == envelope.checksum else MISMATCH

    def _read(self, c, envelope):
        """Read a frame into the events, and see that they fit."""
        _reading.price_precision = self.price_precision
        _reading.qty_precision = self.qty_precision
        first: Text = c.start
        length: int64_t = c.end - first
        into: cython.pointer(OrderReading) = cython.address(_reading)
        _reading.sides[BIDS].count = 0
        _reading.sides[ASKS].count = 0
        if read_usual(c, b'{"channel":"level3","type":"update","data":[{', read_orders, into, envelope):
            return check_orders(c, into, False) and self._fits(c, False)
        start(c, first, length)
        _reading.sides[BIDS].count = 0
        _reading.sides[ASKS].count = 0
        return (
            read_envelope(c, b"level3", read_orders, cython.address(_reading), envelope)
            and check_orders(c, cython.address(_reading), envelope.snapshot)
            and self._fits(c, envelope.snapshot)
        )

    def _fits(self, c, snapshot):
        """Refuse what would make us hold too many orders, or a sum of quantities beyond 64 bits.

        The sum counts everything the frame names on top of the fuller side, so no level can come near.
        """
        side: cython.int
        place: int64_t
        count: int64_t = 0 if snapshot else self.pool.held
        total: int64_t = 0 if snapshot else max(self._bid_total, self._ask_total)
        event: cython.pointer(OrderEvent)
        for side in range(2):
            for place in range(_reading.sides[side].count):
                event = cython.address(_reading.sides[side].events[place])
                if event.kind == EVENT_DELETE:
                    continue
                if event.kind == EVENT_ADD:
                    count += 1
                c.at = event.id
                if count > ORDERS_MAX:
                    return refuse(c, b"the book would hold too many orders")
                if add_overflows(total, event.qty, cython.address(total)):
                    return refuse(c, b"the quantities of a side do not fit 64 bits")
        return True

    def _change(self, snapshot):
        """Do what the events say. Room is made first; nothing after that can fail. False: there is no memory."""
        side: cython.pointer(Ladder)
        events: cython.pointer(OrderEvents)
        number: cython.int
        place: int64_t
        dropped: int64_t
        bid = cython.declare(Level)
        ask = cython.declare(Level)
        top_of(cython.address(self.bid_side), cython.address(bid))
        top_of(cython.address(self.ask_side), cython.address(ask))
        if not (
            reserve(cython.address(self.bid_side), _reading.sides[BIDS].count)
            and reserve(cython.address(self.ask_side), _reading.sides[ASKS].count)
            and reserve_orders(cython.address(self.pool), _reading.sides[BIDS].count + _reading.sides[ASKS].count)
        ):
            return False
        self.flaws = 0
        self._message += 1
        if snapshot:
            self._empty()
        for number in range(2):
            side = cython.address(self.ask_side) if number == ASKS else cython.address(self.bid_side)
            events = cython.address(_reading.sides[number])
            if snapshot and _out_of_order(events, side.sign):
                self.flaws |= OUT_OF_ORDER
            for place in range(events.count):
                self._do(number, cython.address(events.events[place]), snapshot)
        for number in range(2):
            side = cython.address(self.ask_side) if number == ASKS else cython.address(self.bid_side)
            if snapshot and side.count > self.depth:
                self.flaws |= TOO_DEEP
            dropped = 0
            while side.count > self.depth:
                dropped += drop_worst(cython.address(self.pool), side)
            if number == ASKS:
                self._ask_total -= dropped
            else:
                self._bid_total -= dropped
        self.flaws |= flaw_of_order(cython.address(self.bid_side), cython.address(self.ask_side))
        self.top_changed = not (
            is_top(cython.address(self.bid_side), cython.address(bid))
            and is_top(cython.address(self.ask_side), cython.address(ask))
        )
        return True

    def _do(self, number, event, snapshot):
        """Do what one event of the side `number` says."""
        held: uint32_t = find_order(cython.address(self.pool), event.id, event.id_length)
        order: cython.pointer(Order)
        event.serial = 0 if held == 0 else self.pool.orders[held].serial
        if event.kind == EVENT_ADD:
            if held != 0:
                self._delete(held)
            held = take_order(cython.address(self.pool), event.id, event.id_length)
            order = self.pool.orders + held
            if event.serial == 0:
                self._serial += 1
                event.serial = self._serial
            order.serial = event.serial
            order.side = number
            order.message = self._message
            if number == ASKS:
                self._ask_total += event.qty
                add_to_queue(cython.address(self.pool), cython.address(self.ask_side), held, event, not snapshot)
            else:
                self._bid_total += event.qty
                add_to_queue(cython.address(self.pool), cython.address(self.bid_side), held, event, not snapshot)
        elif held == 0:
            self.flaws |= UNKNOWN_ORDER
        elif event.kind == EVENT_MODIFY:
            order = self.pool.orders + held
            if order.side == ASKS:
                self._ask_total += event.qty - order.qty
                change_in_queue(cython.address(self.pool), cython.address(self.ask_side), held, event.qty)
            else:
                self._bid_total += event.qty - order.qty
                change_in_queue(cython.address(self.pool), cython.address(self.bid_side), held, event.qty)
        else:
            self._delete(held)

    def _delete(self, number):
        order: cython.pointer(Order) = self.pool.orders + number
        if order.side == ASKS:
            self._ask_total -= order.qty
            delete_from_queue(cython.address(self.pool), cython.address(self.ask_side), number)
        else:
            self._bid_total -= order.qty
            delete_from_queue(cython.address(self.pool), cython.address(self.bid_side), number)

    def _empty(self):
        empty(cython.address(self.bid_side))
        empty(cython.address(self.ask_side))
        forget_orders(cython.address(self.pool))
        self._bid_total = 0
        self._ask_total = 0

    def _checksum(self):
        digest_queues(cython.address(self.pool), cython.address(self.bid_side))
        digest_queues(cython.address(self.pool), cython.address(self.ask_side))
        return checksum_of(cython.address(self.bid_side), cython.address(self.ask_side))

    def clear(self) -> None:
        """Forget everything."""
        self._empty()
        self.flaws = 0
        self.top_changed = False
        self.told_ns = -1

    def checksum(self) -> int:
        """Return the checksum of the book as it stands (book-checksum.md 1)."""
        return self._checksum()

    def _level(self, side, price_ticks):
        """Return the level at a price, or NULL."""
        if is_ask(side):
            return seek(cython.address(self.ask_side), -price_ticks)
        return seek(cython.address(self.bid_side), price_ticks)

    def orders(self, side: str, price_ticks: int64_t) -> list:
        """Return (order_id, qty_lots) of the orders at a price of a side of the book, first in the queue first."""
        found: list = []
        order: cython.pointer(Order)
        number: uint32_t
        level: cython.pointer(Level) = self._level(side, price_ticks)
        number = 0 if level == cython.NULL else level.head
        while number != 0:
            order = self.pool.orders + number
            found.append((order.id[: order.id_length].decode("ascii"), order.qty))
            number = order.after
        return found

    def ahead(self, order_id: str):
        """Return (qty_lots, orders) in front of an order at its price; None for an order that is not held."""
        raw: bytes = order_id.encode()
        qty: int64_t = 0
        count: int64_t = 0
        number: uint32_t = find_order(
            cython.address(self.pool), cython.cast(Text, PyBytes_AS_STRING(raw)), PyBytes_GET_SIZE(raw)
        )
        if number == 0:
            return None
        number = self.pool.orders[number].before
        while number != 0:
            qty += self.pool.orders[number].qty
            count += 1
            number = self.pool.orders[number].before
        return (qty, count)

    @property
    def order_count(self) -> int:
        """Orders held, of both sides."""
        return self.pool.held

    def bids(self, n=None) -> list:
        """Return (price_ticks, qty_lots) of the `n` best bids, by default of all, best first."""
        return levels_of(cython.address(self.bid_side), self.depth if n is None else n)

    def asks(self, n=None) -> list:
        """Return (price_ticks, qty_lots) of the `n` best asks, by default of all, best first."""
        return levels_of(cython.address(self.ask_side), self.depth if n is None else n)

    def level_qty(self, side: str, price_ticks: int64_t) -> int:
        """Return the quantity in lots at a price of a side of the book ("buy" or "bid", "sell" or "ask"), or 0."""
        level: cython.pointer(Level) = self._level(side, price_ticks)
        return 0 if level == cython.NULL else level.qty

    def microprice(self):
        """Return the middle in float ticks, each price weighted with the other side's quantity; None if one-sided."""
        return microprice_of(cython.address(self.bid_side), cython.address(self.ask_side))

    def imbalance(self, n=None):
        """Return (bids - asks) / (bids + asks) of the quantities on the `n` best levels, -1 to 1; None if empty."""
        count: int64_t = self.depth if n is None else n
        return imbalance_of(cython.address(self.bid_side), cython.address(self.ask_side), count)

    def cost_to_fill(self, side: str, qty_lots: int64_t) -> tuple:
        """Return (filled_lots, cost in ticks times lots, worst price_ticks or None) of an order that takes at once.

        `side` is the order's: "buy" takes asks, "sell" takes bids.
        """
        if is_ask(side):
            return cost_of(cython.address(self.bid_side), qty_lots)
        return cost_of(cython.address(self.ask_side), qty_lots)

    @property
    def best_bid(self):
        """The best bid's price_ticks."""
        return price_of(cython.address(self.bid_side))

    @property
    def best_ask(self):
        """The best ask's price_ticks."""
        return price_of(cython.address(self.ask_side))

    @property
    def best_bid_qty(self) -> int:
        """The best bid's qty_lots, 0 without bids."""
        return qty_of(cython.address(self.bid_side))

    @property
    def best_ask_qty(self) -> int:
        """The best ask's qty_lots, 0 without asks."""
        return qty_of(cython.address(self.ask_side))

    @property
    def bid_count(self) -> int:
        """Price levels of bids."""
        return self.bid_side.count

    @property
    def ask_count(self) -> int:
        """Price levels of asks."""
        return self.ask_side.count

    @property
    def time_ns(self):
        """The time that the last frame told, in ns since 1970."""
        return None if self.told_ns < 0 else self.told_ns
