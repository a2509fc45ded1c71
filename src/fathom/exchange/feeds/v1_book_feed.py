"""Version 1's `book`: level 2 as arrays of texts (websocket-v1.md 4, book-checksum.md 5).

A level that comes back into the depth is marked `r`. The checksum stands in the last object of an update; a snapshot
has none. Prices have more decimals than in version 2, so its checksums differ.

Pure. Imports: book_tape, scope, time_texts. Imported by: pair_feeds.
"""

from collections.abc import Iterator

from fathom.exchange.feeds.book_tape import BookTape, SideTape
from fathom.exchange.feeds.scope import Level, Scope, ScopeChange
from fathom.exchange.feeds.time_texts import unix_text


class V1BookFeed:
    """One topic: one pair at one depth."""

    channel = "book"
    __slots__ = ("_asks", "_bids", "_depth", "_head", "_tail", "_tape")

    def __init__(self, tape: BookTape, *, depth: int, channel_id: int) -> None:
        self._tape = tape
        self._depth = depth
        self._bids = Scope(tape.bids, depth)
        self._asks = Scope(tape.asks, depth)
        self._head = f"[{channel_id},"
        self._tail = f',"book-{depth}","{tape.texts.pair.wsname}"]'

    def snapshot(self, *, now_ns: int) -> list[bytes]:  # noqa: ARG002 - Every feed has the same form.
        """Return the book as it stands, each level with the time of its youngest order."""
        asks, bids = (
            ",".join([self._entry(level, _queued_ns(tape, level)) for level in tape.side.levels(self._depth)])
            for tape in (self._tape.asks, self._tape.bids)
        )
        return [f'{self._head}{{"as":[{asks}],"bs":[{bids}]}}{self._tail}'.encode()]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return what moved, or None where nothing within the depth did."""
        parts = []
        for key, tape, scope in (("a", self._tape.asks, self._asks), ("b", self._tape.bids, self._bids)):
            change = scope.change() if tape.moved else None
            if change is not None:
                parts.append(f'"{key}":[{",".join(self._entries(tape, change, now_ns))}]')
        if not parts:
            return None
        parts[-1] += f',"c":"{self._tape.checksum("v1")}"'
        return f"{self._head}{','.join([f'{{{part}}}' for part in parts])}{self._tail}".encode()

    def _entries(self, tape: SideTape, change: ScopeChange, now_ns: int) -> Iterator[str]:
        for level in change.gone:
            yield self._entry(level, now_ns)
        for level in change.returned:
            yield self._entry(level, _queued_ns(tape, level), mark=',"r"')
        for level in (*change.entered, *change.changed):
            yield self._entry(level, now_ns)

    def _entry(self, level: Level, time_ns: int, *, mark: str = "") -> str:
        price, lots = level
        texts = self._tape.texts
        return f'["{texts.v1_price(price)}","{texts.qty(lots)}","{unix_text(time_ns)}"{mark}]'


def _queued_ns(tape: SideTape, level: Level) -> int:
    return max(order.queued_ns for order in tape.side.level(level[0]))
