"""Kraken's book checksums, the plain version: the oracle of the kernel's (book-checksum.md 1 and 4).

Without its point and leading zeros a padded number is its ticks or lots: these are just joined.

Pure. Imports: nothing. Imported by: the front door, for tests of the kernel.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from operator import itemgetter
from zlib import crc32


def checksum(asks: Iterable[tuple[int, int]], bids: Iterable[tuple[int, int]]) -> int:
    """CRC32 of the ten best (price_ticks, qty_lots) a side, best first."""
    return _crc(chain(islice(asks, 10), islice(bids, 10)))


def level3_checksum(asks: Iterable[tuple[int, int]], bids: Iterable[tuple[int, int]]) -> int:
    """CRC32 of each order's (price_ticks, qty_lots) in the ten best price levels a side, in queue order."""
    return _crc(chain(_ten_levels(asks), _ten_levels(bids)))


def _crc(entries: Iterable[tuple[int, int]]) -> int:
    return crc32("".join(f"{price_ticks}{qty_lots}" for price_ticks, qty_lots in entries).encode())


def _ten_levels(orders: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    levels = (tuple(level) for _, level in groupby(orders, key=itemgetter(0)))
    return chain.from_iterable(islice(levels, 10))
