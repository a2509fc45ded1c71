"""The books: verified frame by frame, and taken anew where they do not.

Nearly every frame is applied by the kernel before this hears of it (`kernel/desk.py`): then a book is known to have
moved. What comes here one by one are snapshots, frames of an unusual layout, and what broke.

Imports: domain, kernel, protocol, link; events, live_book, topics. Imported by: kraken.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from fathom.domain import Instrument
from fathom.kernel import CROSSED, MISMATCH, VERIFIED, FrameRefused, Seat
from fathom.net.client.events import BookLost, BookVerified
from fathom.net.client.feeds.live_book import BookChannel, LiveBook
from fathom.net.client.feeds.topics import Tell, Topic, Topics
from fathom.net.link import Link
from fathom.protocol import BookFrame, Key
from fathom.protocol.messages import BookParams, Level3Params

BOOK_CHANNELS: Final = ("book", "level3")


class Feed:
    """One book with its topic, and its place at the desk of the connection that carries it."""

    __slots__ = ("book", "lost", "seat", "topic", "verified_before")

    def __init__(self, topic: Topic, book: LiveBook) -> None:
        self.topic = topic
        self.book = book
        self.seat: Seat | None = None
        self.lost = 0  # How often it had to be taken anew.
        self.verified_before = 0  # Frames, at desks that it sat at before, and by the long way.

    @property
    def verified(self) -> int:
        """Frames that verified."""
        return self.verified_before + (self.seat.verified if self.seat is not None else 0)


class Books:
    """Every book of the client."""

    def __init__(self, topics: Topics, instruments: Mapping[str, Instrument], tell: Tell) -> None:
        self._topics = topics
        self._instruments = instruments
        self._tell = tell
        self.feeds: dict[Key, Feed] = {}

    def find(self, key: Key) -> LiveBook | None:
        """Return a book that somebody reads."""
        feed = self.feeds.get(key)
        return None if feed is None else feed.book

    def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return for each book (channel, symbol): frames verified, and how often it had to be taken anew."""
        return {(key.channel, key.symbol): (feed.verified, feed.lost) for key, feed in self.feeds.items()}

    def opened(self, topic: Topic) -> None:
        """A book is to be subscribed, or sits at another desk now."""
        if not isinstance(topic.params, BookParams | Level3Params):
            return
        feed = self.feeds.get(topic.key)
        if feed is None:
            channel: BookChannel = "book" if isinstance(topic.params, BookParams) else "level3"
            book = LiveBook(channel, self._instruments[topic.key.symbol], depth=topic.params.depth or 10)
            feed = self.feeds[topic.key] = Feed(topic, book)
        self._sit(feed)

    def closed(self, topic: Topic) -> None:
        """Nobody reads a book any more, or it leaves its desk."""
        feed = self.feeds.get(topic.key)
        if feed is None:
            return
        self._stand(feed)
        feed.book.verified, feed.book.reason = False, topic.dark_reason or "closed"
        if not topic.streams and not topic.held:
            del self.feeds[topic.key]

    # -- What comes ------------------------------------------------------------------------------------------

    def moved(self, seats: Sequence[Seat], *, now_ns: int) -> None:
        """These books moved, and verified."""
        for seat in seats:
            feed = seat.owner
            if isinstance(feed, Feed):
                feed.book.moved_ns = now_ns
                feed.topic.put(feed.book)

    def frame(self, link: Link, said: BookFrame, *, now_ns: int) -> None:
        """One frame that took the long way."""
        feed = self.feeds.get(Key(said.channel, said.symbol))
        if feed is None or feed.topic.link is not link or feed.seat is None:
            return
        book = feed.book
        if said.type != "snapshot" and not book.verified:
            return  # There is nothing to build on until the snapshot.
        try:
            verdict = book.levels.apply(said.frame)
        except FrameRefused as refused:
            self._lost(feed, f"frame refused: {refused}", said.frame, now_ns=now_ns)
            return
        if verdict != VERIFIED or book.levels.flaws & CROSSED:
            self._lost(feed, _why(verdict), said.frame, now_ns=now_ns)
            return
        feed.verified_before += 1
        book.moved_ns = now_ns
        link.session.book_verified(book.channel, book.symbol, now_ns=now_ns)
        if not book.verified:
            book.verified, book.reason = True, ""
            feed.seat.armed = True
            self._tell(BookVerified(time_ns=now_ns, channel=said.channel, symbol=said.symbol))
            self._topics.lighten(feed.topic, now_ns=now_ns)
        feed.topic.put(book)

    def broken(self, seat: Seat, refusal: str, *, now_ns: int) -> None:
        """The kernel applied a frame, and the book is not what it should be."""
        feed = seat.owner
        if isinstance(feed, Feed):
            why = f"frame refused: {refusal}" if refusal else _why(seat.verdict)
            self._lost(feed, why, b"", now_ns=now_ns)

    def dark(self, topics: Sequence[Topic], reason: str) -> None:
        """The connection that carried these is gone."""
        for topic in topics:
            if (feed := self.feeds.get(topic.key)) is not None:
                feed.book.verified, feed.book.reason = False, reason

    def renewed(self, topic: Topic, reason: str) -> None:
        """The session takes a book anew."""
        self.dark([topic], reason)
        if (feed := self.feeds.get(topic.key)) is not None and feed.seat is not None:
            feed.seat.armed = False

    def instrument_changed(self, instrument: Instrument, *, now_ns: int) -> None:
        """A pair's rules changed: with other precisions its books mean something else, and are taken anew."""
        for channel in BOOK_CHANNELS:
            feed = self.feeds.get(Key(channel, instrument.symbol))
            if feed is None:
                continue
            old = feed.book.instrument
            if (old.price_precision, old.qty_precision) == (instrument.price_precision, instrument.qty_precision):
                feed.book.instrument = instrument
                continue
            self._stand(feed)
            feed.book.rescale(instrument)
            self._sit(feed)
            self._lost(feed, "the pair's precision changed", b"", now_ns=now_ns)

    # -- One book --------------------------------------------------------------------------------------------

    def _lost(self, feed: Feed, reason: str, evidence: bytes, *, now_ns: int) -> None:
        """Nobody may trade on it: take it anew, and no other."""
        book = feed.book
        self._topics.darken(feed.topic, from_ns=book.moved_ns or now_ns, reason=reason)
        feed.lost += 1
        book.verified, book.reason = False, reason
        if feed.seat is not None:
            feed.seat.armed = False
        self._tell(BookLost(time_ns=now_ns, channel=book.channel, symbol=book.symbol, reason=reason, evidence=evidence))
        feed.topic.link.take_anew(book.channel, book.symbol, reason=reason)

    def _sit(self, feed: Feed) -> None:
        seat = feed.topic.link.desk.seat(feed.book.channel, feed.book.symbol, feed.book.levels)
        seat.owner = feed
        feed.seat = seat

    def _stand(self, feed: Feed) -> None:
        if feed.seat is not None:
            feed.verified_before += feed.seat.verified
            feed.topic.link.desk.leave(feed.book.channel, feed.book.symbol)
            feed.seat = None


def _why(verdict: int) -> str:
    if verdict == VERIFIED:
        return "crossed book"
    return "checksum mismatch" if verdict == MISMATCH else "frame without a checksum"
