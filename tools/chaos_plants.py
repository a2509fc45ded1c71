"""Bugs on purpose, one of each kind that chaos must find: it is worth nothing if it does not.

Imports: chaos_bot, chaos_process, chaos_run, and the core. Imported by: tests, chaos.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
from chaos_bot import LIMITS, Bot
from chaos_process import Process
from chaos_run import Plant

from fathom.domain import Happening, OrderTraded
from fathom.orders import Order, OrderTable
from fathom.portfolio import Portfolio
from fathom.protocol.messages import AddOrder, CancelOrder
from fathom.run.trading.order_path import OrderPath, Request, Sent

LATE_S: Final = 3.0
EACH: Final = 5  # The fill that is lost: each fifth.


class DeafTable(OrderTable):
    """Misses a fill now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, None] = {}

    def apply(self, event: Happening) -> Order | None:
        """Take one event in, or not."""
        if isinstance(event, OrderTraded):
            self._seen.setdefault(event.exec_id)
            if list(self._seen).index(event.exec_id) % EACH == EACH - 1:
                return self.get(event.order_id)
        return super().apply(event)


class DeafPortfolio(Portfolio):
    """Misses a fill now and then. The rows of the venue's ledger mend its balances, but not its positions."""

    _count = 0

    def apply(self, event: Happening) -> None:
        """Take one event in, or not."""
        if isinstance(event, OrderTraded):
            self._count += 1
            if self._count % EACH == 0:
                return
        super().apply(event)


def _deaf_table(bot: Bot) -> None:
    for host in bot.hosts:
        host._orders = DeafTable()  # noqa: SLF001 - That is where the bug is planted.


def _deaf_portfolio(bot: Bot) -> None:
    for host in bot.hosts:
        host._portfolio.__class__ = DeafPortfolio  # noqa: SLF001 - That is where the bug is planted.


def _one_more(bot: Bot) -> None:
    bot.risk.limits = msgspec.structs.replace(LIMITS, open_orders_max=LIMITS.open_orders_max + 1)


class SendsAgain:
    """No answer came: the order is sent once more, as who knows nothing better would."""

    def __init__(self, path: OrderPath) -> None:
        self._path = path

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        """Send one request, and an order twice where nobody answers."""
        answers: list[Sent] = []

        def told(sent: Sent) -> None:
            answers.append(sent)
            if len(answers) == 1:
                on_sent(sent)

        def look() -> None:
            if not answers:
                self._path.send(request, told)

        self._path.send(request, told)
        if isinstance(request, AddOrder):
            asyncio.get_running_loop().call_later(LATE_S, look)


class CancelsLate:
    """A cancel waits for its turn behind something else."""

    def __init__(self, path: OrderPath) -> None:
        self._path = path

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        """Send one request, or put it off."""
        if isinstance(request, CancelOrder):
            asyncio.get_running_loop().call_later(LATE_S, self._path.send, request, on_sent)
        else:
            self._path.send(request, on_sent)


def _by(path: Callable[[OrderPath], OrderPath]) -> Callable[[Process], None]:
    def plant(process: Process) -> None:
        gateway = process.live.gateway
        gateway._path = path(gateway._path)  # noqa: SLF001 - That is where the bug is planted.

    return plant


PLANTS: Final = (
    Plant("a lost fill in a table", bot=_deaf_table),
    Plant("a lost fill in a portfolio", bot=_deaf_portfolio),
    Plant("a double send", process=_by(SendsAgain)),
    Plant("a limit that is off by one", bot=_one_more),
    Plant("a cancel that goes out late", process=_by(CancelsLate)),
)
