"""What a strategy is, when it is woken, and what it may want.

A strategy reads a view and returns what it wants; it never awaits, asks no clock and does no I/O. It cannot tell a
backtest from the real thing. Pure. Imports: domain, market, orders, strategy/view, strategy/wakes.
Imported by: strategy/host, users.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from fathom.domain import (
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    AmendDenied,
    AmendWanted,
    BracketWanted,
    CancelWanted,
    Candle,
    OrderDenied,
    OrderTraded,
    OrderWanted,
    PublicTrade,
    TimerWanted,
)
from fathom.market import Book, Level3
from fathom.orders import Order
from fathom.strategy.view import View
from fathom.strategy.wakes import Wake

Want = OrderWanted | AmendWanted | CancelWanted | TimerWanted | BracketWanted | AlgoWanted | AlgoStopWanted


class Strategy(Protocol):
    """What every strategy has. It is woken through the methods below that its wakes ask for."""

    @property
    def name(self) -> str:
        """A short name of its own, at most 12 letters, digits or underscores: it begins every order id."""

    def wakes(self) -> Sequence[Wake]:
        """Return what it wants to be woken for. Asked once, before the run."""


@runtime_checkable
class HearsBook(Protocol):
    """A strategy with an OnBook wake has this."""

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """The verified book moved as the wake asked."""


@runtime_checkable
class HearsLevel3(Protocol):
    """A strategy with an OnLevel3 wake has this."""

    def on_level3(self, level3: Level3, view: View) -> Iterable[Want]:
        """The verified level 3 book moved as the wake asked."""


@runtime_checkable
class HearsTrades(Protocol):
    """A strategy with an OnTrades wake has this."""

    def on_trades(self, symbol: str, trades: Sequence[PublicTrade], view: View) -> Iterable[Want]:
        """The market traded."""


@runtime_checkable
class HearsCandle(Protocol):
    """A strategy with an OnCandle wake has this."""

    def on_candle(self, symbol: str, interval_s: int, candle: Candle, view: View) -> Iterable[Want]:
        """A candle closed. `view.candles` has it as the last one."""


@runtime_checkable
class HearsTimer(Protocol):
    """A strategy with an Every or an At wake, or one that wants timers, has this."""

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """A timer is due."""


@runtime_checkable
class HearsOrder(Protocol):
    """A strategy that has this is told of each change of its own orders."""

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """One of its orders changed: accepted, filled in part or whole, amended, ended."""


@runtime_checkable
class HearsFill(Protocol):
    """A strategy that has this is told of each new fill of its own orders, once, before `on_order`."""

    def on_fill(self, fill: OrderTraded, view: View) -> Iterable[Want]:
        """One of its orders traded: the position and the balances hold it already."""


@runtime_checkable
class HearsDenial(Protocol):
    """A strategy that has this is told where risk refuses what it wanted: a new order, or an amend of one."""

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Risk refused: `denied.limit` names the limit. Asking again at once would be refused again."""


@runtime_checkable
class HearsAlgo(Protocol):
    """A strategy that has this is told when one of its brackets or algorithms ended."""

    def on_algo(self, ended: AlgoEnded, view: View) -> Iterable[Want]:
        """One of them ended: nothing of it is open any more."""
