"""Seats one strategy in the log: wakes it for what it declared, and says what it wants in its name.

Pure. Imports: domain, market, orders, portfolio, strategy/api, strategy/view. Imported by: run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from fathom.domain import (
    AmendDenied,
    AmendWanted,
    BookMoved,
    BookTrusted,
    CancelWanted,
    Entry,
    Event,
    Happening,
    LocalError,
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
    Every,
    HearsBook,
    HearsDenial,
    HearsFill,
    HearsOrder,
    HearsTimer,
    HearsTrades,
    OnBook,
    OnTrades,
    Strategy,
    Wake,
)
from fathom.strategy.view import View

NAME_CHARS_MAX: Final = 12
NEEDS: Final[Mapping[type[Wake], str]] = {OnBook: "on_book", OnTrades: "on_trades", Every: "on_timer"}


class Host:
    """One strategy as a component. Keeps replicas of its own orders and of the portfolio they made."""

    hears: tuple[type[Happening], ...] = (
        RunStarted,
        BookMoved,
        BookTrusted,
        TradesSeen,
        TimerFired,
        OrderDenied,
        AmendDenied,
        *ORDER_NEWS,
        *PORTFOLIO_NEWS,
    )

    def __init__(self, strategy: Strategy, *, market: Market, quote: str) -> None:
        """Raises LocalError where the strategy's name or its wakes cannot work."""
        self.name = strategy.name
        self.strategy = strategy
        # Looked up once: asking a Protocol at each wake would cost more than the wake itself.
        self._hears_book = strategy if isinstance(strategy, HearsBook) else None
        self._hears_trades = strategy if isinstance(strategy, HearsTrades) else None
        self._hears_timer = strategy if isinstance(strategy, HearsTimer) else None
        self._hears_order = strategy if isinstance(strategy, HearsOrder) else None
        self._hears_fill = strategy if isinstance(strategy, HearsFill) else None
        self._hears_denial = strategy if isinstance(strategy, HearsDenial) else None
        self._market = market
        self._orders = OrderTable()
        self._portfolio = Portfolio(market, quote=quote)
        self._wakes = tuple(strategy.wakes())
        _check(strategy.name, self._wakes, strategy)
        self._books = {wake.symbol: wake.top_only for wake in self._wakes if isinstance(wake, OnBook)}
        self._trades = {wake.symbol for wake in self._wakes if isinstance(wake, OnTrades)}
        self._every = {wake.timer: wake.interval_ns for wake in self._wakes if isinstance(wake, Every)}
        self._due: dict[str, int] = {}  # When each of these timers is due next.

    @property
    def wakes(self) -> tuple[Wake, ...]:
        """What the strategy declared."""
        return self._wakes

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what the strategy wants of it. Raises LocalError where it wants what it may not."""
        event = entry.event
        match event:
            case BookMoved():
                if event.symbol in self._books and (event.top_changed or not self._books[event.symbol]):
                    return self._on_book(event.symbol, entry)
            case BookTrusted():
                if event.symbol in self._books:
                    return self._on_book(event.symbol, entry)
            case TradesSeen():
                if event.symbol in self._trades and self._hears_trades is not None:
                    return self._wanted(self._hears_trades.on_trades(event.symbol, event.trades, self._view(entry)))
            case TimerFired():
                if event.owner == self.name:
                    return self._on_timer(event.timer, entry)
            case OrderDenied() | AmendDenied():
                if self._hears_denial is not None and self._is_own(event.order_id):
                    return self._wanted(self._hears_denial.on_denied(event, self._view(entry)))
            case RunStarted():
                return [self._next(timer, entry.time_ns + interval_ns) for timer, interval_ns in self._every.items()]
            case _:
                return self._on_news(event, entry)
        return ()

    def _on_book(self, symbol: str, entry: Entry) -> Iterable[Event]:
        book = self._market.books[symbol]
        if book.trusted and self._hears_book is not None:
            return self._wanted(self._hears_book.on_book(book, self._view(entry)))
        return ()

    def _on_timer(self, timer: str, entry: Entry) -> Iterable[Event]:
        if self._hears_timer is not None:
            yield from self._wanted(self._hears_timer.on_timer(timer, self._view(entry)))
        due_ns = self._due.get(timer)
        if due_ns is not None and entry.time_ns >= due_ns:  # Else the strategy asked for this one itself.
            interval_ns = self._every[timer]
            missed = (entry.time_ns - due_ns) // interval_ns  # A late one does not move the grid.
            yield self._next(timer, due_ns + (missed + 1) * interval_ns)

    def _next(self, timer: str, at_ns: int) -> TimerWanted:
        self._due[timer] = at_ns
        return TimerWanted(self.name, timer, at_ns)

    def _on_news(self, event: Event, entry: Entry) -> Iterable[Event]:
        """Keep the replicas: of orders only our own, of the account everything but other strategies' fills."""
        order_id = order_id_of(event)
        if order_id is not None and not self._is_own(order_id):
            return ()
        self._portfolio.apply(event)
        if order_id is None:
            return ()
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

    def _wanted(self, wants: Iterable[Event]) -> Iterator[Event]:
        """Pass on what a strategy may want: about its own orders and timers, and never an approval."""
        for want in wants:
            match want:
                case OrderWanted() | AmendWanted() | CancelWanted():
                    if not self._is_own(want.order_id):
                        raise LocalError("order_id", f"{want.order_id} is not an order of {self.name}")
                case TimerWanted():
                    if want.owner != self.name or self._hears_timer is None:
                        raise LocalError("timer", f"{self.name} has no on_timer for {want}")
                case _:
                    raise LocalError("strategy", f"{self.name} may not say {want!r:.200}")
            yield want

    def _is_own(self, order_id: str) -> bool:
        return order_id.startswith(self.name) and order_id[len(self.name) : len(self.name) + 1] == "-"

    def _view(self, entry: Entry) -> View:
        return View(
            self.name,
            seq=entry.seq,
            now_ns=entry.time_ns,
            market=self._market,
            orders=self._orders,
            portfolio=self._portfolio,
        )


def _check(name: str, wakes: tuple[Wake, ...], strategy: Strategy) -> None:
    if not (0 < len(name) <= NAME_CHARS_MAX and name.replace("_", "").isalnum() and name.isascii()):
        raise LocalError("strategy", f"the name {name!r} is not 1 to {NAME_CHARS_MAX} letters, digits or _")
    if not wakes:
        raise LocalError("strategy", f"{name} declares no wake, so it would never run")
    kinds = [(type(wake), wake.timer if isinstance(wake, Every) else wake.symbol) for wake in wakes]
    if len(set(kinds)) < len(kinds):
        raise LocalError("strategy", f"{name} declares a wake twice: {', '.join(map(str, wakes))}")
    for wake in wakes:
        method = NEEDS[type(wake)]
        if not hasattr(strategy, method):
            raise LocalError("strategy", f"{name} declares {wake} but has no method {method}")
        if isinstance(wake, Every) and wake.interval_ns <= 0:
            raise LocalError("strategy", f"{name}: interval_ns must be above 0, not {wake.interval_ns}")
