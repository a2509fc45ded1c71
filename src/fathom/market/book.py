"""One symbol's verified book: as the rest of the house sees it, read only; and the one that frames move.

Pure. Imports: domain, kernel. Imported by: its neighbours, and every room above market as a read model.
"""

from abc import ABC, abstractmethod
from typing import Final, Literal, Protocol

from fathom.domain import Instrument, Side
from fathom.kernel import (
    CROSSED,
    MISMATCH,
    OUT_OF_ORDER,
    TOO_DEEP,
    UNCHECKED,
    UNKNOWN_ORDER,
    FrameRefused,
    L2Book,
    L3Book,
)

BookState = Literal["empty", "trusted", "quarantined"]
FLAWS: Final = (
    (OUT_OF_ORDER, "a side out of order"),
    (TOO_DEEP, "more levels than the depth"),
    (UNKNOWN_ORDER, "an order that nobody added"),
)


class Counts:
    """How many frames of one book came to what."""

    __slots__ = ("frames", "mismatched", "refused", "skipped", "unchecked", "verified")

    def __init__(self) -> None:
        self.frames = 0
        self.verified = 0
        self.mismatched = 0
        self.refused = 0
        self.unchecked = 0
        self.skipped = 0  # Updates that came while there was no book to apply them to.


class Levels(Protocol):
    """What shows a book's levels: a book of the kernel, or its stepper of a recorded one."""

    @property
    def depth(self) -> int:
        """Levels a side."""

    @property
    def best_bid(self) -> int | None:
        """The best bid's price."""

    @property
    def best_ask(self) -> int | None:
        """The best ask's price."""

    def bids(self, n: int) -> list[tuple[int, int]]:
        """Return the best bids."""

    def asks(self, n: int) -> list[tuple[int, int]]:
        """Return the best asks."""

    def level_qty(self, side: str, price_ticks: int) -> int:
        """Return what rests at a price."""

    def microprice(self) -> float | None:
        """Return the weighted mid."""

    def imbalance(self, n: int) -> float | None:
        """Return how much more is bid than asked."""


class Book(ABC):
    """A book of one symbol, to look at. Prices in ticks, quantities in lots."""

    __slots__ = ("_levels", "counts", "instrument", "symbol")

    def __init__(self, instrument: Instrument, levels: Levels) -> None:
        self.symbol = instrument.symbol
        self.instrument = instrument
        self.counts = Counts()
        self._levels = levels

    @property
    @abstractmethod
    def state(self) -> BookState:
        """Whether it holds anything, and whether that is to be believed."""

    @property
    @abstractmethod
    def reason(self) -> str:
        """Why it is quarantined."""

    @property
    @abstractmethod
    def frame_seq(self) -> int:
        """The place of the frame that moved it last."""

    @property
    @abstractmethod
    def moved_ns(self) -> int:
        """When that came."""

    @property
    @abstractmethod
    def venue_ns(self) -> int | None:
        """The venue's own time of the last frame; None where the frame had none."""

    @property
    def trusted(self) -> bool:
        """Whether the last frame verified: only then may anybody trade on it."""
        return self.state == "trusted"

    @property
    def depth(self) -> int:
        """Levels a side, as subscribed."""
        return self._levels.depth

    @property
    def best_bid_ticks(self) -> int | None:
        """The highest price that somebody bids; None where nobody does."""
        return self._levels.best_bid

    @property
    def best_ask_ticks(self) -> int | None:
        """The lowest price that somebody asks; None where nobody does."""
        return self._levels.best_ask

    @property
    def spread_ticks(self) -> int | None:
        """Best ask less best bid; None while a side is empty."""
        bid, ask = self._levels.best_bid, self._levels.best_ask
        return None if bid is None or ask is None else ask - bid

    @property
    def mid_half_ticks(self) -> int | None:
        """Best bid plus best ask: twice the mid, so that it stays an int. None while a side is empty."""
        bid, ask = self._levels.best_bid, self._levels.best_ask
        return None if bid is None or ask is None else bid + ask

    @property
    def microprice_ticks(self) -> float | None:
        """The mid weighted by the quantity at the opposite best. An opinion, hence a float."""
        return self._levels.microprice()

    def bids(self, n: int) -> list[tuple[int, int]]:
        """Return up to n (price_ticks, qty_lots), best first."""
        return self._levels.bids(n)

    def asks(self, n: int) -> list[tuple[int, int]]:
        """Return up to n (price_ticks, qty_lots), best first."""
        return self._levels.asks(n)

    def imbalance(self, n: int) -> float | None:
        """Return bid less ask quantity over their sum, over n levels a side: -1 to 1."""
        return self._levels.imbalance(n)

    def level_qty_lots(self, side: Side, price_ticks: int) -> int:
        """Return what rests at a price on the buyers' or the sellers' side; 0 where nothing does."""
        return self._levels.level_qty(side, price_ticks)

    def in_view(self, side: Side, price_ticks: int) -> bool:
        """Return whether the book would show an order at this price: nobody is told of levels beyond the depth."""
        levels = self.bids(self.depth) if side == "buy" else self.asks(self.depth)
        if len(levels) < self.depth:
            return True
        worst_ticks = levels[-1][0]
        return price_ticks >= worst_ticks if side == "buy" else price_ticks <= worst_ticks


class FrameBook(Book):
    """A book that frames move. Only the market calls what changes it."""

    __slots__ = ("_book", "frame_seq", "link", "moved_ns", "reason", "state")
    state: BookState
    reason: str
    frame_seq: int
    moved_ns: int

    def __init__(self, instrument: Instrument, *, depth: int, levels: L3Book | None = None) -> None:
        """`levels`: of a level 3 book, which shows them as a level 2 book does."""
        self._book: L2Book | L3Book = levels or L2Book(depth, instrument.price_precision, instrument.qty_precision)
        super().__init__(instrument, self._book)
        self.state = "empty"
        self.reason = ""
        self.link = ""  # The connection that its snapshot came over.
        self.frame_seq = 0
        self.moved_ns = 0

    @property
    def venue_ns(self) -> int | None:
        """The venue's own time of the last frame; None where the frame had none."""
        return self._book.time_ns

    def apply(self, frame: bytes, *, snapshot: bool, frame_seq: int, time_ns: int) -> tuple[str, bool]:
        """Take one frame in; return (why the book cannot be trusted or "", whether its top changed).

        While there is no snapshot to build on, updates are counted and left alone.
        """
        counts = self.counts
        counts.frames += 1
        if self.state != "trusted" and not snapshot:
            counts.skipped += 1
            return self.reason or "no snapshot yet", False
        try:
            outcome = self._book.apply(frame)
        except FrameRefused as refused:
            counts.refused += 1
            return self._quarantine(f"frame refused: {refused}"), False
        self.frame_seq = frame_seq
        self.moved_ns = time_ns
        if outcome == MISMATCH:
            counts.mismatched += 1
            return self._quarantine("checksum mismatch"), False
        if outcome == UNCHECKED:
            counts.unchecked += 1
            return self._quarantine("frame without a checksum"), False
        counts.verified += 1
        if self._book.flaws & CROSSED:
            return self._quarantine("crossed book"), False
        self.state = "trusted"
        self.reason = ""
        return "", self._book.top_changed

    def flaws(self) -> list[str]:
        """Return what was odd about the last frame, though it was applied."""
        return [text for bit, text in FLAWS if self._book.flaws & bit]

    def distrust(self, reason: str) -> None:
        """Quarantine the book until a snapshot verifies."""
        self._quarantine(reason)

    def _quarantine(self, reason: str) -> str:
        self.state = "quarantined"
        self.reason = reason
        return reason
