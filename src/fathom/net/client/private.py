"""After a gap of the private stream: what became of our orders, and which fills were missed.

The snapshot names what is open and the last 50 fills. Orders that we held for open and that it does not name are over,
and REST says how; where the 50 fills do not reach back to what we know, REST has the others (websocket-v2.md 2.3).

Imports: domain, protocol; hearing, running. Imported by: kraken.
"""

import asyncio
from typing import Final

from fathom.domain import FathomError
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.protocol import rest, translate
from fathom.protocol.messages import Execution

SETTLE_S: Final = 1.0  # A snapshot may come in several messages.
TRIES_MAX: Final = 5  # Of asking REST; then the next gap asks again.
AGAIN_S: Final = 3.0
IDS_MAX: Final = 50  # Of one call of QueryOrders.
SNAPSHOT_FILLS: Final = 50  # websocket-v2.md 7.1: a snapshot of fills has so many at most.
PAGES_MAX: Final = 20  # Of 50 fills each.


class Reconciling:
    """Asks REST for what a gap hid, once the snapshot after it has come."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._busy = False
        running.hearing.on_private_snapshot = self._snapshot

    def _snapshot(self) -> None:
        if not self._busy:
            self._busy = True
            self._running.start(self._reconcile(), name="reconcile")

    async def _reconcile(self) -> None:
        try:
            await asyncio.sleep(SETTLE_S)
            for _ in range(TRIES_MAX):
                try:
                    await self._orders()
                    await self._fills()
                except FathomError:
                    await asyncio.sleep(AGAIN_S)
                else:
                    return
        finally:
            self._busy = False

    async def _orders(self) -> None:
        """Look up the orders that are not open any more, as it seems."""
        account = self._running.hearing.account
        while missing := account.unconfirmed[:IDS_MAX]:
            found = await self._running.call(rest.QueryOrders(txid=tuple(missing)))
            for order_id in missing:
                info = found.get(order_id)
                if info is None:
                    account.forget(order_id)
                    continue
                row = account.looked_up(translate.order_row(order_id, info))
                self._give(row)

    async def _fills(self) -> None:
        """Fill a hole that is longer than the snapshot's fills."""
        account = self._running.hearing.account
        since_ns = account.take_hole(SNAPSHOT_FILLS)
        if since_ns is None:
            return
        start = f"{since_ns // 1_000_000_000}"
        for page in range(PAGES_MAX):
            history = await self._running.call(rest.TradesHistory(start=start, ofs=page * SNAPSHOT_FILLS or None))
            for exec_id, info in reversed(history.trades.items()):
                known = account.order(info.ordertxid)
                symbol = known.symbol if known is not None else None
                instrument = self._running.hearing.market.instruments.get(symbol or "")
                fee_asset = instrument.quote if instrument is not None else ""
                fill = translate.fill_row(exec_id, info, symbol=symbol, fee_asset=fee_asset)
                row = account.fill_told(fill, past=True)
                if row is not None:
                    self._give(row)
            if len(history.trades) < SNAPSHOT_FILLS:
                return

    def _give(self, row: Execution) -> None:
        self._running.rates.seen([row])
        if (topic := self._running.hearing.topics.find(EXECUTIONS)) is not None:
            topic.put(row)
        self._running.changed()
