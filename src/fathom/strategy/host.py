"""Seats one strategy in the log: wakes it for what it declared, and says what it wants in its name.

Pure. Imports: domain, market, orders, portfolio, strategy/api, strategy/standing, strategy/view, strategy/wakes.
Imported by: run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from fathom.domain import (
    NO_ANSWER,
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    AmendDenied,
    AmendWanted,
    BookMoved,
    BookTrusted,
    BracketWanted,
    CancelWanted,
    CandleClosed,
    Ear,
    Entry,
    Event,
    Happening,
    InstrumentChanged,
    Level3Moved,
    Level3Trusted,
    LocalError,
    OrderApproved,
    OrderDenied,
    OrderTraded,
    OrderWanted,
    RunStarted,
    TimerFired,
    TimerWanted,
    TradesSeen,
)
from fathom.market import Market
from fathom.orders import ORDER_NEWS, OrderTable, order_id_of
from fathom.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.strategy.api import (
    HearsAlgo,
    HearsBook,
    HearsCandle,
    HearsDenial,
    HearsFill,
    HearsLevel3,
    HearsOrder,
    HearsTimer,
    HearsTrades,
    Strategy,
)
from fathom.strategy.standing import STANDING_NEWS, Standing
from fathom.strategy.view import ONE, View
from fathom.strategy.wakes import At, Every, OnBook, OnCandle, OnLevel3, OnTrades, Wake

NAME_CHARS_MAX: Final = 12
NEEDS: Final[Mapping[type[Wake], str]] = {
    OnBook: "on_book",
    OnLevel3: "on_level3",
    OnTrades: "on_trades",
    OnCandle: "on_candle",
    Every: "on_timer",
    At: "on_timer",
}
STANDS: Final = frozenset(STANDING_NEWS)


class Host:
    """One strategy as a component. Keeps replicas of its own orders, of the portfolio they made, and of the account."""

    hears: tuple[type[Happening], ...] = (
        BookMoved,
        BookTrusted,
        TradesSeen,
        Level3Moved,
        Level3Trusted,
        CandleClosed,
        TimerFired,
        OrderDenied,
        AmendDenied,
        AlgoEnded,
        *ORDER_NEWS,
        *PORTFOLIO_NEWS,
        *STANDING_NEWS,
    )

    def __init__(
        self, strategy: Strategy, *, market: Market, quote: str, share: Decimal = ONE, reconciled_first: bool = False
    ) -> None:
        """`share` of the account's capital is this strategy's. `reconciled_first`: as risk has it.

        Raises LocalError where the strategy's name or its wakes cannot work.
        """
        self.name = strategy.name
        self.strategy = strategy
        # Looked up once: asking a Protocol at each wake would cost more than the wake itself.
        self._hears_book = strategy if isinstance(strategy, HearsBook) else None
        self._hears_level3 = strategy if isinstance(strategy, HearsLevel3) else None
        self._hears_trades = strategy if isinstance(strategy, HearsTrades) else None
        self._hears_candle = strategy if isinstance(strategy, HearsCandle) else None
        self._hears_timer = strategy if isinstance(strategy, HearsTimer) else None
        self._hears_order = strategy if isinstance(strategy, HearsOrder) else None
        self._hears_fill = strategy if isinstance(strategy, HearsFill) else None
        self._hears_denial = strategy if isinstance(strategy, HearsDenial) else None
        self._hears_algo = strategy if isinstance(strategy, HearsAlgo) else None
        self._market = market
        self._orders = OrderTable()
        self._sold = OrderTable()  # What risk sells on our behalf.
        self._portfolio = Portfolio(market, quote=quote)
        self._account = Portfolio(market, quote=quote)
        self._standing = Standing(reconciled_first=reconciled_first)
        self._shown = View(
            self.name,
            seq=0,
            now_ns=0,
            market=market,
            orders=self._orders,
            portfolio=self._portfolio,
            account=self._account,
            standing=self._standing,
            share=share,
        )
        self._wakes = tuple(strategy.wakes())
        _check(strategy.name, self._wakes, strategy)
        self._books = {wake.symbol: wake.top_only for wake in self._wakes if isinstance(wake, OnBook)}
        self._level3 = {wake.symbol: wake.top_only for wake in self._wakes if isinstance(wake, OnLevel3)}
        self._trades = {wake.symbol for wake in self._wakes if isinstance(wake, OnTrades)}
        self._candles = {(wake.symbol, wake.interval_s) for wake in self._wakes if isinstance(wake, OnCandle)}
        self._repeated = {wake.timer: wake for wake in self._wakes if isinstance(wake, Every | At)}
        self._due: dict[str, int] = {}  # When each of these timers is due next.
        self._handlers: dict[type[Event], Callable[[Any, Entry], Iterable[Event]]] = {
            BookMoved: self._on_book,
            BookTrusted: self._on_book,
            Level3Moved: self._on_level3,
            Level3Trusted: self._on_level3,
            TradesSeen: self._on_trades,
            CandleClosed: self._on_candle,
            TimerFired: self._on_fired,
            OrderDenied: self._on_denied,
            AmendDenied: self._on_denied,
            AlgoEnded: self._on_algo,
            RunStarted: self._on_start,
        }

    @property
    def wakes(self) -> tuple[Wake, ...]:
        """What the strategy declared."""
        return self._wakes

    def ask(self) -> None:
        """Ask the market for what the wakes need. Raises LocalError where nothing of it is subscribed."""
        for wake in self._wakes:
            match wake:
                case OnBook():
                    self._market.want(wake.symbol, "top" if wake.top_only else "frame")
                case OnLevel3():
                    self._market.want_level3(wake.symbol, "top" if wake.top_only else "frame")
                case OnTrades():
                    self._market.want_trades(wake.symbol)
                case OnCandle():
                    self._market.want_candles(wake.symbol, wake.interval_s, keep=wake.keep)

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what the strategy wants of it. Raises LocalError where it wants what it may not."""
        handler = self._handlers.get(type(entry.event))
        return self._on_news(entry.event, entry) if handler is None else handler(entry.event, entry)

    def ear_for(self, event: Event, plain: Ear) -> Ear | None:
        """Return what hears events like this one; None where the strategy is not woken for them."""
        match event:
            case BookMoved(symbol=symbol):
                top_only = self._books.get(symbol)
                asleep = top_only is None or (top_only and not event.top_changed)
                return None if asleep else self._ear_for_book(symbol)
            case Level3Moved(symbol=symbol):
                top_only = self._level3.get(symbol)
                return None if top_only is None or (top_only and not event.top_changed) else plain
            case _:
                return plain

    def _on_start(self, _: RunStarted, entry: Entry) -> Iterable[Event]:
        return [self._next(wake, entry.time_ns, entry.time_ns) for wake in self._repeated.values()]

    def _on_book(self, event: BookMoved | BookTrusted, entry: Entry) -> Iterable[Event]:
        top_only = self._books.get(event.symbol)
        if top_only is None or (top_only and isinstance(event, BookMoved) and not event.top_changed):
            return ()
        trusted = self._market.books[event.symbol].trusted
        return self._see_book(event.symbol, entry.seq, entry.time_ns) if trusted else ()

    def _see_book(self, symbol: str, seq: int, now_ns: int) -> Iterable[Event]:
        """Show a book that is trusted: one that moves is."""
        if self._hears_book is None:
            return ()
        return self._wanted(self._hears_book.on_book(self._market.books[symbol], self._shown.at(seq, now_ns)))

    def _ear_for_book(self, symbol: str) -> Ear | None:
        """Return what `_see_book` is, with all looked up that stays: a recorded book moves a million times a second."""
        if self._hears_book is None:
            return None
        on_book, at, wanted, book = self._hears_book.on_book, self._shown.at, self._wanted, self._market.books[symbol]

        def ear(seq: int, now_ns: int) -> Iterable[Event]:
            wants = on_book(book, at(seq, now_ns))
            return wanted(wants) if wants is not NO_ANSWER else NO_ANSWER

        return ear

    def _on_level3(self, event: Level3Moved | Level3Trusted, entry: Entry) -> Iterable[Event]:
        top_only = self._level3.get(event.symbol)
        if top_only is None or (top_only and isinstance(event, Level3Moved) and not event.top_changed):
            return ()
        level3 = self._market.level3[event.symbol]
        if level3.trusted and self._hears_level3 is not None:
            return self._wanted(self._hears_level3.on_level3(level3, self._view(entry)))
        return ()

    def _on_trades(self, event: TradesSeen, entry: Entry) -> Iterable[Event]:
        if event.symbol in self._trades and self._hears_trades is not None:
            return self._wanted(self._hears_trades.on_trades(event.symbol, event.trades, self._view(entry)))
        return ()

    def _on_candle(self, event: CandleClosed, entry: Entry) -> Iterable[Event]:
        if (event.symbol, event.interval_s) in self._candles and self._hears_candle is not None:
            on_candle = self._hears_candle.on_candle
            return self._wanted(on_candle(event.symbol, event.interval_s, event.candle, self._view(entry)))
        return ()

    def _on_denied(self, event: OrderDenied | AmendDenied, entry: Entry) -> Iterable[Event]:
        if self._hears_denial is not None and self._is_own(event.order_id):
            return self._wanted(self._hears_denial.on_denied(event, self._view(entry)))
        return ()

    def _on_algo(self, event: AlgoEnded, entry: Entry) -> Iterable[Event]:
        if self._hears_algo is None or not self._is_own(event.algo_id):
            return ()
        return self._wanted(self._hears_algo.on_algo(event, self._view(entry)))

    def _on_fired(self, event: TimerFired, entry: Entry) -> Iterable[Event]:
        return self._on_timer(event.timer, entry) if event.owner == self.name else ()

    def _on_timer(self, timer: str, entry: Entry) -> Iterable[Event]:
        if self._hears_timer is not None:
            yield from self._wanted(self._hears_timer.on_timer(timer, self._view(entry)))
        due_ns = self._due.get(timer)
        if due_ns is not None and entry.time_ns >= due_ns:  # Else the strategy asked for this one itself.
            yield self._next(self._repeated[timer], due_ns, entry.time_ns)

    def _next(self, wake: Every | At, due_ns: int, now_ns: int) -> TimerWanted:
        """Return the next time after now. A late one does not move the grid."""
        if isinstance(wake, At):
            at_ns = wake.next_ns(now_ns)
        else:
            missed = (now_ns - due_ns) // wake.interval_ns
            at_ns = due_ns + (missed + 1) * wake.interval_ns
        self._due[wake.timer] = at_ns
        return TimerWanted(self.name, wake.timer, at_ns)

    def _on_news(self, event: Event, entry: Entry) -> Iterable[Event]:
        """Keep the replicas: of orders and positions only our own, of the account everything."""
        if type(event) in STANDS:
            self._standing.apply(event, now_ns=entry.time_ns)
            return ()
        self._account.apply(event)
        order_id = order_id_of(event)
        if order_id is None:  # What the account holds is nothing that this strategy's fills made.
            if isinstance(event, InstrumentChanged):
                self._portfolio.apply(event)
            return ()
        if not self._is_own(order_id):
            self._hear_of_sale(event, order_id)
            return ()
        self._portfolio.apply(event)
        known = self._orders.get(order_id)
        filled_lots = 0 if known is None else known.filled_lots
        order = self._orders.apply(event)
        if order is None:
            return ()
        view = self._view(entry)  # One for both: a second one would give its order ids again.
        said: list[Event] = []
        if isinstance(event, OrderTraded) and order.filled_lots != filled_lots and self._hears_fill is not None:
            said += self._wanted(self._hears_fill.on_fill(event, view))
        if self._hears_order is not None:
            said += self._wanted(self._hears_order.on_order(order, view))
        return said

    def _hear_of_sale(self, event: Event, order_id: str) -> None:
        """Count the fills of what risk sells on our behalf: what it held is the strategy's no more."""
        ours = isinstance(event, OrderApproved) and event.order.on_behalf == self.name
        if ours or self._sold.get(order_id) is not None:
            self._sold.apply(event)
            self._portfolio.apply(event)

    def _wanted(self, wants: Iterable[Event]) -> Iterator[Event]:
        """Pass on what a strategy may want: about its own orders and timers, and never an approval."""
        for want in wants:
            match want:
                case OrderWanted() | AmendWanted() | CancelWanted():
                    if not self._is_own(want.order_id):
                        raise LocalError("order_id", f"{want.order_id} is not an order of {self.name}")
                case BracketWanted():
                    if not self._is_own(want.entry.order_id):
                        raise LocalError("order_id", f"{want.entry.order_id} is not an order of {self.name}")
                case AlgoWanted() | AlgoStopWanted():
                    if not self._is_own(want.algo_id):
                        raise LocalError("algo_id", f"{want.algo_id} is not an algorithm of {self.name}")
                case TimerWanted():
                    if want.owner != self.name or self._hears_timer is None:
                        raise LocalError("timer", f"{self.name} has no on_timer for {want}")
                case _:
                    raise LocalError("strategy", f"{self.name} may not say {want!r:.200}")
            yield want

    def _is_own(self, order_id: str) -> bool:
        return order_id.startswith(self.name) and order_id[len(self.name) : len(self.name) + 1] == "-"

    def _view(self, entry: Entry) -> View:
        return self._shown.at(entry.seq, entry.time_ns)


def _check(name: str, wakes: tuple[Wake, ...], strategy: Strategy) -> None:
    if not (0 < len(name) <= NAME_CHARS_MAX and name.replace("_", "").isalnum() and name.isascii()):
        raise LocalError("strategy", f"the name {name!r} is not 1 to {NAME_CHARS_MAX} letters, digits or _")
    if not wakes:
        raise LocalError("strategy", f"{name} declares no wake, so it would never run")
    kinds = [_told_apart_by(wake) for wake in wakes]
    if len(set(kinds)) < len(kinds):
        raise LocalError("strategy", f"{name} declares a wake twice: {', '.join(map(str, wakes))}")
    for wake in wakes:
        method = NEEDS[type(wake)]
        if not hasattr(strategy, method):
            raise LocalError("strategy", f"{name} declares {wake} but has no method {method}")
        if isinstance(wake, Every) and wake.interval_ns <= 0:
            raise LocalError("strategy", f"{name}: interval_ns must be above 0, not {wake.interval_ns}")


def _told_apart_by(wake: Wake) -> tuple[str, object, object]:
    match wake:
        case Every() | At():
            return ("timer", wake.timer, "")
        case OnCandle():
            return ("candle", wake.symbol, wake.interval_s)
        case _:
            return (type(wake).__name__, wake.symbol, "")
