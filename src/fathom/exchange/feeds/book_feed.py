"""Channel `book`: level 2 at one depth of one pair (websocket-v2.md 6.2).

A message tells the net effect of all that moved since the last one: levels that are gone, the next deeper ones that
come into the depth, then what is new or changed. Removals stand first, so that a reader who cuts its book after each
entry comes to the same as one who cuts it after the message. Nothing is said of levels pushed beyond the depth.

Pure. Imports: book_tape, scope, time_texts. Imported by: pair_feeds.
"""

from fathom.exchange.feeds.book_tape import BookTape, SideTape, level_text
from fathom.exchange.feeds.scope import Scope, ScopeChange
from fathom.exchange.feeds.time_texts import micros_text


class BookFeed:
    """One topic: all its subscribers get the same frames."""

    channel = "book"
    __slots__ = ("_asks", "_bids", "_depth", "_head", "_tape")

    def __init__(self, tape: BookTape, *, depth: int) -> None:
        self._tape = tape
        self._depth = depth
        self._bids = Scope(tape.bids, depth)
        self._asks = Scope(tape.asks, depth)
        self._head = f'{{"channel":"book","type":"update","data":[{{"symbol":"{tape.texts.pair.symbol}","bids":['

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the book as it stands, best level first."""
        tape = self._tape
        texts, depth = tape.texts, self._depth
        bids = ",".join([level_text(texts, price, lots) for price, lots in tape.bids.side.levels(depth)])
        asks = ",".join([level_text(texts, price, lots) for price, lots in tape.asks.side.levels(depth)])
        return [
            f'{{"channel":"book","type":"snapshot","data":[{{"symbol":"{texts.pair.symbol}","bids":[{bids}],'
            f'"asks":[{asks}],"checksum":{tape.checksum("book")},"timestamp":"{micros_text(now_ns)}"}}]}}'.encode()
        ]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return what moved, or None where nothing within the depth did."""
        tape = self._tape
        bids = self._bids.change() if tape.bids.moved else None
        asks = self._asks.change() if tape.asks.moved else None
        if bids is None and asks is None:
            return None
        return (
            f"{self._head}{'' if bids is None else _entries(tape.bids, bids)}],"
            f'"asks":[{"" if asks is None else _entries(tape.asks, asks)}],'
            f'"checksum":{tape.checksum("book")},"timestamp":"{micros_text(now_ns)}"}}]}}'
        ).encode()


def _entries(tape: SideTape, change: ScopeChange) -> str:
    levels = [*change.gone, *change.returned, *change.entered, *change.changed]
    return ",".join([tape.entry(price, lots) for price, lots in levels])
