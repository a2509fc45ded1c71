"""The last of something, by key: the oldest is forgotten.

Pure. Imports: nothing. Imported by: portfolio, statistics.
"""

from collections import deque
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `most` values; beyond that the one that was put first is forgotten."""

    __slots__ = ("_kept", "_order", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: dict[K, V] = {}
        self._order: deque[K] = deque()  # Those that were taken out still have their place here.

    def __contains__(self, key: K) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, key: K, value: V) -> None:
        """Keep a value, under a key that is new."""
        self._kept[key] = value
        order = self._order
        order.append(key)
        if len(order) > self.most:
            self._kept.pop(order.popleft(), None)

    def get(self, key: K) -> V | None:
        """Return the value, None where there is none."""
        return self._kept.get(key)

    def pop(self, key: K) -> V | None:
        """Return the value and forget it."""
        return self._kept.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        """Return all that is kept with its keys, oldest first."""
        return list(self._kept.items())

    def values(self) -> list[V]:
        """Return all that is kept, oldest first."""
        return list(self._kept.values())
