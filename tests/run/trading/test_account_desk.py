"""What the desk answers of an account on the local exchange: orders, fills and balances as the venue has them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    BalancesSeen,
    Entry,
    Event,
    FundsMoved,
    OrderAbsent,
    OrderApproved,
    OrderLookupWanted,
    OrderWanted,
    RunStarted,
)
from fathom.net.client import LinkFailed
from fathom.orders import ClientIds, mark_of
from fathom.run.trading.account_desk import AccountDesk
from faulty_venue import QUICK, Stage, staged


class Desk:
    """A desk on a stage, and what it answered."""

    def __init__(self, stage: Stage, ids: ClientIds | None = None) -> None:
        self.stage = stage
        self.told: list[Event] = []  # What it was asked for.
        self.money: list[Event] = []  # What it tells unasked.
        self.names: dict[str, str] = {}
        self.ids = ids or ClientIds(mark_of("bot"))
        self.desk = AccountDesk(self._arrive, stage.kraken, self.ids, our_names=lambda: self.names)
        stage.kraken.executions(callback=self.desk.on_moved)
        stage.kraken.balances(callback=self.desk.on_balance)

    def _arrive(self, event: Event) -> None:
        (self.money if isinstance(event, BalancesSeen | FundsMoved) else self.told).append(event)
        self.stage.heard.set()

    async def ask(self, event: AccountWanted | OrderLookupWanted) -> Event:
        before = len(self.told)
        self.desk.performers()[type(event)](Entry(1, 1, 1, "reconciler", event))
        await self.stage.until(lambda: len(self.told) > before)
        return self.told[-1]


def test_it_tells_the_account_as_the_venue_has_it() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        running = asyncio.create_task(desk.desk.run())
        added = await stage.kraken.add_order(
            "BTC/USD", "buy", "limit", order_qty="0.001", limit_price="20000", cl_ord_id="by hand"
        )
        await stage.kraken.add_order("BTC/USD", "buy", "market", order_qty="0.002")
        await stage.until(lambda: any(row.exec_id for row in stage.rows))
        seen = await desk.ask(AccountWanted("a test", 0))
        assert isinstance(seen, AccountSeen)
        assert [(order.venue_order_id, order.client_id, order.order_id) for order in seen.orders] == [
            (added.order_id, "by hand", "")
        ]
        assert sum(fill.qty_lots for fill in seen.fills) == stage.kraken.instruments["BTC/USD"].qty_lots_min * 40
        assert {asset: amount for asset, amount in seen.balances if amount} == {
            asset: amount for asset, amount in stage.balances().items() if amount
        }
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


def test_a_fill_of_an_order_that_only_the_log_knows_is_ours() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        running = asyncio.create_task(desk.desk.run())
        placed = await stage.kraken.add_order("BTC/USD", "buy", "market", order_qty="0.002")
        await stage.until(lambda: any(row.exec_id for row in stage.rows))
        assert placed.order_id is not None
        desk.names[placed.order_id] = "mm-1-1"
        seen = await desk.ask(AccountWanted("a test", 0))
        assert isinstance(seen, AccountSeen)
        assert {fill.order_id for fill in seen.fills} == {"mm-1-1"}
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


@asynccontextmanager
async def late_desk(stage: Stage, order_ids: Iterable[str]) -> AsyncIterator[Desk]:
    """A desk whose client came when these orders had ended: its stream has never shown them."""
    ids = ClientIds(mark_of("bot"))
    ids.apply(RunStarted("boot", "rehearsal", b"", "1"))
    names: dict[str, str] = {}
    for order_id in order_ids:
        ids.apply(OrderApproved(OrderWanted(order_id, "BTC/USD", "buy", "limit", 10, 10)))
        added = await stage.kraken.add_order(
            "BTC/USD", "buy", "limit", order_qty="0.001", limit_price="20000", cl_ord_id=ids.client_id(order_id)
        )
        assert added.order_id is not None
        names[added.order_id] = order_id
    await stage.kraken.cancel_all()
    late = Stage(stage.server, QUICK)
    await late.open(trading=True)
    desk = Desk(late, ids)
    desk.names = names
    running = asyncio.create_task(desk.desk.run())
    try:
        yield desk
    finally:
        running.cancel()
        await asyncio.wait([running])
        await late.kraken.close()


LATE = ("mm-0-1", "mm-1-1", "mm-2-1")


def ended_of(seen: Event) -> list[tuple[str, str]]:
    assert isinstance(seen, AccountSeen)
    return sorted((order.order_id, order.status) for order in seen.closed)


def test_orders_that_the_stream_has_never_shown_are_asked_for_in_one_call() -> None:
    async def use(stage: Stage) -> None:
        async with late_desk(stage, LATE) as desk:
            stage.fault("refuse", method="ClosedOrders", text="EService:Unavailable")
            assert ended_of(await desk.ask(AccountWanted("a test", 0, LATE))) == [(one, "canceled") for one in LATE]

    staged(use, trading=True)


def test_orders_without_an_id_of_the_venue_are_found_among_what_ended_lately() -> None:
    async def use(stage: Stage) -> None:
        async with late_desk(stage, LATE) as desk:
            desk.names.clear()
            stage.fault("refuse", method="ClosedOrders", text="EService:Unavailable", every=2)
            assert ended_of(await desk.ask(AccountWanted("a test", 0, LATE))) == [(one, "canceled") for one in LATE]

    staged(use, trading=True)


@asynccontextmanager
async def gap_desk(stage: Stage) -> AsyncIterator[tuple[Desk, str]]:
    """A desk, and the venue's id of an order of ours that was open when the private connection broke."""
    ids = ClientIds(mark_of("bot"))
    ids.apply(RunStarted("boot", "rehearsal", b"", "1"))
    ids.apply(OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 10, 10)))
    desk = Desk(stage, ids)
    running = asyncio.create_task(desk.desk.run())
    added = await stage.kraken.add_order(
        "BTC/USD", "buy", "limit", order_qty="0.001", limit_price="20000", cl_ord_id=ids.client_id("mm-1-1")
    )
    assert added.order_id is not None
    desk.names = {added.order_id: "mm-1-1"}
    await stage.until(lambda: stage.kraken.account.orders)
    yield desk, added.order_id
    running.cancel()
    await asyncio.wait([running])


def test_what_a_gap_has_ended_is_not_told_as_open_though_rest_is_behind() -> None:
    async def use(stage: Stage) -> None:
        async with gap_desk(stage) as (desk, order_id):
            stage.fault("rest_lag", s=60)
            stage.fault("close", code=1006, role="private")
            now_ns = stage.exchange.clock.at(time.time_ns())
            alice = stage.exchange.bank.accounts["alice"]
            stage.exchange.venue.cancel_order(alice, order_id=order_id, now_ns=now_ns)
            await stage.until(lambda: stage.kraken.account.unconfirmed)
            seen = await desk.ask(AccountWanted("a test", 0, ("mm-1-1",)))
            assert isinstance(seen, AccountSeen)
            assert (seen.orders, seen.closed) == ((), ())

    staged(use, trading=True)


def test_while_the_private_connection_is_gone_rest_says_what_is_open() -> None:
    async def use(stage: Stage) -> None:
        async with gap_desk(stage) as (desk, _):
            stage.fault("upgrade_refused", status=503, role="private")
            stage.fault("close", code=1006, role="private")
            # Each attempt that failed could have cost a call of the counter that the desk's questions need.
            await stage.until(lambda: len(stage.told(LinkFailed)) >= 12)
            seen = await desk.ask(AccountWanted("a test", 0, ("mm-1-1",)))
            assert isinstance(seen, AccountSeen)
            assert stage.kraken.account.awaits_snapshot
            assert [order.order_id for order in seen.orders] == ["mm-1-1"]

    staged(use, trading=True)


def test_several_lookups_are_one_question() -> None:
    async def use(stage: Stage) -> None:
        async with late_desk(stage, LATE) as desk:
            lookup = desk.desk.performers()[OrderLookupWanted]
            for order_id in (*LATE, "mm-9-1"):
                lookup(Entry(1, 1, 1, "reconciler", OrderLookupWanted(order_id, certain_ns=0)))
            await desk.stage.until(lambda: len(desk.told) == 2)
            assert desk.told[0] == OrderAbsent("mm-9-1")
            assert ended_of(desk.told[1]) == [(one, "canceled") for one in LATE]

    staged(use, trading=True)


def test_where_the_venue_has_forgotten_one_the_others_are_asked_for_by_their_client_ids() -> None:
    async def use(stage: Stage) -> None:
        async with late_desk(stage, LATE) as desk:
            forgotten = next(iter(desk.names))
            desk.names["OAAAAA-AAAAA-AAAAAA"] = desk.names.pop(forgotten)
            assert ended_of(await desk.ask(AccountWanted("a test", 0, LATE))) == [(one, "canceled") for one in LATE]

    staged(use, trading=True)


def test_what_is_not_among_all_that_ended_since_then_is_not_asked_for_one_by_one() -> None:
    async def use(stage: Stage) -> None:
        async with late_desk(stage, LATE) as desk:
            desk.names.clear()
            desk.ids.apply(OrderApproved(OrderWanted("mm-9-1", "BTC/USD", "buy", "limit", 10, 10)))
            stage.fault("refuse", method="ClosedOrders", text="EService:Unavailable", every=2)
            seen = await desk.ask(AccountWanted("a test", 0, (*LATE, "mm-9-1")))
            assert ended_of(seen) == [(one, "canceled") for one in LATE]

    staged(use, trading=True)


def test_a_fill_of_an_order_that_nobody_has_named_is_asked_for_by_its_order() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        ours = OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "market", 20_000))
        for event in (RunStarted("boot", "rehearsal", b"{}", "0"), ours):
            desk.ids.apply(event)
        await stage.kraken.add_order(
            "BTC/USD", "buy", "market", order_qty="0.002", cl_ord_id=desk.ids.client_id("mm-1-1")
        )
        await stage.kraken.add_order("BTC/USD", "buy", "market", order_qty="0.001", cl_ord_id="by hand")
        await stage.until(lambda: sum(row.exec_id is not None for row in stage.rows) == 2)
        stage.kraken.account.orders.clear()
        stage.kraken.account.closed.clear()
        running = asyncio.create_task(desk.desk.run())
        seen = await desk.ask(AccountWanted("a test", 0))
        assert isinstance(seen, AccountSeen)
        assert [fill.order_id for fill in seen.fills] == ["mm-1-1", ""]
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


def test_an_order_that_is_nowhere_is_absent_only_where_that_is_certain() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        running = asyncio.create_task(desk.desk.run())
        desk.desk.performers()[OrderLookupWanted](
            Entry(1, 1, 1, "reconciler", OrderLookupWanted("mm-1-1", certain_ns=2**62))
        )
        with suppress(AssertionError):
            await stage.until(lambda: desk.told, patience_s=1.0)
        assert desk.told == []
        assert await desk.ask(OrderLookupWanted("mm-1-1", certain_ns=0)) == OrderAbsent("mm-1-1")
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)
