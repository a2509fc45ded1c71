"""What may be repeated is, over the other way each time, and its doubt is never forgotten."""

from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import Unsure
from fathom.net.client import RequestInDoubt
from fathom.net.client.ordering.repeating import REPEATS_MAX

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


def test_an_answer_that_comes_at_once_is_no_repeat() -> None:
    async def main() -> None:
        async with trading() as stage:
            await placed(stage)
            done = await stage.kraken.cancel_all()
            assert (done.count, done.recovered, done.path) == (1, False, "websocket")
            assert stage.asked["cancel_all", "alice"] == 1

    clean(main())


@pytest.mark.parametrize(("path", "lost"), [("websocket", "lost_answer"), ("rest", "rest_drop")])
def test_a_lost_answer_is_asked_for_the_other_way(path: Any, lost: str) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            await placed(stage)
            stage.fault(lost, method="cancel_all", count=1)
            done = await stage.kraken.cancel_all()
            assert done.recovered
            assert done.path != path
            assert stage.asked["cancel_all", "alice"] == 2
            assert [event.method for event in stage.events(RequestInDoubt)] == ["cancel_all"]

    clean(main())


def test_where_no_way_answers_it_ends() -> None:
    async def main() -> None:
        async with trading(answer_s_max=0.2) as stage:
            await placed(stage)
            stage.fault("lost_answer", method="cancel_all")
            stage.fault("rest_drop", method="cancel_all")
            with pytest.raises(Unsure):
                await stage.kraken.cancel_all()
            assert len(stage.events(RequestInDoubt)) == REPEATS_MAX
            assert stage.open() == []

    clean(main())


def test_a_doubt_stays_one_where_the_second_time_nothing_could_be_sent() -> None:
    """It may have been done the first time: that nothing was sent the second time is not the answer."""

    async def main() -> None:
        async with trading() as stage:
            added = await placed(stage)
            stage.fault("lost_answer", method="amend_order")
            stage.fault("upgrade_refused", role="private", status=503)
            await stage.server._rest.stop()
            wanted = stage.kraken.amend_order(order_id=added.order_id, limit_price="91000")
            stage.kraken._running.hearing.on_change = lambda: None
            stage.fault("close", role="private", code=1006, every=1, channel="executions")  # As soon as it was done.
            with pytest.raises(Unsure):
                await wanted
            assert stage.asked["amend_order", "alice"] == 1

    clean(main())


def test_a_venue_that_is_busy_is_asked_again() -> None:
    async def main() -> None:
        async with trading() as stage:
            await placed(stage)
            stage.fault("error_after_accept", method="cancel_all", count=1)
            stage.fault("rest_error_after_accept", method="cancel_all", count=1)
            done = await stage.kraken.cancel_all()
            assert done.recovered
            assert stage.asked["cancel_all", "alice"] == 3
            assert stage.open() == []

    clean(main())


def test_a_repeat_is_charged_once_and_the_ledger_stays_above_the_venue() -> None:
    async def main() -> None:
        async with trading(limits=True) as stage:
            added = await placed(stage)
            stage.fault("lost_answer", method="amend_order", count=1)
            await stage.kraken.amend_order(order_id=added.order_id, limit_price="91000")
            assert stage.kraken.rates.count(BTC) >= stage.count()

    clean(main())
