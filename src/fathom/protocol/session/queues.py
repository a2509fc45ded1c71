"""Subscriptions that stand in line: grouped into large requests, let out at the pace that Kraken bears.

Pure. Imports: messages, times, pacing, subscription, wishes. Imported by: subscriptions.
"""

from collections.abc import Callable
from itertools import islice
from typing import Literal

from fathom.protocol.messages import ChannelParams
from fathom.protocol.session.pacing import Pacing
from fathom.protocol.session.subscription import Key
from fathom.protocol.session.wishes import Batch
from fathom.protocol.times import SECOND_NS

Group = tuple[Literal["subscribe", "unsubscribe"], ChannelParams]


class Queues:
    """A line for each method and set of parameters, first come first served. A key stands in one at most."""

    __slots__ = ("_deadline_ns", "_group_of", "_lines", "_pacing")

    def __init__(self) -> None:
        self._lines: dict[Group, dict[Key, None]] = {}  # Empty lines are dropped.
        self._group_of: dict[Key, Group] = {}
        self._pacing = Pacing()
        self._deadline_ns: int | None = None

    def __len__(self) -> int:
        return len(self._group_of)

    @property
    def deadline_ns(self) -> int | None:
        """When the next request may go, None when nobody waits."""
        return self._deadline_ns if self._group_of else None

    def put(self, key: Key, group: Group, *, now_ns: int) -> None:
        """Let `key` wait in the line of `group`, and in no other."""
        self.discard(key)
        self._lines.setdefault(group, {})[key] = None
        self._group_of[key] = group
        self._deadline_ns = now_ns

    def discard(self, key: Key) -> None:
        """Take `key` out of its line, if it stands in one."""
        group = self._group_of.pop(key, None)
        if group is not None:
            del self._lines[group][key]
            if not self._lines[group]:
                del self._lines[group]

    def next_batch(self, *, level3_room: Callable[[], int], now_ns: int) -> Batch | None:
        """Return the next request that may go now, or None. Nobody leaves the line until `sent`."""
        next_ns: int | None = None
        for (method, wish), line in self._lines.items():
            first = Batch(method, wish, ())
            symbols = self._pacing.symbols_max(level3_depth=first.level3_depth, now_ns=now_ns)
            line_ns = self._pacing.next_ns(level3_depth=first.level3_depth, now_ns=now_ns)
            if symbols > 0 and first.level3_depth is not None:
                symbols = min(symbols, level3_room())
                line_ns = now_ns + SECOND_NS  # All places are taken, until one that is leaving has left.
            if symbols > 0:
                return Batch(method, wish, tuple(islice(line, symbols)))
            next_ns = line_ns if next_ns is None else min(next_ns, line_ns)
        self._deadline_ns = next_ns
        return None

    def sent(self, batch: Batch, *, now_ns: int) -> None:
        """The batch is in the outbox: its keys leave the line, and the pacing is charged."""
        for key in batch.keys:
            self.discard(key)
        self._pacing.spend(symbols=len(batch.keys), level3_depth=batch.level3_depth, now_ns=now_ns)

    def postpone(self, *, until_ns: int) -> None:
        """Nothing may go before `until_ns`: the outbox had no room."""
        self._deadline_ns = until_ns
