"""An amend may be repeated and an edit may not; a number means the same over both paths."""

from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import Unsure
from fathom.protocol.messages import Triggers

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["edit_order"])
def test_an_edit_in_doubt_is_not_repeated(path: Any, method: str) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            added = await placed(stage)
            stage.fault("lost_answer" if path == "websocket" else "rest_drop", method=method, count=1)
            with pytest.raises(Unsure):
                await stage.kraken.edit_order(BTC, added.order_id, limit_price="91000")
            assert stage.asked["edit_order", "alice"] == 1
            await stage.agree()

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_an_amend_in_doubt_is_asked_for_again_over_the_other_path(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            added = await placed(stage)
            stage.fault("lost_answer" if path == "websocket" else "rest_drop", method="amend_order", count=1)
            amended = await stage.kraken.amend_order(order_id=added.order_id, limit_price="91000")
            assert amended.recovered
            assert amended.path != path
            (order,) = stage.open()
            assert order.limit_ticks == 910_000
            await stage.agree()

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_what_a_trailing_orders_numbers_mean_is_the_same_over_both(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            triggers = Triggers(price=Decimal(1), price_type="pct")
            added = await stage.kraken.add_order(
                BTC, "sell", "trailing-stop-limit", order_qty="0.001", limit_price="-5", triggers=triggers
            )
            await stage.agree()
            await stage.kraken.amend_order(order_id=added.order_id, trigger_price="2", limit_price="-7")
            (order,) = stage.open()
            assert order.trigger is not None
            assert (order.trigger.price, order.trigger.price_type) == (Decimal(2), "pct")
            assert (order.limit_offset, order.limit_price_type) == (Decimal(-7), "quote")

    clean(main())
