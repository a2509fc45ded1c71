"""The component that carries out brackets and algorithms: it only wants, and risk judges each want.

Every algorithm looks at what is and says what it wants now; it is asked again after all that may matter: news of its
orders, its symbol's book, its timer, an end or a resumption of trading. So a replay, and a run that goes on after a
crash, find it where it was.

Pure. Imports: domain, market, orders, moment, plans, running. Imported by: run.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    AmendDenied,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    BracketWanted,
    DisputeSettled,
    Ear,
    Entry,
    Event,
    Happening,
    Instrument,
    InstrumentChanged,
    OrderDenied,
    RunResumed,
    RunStopped,
    TimerFired,
    TimerWanted,
    TradingHalted,
    TradingResumed,
)
from fathom.execution.moment import Moment
from fathom.execution.plans import algorithm_of, flaw_of
from fathom.execution.running import Algorithm
from fathom.market import Market
from fathom.orders import ORDER_NEWS, order_id_of

# Algorithms at once; one more ends as it begins. They share the open orders that risk and the venue allow.
ALGOS_MAX: Final = 200
AGAIN_NS: Final = 1_000_000  # The soonest that a timer asks again: what was due while nobody ran is due now.


class Execution:
    """All algorithms that run."""

    name = "execution"
    hears: tuple[type[Happening], ...] = (
        BracketWanted,
        AlgoWanted,
        AlgoStopWanted,
        *ORDER_NEWS,
        OrderDenied,
        AmendDenied,
        BookMoved,
        BookTrusted,
        BookQuarantined,
        TimerFired,
        RunStopped,
        RunResumed,
        AccountAgreed,
        AccountDisputed,
        DisputeSettled,
        TradingHalted,
        TradingResumed,
        InstrumentChanged,
    )

    def __init__(self, market: Market) -> None:
        """`market` is read, never changed."""
        self._market = market
        self._algos: dict[str, Algorithm] = {}
        self._scales: dict[str, Instrument] = {}  # Algorithm -> the pair as it was when it began.
        self._timers: dict[str, list[int]] = {}  # Algorithm -> when its timers fire, the soonest last.
        self._waits: dict[str, str] = {}  # Why nothing is asked for, by whom; the run itself is the empty name.
        self._halts: dict[tuple[str, str], TradingHalted] = {}  # Hard ones, by limit and symbol.

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of what runs, oldest first."""
        return tuple(self._algos)

    def ear_for(self, event: Event, plain: Ear) -> Ear | None:
        """Return what hears events like this one: of a book that moves nobody, while nothing runs."""
        algos = self._algos
        return (lambda seq, now_ns: plain(seq, now_ns) if algos else ()) if isinstance(event, BookMoved) else plain

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what is wanted of it."""
        event, now_ns = entry.event, entry.time_ns
        if type(event) is BookMoved and not self._algos:
            return ()
        match event:
            case BookMoved() | BookTrusted() | BookQuarantined():
                return self._think_in(event.symbol, now_ns) if self._algos else ()
            case AlgoWanted() | BracketWanted():
                return self._begin(event, now_ns)
            case AlgoStopWanted():
                return self._stop(event.algo_id, "stopped", now_ns)
            case TimerFired():
                return self._on_timer(event.timer, now_ns) if event.owner == self.name else ()
            case RunStopped() | RunResumed() | AccountAgreed() | AccountDisputed() | DisputeSettled():
                return self._on_run(event, now_ns)
            case TradingHalted() | TradingResumed():
                return self._on_halt(event, now_ns)
            case InstrumentChanged():
                return self._on_instrument(event.instrument, now_ns)
            case _:
                return self._on_news(event, now_ns)

    # -- What begins and ends --

    def _begin(self, wanted: AlgoWanted | BracketWanted, now_ns: int) -> Iterable[Event]:
        bracket = isinstance(wanted, BracketWanted)
        algo_id = wanted.entry.order_id if isinstance(wanted, BracketWanted) else wanted.algo_id
        symbol = wanted.entry.symbol if isinstance(wanted, BracketWanted) else wanted.symbol
        assert algo_id not in self._algos, f"algorithm id used twice: {algo_id}"
        instrument = self._market.instruments.get(symbol)
        flaw = flaw_of(wanted, instrument, now_ns=now_ns)
        if not flaw and len(self._algos) >= ALGOS_MAX:
            flaw = f"{ALGOS_MAX} algorithms run already"
        if flaw or instrument is None:
            return [AlgoEnded(algo_id, 0, flaw)]
        halt = self._halt_of(symbol)
        if halt is not None and not bracket:
            return [AlgoEnded(algo_id, 0, f"trading is halted: {halt.limit}")]
        self._algos[algo_id] = algorithm_of(wanted, now_ns=now_ns)
        self._scales[algo_id] = instrument
        self._timers[algo_id] = []
        return self._think(algo_id, now_ns)

    def _stop(self, algo_id: str, reason: str, now_ns: int) -> Iterable[Event]:
        algo = self._algos.get(algo_id)
        if algo is None:
            return ()  # It ended meanwhile; that was said.
        algo.stop(reason)
        return self._think(algo_id, now_ns)

    # -- What may matter --

    def _on_news(self, event: Event, now_ns: int) -> Iterable[Event]:
        order_id = order_id_of(event) or ""
        algo_id = order_id.partition(".")[0]
        algo = self._algos.get(algo_id)
        if algo is None:
            return ()
        algo.apply(event, now_ns=now_ns)
        return self._think(algo_id, now_ns)

    def _on_timer(self, algo_id: str, now_ns: int) -> Iterable[Event]:
        pending = self._timers.get(algo_id)
        if pending is None:
            return ()
        while pending and pending[-1] <= now_ns:
            pending.pop()
        return self._think(algo_id, now_ns)

    def _on_run(
        self, event: RunStopped | RunResumed | AccountAgreed | AccountDisputed | DisputeSettled, now_ns: int
    ) -> Iterable[Event]:
        match event:
            case RunStopped():  # Risk ends what is open as it was told to; what runs here waits to be resumed.
                self._waits[""] = "the run is ending"
            case RunResumed():  # Every timer was lost, and nothing is known until the account is.
                self._waits[""] = "the account is not agreed on yet"
                for pending in self._timers.values():
                    pending.clear()
            case AccountAgreed():
                self._waits.pop("", None)
            case AccountDisputed():
                self._waits[event.symbol or "*"] = event.reason
            case DisputeSettled():
                self._waits.pop(event.symbol or "*", None)
        return self._think_all(now_ns)

    def _on_halt(self, event: TradingHalted | TradingResumed, now_ns: int) -> Iterable[Event]:
        if isinstance(event, TradingResumed):
            self._halts.pop((event.limit, event.symbol), None)
            return self._think_all(now_ns)
        if event.level == "soft":
            return ()  # Risk refuses what adds, and lets through what reduces.
        self._halts[event.limit, event.symbol] = event
        for algo in self._algos.values():
            if event.symbol in {"", algo.symbol}:
                reason = f"trading was halted: {event.limit}"
                if event.flatten:
                    algo.stop(reason)
                else:
                    algo.halt(reason)
        return self._think_all(now_ns)

    def _on_instrument(self, instrument: Instrument, now_ns: int) -> Iterable[Event]:
        for algo_id, scale in self._scales.items():
            if scale.symbol == instrument.symbol and _precisions(scale) != _precisions(instrument):
                self._algos[algo_id].stop("the pair's precision changed")  # Its ticks and lots mean something else now.
        return self._think_in(instrument.symbol, now_ns)

    # -- Thinking --

    def _think_in(self, symbol: str, now_ns: int) -> Iterator[Event]:
        for algo_id in [algo_id for algo_id, algo in self._algos.items() if algo.symbol == symbol]:
            yield from self._think(algo_id, now_ns)

    def _think_all(self, now_ns: int) -> Iterator[Event]:
        for algo_id in list(self._algos):
            yield from self._think(algo_id, now_ns)

    def _think(self, algo_id: str, now_ns: int) -> Iterator[Event]:
        algo = self._algos[algo_id]
        yield from algo.think(self._moment(algo.symbol, now_ns))
        if algo.over:
            del self._algos[algo_id], self._scales[algo_id], self._timers[algo_id]
            yield AlgoEnded(algo_id, algo.filled_lots, algo.over)
            return
        if algo.wake_ns is not None:
            yield from self._wake(algo_id, max(algo.wake_ns, now_ns + AGAIN_NS))

    def _wake(self, algo_id: str, at_ns: int) -> Iterator[Event]:
        """Want a timer, unless one fires earlier: at that one the algorithm says anew when it wants to be woken."""
        pending = self._timers[algo_id]
        if not pending or at_ns < pending[-1]:
            pending.append(at_ns)
            yield TimerWanted(self.name, algo_id, at_ns)

    def _moment(self, symbol: str, now_ns: int) -> Moment:
        book = self._market.books.get(symbol)
        waits = any(name in self._waits for name in ("", "*", symbol))
        return Moment(
            now_ns=now_ns,
            instrument=self._market.instruments[symbol],
            book=book if book is not None and book.trusted else None,
            open=not waits and self._halt_of(symbol) is None,
        )

    def _halt_of(self, symbol: str) -> TradingHalted | None:
        return next((halt for (_, where), halt in self._halts.items() if where in {"", symbol}), None)


def _precisions(instrument: Instrument) -> tuple[int, int]:
    return instrument.price_precision, instrument.qty_precision
