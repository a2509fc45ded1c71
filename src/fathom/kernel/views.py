"""What a book shows of itself: prices and quantities, signals, and what a fill would cost.

Both books answer alike; these are the answers, for one side or both.

Pure. Imports: crc, layout. Imported by: l2, l3.
"""

import cython
from cython.cimports.fathom.kernel.crc import fold, shifted
from cython.cimports.fathom.kernel.layout import CROSSED, Ladder, Level, add_overflows, mul_overflows
from cython.cimports.libc.stdint import int64_t


def checksum_of(bids, asks):
    """Return the CRC-32 of the ten best asks, then the ten best bids."""
    fold(bids)
    fold(asks)
    return shifted(asks.prefix_crc[asks.folded], bids.prefix_length[bids.folded]) ^ bids.prefix_crc[bids.folded]


def best(side):
    """Return the best level. There must be one."""
    return side.levels + (side.first + side.count - 1)


def top_of(side, top):
    """Copy the best level, or one without quantity."""
    top.key = 0
    top.qty = 0
    if side.count > 0:
        top[0] = best(side)[0]


def is_top(side, top):
    """Tell whether the best level has the price and quantity of `top`."""
    if side.count == 0:
        return top.qty == 0
    return best(side).key == top.key and best(side).qty == top.qty


def flaw_of_order(bids, asks):
    """Return CROSSED where the best bid is not below the best ask, else 0."""
    if bids.count > 0 and asks.count > 0 and best(bids).key >= -best(asks).key:
        return CROSSED
    return 0


def levels_of(side, count):
    """Return (price_ticks, qty_lots) of the best levels, at most `count`, best first."""
    found: list = []
    rank: int64_t = 0
    level: cython.pointer(Level)
    # Looked up anew each time: making a tuple may run a finalizer, and that may change the book.
    while rank < count and rank < side.count:
        level = best(side) - rank
        found.append((level.key * side.sign, level.qty))
        rank += 1
    return found


def price_of(side):
    """Return the best price, or None."""
    return None if side.count == 0 else best(side).key * side.sign


def qty_of(side):
    """Return the quantity at the best price, or 0."""
    return 0 if side.count == 0 else best(side).qty


def microprice_of(bids, asks):
    """Return the middle in float ticks, each price weighted with the other side's quantity, or None."""
    bid: cython.double
    ask: cython.double
    bid_qty: cython.double
    ask_qty: cython.double
    if bids.count == 0 or asks.count == 0:
        return None
    bid = best(bids).key
    ask = -best(asks).key
    bid_qty = best(bids).qty
    ask_qty = best(asks).qty
    return (bid * ask_qty + ask * bid_qty) / (bid_qty + ask_qty)


@cython.cfunc
@cython.exceptval(check=False)
def _sum(side: cython.pointer(Ladder), count: int64_t) -> cython.double:
    total: cython.double = 0
    rank: int64_t
    for rank in range(min(count, side.count)):
        total += (best(side) - rank).qty
    return total


def imbalance_of(bids, asks, count):
    """Return (bids - asks) / (bids + asks) of the quantities on the best `count` levels, or None without any."""
    bid_total: cython.double = _sum(bids, count)
    ask_total: cython.double = _sum(asks, count)
    if bid_total + ask_total <= 0:
        return None
    return (bid_total - ask_total) / (bid_total + ask_total)


def cost_of(side, qty):
    """Return (filled_lots, cost in ticks times lots, worst price or None) of taking `qty` lots from the best on."""
    left: int64_t = qty
    part: int64_t
    product: int64_t = 0
    small: int64_t = 0
    cost: object = 0
    worst: object = None
    rank: int64_t = 0
    level: cython.pointer(Level)
    while left > 0 and rank < side.count:
        level = best(side) - rank
        part = min(left, level.qty)
        # In 64 bits while they last, in Python's ints beyond.
        if mul_overflows(level.key * side.sign, part, cython.address(product)) or add_overflows(
            small, product, cython.address(product)
        ):
            cost = cost + small + cython.cast(object, level.key * side.sign) * cython.cast(object, part)
            small = 0
        else:
            small = product
        left -= part
        rank += 1
    if rank > 0:
        worst = (best(side) - (rank - 1)).key * side.sign
    return (qty - left if qty > 0 else 0, cost + small, worst)


def is_ask(side):
    """Return 1 for "sell" or "ask", 0 for "buy" or "bid"."""
    if side in {"sell", "ask"}:
        return 1
    if side in {"buy", "bid"}:
        return 0
    raise ValueError(f"side is buy or sell, not {side!r}")
