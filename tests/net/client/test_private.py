"""A gap of the private stream: afterwards the account is the exchange's, and every fill was told once."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.net.client import AccountCleared, AccountInDoubt, LinkDown
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.rest import RestTerms
from fathom.protocol.messages import Execution, ExecutionsMessage


class Listener:
    """Reads executions, and remembers."""

    def __init__(self, stage: OrderStage) -> None:
        self.rows: list[Execution] = []
        self.stage = stage
        stage.kraken.executions(callback=self.rows.append)

    @property
    def fills(self) -> Counter[str]:
        return Counter(row.exec_id for row in self.rows if row.exec_id is not None)

    def last_status(self, order_id: str) -> str:
        return [row.order_status for row in self.rows if row.order_id == order_id][-1]


def fills_at(stage: OrderStage) -> list[str]:
    return [fill.exec_id for fill in stage.server.exchange.venue.bank.accounts["alice"].fills]


async def deaf(stage: OrderStage) -> None:
    """The private connection is gone, and does not come back until it is healed."""
    stage.fault("upgrade_refused", role="private", status=503)
    stage.fault("close", role="private", code=1006)
    topic = stage.kraken._running.hearing.topics.find(EXECUTIONS)
    assert topic is not None
    await until(lambda: not topic.link.is_open)


async def placed(stage: OrderStage, price: str, qty: str = "0.01") -> str:
    added = await stage.kraken.add_order(BTC, "buy", "limit", order_qty=qty, limit_price=price)
    assert added.order_id is not None
    return added.order_id


async def sold(stage: OrderStage, times: int, *, qty: str = "0.0001", price: str) -> None:
    """Bob sells to whoever buys there, over REST."""
    async with stage.trader("bob", tier="pro", orders_over="rest") as bob:
        for _ in range(times):
            await bob.add_order(BTC, "sell", "limit", order_qty=qty, limit_price=price, time_in_force="ioc")


@pytest.mark.parametrize("fills", [1, 49, 51, 130])
def test_what_happened_in_a_gap_is_told_afterwards(fills: int) -> None:
    async def main() -> None:
        async with trading() as stage:
            listener = Listener(stage)
            big = await placed(stage, "93000", qty="0.02")
            filled = await placed(stage, "92000", qty="0.0001")
            cancelled, rests = await placed(stage, "91000"), await placed(stage, "90000")
            await sold(stage, 2, price="93000")  # Before the gap: told at once.
            await until(lambda: len(listener.fills) == 2)
            await deaf(stage)
            await sold(stage, fills, price="93000")
            async with stage.trader(orders_over="rest") as other:
                await other.cancel_order(big)
                await sold(stage, 1, price="92000")
                await other.cancel_order(cancelled)
            stage.heal()
            await until(lambda: sum(listener.fills.values()) == fills + 3, timeout_s=15.0)
            assert listener.fills == Counter(fills_at(stage))  # Each once.
            await stage.agree()
            await until(lambda: not stage.kraken.account.unconfirmed)
            account = stage.kraken.account
            assert set(account.orders) == {rests}
            for order_id, status in ((big, "canceled"), (filled, "filled"), (cancelled, "canceled")):
                await until(lambda name=order_id: account.order(name) is not None)  # type: ignore[misc]  # Its own.
                known = account.order(order_id)
                assert known is not None
                assert (known.order_status, listener.last_status(order_id)) == (status, status)
                theirs = next(order for order in stage.orders() if order.order_id == order_id)
                assert int((known.cum_qty or 0) * 10**8) == theirs.cum_lots
            assert {row.symbol for row in listener.rows} == {BTC}
            assert len(stage.gaps("executions")) == 1

    clean(main())


def test_a_rest_that_lags_is_asked_until_it_knows() -> None:
    async def main() -> None:
        async with trading() as stage:
            listener = Listener(stage)
            order_id = await placed(stage, "93000")
            await stage.agree()
            await deaf(stage)
            async with stage.trader(orders_over="rest") as other:
                await other.cancel_order(order_id)
            stage.fault("rest_lag", s=1)
            stage.control("DELETE", "/faults/F1")
            stage.control("DELETE", "/faults/F2")
            await until(lambda: stage.kraken.account.unconfirmed == [order_id])
            assert order_id in stage.kraken.account.orders  # REST calls it open: nobody believes that.
            await until(lambda: order_id in stage.kraken.account.closed)
            assert listener.last_status(order_id) == "canceled"

    clean(main())


def test_a_rest_that_is_down_is_asked_again() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, "93000")
            await stage.agree()
            await deaf(stage)
            async with stage.trader(orders_over="rest") as other:
                await other.cancel_order(order_id)
            stage.heal()
            stage.fault("rest_status", method="QueryOrders", status=502, count=6)
            await until(lambda: order_id in stage.kraken.account.closed)

    clean(main())


def test_where_rest_never_answers_that_is_told_and_asking_goes_on_slowly() -> None:
    hasty = RestTerms(attempt_s=0.5, deadline_s=0.2, backoff_s=0.5)  # One call a try.

    async def main() -> None:
        async with trading(reconcile_again_s=0.005, reconcile_slowly_s=0.5, rest=hasty) as stage:
            listener = Listener(stage)
            order_id, rests = await placed(stage, "93000"), await placed(stage, "90000")
            await stage.agree()
            stage.fault("rest_status", method="QueryOrders", status=502)
            await deaf(stage)
            async with stage.trader(orders_over="rest") as other:
                await other.cancel_order(order_id)
            for fault in ("F2", "F3"):  # Those that keep it deaf.
                stage.control("DELETE", f"/faults/{fault}")
            await until(lambda: stage.events(AccountInDoubt), timeout_s=15.0)
            told = stage.events(AccountInDoubt)[0]
            assert (told.orders, told.fills_since_ns) == ((order_id,), None)
            assert told.reason
            assert set(stage.kraken.account.orders) == {order_id, rests}  # Nobody guesses.
            await until(lambda: len(stage.events(AccountInDoubt)) >= 2)  # It is not given up.
            assert not stage.events(AccountCleared)
            stage.heal()
            await until(lambda: stage.events(AccountCleared))
            assert listener.last_status(order_id) == "canceled"
            await stage.agree()
            assert len(stage.events(AccountCleared)) == 1

    clean(main())


def test_fills_that_rest_does_not_name_are_in_doubt_until_another_snapshot_names_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fathom.net.client.private.TRIES_MAX", 2)  # REST's counter has room for few at once.
    hasty = RestTerms(attempt_s=0.5, deadline_s=0.2, backoff_s=0.5)  # One call a try.

    async def main() -> None:
        async with trading(reconcile_again_s=0.005, reconcile_slowly_s=60.0, rest=hasty) as stage:
            listener = Listener(stage)
            await placed(stage, "93000", qty="0.02")
            await sold(stage, 2, price="93000")
            await until(lambda: len(listener.fills) == 2)
            await deaf(stage)
            await sold(stage, 60, price="93000")
            stage.heal()
            stage.fault("rest_lag", s=30)
            await until(lambda: stage.events(AccountInDoubt), timeout_s=15.0)
            told = stage.events(AccountInDoubt)[0]
            assert told.orders == ()
            assert told.fills_since_ns is not None
            stage.heal()
            assert sum(listener.fills.values()) < 62
            await deaf(stage)  # The wait is a minute: a new snapshot ends it.
            stage.heal()
            await until(lambda: stage.events(AccountCleared), timeout_s=15.0)
            assert listener.fills == Counter(fills_at(stage))

    clean(main())


def test_many_orders_that_ended_in_a_gap() -> None:
    """More than one call of QueryOrders has room for, and one of which the venue does not know."""

    async def main() -> None:
        async with trading() as stage:
            for _ in range(60):
                await placed(stage, "90000", qty="0.0001")
            await stage.agree()
            known = stage.kraken.account
            ghost = next(iter(known.orders.values()))
            known.orders["OGHOST-AAAAA-BBBBBB"] = type(ghost)(
                order_id="OGHOST-AAAAA-BBBBBB", exec_type="new", order_status="new", timestamp=ghost.timestamp
            )
            await deaf(stage)
            async with stage.trader(orders_over="rest") as other:
                await other.cancel_all()
            stage.heal()
            await until(lambda: len(known.closed) == 60)
            assert {order.order_status for order in known.closed.values()} == {"canceled"}
            assert set(known.orders) <= {"OGHOST-AAAAA-BBBBBB"}  # It is let go at the last try.

    clean(main())


def test_a_second_gap_while_the_first_is_looked_into() -> None:
    async def main() -> None:
        async with trading(settle_s=0.3) as stage:
            listener = Listener(stage)
            order_id = await placed(stage, "93000", qty="0.02")
            await stage.agree()
            for times in (3, 4):
                await deaf(stage)
                await sold(stage, times, price="93000")
                stage.heal()
                await until(lambda: len(stage.gaps("executions")) > 0)
            await until(lambda: sum(listener.fills.values()) == 7)
            assert listener.fills == Counter(fills_at(stage))
            await stage.agree()
            assert stage.kraken.account.order(order_id) is not None
            assert len(stage.events(LinkDown)) == 2

    clean(main())


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("lost_update", {"count": 1}),
        ("sequence_gap", {"count": 1}),
        ("duplicate", {}),
        ("duplicate_fill", {}),
        ("late_fill", {"delay_s": 0.2}),
        ("delta_without_symbol", {}),
        ("reorder", {"count": 1}),
    ],
)
def test_a_stream_that_is_not_as_it_should_be(kind: str, keys: dict[str, Any]) -> None:
    async def main() -> None:
        async with trading() as stage:
            listener = Listener(stage)
            await placed(stage, "93000", qty="0.02")
            await stage.agree()
            stage.fault(kind, channel="executions", account="alice", **keys) if kind in {
                "lost_update", "sequence_gap", "duplicate", "reorder",
            } else stage.fault(kind, account="alice", **keys)  # fmt: skip
            for _ in range(4):
                await sold(stage, 1, price="93000")
            await until(lambda: set(listener.fills) == set(fills_at(stage)), timeout_s=15.0)
            assert listener.fills == Counter(fills_at(stage))
            await stage.agree()

    clean(main())


@pytest.mark.parametrize("history", [True, False])
def test_what_was_before_is_for_who_asked_for_it_however_the_snapshot_comes(history: bool) -> None:
    """What is open and the last fills are messages of their own: a reader may well come between the two."""

    async def main() -> None:
        async with trading() as stage:
            await placed(stage, "90000")
            await sold(stage, 2, price="89000")
            open_now = await placed(stage, "89000")
            before = fills_at(stage)
            async with stage.trader("alice") as late:
                rows: list[Execution] = []
                late.executions(history=history, callback=rows.append)
                await until(lambda: open_now in late.account.orders and late.account.snapshots == 2)
                assert {row.exec_id for row in rows} == ({None, *before} if history else set())
                await sold(stage, 1, price="88000")
                new = set(fills_at(stage)) - set(before)
                await until(lambda: new <= {row.exec_id for row in rows})

    clean(main())


@pytest.mark.parametrize("history", [True, False])
def test_a_fill_of_the_past_that_rest_had_to_explain_is_history_too(history: bool) -> None:
    async def main() -> None:
        async with trading() as stage:
            await placed(stage, "90000")
            rows: list[Execution] = []
            stage.kraken.executions(history=history, callback=rows.append)
            hearing, link = stage.kraken._running.hearing, stage.kraken._running.private.links[0]
            bare = Execution(
                order_id="OAAAAA-AAAAA-AAAAAA", exec_type="trade", order_status="partially_filled", exec_id="T1",
                timestamp="2026-01-01T00:00:00Z", last_qty=Decimal(1), last_price=Decimal(2),
            )  # fmt: skip
            hearing.on_said(link, ExecutionsMessage(type="snapshot", data=(bare,), sequence=2), 0)
            await until(lambda: not stage.kraken.account.orphans, timeout_s=15.0)
            assert ("T1" in {row.exec_id for row in rows}) is history
            assert not stage.kraken.account.bygone

    clean(main())


def test_a_fill_that_rest_never_explains_is_told_at_last_on_a_busy_account() -> None:
    async def main() -> None:
        async with trading() as stage:
            listener = Listener(stage)
            await placed(stage, "90000")
            hearing, link = stage.kraken._running.hearing, stage.kraken._running.private.links[0]
            bare = Execution(
                order_id="OAAAAA-AAAAA-AAAAAA", exec_type="trade", order_status="partially_filled", exec_id="T1",
                timestamp="2026-01-01T00:00:00Z", last_qty=Decimal(1), last_price=Decimal(2),
            )  # fmt: skip
            hearing.on_said(link, ExecutionsMessage(type="update", data=(bare,), sequence=1), 0)
            assert not listener.fills

            def told() -> bool:
                row = Execution(order_id="O2", exec_type="status", order_status="new", timestamp=bare.timestamp)
                hearing.on_said(link, ExecutionsMessage(type="update", data=(row,), sequence=2), 0)
                return listener.fills == Counter(["T1"])

            await until(told, timeout_s=15.0)  # Messages come all the while.
            assert not stage.kraken.account.orphans

    clean(main())
