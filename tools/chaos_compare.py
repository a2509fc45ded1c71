"""What both sides have at the end: the log, the components' own memories, and the venue.

Imports: domain, orders, sim; chaos_bot, chaos_oracle. Imported by: chaos_run.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from chaos_bot import Bot
from chaos_oracle import Oracle, balance_at_venue, order_at_venue

from fathom.domain import OrderTraded
from fathom.orders import OrderTable
from fathom.sim import ACCOUNT, RoughWorld


class Sides:
    """The two sides, to the last unit."""

    def __init__(self, world: RoughWorld, bot: Bot, oracle: Oracle) -> None:
        self._world = world
        self._bot = bot
        self._oracle = oracle

    @staticmethod
    def money(world: RoughWorld) -> dict[str, int]:
        """Return what there is of each asset at the exchange: with the house's accounts, to which the fees go."""
        total: Counter[str] = Counter()
        for account in world.exchange.bank.accounts.values():
            total.update(account.balances)
        return {asset: total[asset] for asset in ("USD", "BTC", "ETH")}

    def are_settled(self) -> bool:
        """Nothing of ours is open, and they agree."""
        account = self._world.exchange.bank.accounts[ACCOUNT]
        ours = [order for order in account.orders.values() if order.cl_ord_id is not None]
        return not ours and not self._oracle.open and not self.differences()

    def differences(self) -> list[object]:
        """Return where log, components and venue differ."""
        found: list[object] = []
        account = self._world.exchange.bank.accounts[ACCOUNT]
        for order_id, known in self._oracle.orders.items():
            client_id = self._oracle.ids.client_id(order_id)
            at_venue = order_at_venue(self._world, client_id or "")
            told = sum(fill.qty_lots for fill in self._fills_of(order_id))
            filled = 0 if at_venue is None else int(at_venue.cum_lots)
            if told != filled:
                found.append(("fills in the log and at the venue", order_id, told, filled, known))
            if at_venue is None and known.end not in {"", "OrderRejected", "OrderAbsent", "OrderCanceled"}:
                found.append(("an end that nobody made", order_id, known))
            for who, table in self._tables():
                order = table.get(order_id)
                if order is not None and order.filled_lots != filled:
                    found.append((f"what {who} knows of", order_id, order.filled_lots, filled))
        twice = [name for name, count in _client_ids(account).items() if count > 1]
        found += [("twice at the venue", name) for name in twice]
        venue_fills = {fill.exec_id for fill in account.fills}
        logged = set(self._oracle.fills)
        found += [("a fill that only the log has", name) for name in sorted(logged - venue_fills)]
        for asset in ("USD", "BTC", "ETH"):
            held = balance_at_venue(self._world, asset)
            for who, portfolio in self._portfolios():
                if portfolio.balance(asset) != held:
                    found.append((f"{asset} as {who} has it", portfolio.balance(asset), held))
        return [*found, *self._positions()]

    def _positions(self) -> list[object]:
        """Return where what a strategy believes to have bought and sold is not what its orders filled."""
        found: list[object] = []
        for host in self._bot.hosts:
            portfolio: Any = host._portfolio  # noqa: SLF001 - As above.
            for symbol, instrument in self._oracle.instruments.items():
                bought = sum(
                    (1 if fill.side == "buy" else -1) * fill.qty_lots
                    for fill in self._oracle.fills.values()
                    if isinstance(fill, OrderTraded) and fill.symbol == symbol and _is_of(fill.order_id, host.name)
                )
                position = portfolio.positions.get(symbol)
                held = 0 if position is None else position.qty
                if held != instrument.qty(bought):
                    found.append((f"the position of {host.name} in {symbol}", held, instrument.qty(bought)))
        return found

    def _fills_of(self, order_id: str) -> list[Any]:
        return [fill for fill in self._oracle.fills.values() if getattr(fill, "order_id", None) == order_id]

    def _tables(self) -> list[tuple[str, OrderTable]]:
        hosts = [(host.name, host._orders) for host in self._bot.hosts]  # noqa: SLF001 - To see what it believes.
        risk = self._bot.risk.account.orders
        return [("reconciler", self._bot.reconciler.orders), ("risk", risk), *hosts]

    def _portfolios(self) -> list[tuple[str, Any]]:
        return [("risk", self._bot.risk.account.portfolio)]


def _is_of(order_id: str, name: str) -> bool:
    return order_id.startswith(f"{name}-")


def _client_ids(account: Any) -> Counter[str]:
    orders = (*account.orders.values(), *account.closed)
    return Counter(order.cl_ord_id for order in orders if order.cl_ord_id is not None)
