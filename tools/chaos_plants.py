"""Bugs on purpose, one of each kind that chaos must find: it is worth nothing if it does not.

Imports: chaos_bot, chaos_run, and the core. Imported by: tests, chaos.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from chaos_bot import LIMITS, Bot
from chaos_run import Plant

from fathom.domain import CancelApproved, Entry, Happening, OrderTraded
from fathom.orders import Order, OrderTable
from fathom.portfolio import Portfolio
from fathom.protocol import RequestUnsure
from fathom.sim import RoughWorld

LATE_NS: Final = 3_000_000_000
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


def _sends_again(world: RoughWorld) -> None:
    """No answer came: the edge sends the order once more, as who knows nothing better would."""
    edge: Any = world.private
    heed = edge._heed  # noqa: SLF001 - That is where the bug is planted.

    def heed_and_send(said: Any) -> None:
        heed(said)
        for one in said:
            if isinstance(one, RequestUnsure) and one.req_id in edge._asked:  # noqa: SLF001 - As above.
                order_id, request = edge._asked[one.req_id]  # noqa: SLF001 - As above.
                edge._send(request, order_id)  # noqa: SLF001 - As above.

    edge._heed = heed_and_send  # noqa: SLF001 - As above.


def _cancels_late(world: RoughWorld) -> None:
    """A cancel waits for its turn behind something else."""
    edge: Any = world.private
    perform = edge.perform

    def perform_late(entry: Entry) -> None:
        if isinstance(entry.event, CancelApproved):
            world.after(LATE_NS, lambda: perform(entry))
        else:
            perform(entry)

    edge.perform = perform_late


PLANTS: Final = (
    Plant("a lost fill in a table", bot=_deaf_table),
    Plant("a lost fill in a portfolio", bot=_deaf_portfolio),
    Plant("a double send", world=_sends_again),
    Plant("a limit that is off by one", bot=_one_more),
    Plant("a cancel that goes out late", world=_cancels_late),
)
