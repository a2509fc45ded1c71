"""The journal of a seed, in memory, and how much of it a crash leaves.

Imports: domain. Imported by: chaos_run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from fathom.domain import AmendApproved, CancelApproved, Entry, OrderApproved

APPROVALS: Final = (OrderApproved, AmendApproved, CancelApproved)
_ENTRY: Final = msgspec.msgpack.Decoder(Entry)


class Journal:
    """The log of the engine: encoded entries in memory, and how many of them a power cut would leave."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.synced = 0
        self._approved = False

    def append(self, entry: Entry) -> None:
        """Take one entry."""
        self.kept.append(msgspec.msgpack.encode(entry))
        self._approved = self._approved or isinstance(entry.event, APPROVALS)

    def commit(self) -> None:
        """As the store does: what holds an approval is synced."""
        if self._approved:
            self.synced = len(self.kept)
            self._approved = False

    def cut(self, length: int) -> None:
        """A crash took the rest."""
        del self.kept[length:]
        self.synced = min(self.synced, length)
        self._approved = False

    def __iter__(self) -> Iterator[tuple[Entry, bytes]]:
        """Give each entry with the bytes that it is kept as."""
        for one in self.kept:
            yield _ENTRY.decode(one), one
