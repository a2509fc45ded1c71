"""What the desk answers of an account on the local exchange: orders, fills and balances as the venue has them."""

import asyncio
from contextlib import suppress

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
from fathom.orders import ClientIds, mark_of
from fathom.run.trading.account_desk import AccountDesk
from faulty_venue import Stage, staged


class Desk:
    """A desk on a stage, and what it answered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.told: list[Event] = []  # What it was asked for.
        self.money: list[Event] = []  # What it tells unasked.
        self.names: dict[str, str] = {}
        self.ids = ClientIds(mark_of("bot"))
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


def test_it_tells_what_the_account_has_and_each_row_of_the_ledger_that_moves_it() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        await stage.until(lambda: BalancesSeen in map(type, desk.money))
        had = stage.balances()["USD"]
        first = [event for event in desk.money if isinstance(event, BalancesSeen)]
        assert ("USD", had) in [pair for seen in first for pair in seen.balances]
        stage.control("POST", "/accounts/alice/deposit", asset="USD", amount="750")
        await stage.until(lambda: FundsMoved in map(type, desk.money))
        moved = next(event for event in desk.money if isinstance(event, FundsMoved))
        assert (moved.kind, moved.asset, moved.wallet, moved.amount, moved.fee) == ("deposit", "USD", "spot", 750, 0)

    staged(use, trading=True)
