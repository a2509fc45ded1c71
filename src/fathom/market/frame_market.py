"""The market as frames tell it: every book frame verified, and said what it means.

Pure. Imports: domain, kernel, protocol, book, level3, market. Imported by: sim, run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

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
    Level3Moved,
    Level3Quarantined,
    Level3Trusted,
    LinkDropped,
    LinkOpened,
    RemoteError,
    RunStarted,
    TimerFired,
    VenueStatusChanged,
)
from fathom.kernel import peek
from fathom.market.book import FrameBook
from fathom.market.level3 import FrameLevel3
from fathom.market.market import Market
from fathom.protocol import MalformedFrame, UnknownMessage, decode, translate
from fathom.protocol.messages import InstrumentMessage, OhlcMessage, StatusMessage, TradeMessage

# Frames that mean nothing to the market: others read them from the log, or they only show that the link lives.
NOT_OURS: Final = frozenset({"heartbeat", "ticker", "executions", "balances"})


class FrameMarket(Market):
    """Verifies every book frame, and says what moved to those who asked."""

    hears: tuple[type[Happening], ...] = (FrameReceived, LinkDropped, LinkOpened, RunStarted, TimerFired)

    def __init__(
        self, instruments: Iterable[Instrument], *, depths: Mapping[str, int], level3: Mapping[str, int] | None = None
    ) -> None:
        """`depths`: the subscribed depth of each symbol's book, `level3`: of each symbol's level 3 book.

        Instruments may also come from the venue.
        """
        super().__init__(instruments, depths=depths, level3=level3)
        self._books: dict[str, FrameBook] = {}
        self._orders: dict[str, FrameLevel3] = {}
        self.books, self.level3 = self._books, self._orders
        self.unknown = 0  # Frames that nobody has a meaning for.
        self._status = ""
        for instrument in self.instruments.values():
            self._make_books(instrument)

    # -- The log --

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what it means."""
        event = entry.event
        match event:
            case FrameReceived():
                channel, kind, symbol = peek(event.frame)
                if channel == "book":
                    return self._on_book(symbol, kind == "snapshot", event, entry)
                if channel == "level3":
                    return self._on_level3(symbol, kind == "snapshot", event, entry)
                if channel in NOT_OURS or (channel == "ohlc" and (kind != "snapshot" or not self._intervals)):
                    return ()
                return self._on_message(event, entry)
            case TimerFired():
                return self._on_timer(event, entry) if event.owner == self.name else ()
            case RunStarted():
                return [
                    *map(InstrumentChanged, self.instruments.values()),
                    *(self._next_close(interval_s, entry.time_ns) for interval_s in self._intervals),
                ]
            case LinkDropped():
                return list(self._on_drop(event, entry))
            case LinkOpened():
                for tape in self._tapes.values():
                    tape.opened(event.link)
                return ()
            case _:
                return ()

    def _on_book(self, symbol: str, snapshot: bool, event: FrameReceived, entry: Entry) -> Iterable[Event]:
        book = self._books.get(symbol)
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

    def _on_level3(self, symbol: str, snapshot: bool, event: FrameReceived, entry: Entry) -> Iterable[Event]:
        level3 = self._orders.get(symbol)
        if level3 is None:
            return () if symbol in self.instruments else self._unknown(f"level3 of {symbol or 'no symbol'}", entry)
        book = level3.levels
        was_trusted = book.trusted
        distrust, top_changed = book.apply(event.frame, snapshot=snapshot, frame_seq=entry.seq, time_ns=entry.time_ns)
        if distrust:
            return (Level3Quarantined(symbol, distrust, entry.seq),) if was_trusted or snapshot else ()
        book.link = event.link
        flaws = [BookFlawed(symbol, f"level 3: {flaw}", entry.seq) for flaw in book.flaws()]
        if not was_trusted:
            return (*flaws, Level3Trusted(symbol, entry.seq))
        wanted = self._level3_wanted.get(symbol)
        if wanted is None or (wanted == "top" and not top_changed):
            return flaws
        return (*flaws, Level3Moved(symbol, entry.seq, top_changed))

    def _on_message(self, event: FrameReceived, entry: Entry) -> Iterable[Event]:
        message = decode(event.frame)
        match message:
            case TradeMessage():
                return self._on_trades(message, event.link, entry)
            case OhlcMessage():
                return self._on_candles(message, entry)
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

    def _on_trades(self, message: TradeMessage, link: str, entry: Entry) -> Iterable[Event]:
        try:
            seen = translate.trades_seen(message, instruments=self.instruments)
        except RemoteError as error:
            return self._unknown(f"trade: {error}", entry)
        if message.type == "snapshot":
            # What was traded before we came is no news, and fills nobody; candles count what we missed.
            return [
                closed
                for one in seen
                for closed in self.tape(one.symbol).catch_up(one.trades, link=link, now_ns=entry.time_ns)
            ]
        said: list[Event] = []
        for one in seen:
            said += self.tape(one.symbol).take(one.trades, link=link)
            said.append(one)
        return said

    def _on_candles(self, message: OhlcMessage, entry: Entry) -> Iterable[Event]:
        try:
            told = translate.candles_told(message, instruments=self.instruments)
        except RemoteError as error:
            return self._unknown(f"ohlc: {error}", entry)
        return [
            closed
            for one in told
            for closed in self.tape(one.symbol).learn(one.interval_s, one.candles, until_ns=one.until_ns)
        ]

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
            if known is None:
                self._make_books(instrument)
            elif _same_scale(known, instrument):
                for book in self._books_of(instrument.symbol):
                    book.instrument = instrument
            else:
                yield from self._rescaled(instrument, entry)

    def _rescaled(self, instrument: Instrument, entry: Entry) -> Iterator[Event]:
        """Take books and candles anew: their numbers mean something else now."""
        symbol, reason = instrument.symbol, "the pair's precision changed"
        before = self._books_of(symbol)
        self._make_books(instrument)
        self.tape(symbol).forget()
        for old, new in zip(before, self._books_of(symbol), strict=True):
            new.counts = old.counts
            new.distrust(reason)
        yield BookQuarantined(symbol, reason, entry.seq)
        if symbol in self._orders:
            yield Level3Quarantined(symbol, reason, entry.seq)

    def _books_of(self, symbol: str) -> list[FrameBook]:
        """Return the symbol's books: of level 2, and of level 3 where there is one."""
        level3 = self._orders.get(symbol)
        return [self._books[symbol]] if level3 is None else [self._books[symbol], level3.levels]

    def _on_status(self, message: StatusMessage) -> Iterable[Event]:
        changed = translate.venue_status(message)
        if changed is None or changed.status == self._status:
            return ()
        self._status = changed.status
        return (VenueStatusChanged(changed.status),)

    def _on_drop(self, drop: LinkDropped, entry: Entry) -> Iterator[Event]:
        """Distrust what the link fed. What another link feeds is as good as before."""
        reason = f"link dropped: {drop.reason}"
        for book in self._books.values():
            if book.trusted and book.link == drop.link:
                book.distrust(reason)
                yield BookQuarantined(book.symbol, reason, entry.seq)
        for level3 in self._orders.values():
            if level3.trusted and level3.levels.link == drop.link:
                level3.levels.distrust(reason)
                yield Level3Quarantined(level3.symbol, reason, entry.seq)
        for tape in self._tapes.values():
            tape.dropped(drop.link)

    def _make_books(self, instrument: Instrument) -> None:
        symbol = instrument.symbol
        if symbol in self._depths:
            self._books[symbol] = FrameBook(instrument, depth=self._depths[symbol])
        if symbol in self._level3_depths:
            self._orders[symbol] = FrameLevel3(instrument, depth=self._level3_depths[symbol])


def _same_scale(old: Instrument, new: Instrument) -> bool:
    return (old.price_precision, old.qty_precision) == (new.price_precision, new.qty_precision)
