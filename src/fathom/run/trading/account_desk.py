"""Questions about the whole account, and the venue's answers: by the private stream first, by REST what it lacks.

One question is answered at a time, and of those that wait only the newest is: it asks for everything anyway. Where REST
is down there is no answer, and whoever asked asks again. docs/reconciliation.md says who is believed.

Imports: domain, net, orders, protocol; gateway. Imported by: run/trading/live_world.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    Entry,
    Event,
    FathomError,
    Happening,
    OrderAbsent,
    OrderLookupWanted,
    RemoteError,
    VenueFill,
    VenueOrder,
)
from fathom.net import Kraken, clock_ns, modern_name
from fathom.orders import ClientIds
from fathom.protocol import messages, rest, translate
from fathom.run.trading.trader import Performer

QUIET_S: Final = 0.1  # A fill and the balances that it moved come as two messages: between them nothing is told.
QUIET_S_MAX: Final = 3.0  # A busy account is told as it is then.
READY_S_MAX: Final = 30.0  # For the snapshots of the private stream.
LOOK_S: Final = 0.02
PAGE: Final = 50  # Fills of one call of TradesHistory, orders of one of ClosedOrders.
PAGES_MAX: Final = 20
MARGIN_NS: Final = 2_000_000_000  # REST's `start` is in seconds, and a fill is told a little after it was made.


class AccountDesk:
    """Asks, one question at a time."""

    def __init__(self, arrive: Callable[[Event], None], kraken: Kraken, ids: ClientIds) -> None:
        self._arrive = arrive
        self._kraken = kraken
        self._ids = ids
        self._waiting: AccountWanted | None = None
        self._lookups: list[OrderLookupWanted] = []
        self._more = asyncio.Event()
        self._moved_ns = 0
        self._balances_told = False
        self._names: dict[str, str] = {}  # REST's names of pairs, once they were needed.

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is asked."""
        return {AccountWanted: self._account_wanted, OrderLookupWanted: self._lookup_wanted}

    def on_moved(self, _row: object) -> None:
        """A row of executions or balances came."""
        self._moved_ns = clock_ns()

    def on_balance(self, row: object) -> None:
        """A row of balances came: from the first one on they are known."""
        self._balances_told = True
        self.on_moved(row)

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._lookups:
                await self._guarded(self._look_up(self._lookups.pop(0)))
            if (wanted := self._waiting) is not None:
                self._waiting = None
                await self._guarded(self._look(wanted))

    # -- Inside ----------------------------------------------------------------------------------------------

    def _account_wanted(self, entry: Entry) -> None:
        assert isinstance(entry.event, AccountWanted)
        self._waiting = entry.event
        self._more.set()

    def _lookup_wanted(self, entry: Entry) -> None:
        assert isinstance(entry.event, OrderLookupWanted)
        self._lookups = [one for one in self._lookups if one.order_id != entry.event.order_id]
        self._lookups.append(entry.event)
        self._more.set()

    async def _guarded(self, answer: Awaitable[None]) -> None:
        try:
            await answer
        except (FathomError, TimeoutError):
            return  # No answer now; the reconciler asks again, later each time.

    async def _look(self, wanted: AccountWanted) -> None:
        """Answer with everything."""
        await self._ready()
        fills = await self._fills(wanted.since_ns)
        found = await self._asked(wanted.order_ids)
        rest_open = (await self._kraken.rest(rest.OpenOrders())).open
        await self._quiet()
        as_of_ns = clock_ns()  # From here to the end nothing is waited for: it is one moment of the stream.
        account = self._kraken.account
        rows = dict(account.orders)
        for order_id, info in rest_open.items():
            if account.order(order_id) is None:  # The stream has never named it: REST's word is all there is.
                rows[order_id] = translate.order_row(order_id, info, symbol=self._names.get(info.descr.pair or ""))
        closed = {row.order_id: row for row in found if row.order_id not in rows}
        self._arrive(
            AccountSeen(
                as_of_ns,
                "venue",
                tuple(self._orders(rows.values())),
                tuple(self._orders(closed.values())),
                tuple(fills),
                tuple(sorted(account.balances.items())),
            )
        )

    async def _look_up(self, wanted: OrderLookupWanted) -> None:
        """Say what became of one order; that it is not there only where that counts."""
        await self._ready()
        asked_ns = clock_ns()
        rows = await self._asked((wanted.order_id,))
        if not rows:
            if wanted.certain_ns is not None and asked_ns >= wanted.certain_ns:
                self._arrive(OrderAbsent(wanted.order_id))
            return
        await self._look(AccountWanted("an order without an answer was found", asked_ns, (wanted.order_id,)))

    async def _ready(self) -> None:
        """Wait for the snapshots of the stream: before them it knows nothing."""
        async with asyncio.timeout(READY_S_MAX):
            while not (self._balances_told and self._kraken.account.snapshots):
                await asyncio.sleep(LOOK_S)
            if not self._names:
                for pair_id, info in (await self._kraken.rest(rest.AssetPairs())).items():
                    symbol = modern_name(info.wsname or pair_id)
                    self._names.update({pair_id: symbol, info.altname or pair_id: symbol, symbol: symbol})

    async def _quiet(self) -> None:
        """Wait for a moment between the messages of the private stream."""
        deadline_ns = clock_ns() + int(QUIET_S_MAX * 1e9)
        while clock_ns() < min(self._moved_ns + int(QUIET_S * 1e9), deadline_ns):
            await asyncio.sleep(LOOK_S)

    async def _asked(self, order_ids: Iterable[str]) -> list[messages.Execution]:
        """Return what the venue has of orders that were asked for by name."""
        rows = []
        for order_id in order_ids:
            client_id = self._ids.client_id(order_id)
            if client_id is None:
                continue
            row = self._kraken.account.order(client_id)
            if row is None:
                found = dict((await self._kraken.rest(rest.OpenOrders(cl_ord_id=client_id))).open)
                found |= (await self._kraken.rest(rest.ClosedOrders(cl_ord_id=client_id))).closed
                for venue_order_id, info in found.items():
                    symbol = self._names.get(info.descr.pair or "")
                    row = translate.order_row(venue_order_id, info, symbol=symbol)
            if row is not None:
                rows.append(row)
        return rows

    async def _fills(self, since_ns: int) -> list[VenueFill]:
        """Return the fills since then, oldest first."""
        start = f"{max(0, (since_ns - MARGIN_NS) // 1_000_000_000)}"
        fills: list[VenueFill] = []
        for page in range(PAGES_MAX):
            history = await self._kraken.rest(rest.TradesHistory(start=start, ofs=page * PAGE or None))
            for exec_id, info in history.trades.items():
                fill = self._fill(exec_id, info)
                if fill is not None:
                    fills.append(fill)
            if len(history.trades) < PAGE:
                break
        return sorted(fills, key=lambda fill: (fill.time_ns, fill.exec_id))

    def _fill(self, exec_id: str, info: rest.TradeInfo) -> VenueFill | None:
        symbol = self._names.get(info.pair)
        instrument = self._kraken.instruments.get(symbol or "")
        known = self._kraken.account.order(info.ordertxid)
        if instrument is None:
            return None
        row = translate.fill_row(exec_id, info, symbol=symbol, fee_asset=instrument.quote)
        order_id = "" if known is None or known.cl_ord_id is None else self._ids.order_id(known.cl_ord_id) or ""
        return translate.row_fill(row, order_id=order_id, instruments=self._kraken.instruments)

    def _orders(self, rows: Iterable[messages.Execution]) -> Iterable[VenueOrder]:
        for row in rows:
            order_id = "" if row.cl_ord_id is None else self._ids.order_id(row.cl_ord_id) or ""
            try:
                order = translate.row_order(row, order_id=order_id, instruments=self._kraken.instruments)
            except RemoteError:
                continue  # A pair that the venue does not list any more.
            if order is not None:
                yield order
