"""Which nonces a key has used: each must be new, and above the highest by then unless a window is set (rest.md 2).

Pure. Imports: nothing. Imported by: key.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

NONCE_MAX: Final = 2**64 - 1
REMEMBERED_MAX: Final = 4096  # Used nonces within the window; the oldest are forgotten and then count as used.


class Nonces:
    """The nonces of one key. With a window, one that much below the highest is good once, in any order."""

    def __init__(self, *, window: int = 0, highest: int = 0, floor: int = 0, used: Iterable[int] = ()) -> None:
        self.window = window
        self.highest = highest
        self.floor = floor  # All up to here count as used.
        self._order = deque(used)
        self._used = set(self._order)

    @property
    def used(self) -> list[int]:
        """Return those that are remembered, in the order in which they were used. Without a window none is."""
        return list(self._order)

    def use(self, nonce: int) -> bool:
        """Use it up; False where it is out of range, was used or comes too late."""
        if not 0 < nonce <= NONCE_MAX or nonce <= max(self.floor, self.highest - max(self.window, 1)):
            return False
        if nonce <= self.highest and (self.window == 0 or nonce in self._used):
            return False
        self.highest = max(self.highest, nonce)
        if self.window:
            self._remember(nonce)
        return True

    def _remember(self, nonce: int) -> None:
        if len(self._order) == REMEMBERED_MAX:
            forgotten = self._order.popleft()
            self._used.discard(forgotten)
            self.floor = max(self.floor, forgotten)
        self._used.add(nonce)
        self._order.append(nonce)
