"""The market as the frames tell it: the one owner of the books, and the author of what they mean.

It is a read model too: strategies, risk and portfolio read its books, and none but it changes them. A component that
hears an entry finds the books as of that entry, in a replay as in the run.

Pure. Imports: domain, kernel, protocol, book. Imported by: portfolio, risk, strategy, sim, ui, run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from fathom.domain import (
    BookFlawed,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    Entry,
    Event,
    FrameReceived,
    FrameUnknown,
    Happening,
    Instrument,
    InstrumentChanged,
    LinkDropped,
    LocalError,
    RemoteError,
    RunStarted,
    VenueStatusChanged,
)
from fathom.kernel import peek
from fathom.market.book import Book
from fathom.protocol import MalformedFrame, UnknownMessage, decode, translate
from fathom.protocol.messages import InstrumentMessage, StatusMessage, TradeMessage

Wanted = Literal["top", "frame"]

# Frames that mean nothing to the market: others read them from the log, or they only show that the link lives.
NOT_OURS: Final = frozenset({"heartbeat", "ticker", "ohlc", "level3", "executions", "balances"})


class Market:
    """Verifies every book frame, and says what moved to those who asked."""

    name = "market"
    hears: tuple[type[Happening], ...] = (FrameReceived, LinkDropped, RunStarted)

    def __init__(self, instruments: Iterable[Instrument], *, depths: Mapping[str, int]) -> None:
        """`depths`: the subscribed depth of each symbol's book. Instruments may also come from the venue."""
        self.instruments: dict[str, Instrument] = {one.symbol: one for one in instruments}
        self.books: dict[str, Book] = {}
        self.unknown = 0  # Frames that nobody has a meaning for.
        self._depths = dict(depths)
        self._wanted: dict[str, Wanted] = {}
        self._status = ""
        for instrument in self.instruments.values():
            self._make_book(instrument)

    def want(self, symbol: str, wanted: Wanted) -> None:
        """Say BookMoved for this symbol: when its top changes, or with every frame. Asked before the run."""
        if symbol not in self._depths:
            raise LocalError("symbol", f"no book of {symbol} is subscribed; there are {', '.join(self._depths)}")
        if self._wanted.get(symbol) != "frame":
            self._wanted[symbol] = wanted

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what it means."""
        event = entry.event
        match event:
            case FrameReceived():
                channel, kind, symbol = peek(event.frame)
                if channel == "book":
                    return self._on_book(symbol, kind == "snapshot", event, entry)
                if channel in NOT_OURS:
                    return ()
                return self._on_message(event.frame, entry)
            case RunStarted():
                return [InstrumentChanged(instrument) for instrument in self.instruments.values()]
            case LinkDropped():
                return list(self._on_drop(event, entry))
            case _:
                return ()

    def _on_book(self, symbol: str, snapshot: bool, event: FrameReceived, entry: Entry) -> Iterable[Event]:
        book = self.books.get(symbol)
        if book is None:
            return self._unknown(f"book of {symbol or 'no symbol'}", entry)
        was_trusted = book.trusted
        distrust, top_changed = book.apply(event.frame, snapshot=snapshot, frame_seq=entry.seq, time_ns=entry.time_ns)
        if not distrust and was_trusted and not snapshot:  # The way of nearly every frame.
            return self._moved(symbol, top_changed, entry)
        if distrust:  # An update that was left alone for want of a snapshot is no news.
            return (BookQuarantined(symbol, distrust, entry.seq),) if was_trusted or snapshot else ()
        book.link = event.link
        flaws = [BookFlawed(symbol, flaw, entry.seq) for flaw in book.flaws()]
        if was_trusted:
            return (*flaws, *self._moved(symbol, top_changed, entry))
        return (*flaws, BookTrusted(symbol, entry.seq))

    def _moved(self, symbol: str, top_changed: bool, entry: Entry) -> tuple[Event, ...]:
        """Say that a trusted book moved, to those who asked."""
        wanted = self._wanted.get(symbol)
        if wanted is None or (wanted == "top" and not top_changed):
            return ()
        return (BookMoved(symbol, entry.seq, top_changed),)

    def _on_message(self, frame: bytes, entry: Entry) -> Iterable[Event]:
        message = decode(frame)
        match message:
            case TradeMessage():
                return self._on_trades(message, entry)
            case InstrumentMessage():
                return list(self._on_instruments(message, entry))
            case StatusMessage():
                return self._on_status(message)
            case UnknownMessage():
                return self._unknown(message.what, entry)
            case MalformedFrame():
                return self._unknown(f"malformed: {message.reason}", entry)
            case _:
                return ()  # A response: the session's business.

    def _unknown(self, what: str, entry: Entry) -> Iterable[Event]:
        self.unknown += 1
        return (FrameUnknown(what, entry.seq),)

    def _on_trades(self, message: TradeMessage, entry: Entry) -> Iterable[Event]:
        if message.type == "snapshot":
            return ()  # What was traded before we came is no news, and fills nobody.
        try:
            return translate.trades_seen(message, instruments=self.instruments)
        except RemoteError as error:
            return self._unknown(f"trade: {error}", entry)

    def _on_instruments(self, message: InstrumentMessage, entry: Entry) -> Iterator[Event]:
        told = translate.pairs_told(message)
        for symbol, reason in told.refused:
            if symbol in self._depths:
                yield from self._unknown(f"instrument {symbol}: {reason}", entry)
        for instrument in (changed.instrument for changed in told.changed):
            known = self.instruments.get(instrument.symbol)
            if instrument.symbol not in self._depths or instrument == known:
                continue
            self.instruments[instrument.symbol] = instrument
            yield InstrumentChanged(instrument)
            book = self.books.get(instrument.symbol)
            if book is not None and _same_scale(book.instrument, instrument):
                book.instrument = instrument
                continue
            self._make_book(instrument)
            if book is not None:  # Its numbers mean something else now: take the book anew.
                self.books[instrument.symbol].counts = book.counts
                self.books[instrument.symbol].distrust("the pair's precision changed")
                yield BookQuarantined(instrument.symbol, "the pair's precision changed", entry.seq)

    def _on_status(self, message: StatusMessage) -> Iterable[Event]:
        changed = translate.venue_status(message)
        if changed is None or changed.status == self._status:
            return ()
        self._status = changed.status
        return (VenueStatusChanged(changed.status),)

    def _on_drop(self, drop: LinkDropped, entry: Entry) -> Iterator[Event]:
        """Distrust what the link fed. What another link feeds is as good as before."""
        for book in self.books.values():
            if book.trusted and book.link == drop.link:
                book.distrust(f"link dropped: {drop.reason}")
                yield BookQuarantined(book.symbol, book.reason, entry.seq)

    def _make_book(self, instrument: Instrument) -> None:
        if instrument.symbol in self._depths:
            self.books[instrument.symbol] = Book(instrument, depth=self._depths[instrument.symbol])


def _same_scale(old: Instrument, new: Instrument) -> bool:
    return (old.price_precision, old.qty_precision) == (new.price_precision, new.qty_precision)
