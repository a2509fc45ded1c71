"""After a gap of the private stream: what became of our orders, and which fills were missed.

The snapshot names what is open and the last 50 fills. Orders that we held for open and that it does not name are over,
and REST says how; where the 50 fills do not reach back to what we know, REST has the others (websocket-v2.md 2.3).
Fills without a pair, of orders never heard of, wait until REST says what they are of.
REST may be behind the stream, so what it says of an order that is still open, or not there yet, is no answer. Where
asking leads nowhere for minutes, that is told, and asking goes on slowly.

Imports: domain, protocol; events, feeds, hearing, running. Imported by: kraken.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from fathom.domain import FathomError, Refused
from fathom.net.client.events import AccountCleared, AccountInDoubt
from fathom.net.client.feeds.pairs import modern_name
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import parse_time, refusals, rest, translate
from fathom.protocol.messages import Execution

TRIES_MAX: Final = 7  # Of asking REST: over two minutes, as its accounts may be a minute behind.
AGAIN_S_MAX: Final = 30.0  # The waits between double up to this.
IDS_MAX: Final = 50  # Of one call of QueryOrders.
PAGE_FILLS: Final = 50  # Of one call of TradesHistory.
PAGES_MAX: Final = 20
PAGE_S_MAX: Final = 60.0  # For one page: REST's counter has room for a few at once, and for one every 12 s after that.
NOT_THERE: Final = frozenset({"EOrder:Invalid order", "EOrder:Unknown order"})


class Reconciling:
    """Asks REST for what a gap hid, once the snapshot after it has come."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._busy = False
        self._again = asyncio.Event()  # Another snapshot came meanwhile.
        self._in_doubt = False  # And told so.
        self._names: dict[str, str] = {}  # REST's names of pairs, once they were needed.
        running.hearing.on_private_snapshot = self._snapshot
        running.hearing.on_orphans = self._begin

    def _snapshot(self) -> None:
        self._again.set()  # Where it is busy: what it asked for may be answered otherwise now.
        self._begin()

    def _begin(self) -> None:
        """Begin, unless it is at it: orphans that come meanwhile do not start its tries over."""
        if self._busy:
            return
        self._busy = True
        self._running.start(self._reconcile(), name="reconcile")

    async def _reconcile(self) -> None:
        try:
            while True:
                self._again.clear()
                await self._one_gap()
                if not self._again.is_set():
                    return
        finally:
            self._busy = False

    async def _one_gap(self) -> None:
        """Ask until all is known, or another snapshot comes: at first often, then slowly."""
        options = self._running.options
        await asyncio.sleep(options.settle_s)
        wait_s = options.reconcile_again_s
        for tries_left in reversed(range(TRIES_MAX)):
            wrong = await self._asked(last=not tries_left)
            if not wrong or self._again.is_set():
                return
            if tries_left:
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, AGAIN_S_MAX)
        while wrong:
            self._doubt(wrong)
            with suppress(TimeoutError):
                async with asyncio.timeout(options.reconcile_slowly_s):
                    await self._again.wait()
                    return
            wrong = await self._asked(last=True)

    async def _asked(self, *, last: bool) -> str:
        """Ask for everything that is missing. Return what stands in the way of knowing it all; empty: it is known."""
        account = self._running.hearing.account
        try:
            await self._orders(last=last)
            await self._fills()
            await self._orphans(last=last)
        except FathomError as error:
            return str(error)
        if account.unconfirmed or account.hole_ns is not None or account.orphans:
            return "REST does not know yet what the stream has missed"
        if self._in_doubt:
            self._in_doubt = False
            self._running.tell(AccountCleared(time_ns=clock_ns()))
        return ""

    def _doubt(self, reason: str) -> None:
        """Tell that nobody knows; while the stream itself is dark, its next snapshot is waited for."""
        topic = self._running.hearing.topics.find(EXECUTIONS)
        if topic is None or not topic.active:
            return
        account = self._running.hearing.account
        self._in_doubt = True
        self._running.tell(
            AccountInDoubt(
                time_ns=clock_ns(),
                orders=tuple(account.unconfirmed),
                fills_since_ns=account.hole_ns,
                reason=reason,
            )
        )

    async def _orders(self, *, last: bool) -> None:
        """Look up the orders that are not open any more, as it seems. The `last` time, what is not there is no more."""
        account = self._running.hearing.account
        missing = account.unconfirmed
        for start in range(0, len(missing), IDS_MAX):
            some = missing[start : start + IDS_MAX]
            found = await self._found(some)
            for order_id in some:
                info = found.get(order_id)
                if info is not None:
                    row = account.looked_up(translate.order_row(order_id, info))
                    if row is not None:
                        self._give(row)
                elif last:
                    account.forget(order_id)

    async def _orphans(self, *, last: bool) -> None:
        """Learn what orders those are whose fills came without a pair; the `last` time they are told all the same."""
        account = self._running.hearing.account
        ids = list(account.orphans)
        if not ids:
            return
        await self._learn_names()
        for start in range(0, len(ids), IDS_MAX):
            some = ids[start : start + IDS_MAX]
            found = await self._found(some)
            for order_id in some:
                info = found.get(order_id)
                if info is None and not last:
                    continue
                if info is not None:
                    symbol = self._names.get(info.descr.pair or "")
                    account.looked_up(translate.order_row(order_id, info, symbol=symbol))
                for fill in account.adopted(order_id):
                    assert fill.exec_id is not None
                    self._give(fill, history=fill.exec_id in account.bygone)
                    account.bygone.discard(fill.exec_id)

    async def _learn_names(self) -> None:
        """Learn REST's names of the pairs, once: its ids and altnames are none of WebSocket's."""
        if self._names:
            return
        for pair_id, info in (await self._running.call(rest.AssetPairs())).items():
            symbol = modern_name(info.wsname or pair_id)
            self._names.update({pair_id: symbol, info.altname or pair_id: symbol, symbol: symbol})

    async def _found(self, order_ids: Sequence[str]) -> Mapping[str, rest.OrderInfo]:
        """Ask for these orders. One that is not there refuses them all: then they are asked for by halves."""
        try:
            return await self._running.call(rest.QueryOrders(txid=tuple(order_ids)))
        except Refused as refusal:
            row = refusals.row_of(refusal.text)
            if row is None or row.prefix not in NOT_THERE:
                raise
        if len(order_ids) == 1:
            return {}
        half = len(order_ids) // 2
        return {**await self._found(order_ids[:half]), **await self._found(order_ids[half:])}

    async def _fills(self) -> None:
        """Fill a hole that is longer than the snapshot's fills.

        It is full where REST also names a fill of the snapshot: before that, REST is behind.
        """
        account = self._running.hearing.account
        since_ns = account.hole_ns
        if since_ns is None:
            return
        await self._learn_names()
        start = f"{max(0, since_ns // 1_000_000_000 - 1)}"
        met = False
        for page in range(PAGES_MAX):
            ask = rest.TradesHistory(start=start, ofs=page * PAGE_FILLS or None)
            history = await self._running.rest.call(ask, deadline_s=PAGE_S_MAX)
            for exec_id, info in reversed(history.trades.items()):
                fill = self._fill(exec_id, info)
                row = account.fill_told(fill, past=True)
                if row is not None:
                    self._give(row)
                elif parse_time(fill.timestamp) > since_ns:
                    met = True
            if len(history.trades) < PAGE_FILLS:
                break
        if met:
            account.hole_filled()

    def _fill(self, exec_id: str, info: rest.TradeInfo) -> Execution:
        known = self._running.hearing.account.order(info.ordertxid)
        symbol = (known.symbol if known is not None else None) or self._names.get(info.pair)
        instrument = self._running.hearing.market.instruments.get(symbol or "")
        fee_asset = instrument.quote if instrument is not None else ""
        return translate.fill_row(exec_id, info, symbol=symbol, fee_asset=fee_asset)

    def _give(self, row: Execution, *, history: bool = False) -> None:
        self._running.rates.seen([row])
        if (topic := self._running.hearing.topics.find(EXECUTIONS)) is not None:
            topic.put(row, history=history)
        self._running.changed()
