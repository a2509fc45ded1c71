"""Orders are placed, changed and cancelled over either path."""

from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean
from order_stage import BTC, OrderStage, trading

from fathom.domain import LocalError, Refused
from fathom.net.client import RequestInDoubt
from fathom.protocol.messages import BatchOrder, Conditional, Triggers

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


@pytest.mark.parametrize("path", PATHS)
def test_the_life_of_an_order(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            kraken = stage.kraken
            added = await placed(stage, order_qty="0.02")
            assert (added.path, added.recovered, added.cl_ord_id[:2]) == (path, False, "f-")
            amended = await kraken.amend_order(cl_ord_id=added.cl_ord_id, limit_price="91000")
            assert (amended.path, amended.amend_id[0]) == (path, "T")
            await kraken.amend_order(order_id=added.order_id, order_qty=Decimal("0.01"))
            (order,) = stage.open()
            assert (order.limit_ticks, order.qty_lots) == (910_000, 1_000_000)
            await stage.agree()
            edited = await kraken.edit_order(BTC, added.order_id, limit_price="92000")
            assert (edited.path, edited.original_order_id) == (path, added.order_id)
            await stage.agree()
            (order,) = stage.open()
            assert (order.order_id, order.limit_ticks) == (edited.order_id, 920_000)
            gone = await kraken.cancel_order(edited.order_id)
            assert (gone.path, gone.count, gone.missing) == (path, 1, ())
            assert stage.open() == []
            await stage.agree()
            stage.no_complaints()

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_a_batch(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            orders = [
                BatchOrder(order_type="limit", side="buy", order_qty=Decimal("0.01"), limit_price=Decimal(90_000)),
                BatchOrder(
                    order_type="limit",
                    side="buy",
                    order_qty=Decimal("0.01"),
                    limit_price=Decimal(90_001),
                    order_userref=7,
                ),
                BatchOrder(order_type="limit", side="sell", order_qty=Decimal("0.9"), limit_price=Decimal(99_000)),
            ]
            added = await stage.kraken.add_orders(BTC, orders)
            assert added.path == path
            first, second, third = added.items
            assert first.cl_ord_id is not None
            assert second.cl_ord_id is None
            assert (first.error, second.error) == (None, None)
            assert third.order_id is None
            assert "Insufficient" in str(third.error)
            assert {order.order_id for order in stage.open()} == {first.order_id, second.order_id}
            await stage.agree()
            checked = await stage.kraken.add_orders(BTC, orders[:2], validate=True)
            assert len(checked.items) == 2
            assert len(stage.orders()) == 2

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_parameter_gets_there(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            await stage.kraken.add_order(
                BTC,
                "buy",
                "limit",
                **LIMIT,
                margin=True,
                stp_type="cancel_oldest",
                fee_preference="base",
                post_only=True,
                conditional=Conditional(order_type="stop-loss", trigger_price=Decimal(80_000)),
            )
            await stage.kraken.add_order(BTC, "sell", "stop-loss", order_qty="0.001", trigger_price="-2.5")
            await stage.kraken.add_order(
                BTC,
                "sell",
                "trailing-stop-limit",
                order_qty="0.001",
                limit_price="-5",
                triggers=Triggers(price=Decimal(1), price_type="pct", reference="index"),
            )
            assert len(stage.orders()) == 3

    with pytest.raises(LocalError, match="trigger"):  # -2.5 is no price.
        clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_a_refusal_is_krakens(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            with pytest.raises(Refused, match="Insufficient funds") as caught:
                await placed(stage, order_qty="2")
            assert (caught.value.fault, caught.value.order_may_exist) == ("order", False)
            with pytest.raises(Refused, match="Unknown order"):
                await stage.kraken.amend_order(order_id="OAAAAA-BBBBB-CCCCCC", order_qty="1")
            with pytest.raises(Refused):
                await stage.kraken.edit_order(BTC, "OAAAAA-BBBBB-CCCCCC", order_qty="1")
            assert stage.events(RequestInDoubt) == []

    clean(main())
