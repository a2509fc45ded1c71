"""What moved in one pair's book since the last publication, and what all its book feeds share: texts and checksums.

A checksum covers the ten best levels a side (book-checksum.md), so most moves, deeper down, leave it as it was: each
side keeps its half of the text until one of its ten best levels changes.

Pure. Imports: core, listing, pair_texts. Imported by: feeds.
"""

from typing import Final, Literal
from zlib import crc32

from fathom.exchange.core import Market, QueueMoved, Side
from fathom.exchange.feeds.pair_texts import PairTexts
from fathom.exchange.feeds.time_texts import nanos_text

CHECKSUM_LEVELS: Final = 10

Kind = Literal["book", "v1", "level3"]


def level_text(texts: PairTexts, price_ticks: int, lots: int) -> str:
    """Return one level as `book` writes it."""
    return f'{{"price":{texts.price(price_ticks)},"qty":{texts.qty(lots)}}}'


class SideTape:
    """One side of one book: what moved, and its texts."""

    __slots__ = ("_digests", "_entries", "_queues", "_rows", "_tenth", "_texts", "moved", "moves", "side", "sign")

    def __init__(self, side: Side, *, sign: int, texts: PairTexts) -> None:
        self.side = side
        self.sign = sign  # 1 for asks, -1 for bids: price * sign rises from the best level on.
        self.moves: list[QueueMoved] = []  # Since the last publication, in order.
        self.moved: list[tuple[int, int]] = []  # The same by price: the quantity that stands there now, 0 for none.
        self._texts = texts
        self._entries: dict[int, str] = {}  # Of this publication, by price.
        self._rows: list[str] | None = None  # Of this publication, one a move.
        self._digests: dict[Kind, str] = {}  # This side's half of each checksum's text.
        self._queues: dict[int, str] = {}  # What each of the ten best levels adds to level 3's.
        self._tenth: int | None = None  # The tenth best price times sign; None where there are fewer.

    def gather(self) -> None:
        """Sum up the moves; forget what they changed."""
        lots = self.side.lots
        if len(self.moves) == 1:  # Nearly always.
            price = self.moves[0].price_ticks
            self.moved = [(price, lots(price))]
        else:
            self.moved = [(price, lots(price)) for price in dict.fromkeys(move.price_ticks for move in self.moves)]
        sign, tenth = self.sign, self._tenth
        for price, _ in self.moved:
            self._queues.pop(price, None)
            if tenth is None or price * sign <= tenth:
                self._digests.clear()
        if not self._digests:
            last = self.side.price_at(CHECKSUM_LEVELS - 1)
            self._tenth = None if last is None else last * sign

    def clear(self) -> None:
        """Begin anew after a publication."""
        self.moves = []
        self.moved = []
        self._entries.clear()
        self._rows = None

    def entry(self, price_ticks: int, lots: int) -> str:
        """Return one level's text; at one publication a price has one quantity."""
        text = self._entries.get(price_ticks)
        if text is None:
            text = self._entries[price_ticks] = level_text(self._texts, price_ticks, lots)
        return text

    def rows(self) -> list[str]:
        """Return the moves as `level3` writes them."""
        if self._rows is None:
            price, qty = self._texts.price, self._texts.qty
            self._rows = [
                f'{{"event":"{move.kind}","order_id":"{move.order_id}","limit_price":{price(move.price_ticks)},'
                f'"order_qty":{qty(move.lots)},"timestamp":"{nanos_text(move.time_ns)}"}}'
                for move in self.moves
            ]
        return self._rows

    def digest(self, kind: Kind) -> str:
        """Return this side's half of a checksum's text."""
        text = self._digests.get(kind)
        if text is None:
            if kind == "level3":
                text = self._level3_digest()
            else:
                scale = self._texts.v1_scale if kind == "v1" else 1
                text = "".join([f"{price * scale}{lots}" for price, lots in self.side.levels(CHECKSUM_LEVELS)])
            self._digests[kind] = text
        return text

    def _level3_digest(self) -> str:
        known, self._queues = self._queues, {}
        for index in range(min(CHECKSUM_LEVELS, len(self.side))):
            price = self.side.price_at(index)
            assert price is not None
            text = known.get(price)
            if text is None:
                text = "".join([f"{price}{order.shown_lots}" for order in self.side.level(price)])
            self._queues[price] = text
        return "".join(self._queues.values())


class BookTape:
    """Both sides of one book."""

    __slots__ = ("_crcs", "asks", "bids", "market", "texts")

    def __init__(self, market: Market, texts: PairTexts) -> None:
        self.market = market
        self.texts = texts
        self.bids = SideTape(market.bids, sign=-1, texts=texts)
        self.asks = SideTape(market.asks, sign=1, texts=texts)
        self._crcs: dict[Kind, tuple[str, str, int]] = {}

    def gather(self) -> None:
        """Sum up the moves since the last publication."""
        for tape in (self.bids, self.asks):
            if tape.moves:
                tape.gather()

    def clear(self) -> None:
        """Begin anew after a publication."""
        for tape in (self.bids, self.asks):
            if tape.moves:
                tape.clear()

    def checksum(self, kind: Kind) -> int:
        """Return the checksum of the book as it stands."""
        asks, bids = self.asks.digest(kind), self.bids.digest(kind)
        known = self._crcs.get(kind)
        if known is not None and known[0] is asks and known[1] is bids:
            return known[2]
        crc = crc32((asks + bids).encode())
        self._crcs[kind] = asks, bids, crc
        return crc
