"""The market as a recording tells it that is stepped over: the kernel holds the books, and runs ahead to what is asked.

What was recorded was verified then; what did not verify is not trusted here either. Nothing is kept of frames: the
books are as of the frame to which the world stepped, and what that frame means is said when the log comes to it.

Pure. Imports: domain, kernel, book, level3, market, tape. Imported by: sim, run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from fathom.domain import (
    BookMoved,
    BookQuarantined,
    BookTrusted,
    Candle,
    Entry,
    Event,
    Happening,
    Instrument,
    InstrumentChanged,
    Level3Moved,
    Level3Quarantined,
    Level3Trusted,
    LocalError,
    MarketStepped,
    PublicTrade,
    RunStarted,
    Side,
    TimerFired,
    TradesSeen,
)
from fathom.kernel import stepper as kernel
from fathom.market.book import Book, BookState
from fathom.market.level3 import Level3, Place
from fathom.market.market import Market, Wanted
from fathom.market.tape import KEEP, Tape

RECORDING: Final = "recording"  # The link that its trades come over.
DOUBT: Final = "what was recorded here did not verify, or is missing"


class StepBook(Book):
    """A recorded book, as of the frame that was stepped to."""

    __slots__ = ("_stepper",)

    def __init__(self, instrument: Instrument, stepper: kernel.Stepper) -> None:
        super().__init__(instrument, stepper)
        self._stepper = stepper

    @property
    def state(self) -> BookState:
        """Whether it holds anything, and whether that is to be believed."""
        if self._stepper.trusted:
            return "trusted"
        return "quarantined" if self._stepper.frames else "empty"

    @property
    def trusted(self) -> bool:
        """Whether the last frame verified: only then may anybody trade on it."""
        return self._stepper.trusted

    @property
    def reason(self) -> str:
        """Why it is quarantined."""
        return "" if self._stepper.trusted or not self._stepper.frames else DOUBT

    @property
    def frame_seq(self) -> int:
        """How many frames moved it."""
        return self._stepper.frames

    @property
    def moved_ns(self) -> int:
        """When the last one came."""
        return self._stepper.moved_ns

    @property
    def venue_ns(self) -> int | None:
        """The venue's own time of the last frame; None where the frame had none."""
        told_ns = self._stepper.told_ns
        return None if told_ns < 0 else told_ns


class StepLevel3(Level3):
    """A recorded level 3 book. The recording keeps no ids of orders: each has its number instead."""

    __slots__ = ("_levels", "_place", "_stepper")

    def __init__(
        self, instrument: Instrument, stepper: kernel.Stepper, *, place: Callable[[str], Place | None]
    ) -> None:
        """`place` knows where an order of ours stands."""
        self._levels = StepBook(instrument, stepper)
        self._stepper = stepper
        self._place = place

    @property
    def levels(self) -> StepBook:
        """The same book, by levels."""
        return self._levels

    @property
    def order_count(self) -> int:
        """Orders held, of both sides."""
        return self._stepper.order_count

    def queue(self, side: Side, price_ticks: int) -> list[tuple[str, int]]:
        """Return (number, qty_lots) of the recorded orders at a price, the one that trades first in front."""
        return self._stepper.orders(side, price_ticks)

    def place(self, venue_order_id: str) -> Place | None:
        """Return where an order of ours stands; None where it does not rest."""
        return self._place(venue_order_id)


class StepTape(Tape):
    """What was traded of late: kept where somebody is woken for trades, else read from the recording when asked."""

    __slots__ = ("_stepper", "wanted")

    def __init__(self, symbol: str, stepper: kernel.Stepper) -> None:
        super().__init__(symbol)
        self._stepper = stepper
        self.wanted = False

    def trades(self, n: int) -> list[PublicTrade]:
        """Return the last `n` trades, oldest first."""
        return super().trades(n) if self.wanted else public_trades(self._stepper.recent_trades(n))

    def want(self, interval_s: int, *, keep: int = KEEP) -> None:
        """Keep candles of an interval."""
        self.wanted = True
        super().want(interval_s, keep=keep)


def public_trades(told: Iterable[tuple[int, int, int, int, bool]]) -> list[PublicTrade]:
    """Return trades of a stepper in the log's words."""
    return [
        PublicTrade("buy" if buys else "sell", price, qty, trade_id, venue_ns)
        for venue_ns, price, qty, trade_id, buys in told
    ]


class StepMarket(Market):
    """Says what a frame means for which the world stopped. Only symbols with a recording have a book."""

    hears: tuple[type[Happening], ...] = (MarketStepped, RunStarted, TimerFired)

    def __init__(
        self,
        instruments: Iterable[Instrument],
        *,
        depths: Mapping[str, int],
        level3: Mapping[str, int] | None = None,
        steppers: Mapping[str, kernel.Stepper],
        level3_steppers: Mapping[str, kernel.Stepper] | None = None,
    ) -> None:
        """The steppers of levels and of orders, by symbol; one may be both."""
        super().__init__(instruments, depths=depths, level3=level3)
        self.steppers = dict(steppers)
        self.level3_steppers = dict(level3_steppers or {})
        self.place: Callable[[str], Place | None] = lambda _: None  # Of an order of ours, by the venue's id.
        self.books = {symbol: StepBook(self.instruments[symbol], one) for symbol, one in steppers.items()}
        self.level3 = {
            symbol: StepLevel3(self.instruments[symbol], one, place=self._place_of)
            for symbol, one in self.level3_steppers.items()
        }
        self._step_tapes = {symbol: StepTape(symbol, one) for symbol, one in steppers.items()}
        self._tapes.update(self._step_tapes)
        self._past: dict[tuple[str, int], tuple[Sequence[Candle], int]] = {}

    def know_past(self, past: Mapping[tuple[str, int], tuple[Sequence[Candle], int]]) -> None:
        """Begin with candles of before the run, by symbol and interval in seconds, and until when they tell."""
        self._past = dict(past)

    def _place_of(self, order_id: str) -> Place | None:
        return self.place(order_id)

    def want_trades(self, symbol: str) -> None:
        """Say TradesSeen for this symbol."""
        super().want_trades(symbol)
        if symbol in self._step_tapes:
            self._step_tapes[symbol].wanted = True

    def wants_of(self, symbol: str, *, level3: bool = False) -> int:
        """Return what of a symbol somebody is woken for, as bits of the kernel's stepper."""
        wanted = (self._level3_wanted if level3 else self._wanted).get(symbol)
        bits = {None: 0, "top": kernel.TOP, "frame": kernel.FRAME | kernel.TOP}[wanted]
        trades = not level3 and self._step_tapes[symbol].wanted
        return bits | kernel.BOOK | (kernel.TRADE if trades else 0)

    def wanted(self, symbol: str) -> Wanted | None:
        """Return for which moves of its book somebody is woken."""
        return self._wanted.get(symbol)

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what it means."""
        event = entry.event
        match event:
            case MarketStepped():
                return self._on_level3(event, entry) if event.level3 else self._on_step(event, entry)
            case TimerFired():
                return self._on_timer(event, entry) if event.owner == self.name else ()
            case RunStarted():
                return self._on_start(entry)
            case _:
                return ()

    def _on_start(self, entry: Entry) -> Iterable[Event]:
        for (symbol, interval_s), (candles, until_ns) in self._past.items():
            self.tape(symbol).learn(interval_s, candles, until_ns=until_ns)
        return [
            *map(InstrumentChanged, self.instruments.values()),
            *(self._next_close(interval_s, entry.time_ns) for interval_s in self._intervals),
            # A run that begins within a recording finds its books there.
            *(BookTrusted(symbol, entry.seq) for symbol, book in self.books.items() if book.trusted),
            *(Level3Trusted(symbol, entry.seq) for symbol, book in self.level3.items() if book.trusted),
        ]

    def _on_step(self, event: MarketStepped, entry: Entry) -> Iterable[Event]:
        symbol, why = event.symbol, event.why
        if why & kernel.TRADE:
            return self._on_trades(symbol)
        if why & kernel.BOOK:
            trusted = self._believed(self.steppers[symbol], symbol)
            return (BookTrusted(symbol, entry.seq),) if trusted else (BookQuarantined(symbol, DOUBT, entry.seq),)
        return (BookMoved(symbol, entry.seq, bool(why & kernel.TOP)),)

    def _on_level3(self, event: MarketStepped, entry: Entry) -> Iterable[Event]:
        symbol, why = event.symbol, event.why
        if why & kernel.BOOK:
            trusted = self._believed(self.level3_steppers[symbol], symbol)
            return (Level3Trusted(symbol, entry.seq),) if trusted else (Level3Quarantined(symbol, DOUBT, entry.seq),)
        return (Level3Moved(symbol, entry.seq, bool(why & kernel.TOP)),)

    def _on_trades(self, symbol: str) -> Iterable[Event]:
        trades = tuple(public_trades(self.steppers[symbol].trades()))
        said: list[Event] = list(self.tape(symbol).take(trades, link=RECORDING))
        said.append(TradesSeen(symbol, trades))
        return said

    def _believed(self, stepper: kernel.Stepper, symbol: str) -> bool:
        """Return whether a book is trusted. Raises LocalError where its numbers mean something else now."""
        one = self.instruments[symbol]
        scale = (stepper.price_precision, stepper.qty_precision)
        if stepper.trusted and scale != (one.price_precision, one.qty_precision):
            raise LocalError(
                symbol,
                f"its precision changes within the recording, from {one.price_precision} and {one.qty_precision} "
                f"decimals to {scale[0]} and {scale[1]}: run the days before and after it by themselves",
            )
        return stepper.trusted
