"""The level 2 book: one frame in, a verified book out (websocket-v2.md 6.2, book-checksum.md 2).

First all of a frame is read into entries, and whatever is wrong with it refuses it; only then is the book changed. Room
is made before the first level is touched, so that nothing can fail half way.

Pure. Imports: held, l2_frame, ladder, layout, scan, verdict, views. Imported by: desk.
"""

import cython
from cython.cimports.fathom.kernel.held import hold, let_go
from cython.cimports.fathom.kernel.l2_frame import out_of_order, read_l2
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek, set_qty, truncate
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    BIDS,
    FRAME_BYTES_MAX,
    MISMATCH,
    OUT_OF_ORDER,
    REFUSED,
    TOO_DEEP,
    UNCHECKED,
    VERIFIED,
    Cursor,
    Entries,
    Envelope,
    Held,
    Ladder,
    Level,
    LevelReading,
    Refusal,
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
from cython.cimports.libc.stdint import int64_t

# What the frame being read says. One for all books: nobody else runs while a frame is applied.
_reading = cython.declare(LevelReading)


def levels_read():
    """Return what the frame said that was read last, whichever book's it was."""
    return cython.address(_reading)


@cython.cclass
class L2Book:
    """A level 2 book of one pair. Prices are ints of 10^-price_precision, quantities of 10^-qty_precision.

    `depth`, 1 to 1000, is how many price levels a side are kept; a precision is 0 to 18; anything else is a ValueError.
    `flaws` are the bits of what is odd about the last frame or the book as it stands. `top_changed` tells whether the
    last frame changed the price or quantity of a best level.
    """

    def __cinit__(self, depth: cython.int, price_precision: cython.int, qty_precision: cython.int):
        self.bid_side.sign = 1
        self.ask_side.sign = -1
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

    def apply(self, frame) -> int:
        """Apply one `book` frame, a snapshot or an update; return VERIFIED, MISMATCH, or UNCHECKED without checksum.

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
        _reading.price_precision = self.price_precision
        _reading.qty_precision = self.qty_precision
        if c.fault != cython.NULL or not read_l2(
            cython.address(c), cython.address(_reading), cython.address(self._lead), cython.address(envelope)
        ):
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
        if checksum_of(cython.address(self.bid_side), cython.address(self.ask_side)) == envelope.checksum:
            return VERIFIED
        return MISMATCH

    def _change(self, snapshot):
        """Do what the entries say. Room is made first; nothing after that can fail. False: there is no memory."""
        side: cython.pointer(Ladder)
        entries: cython.pointer(Entries)
        number: cython.int
        place: int64_t
        bid = cython.declare(Level)
        ask = cython.declare(Level)
        flaws: cython.int = 0
        top_of(cython.address(self.bid_side), cython.address(bid))
        top_of(cython.address(self.ask_side), cython.address(ask))
        if not (
            reserve(cython.address(self.bid_side), _reading.sides[BIDS].count)
            and reserve(cython.address(self.ask_side), _reading.sides[ASKS].count)
        ):
            return False
        for number in range(2):
            side = cython.address(self.bid_side) if number == BIDS else cython.address(self.ask_side)
            entries = cython.address(_reading.sides[number])
            if snapshot:
                empty(side)
                if out_of_order(entries, side.sign):
                    flaws |= OUT_OF_ORDER
            for place in range(entries.count):
                set_qty(side, entries.entries[place].price * side.sign, entries.entries[place].qty)
            if side.count > self.depth:
                if snapshot:
                    flaws |= TOO_DEEP
                truncate(side, self.depth)
        self.flaws = flaws | flaw_of_order(cython.address(self.bid_side), cython.address(self.ask_side))
        self.top_changed = not (
            is_top(cython.address(self.bid_side), cython.address(bid))
            and is_top(cython.address(self.ask_side), cython.address(ask))
        )
        return True

    def clear(self) -> None:
        """Forget everything."""
        empty(cython.address(self.bid_side))
        empty(cython.address(self.ask_side))
        self.flaws = 0
        self.top_changed = False
        self.told_ns = -1

    def checksum(self) -> int:
        """Return the checksum of the book as it stands (book-checksum.md 1)."""
        return checksum_of(cython.address(self.bid_side), cython.address(self.ask_side))

    def bids(self, n=None) -> list:
        """Return (price_ticks, qty_lots) of the `n` best bids, by default of all, best first."""
        return levels_of(cython.address(self.bid_side), self.depth if n is None else n)

    def asks(self, n=None) -> list:
        """Return (price_ticks, qty_lots) of the `n` best asks, by default of all, best first."""
        return levels_of(cython.address(self.ask_side), self.depth if n is None else n)

    def level_qty(self, side: str, price_ticks: int64_t) -> int:
        """Return the quantity in lots at a price of a side of the book ("buy" or "bid", "sell" or "ask"), or 0."""
        level: cython.pointer(Level)
        if is_ask(side):
            level = seek(cython.address(self.ask_side), -price_ticks)
        else:
            level = seek(cython.address(self.bid_side), price_ticks)
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
