"""Questions about the whole account, and the venue's answers: by the private stream first, by REST what it lacks.

One question is answered at a time, and of those that wait only the newest is: it asks for everything anyway. Where REST
is down there is no answer, and whoever asked asks again. docs/reconciliation.md says who is believed.

Imports: domain, net, orders, protocol; gateway. Imported by: run/trading/live_world.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
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
from fathom.net import Kraken, clock_ns
from fathom.orders import ClientIds
from fathom.protocol import messages, rest, translate
from fathom.run.trading.trader import Performer

QUIET_S: Final = 0.1  # A fill and the balances that it moved come as two messages: between them nothing is told.
QUIET_S_MAX: Final = 3.0  # A busy account is told as it is then.
READY_S_MAX: Final = 30.0  # For the snapshots of the private stream.
LOOK_S: Final = 0.02
QUERIED_MAX: Final = 50  # Orders in one QueryOrders.
PAGES_MAX: Final = 20  # Of TradesHistory.
WHOSE_MAX: Final = 1_000  # Orders whose owner was asked for; the oldest is asked for again.
MARGIN_NS: Final = 2_000_000_000  # REST's `start` is in seconds, and a fill is told a little after it was made.


class AccountDesk:
    """Asks, one question at a time."""

    def __init__(
        self,
        arrive: Callable[[Event], None],
        kraken: Kraken,
        ids: ClientIds,
        *,
        our_names: Callable[[], Mapping[str, str]],
        our_parents: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """`our_names`: our ids by the venue's, as the log has them: of orders too that this client never heard of.

        `our_parents`: the venue's ids of our orders whose fills it closes itself.
        """
        self._arrive = arrive
        self._kraken = kraken
        self._ids = ids
        self._our_names = our_names
        self._our_parents = our_parents
        self._waiting: AccountWanted | None = None
        self._lookups: list[OrderLookupWanted] = []
        self._more = asyncio.Event()
        self._moved_ns = 0
        self._balances_told = False
        self._names: dict[str, str] = {}  # REST's names of pairs, once they were needed.
        self._whose: dict[str, str] = {}  # Our ids by the venue's, as REST told; empty for a stranger's.

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is asked."""
        return {AccountWanted: self._account_wanted, OrderLookupWanted: self._lookup_wanted}

    def on_moved(self, _row: object) -> None:
        """A row of executions or balances came."""
        self._moved_ns = clock_ns()

    def on_balance(self, row: messages.Balance | messages.LedgerEntry) -> None:
        """Tell a row of balances: a total of a snapshot, or what moved one. From the first one on they are known."""
        self._balances_told = True
        self.on_moved(row)
        if isinstance(row, messages.Balance):
            self._arrive(translate.balances_of([row]))
            return
        with suppress(RemoteError):  # One whose time cannot be read moves nothing: the next look finds the difference.
            self._arrive(translate.row_moved(row))

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
        """Answer with everything.

        It is as of before the questions: what REST shows may be from then, and absent then is no proof of later.
        """
        await self._ready()
        as_of_ns = clock_ns()
        fills = await self._fills(wanted.since_ns)
        found = [*await self._asked(wanted.order_ids), *await self._closes(fills)]
        rest_open = (await self._kraken.rest(rest.OpenOrders())).open
        await self._quiet()
        # From here to the end nothing is waited for: of the stream it is one moment.
        account = self._kraken.account
        orders = {order.venue_order_id: order for order in self._orders(account.orders.values())}
        # The stream has never named the others: REST's word is all there is.
        untold = {name: info for name, info in rest_open.items() if account.order(name) is None}
        orders.update({order.venue_order_id: order for order in self._rest_orders(untold)})
        closed = [order for order in found if order.venue_order_id not in orders]
        self._arrive(
            AccountSeen(
                as_of_ns,
                "venue",
                tuple(orders.values()),
                tuple(closed),
                tuple(fills),
                tuple(sorted(account.balances.items())),
            )
        )

    async def _look_up(self, wanted: OrderLookupWanted) -> None:
        """Say what became of one order; that it is not there only where that counts."""
        await self._ready()
        asked_ns = clock_ns()
        if not await self._asked((wanted.order_id,)):
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
                pairs = await self._kraken.rest(rest.AssetPairs())
                self._names = translate.pair_names(pairs)

    async def _quiet(self) -> None:
        """Wait for a moment between the messages of the private stream."""
        deadline_ns = clock_ns() + int(QUIET_S_MAX * 1e9)
        while clock_ns() < min(self._moved_ns + int(QUIET_S * 1e9), deadline_ns):
            await asyncio.sleep(LOOK_S)

    async def _asked(self, order_ids: Iterable[str]) -> list[VenueOrder]:
        """Return what the venue has of orders that were asked for by name."""
        orders: list[VenueOrder] = []
        for order_id in order_ids:
            client_id = self._ids.client_id(order_id)
            if client_id is None:  # The venue placed it itself, or it is long over.
                orders += await self._queried([name for name, ours in self._our_names().items() if ours == order_id])
                continue
            row = self._kraken.account.order(client_id)
            if row is None:
                found = dict((await self._kraken.rest(rest.OpenOrders(cl_ord_id=client_id))).open)
                found |= (await self._kraken.rest(rest.ClosedOrders(cl_ord_id=client_id))).closed
                orders += self._rest_orders(found)
            else:
                orders += self._orders([row])
        return orders

    async def _closes(self, fills: Iterable[VenueFill]) -> list[VenueOrder]:
        """Return the venue's own closes of our orders among those that were filled and that nobody here knows."""
        parents = self._our_parents()
        if not parents:
            return []
        unknown = dict.fromkeys(fill.venue_order_id for fill in fills if not fill.order_id)
        return [order for order in await self._queried(list(unknown)) if order.parent_id in parents]

    async def _queried(self, venue_ids: Sequence[str]) -> list[VenueOrder]:
        """Return orders by the venue's ids."""
        found: dict[str, rest.OrderInfo] = {}
        for start in range(0, len(venue_ids), QUERIED_MAX):
            some = tuple(venue_ids[start : start + QUERIED_MAX])
            answer: dict[str, rest.OrderInfo] = await self._kraken.rest(rest.QueryOrders(txid=some))
            found |= answer
        return list(self._rest_orders(found))

    async def _fills(self, since_ns: int) -> list[VenueFill]:
        """Return the fills since then, oldest first."""
        trades: dict[str, rest.TradeInfo] = {}
        for page in range(PAGES_MAX):
            history = await self._kraken.rest(translate.fills_since(since_ns - MARGIN_NS, page=page))
            trades |= history.trades
            if len(history.trades) < translate.PAGE:
                break
        await self._ask_whose(info.ordertxid for info in trades.values())
        ours = self._our_names()
        told = (self._fill(exec_id, info, ours) for exec_id, info in trades.items())
        return sorted(filter(None, told), key=lambda fill: (fill.time_ns, fill.exec_id))

    async def _ask_whose(self, venue_order_ids: Iterable[str]) -> None:
        """Ask for the orders that neither log nor stream has named: what a crash or a gap hid may well be ours."""
        account, ours = self._kraken.account, self._our_names()
        unknown = [
            name
            for name in dict.fromkeys(venue_order_ids)
            if name not in ours and name not in self._whose and account.order(name) is None
        ]
        for start in range(0, len(unknown), QUERIED_MAX):
            some = tuple(unknown[start : start + QUERIED_MAX])
            for name, info in (await self._kraken.rest(rest.QueryOrders(txid=some))).items():
                self._whose[name] = "" if info.cl_ord_id is None else self._ids.order_id(info.cl_ord_id) or ""
        while len(self._whose) > WHOSE_MAX:
            del self._whose[next(iter(self._whose))]

    def _fill(self, exec_id: str, info: rest.TradeInfo, our_names: Mapping[str, str]) -> VenueFill | None:
        """Return a fill, with our id of its order: one that is told as nobody's and then as ours would count twice."""
        known = self._kraken.account.order(info.ordertxid)
        ours = our_names.get(info.ordertxid)
        if ours is None and known is not None and known.cl_ord_id is not None:
            ours = self._ids.order_id(known.cl_ord_id)
        ours = ours or self._whose.get(info.ordertxid)
        try:
            return translate.rest_fill(
                exec_id,
                info,
                order_id=ours or "",
                names=self._names,
                instruments=self._kraken.instruments,
                fee_in_base=known is not None and known.fee_ccy_pref == "fcib",
            )
        except RemoteError:
            if not ours:
                return None  # A stranger's, of a pair that the venue does not list any more.
            raise

    def _rest_orders(self, infos: Mapping[str, rest.OrderInfo]) -> Iterable[VenueOrder]:
        ours = self._our_names()
        for name, info in infos.items():
            order_id = ours.get(name) or (self._ids.order_id(info.cl_ord_id) if info.cl_ord_id else None) or ""
            try:
                yield translate.rest_order(
                    name, info, order_id=order_id, names=self._names, instruments=self._kraken.instruments
                )
            except RemoteError:
                if order_id:
                    raise
                continue  # A stranger's, of a pair that the venue does not list any more.

    def _orders(self, rows: Iterable[messages.Execution]) -> Iterable[VenueOrder]:
        ours = self._our_names()
        for row in rows:
            order_id = ours.get(row.order_id) or (self._ids.order_id(row.cl_ord_id) if row.cl_ord_id else None) or ""
            try:
                order = translate.row_order(row, order_id=order_id, instruments=self._kraken.instruments)
            except RemoteError:
                if order_id:
                    raise
                continue  # A stranger's, of a pair that the venue does not list any more.
            if order is not None:
                yield order
