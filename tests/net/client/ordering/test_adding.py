"""An order is placed once: one in doubt is looked up, and never sent twice."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import LinkError, Refused, Unsure
from fathom.net.client import BatchAdded, RequestCleared, RequestInDoubt
from fathom.protocol.messages import BatchOrder

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


@pytest.mark.parametrize("path", PATHS)
def test_a_check_places_nothing_and_is_nobodys_order(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path, cancel_on_close=True) as stage:
            checked = await placed(stage, validate=True)
            assert checked.order_id is None
            assert stage.orders() == []
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 0

    clean(main())


def test_what_never_rests_does_not_count_as_open() -> None:
    """Not even where the stream is silent about it."""

    async def main() -> None:
        async with trading(orders_over="rest", opened=False) as stage:
            stage.fault("upgrade_refused", role="private", status=503)
            for wanted in ({"time_in_force": "ioc"}, {"time_in_force": "fok"}, {"order_type": "market"}, {}):
                given = {**LIMIT, "order_type": "limit", **wanted}
                if given["order_type"] == "market":
                    del given["limit_price"]
                await stage.kraken.add_order(BTC, "buy", given.pop("order_type"), **given)
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 1

    clean(main())


LOST = {
    "websocket": [("lost_answer", {}), ("late_answer", {"delay_s": 1.0}), ("error_after_accept", {})],
    "rest": [("rest_drop", {}), ("rest_delay", {"delay_s": 1.0}), ("rest_error_after_accept", {}), ("rest_status", {})],
}
CASES = [(path, *one) for path, those in LOST.items() for one in those]


@pytest.mark.parametrize(("path", "kind", "keys"), CASES, ids=str)
def test_an_order_whose_answer_is_lost_is_found(path: Any, kind: str, keys: dict[str, Any]) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            stage.fault(kind, method="add_order", count=1, **keys)
            added = await placed(stage)
            assert added.recovered
            assert [order.order_id for order in stage.open()] == [added.order_id]
            assert stage.adds() == 1
            assert len(stage.events(RequestInDoubt)) == 1
            assert [event.outcome for event in stage.events(RequestCleared)] == ["found"]
            await stage.agree()
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 1

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_an_order_that_was_not_placed_is_surely_absent(path: Any) -> None:
    """The answer says that nobody knows, and nothing came of it."""

    async def main() -> None:
        async with trading(orders_over=path) as stage:
            stage.fault("refuse", method="add_order", text="EService:Unavailable", count=1)
            with pytest.raises((Refused, LinkError)) as caught:
                await placed(stage)
            assert not getattr(caught.value, "order_may_exist", False)
            assert stage.orders() == []
            assert stage.adds() == 0
            assert [event.outcome for event in stage.events(RequestCleared)] == ["absent"]
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 0

    clean(main())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fills", [False, True])
def test_while_rest_lags_the_stream_tells(path: Any, fills: bool) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            if fills:
                await stage.takes("sell", "0.02", price="90000")
            stage.fault("rest_lag", s=30)
            stage.fault("lost_answer" if path == "websocket" else "rest_drop", method="add_order", count=1)
            added = await placed(stage)
            assert added.recovered
            assert stage.adds() == 1
            (order,) = stage.orders()
            assert (order.order_id, order.is_open) == (added.order_id, not fills)

    clean(main())


def test_while_the_stream_is_down_rest_tells() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("upgrade_refused", role="private", status=503)
            stage.fault("lost_answer", method="add_order", count=1)
            asked = asyncio.ensure_future(placed(stage))
            await until(lambda: stage.adds() == 1)
            stage.fault("close", role="private", code=1006)
            added = await asked
            assert added.recovered
            assert stage.adds() == 1
            order = stage.kraken.account.order(added.order_id)
            assert order is not None
            assert (order.symbol, order.order_status) == (BTC, "new")

    clean(main())


def test_while_both_are_behind_nobody_can_say() -> None:
    """Absent is only what neither knows: here REST does not know yet, and the stream is not up."""

    async def main() -> None:
        async with trading(lookup_s_max=1.5) as stage:
            stage.fault("rest_lag", s=30)
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("drop", channel="executions")
            stage.fault("upgrade_refused", role="private", status=503)
            asked = asyncio.ensure_future(placed(stage, cl_ord_id="mine-1"))
            await until(lambda: stage.adds() == 1)
            stage.fault("close", role="private", code=1006)
            with pytest.raises(Unsure) as caught:
                await asked
            assert caught.value.cl_ord_id == "mine-1"
            assert [event.outcome for event in stage.events(RequestCleared)] == ["unknown"]
            assert stage.adds() == 1
            assert len(stage.open()) == 1
            stage.heal()
            await stage.agree()

    clean(main())


def test_a_silent_rest_leaves_it_to_the_stream() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("late_answer", method="add_order")
            stage.fault("delay", channel="executions", delay_s=0.7)
            for method in ("OpenOrders", "ClosedOrders"):
                stage.fault("rest_drop", method=method)
            added = await placed(stage)
            assert added.recovered
            assert stage.adds() == 1

    clean(main())


def test_an_order_with_a_tag_alone_is_not_looked_up() -> None:
    """Other orders may have the same tag: nobody could tell which is which."""

    async def main() -> None:
        async with trading() as stage:
            stage.fault("lost_answer", method="add_order", count=1)
            with pytest.raises(Unsure):
                await placed(stage, order_userref=7)
            assert stage.adds() == 1

    clean(main())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("done", [True, False])
def test_a_batch_in_doubt(path: Any, done: bool) -> None:
    async def main() -> BatchAdded:
        async with trading(orders_over=path) as stage:
            if not done:
                stage.fault("refuse", method="batch_add", text="EService:Unavailable", count=1)
            else:
                stage.fault("lost_answer" if path == "websocket" else "rest_drop", method="batch_add", count=1)
            one = BatchOrder(order_type="limit", side="buy", order_qty=Decimal("0.01"), limit_price=Decimal(90_000))
            try:
                added = await stage.kraken.add_orders(BTC, [one, one, one])
            finally:
                assert stage.asked["add_batch", "alice"] == int(done)
            assert added.recovered
            assert {item.order_id for item in added.items} == {order.order_id for order in stage.open()}
            assert len(stage.orders()) == 3
            return added

    if done:
        clean(main())
    else:
        with pytest.raises((Refused, LinkError)):
            clean(main())
