"""Seats one strategy in the log: wakes it for what it declared, and says what it wants in its name.

Pure. Imports: domain, market, orders, portfolio, strategy/api. Imported by: run.
"""

from collections.abc import Iterable
from typing import Final

from fathom.domain import (
    AmendDenied,
    BookMoved,
    BookTrusted,
    Entry,
    Event,
    Happening,
    LocalError,
    OrderDenied,
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
    HearsOrder,
    HearsTimer,
    HearsTrades,
    OnBook,
    OnTrades,
    Strategy,
)
from fathom.strategy.view import View

NAME_CHARS_MAX: Final = 12
NEEDS: Final = {OnBook: HearsBook, OnTrades: HearsTrades, Every: HearsTimer}


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
        self._market = market
        self._orders = OrderTable()
        self._portfolio = Portfolio(market, quote=quote)
        self._wakes = tuple(strategy.wakes())
        _check(strategy.name, self._wakes, strategy)
        self._books = {wake.symbol: wake.top_only for wake in self._wakes if isinstance(wake, OnBook)}
        self._trades = {wake.symbol for wake in self._wakes if isinstance(wake, OnTrades)}
        self._every = {wake.timer: wake.interval_ns for wake in self._wakes if isinstance(wake, Every)}

    @property
    def wakes(self) -> tuple[OnBook | OnTrades | Every, ...]:
        """What the strategy declared."""
        return self._wakes

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what the strategy wants of it."""
        event = entry.event
        match event:
            case BookMoved():
                if event.symbol in self._books and (event.top_changed or not self._books[event.symbol]):
                    return self._on_book(event.symbol, entry)
            case BookTrusted():
                if event.symbol in self._books:
                    return self._on_book(event.symbol, entry)
            case TradesSeen():
                if event.symbol in self._trades and isinstance(self.strategy, HearsTrades):
                    return self.strategy.on_trades(event.symbol, event.trades, self._view(entry))
            case TimerFired():
                if event.owner == self.name:
                    return self._on_timer(event.timer, entry)
            case RunStarted():
                return [TimerWanted(self.name, timer, entry.time_ns + ns) for timer, ns in self._every.items()]
            case _:
                return self._on_news(event, entry)
        return ()

    def _on_book(self, symbol: str, entry: Entry) -> Iterable[Event]:
        book = self._market.books[symbol]
        if book.trusted and isinstance(self.strategy, HearsBook):
            return self.strategy.on_book(book, self._view(entry))
        return ()

    def _on_timer(self, timer: str, entry: Entry) -> Iterable[Event]:
        if isinstance(self.strategy, HearsTimer):
            yield from self.strategy.on_timer(timer, self._view(entry))
        if timer in self._every:
            yield TimerWanted(self.name, timer, entry.time_ns + self._every[timer])

    def _on_news(self, event: Event, entry: Entry) -> Iterable[Event]:
        """Keep the replicas: of orders only our own, of the account everything but other strategies' fills."""
        order_id = order_id_of(event)
        if order_id is not None and not self._is_own(order_id):
            return ()
        self._portfolio.apply(event)
        if order_id is None:
            return ()
        order = self._orders.apply(event)
        if order is not None and isinstance(self.strategy, HearsOrder):
            return self.strategy.on_order(order, self._view(entry))
        return ()

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


def _check(name: str, wakes: tuple[OnBook | OnTrades | Every, ...], strategy: Strategy) -> None:
    if not (0 < len(name) <= NAME_CHARS_MAX and name.replace("_", "").isalnum() and name.isascii()):
        raise LocalError("strategy", f"the name {name!r} is not 1 to {NAME_CHARS_MAX} letters, digits or _")
    if not wakes:
        raise LocalError("strategy", f"{name} declares no wake, so it would never run")
    for wake in wakes:
        needed = NEEDS[type(wake)]
        if not isinstance(strategy, needed):
            method = next(word for word in vars(needed) if word.startswith("on_"))
            raise LocalError("strategy", f"{name} declares {wake} but has no method {method}")
        if isinstance(wake, Every) and wake.interval_ns <= 0:
            raise LocalError("strategy", f"{name}: interval_ns must be above 0, not {wake.interval_ns}")
