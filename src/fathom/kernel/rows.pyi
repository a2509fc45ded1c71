from typing import Final

from fathom.kernel.l2 import L2Book
from fathom.kernel.l3 import L3Book

CLEAR: Final[int]
GAP: Final[int]
LEVEL: Final[int]
ADD: Final[int]
MODIFY: Final[int]
DELETE: Final[int]
TRADE: Final[int]
LAST: Final[int]
SNAPSHOT: Final[int]
SEED: Final[int]
ROW_BYTES: Final[int]
NAME_BYTES: Final[int]

class Rows:
    doubt: bool
    def __init__(self, named: bool = False) -> None: ...
    def __len__(self) -> int: ...
    def take_levels(self, book: L2Book, frame: bytes | bytearray | memoryview, local_ns: int, number: int) -> int: ...
    def take_orders(self, book: L3Book, frame: bytes | bytearray | memoryview, local_ns: int, number: int) -> int: ...
    def seed_levels(self, book: L2Book, local_ns: int, number: int) -> None: ...
    def seed_orders(self, book: L3Book, local_ns: int, number: int) -> None: ...
    def add(
        self, kind: int, local_ns: int, venue_ns: int, number: int, *, price: int = 0, qty: int = 0, order: int = 0
    ) -> None: ...
    def drain(self) -> tuple[bytes, bytes]: ...
    @property
    def named(self) -> bool: ...
