"""Closing: our orders cancelled or kept, the switch off, and all of it in time whatever the network does."""

import time
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import LinkError, Unsure
from fathom.net.client.hearing import EXECUTIONS

LIMIT: dict[str, Any] = {"order_qty": "0.0001", "limit_price": "90000"}
LEAVE_S = 2.0


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


async def others(stage: OrderStage) -> None:
    """Somebody else places an order on the same account."""
    async with stage.trader() as other:
        await other.add_order(BTC, "buy", "limit", **LIMIT, cl_ord_id="others")


def test_orders_are_kept_unless_it_is_said_otherwise() -> None:
    async def main() -> None:
        async with trading() as stage:
            await placed(stage)
            await stage.kraken.close()
            assert len(stage.open()) == 1

    clean(main())


@pytest.mark.parametrize("path", ["websocket", "rest"])
@pytest.mark.parametrize("count", [1, 3, 60])
def test_what_this_client_has_placed_is_cancelled(count: int, path: Any) -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True, orders_over=path) as stage:
            await others(stage)
            for _ in range(count):
                await placed(stage)
            await placed(stage, order_userref=7)
            begun_s = time.monotonic()
            await stage.kraken.close()  # At once: the stream may not have named all of them.
            assert time.monotonic() - begun_s < LEAVE_S
            assert [order.cl_ord_id for order in stage.open()] == ["others"]

    clean(main())


def test_orders_of_which_the_stream_has_not_spoken_are_cancelled_too() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True, orders_over="rest") as stage:
            stage.fault("delay", channel="executions", delay_s=5)
            await placed(stage)
            await placed(stage, order_userref=7)
            assert stage.kraken.account.orders == {}
            await stage.kraken.close()
            assert stage.open() == []

    clean(main())


def test_an_order_in_doubt_is_cancelled_by_its_own_id() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True, lookup_s_max=0.3) as stage:
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("drop", channel="executions")
            for method in ("OpenOrders", "ClosedOrders"):
                stage.fault("rest_status", method=method)
            with pytest.raises(Unsure):
                await placed(stage)
            assert len(stage.open()) == 1
            await stage.kraken.close()
            assert stage.open() == []

    clean(main())


def test_what_is_over_is_not_asked_for() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True) as stage:
            added = await placed(stage)
            await stage.kraken.cancel_order(added.order_id)
            await stage.agree()
            before = stage.asked.copy()
            await stage.kraken.close()
            assert stage.asked == before

    clean(main())


def test_the_switch_is_off_afterwards() -> None:
    async def main() -> None:
        async with trading() as stage:
            await placed(stage)
            switch = await stage.kraken.guard(timeout_s=30)
            await stage.kraken.close()
            assert switch.state == "off"
            stage.control("POST", "/clock", advance_s=60)
            stage.server.exchange.wake(time.time_ns())
            assert len(stage.open()) == 1

    clean(main())


def test_the_switch_is_left_armed_where_that_is_asked_for_and_then_fires() -> None:
    async def main() -> None:
        async with trading() as stage:
            switch = await stage.kraken.guard(timeout_s=2, renew_s=0.5)
            await placed(stage)
            await stage.kraken.close(leave_armed=True)
            assert switch.stopped
            assert len(stage.open()) == 1
            await until(lambda: not stage.open())

    clean(main())


@pytest.mark.parametrize("how", ["websocket silent", "websocket and rest silent", "all gone"])
def test_with_a_dead_network_it_ends_in_time_and_says_what_is_left(how: str) -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True, answer_s_max=5.0) as stage:
            await placed(stage)
            await placed(stage)
            await stage.agree()
            switch = await stage.kraken.guard(timeout_s=30)
            if how == "all gone":
                stage.fault("upgrade_refused", status=503)
                stage.fault("close", code=1006)
                topic = stage.kraken._running.hearing.topics.find(EXECUTIONS)
                assert topic is not None
                await until(lambda: not topic.link.is_open)
                await stage.server._rest.stop()
            else:
                stage.fault("stall")
                if how == "websocket and rest silent":
                    stage.fault("rest_delay", delay_s=2.5)
            begun_s = time.monotonic()
            if how == "websocket silent":  # REST does it.
                await stage.kraken.close()
                assert stage.open() == []
                assert switch.state == "off"
            else:
                with pytest.raises(LinkError, match=r"2 orders of this client may be open.*switch is armed"):
                    await stage.kraken.close()
                assert switch.until_ns is not None
            assert time.monotonic() - begun_s < LEAVE_S
            assert not stage.kraken._running.is_open

    clean(main())


def test_a_close_that_fails_is_a_close() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True) as stage:
            await placed(stage)
            stream = stage.kraken.executions()
            stage.fault("refuse", method="cancel_order", text="EGeneral:Permission denied")
            with pytest.raises(LinkError, match="1 orders of this client"):
                await stage.kraken.close()
            assert stream.closed
            await stage.kraken.close()  # Twice is no error.

    clean(main())


def test_an_error_in_the_program_cancels_too() -> None:
    async def main() -> None:
        async with trading(account=None, opened=False) as stage:

            async def fails() -> None:
                async with stage.trader(cancel_on_close=True) as kraken:
                    await kraken.add_order(BTC, "buy", "limit", **LIMIT)
                    raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                await fails()
            assert stage.open() == []
            assert len(stage.orders()) == 1

    clean(main())
