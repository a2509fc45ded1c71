"""Questions about the whole account, and the venue's answers: by the private stream first, by REST what it lacks.

One question is answered at a time, and of those that wait only the newest is: it asks for everything anyway. Where REST
is down there is no answer, and whoever asked asks again. docs/reconciliation.md says who is believed.

Imports: domain, net, orders, protocol; ledger_desk. Imported by: live_world.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
    Refused,
    RemoteError,
    VenueFill,
    VenueOrder,
)
from fathom.net import Kraken, clock_ns
from fathom.orders import ClientIds
from fathom.protocol import messages, refusals, rest, translate
from fathom.run.trading.ledger_desk import LedgerDesk
from fathom.run.trading.trader import Performer

ENDED: Final = frozenset({"filled", "canceled", "expired"})
QUIET_S: Final = 0.1  # A fill and the balances that it moved come as two messages: between them nothing is told.
QUIET_S_MAX: Final = 3.0  # A busy account is told as it is then.
READY_S_MAX: Final = 30.0  # For the snapshots of the private stream.
SNAPSHOT_S_MAX: Final = 2.0  # For the snapshot after a gap; later than that REST is asked without it.
LOOK_S: Final = 0.02
QUERIED_MAX: Final = 50  # Orders in one QueryOrders.
NOT_THERE: Final = frozenset(
    {"EOrder:Invalid order", "EOrder:Unknown order"}
)  # One of them is unknown: all are refused.
CLOSED_PAGE: Final = 50  # Orders in one answer of ClosedOrders.
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
        self._ledger = LedgerDesk(arrive, kraken)
        self._pairs: dict[str, rest.PairInfo] = {}
        self._names: dict[str, str] = {}  # REST's names of pairs, once they were needed.
        self._whose: dict[str, str] = {}  # Our ids by the venue's, as REST told; empty for a stranger's.

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is asked."""
        return {AccountWanted: self._account_wanted, OrderLookupWanted: self._lookup_wanted}

    def on_moved(self, _row: object) -> None:
        """A row of executions or balances came."""
        self._moved_ns = clock_ns()

    def on_balance(self, row: messages.Balance | messages.LedgerEntry) -> None:
        """A row of balances came."""
        self.on_moved(row)
        self._ledger.on_balance(row)

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            if self._lookups:
                wanted_by_name, self._lookups = self._lookups, []
                await self._guarded(self._look_up(wanted_by_name))
            if (wanted := self._waiting) is not None:
                self._waiting = None
                await self._guarded(self._look(wanted))

    # -- Inside ----------------------------------------------------------------------------------------------

    def _account_wanted(self, entry: Entry) -> None:
        assert isinstance(entry.event, AccountWanted)
        self._waiting = entry.event
        self._moved_ns = clock_ns()  # A connection comes back in a burst of words: it is looked at once, after them.
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
        await self._quiet()
        as_of_ns = clock_ns()
        fills = await self._fills(wanted.since_ns)
        # What is open before what has ended: what ends between the two is in both answers, and not in neither.
        rest_open = (await self._kraken.rest(rest.OpenOrders())).open
        asked = await self._asked(wanted.order_ids, rest_open, since_ns=wanted.since_ns)
        found = [*asked, *await self._closes(fills)]
        with suppress(FathomError):  # It is asked again with the next look: what differs meanwhile is looked at twice.
            await self._ledger.ask(wanted.since_ns, self._pairs)
        await self._quiet()
        # From here to the end nothing is waited for: of the stream it is one moment.
        account, silent, over = self._kraken.account, set(self._kraken.account.unconfirmed), self._over()
        stream = (row for name, row in account.orders.items() if name not in silent)
        orders = {order.venue_order_id: order for order in self._orders(stream)}
        # The stream has never named the others, or not since a gap: REST's word is all there is.
        untold = {
            name: info
            for name, info in rest_open.items()
            if name not in over and (name in silent or account.order(name) is None)
        }
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
                wanted.order_ids,
            )
        )

    async def _look_up(self, wanted: Sequence[OrderLookupWanted]) -> None:
        """Say what became of these orders; that one is not there only where that counts."""
        await self._ready()
        asked_ns = clock_ns()
        rest_open = (await self._kraken.rest(rest.OpenOrders())).open
        found = {order.order_id for order in await self._asked([one.order_id for one in wanted], rest_open)}
        for one in wanted:
            if one.order_id not in found and one.certain_ns is not None and asked_ns >= one.certain_ns:
                self._arrive(OrderAbsent(one.order_id))
        if found:
            names = tuple(one.order_id for one in wanted if one.order_id in found)
            await self._look(AccountWanted("orders without an answer were found", asked_ns, names))

    async def _ready(self) -> None:
        """Wait for the snapshots of the stream: before them it knows nothing. In a gap REST alone is asked."""
        async with asyncio.timeout(READY_S_MAX):
            while not (self._ledger.heard and self._kraken.account.snapshots):
                await asyncio.sleep(LOOK_S)
            if not self._names:
                self._pairs = await self._kraken.rest(rest.AssetPairs())
                self._names = translate.pair_names(self._pairs)
        with suppress(TimeoutError):
            async with asyncio.timeout(SNAPSHOT_S_MAX):
                while self._kraken.account.awaits_snapshot:
                    await asyncio.sleep(LOOK_S)

    async def _quiet(self) -> None:
        """Wait for a moment between the messages of the private stream."""
        deadline_ns = clock_ns() + int(QUIET_S_MAX * 1e9)
        while clock_ns() < min(self._moved_ns + int(QUIET_S * 1e9), deadline_ns):
            await asyncio.sleep(LOOK_S)

    async def _asked(
        self, order_ids: Iterable[str], rest_open: Mapping[str, rest.OrderInfo], *, since_ns: int | None = None
    ) -> list[VenueOrder]:
        """Return what the venue has of orders that were asked for by name.

        `rest_open`: what REST shows as open now. `since_ns`: when all that had ended was known.
        """
        orders: list[VenueOrder] = []
        untold: dict[str, str] = {}  # Client ids of those that the stream does not show, by our ids.
        silent = set(self._kraken.account.unconfirmed)
        for order_id in order_ids:
            client_id = self._ids.client_id(order_id)
            if client_id is None:  # The venue placed it itself, or it is long over.
                orders += await self._queried([name for name, ours in self._our_names().items() if ours == order_id])
                continue
            row = self._kraken.account.order(client_id)
            if row is None or row.order_id in silent:
                untold[order_id] = client_id
            else:
                orders += self._orders([row])
        return [*orders, *await self._untold(untold, rest_open, since_ns)]

    async def _untold(
        self, client_ids: Mapping[str, str], rest_open: Mapping[str, rest.OrderInfo], since_ns: int | None
    ) -> list[VenueOrder]:
        """Return what REST has of them: many at a call where the venue's own ids are known, for calls are counted."""
        ours = self._our_names()
        named = {venue_id: order_id for venue_id, order_id in ours.items() if order_id in client_ids}
        found: dict[str, rest.OrderInfo] = {}
        for some in _batches(named):
            told = await self._query(some)
            if told is None:
                for venue_id in some:
                    del named[venue_id]
            found |= told or {}
        left = {client_id for order_id, client_id in client_ids.items() if order_id not in named.values()}
        found |= {name: info for name, info in rest_open.items() if info.cl_ord_id in left}
        if len(left) > 1:  # What ended lately has most of them, and all of them where it is all that ended.
            start = None if since_ns is None else f"{max(0, (since_ns - MARGIN_NS) // 1_000_000_000)}"
            newest = (await self._kraken.rest(rest.ClosedOrders(start=start))).closed
            found |= {name: info for name, info in newest.items() if info.cl_ord_id in left}
            if start is not None and len(newest) < CLOSED_PAGE:
                left = set()
        for client_id in sorted(left - {info.cl_ord_id for info in found.values()}):
            found |= (await self._kraken.rest(rest.ClosedOrders(cl_ord_id=client_id))).closed
        over = self._over()
        return [
            order for order in self._rest_orders(found) if order.venue_order_id not in over or order.status in ENDED
        ]

    def _over(self) -> frozenset[str]:
        """Return what the snapshot after a gap does not name: it has ended, whatever REST says, which may be behind."""
        account = self._kraken.account
        return frozenset() if account.awaits_snapshot else frozenset(account.unconfirmed)

    async def _closes(self, fills: Iterable[VenueFill]) -> list[VenueOrder]:
        """Return the venue's own closes of our orders among those that were filled and that nobody here knows."""
        parents = self._our_parents()
        if not parents:
            return []
        unknown = dict.fromkeys(fill.venue_order_id for fill in fills if not fill.order_id)
        return [order for order in await self._queried(list(unknown)) if order.parent_id in parents]

    async def _queried(self, venue_ids: Sequence[str]) -> list[VenueOrder]:
        """Return orders by the venue's ids, those of them that it has."""
        return list(self._rest_orders(await self._known(venue_ids)))

    async def _known(self, venue_ids: Iterable[str]) -> dict[str, rest.OrderInfo]:
        """Return what REST has of orders by the venue's ids; one that it does not know keeps no other back."""
        found: dict[str, rest.OrderInfo] = {}
        for some in _batches(venue_ids):
            told = await self._query(some)
            for venue_id in some if told is None and len(some) > 1 else ():
                found |= await self._query((venue_id,)) or {}
            found |= told or {}
        return found

    async def _query(self, venue_ids: tuple[str, ...]) -> dict[str, rest.OrderInfo] | None:
        """Return these orders; None where the venue does not know one of them, for then it says nothing of any."""
        try:
            told: dict[str, rest.OrderInfo] = await self._kraken.rest(rest.QueryOrders(txid=venue_ids))
        except Refused as refusal:
            row = refusals.row_of(refusal.text)
            if row is None or row.prefix not in NOT_THERE:
                raise
            return None
        return told

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
        for name, info in (await self._known(unknown)).items():
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


def _batches(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the names in tuples, each of as many as one call takes."""
    left = tuple(names)
    for start in range(0, len(left), QUERIED_MAX):
        yield left[start : start + QUERIED_MAX]
