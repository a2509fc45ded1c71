"""An order is changed the cheapest way that can do it, and what is not asked for stays as it was."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import LocalError, Refused
from fathom.exchange.core import Order
from fathom.protocol import time_text
from fathom.protocol.messages import Conditional, Triggers

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}


async def placed(stage: OrderStage, order_type: Any = "limit", side: Any = "buy", **more: Any) -> str:
    added = await stage.kraken.add_order(BTC, side, order_type, **more)
    await stage.agree()
    assert added.order_id is not None
    return added.order_id


def only(stage: OrderStage) -> Order:
    (order,) = stage.open()
    return order


def test_price_and_quantity_are_amended() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT, cl_ord_id="mine-1")
            changed = await stage.kraken.change_order("mine-1", limit_price="91000", order_qty="0.02")
            assert (changed.way, changed.order_id, changed.original_order_id) == ("amend_order", order_id, order_id)
            assert changed.cost == 4
            assert (only(stage).limit_ticks, only(stage).qty_lots) == (910_000, 2_000_000)

    clean(main())


def test_what_an_amend_cannot_do_is_edited() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT, post_only=True)
            changed = await stage.kraken.change_order(order_id, limit_price="91000", order_userref=7)
            assert changed.way == "edit_order"
            assert changed.order_id != order_id
            order = only(stage)
            assert (order.order_id, order.limit_ticks, order.userref) == (changed.order_id, 910_000, 7)
            assert order.post_only  # An edit would not inherit it.

    clean(main())


def test_an_edit_leaves_the_trigger_where_it_is() -> None:
    async def main() -> None:
        async with trading() as stage:
            triggers = Triggers(price=Decimal(-3), price_type="pct", reference="index")
            order_id = await placed(
                stage, "stop-loss-limit", "sell", order_qty="0.001", limit_price="90000", triggers=triggers
            )
            before = only(stage).trigger
            changed = await stage.kraken.change_order(order_id, limit_price="89000", order_userref=7)
            assert changed.way == "edit_order"
            after = only(stage).trigger
            assert before is not None
            assert after is not None
            assert (after.actual_ticks, after.reference) == (before.actual_ticks, "index")
            assert only(stage).limit_ticks == 890_000

    clean(main())


def test_an_edit_leaves_a_distance_what_it_is() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(
                stage, "trailing-stop", "sell", order_qty="0.001", triggers=Triggers(price=Decimal(2), price_type="pct")
            )
            changed = await stage.kraken.change_order(order_id, order_qty="0.002", order_userref=7)
            assert changed.way == "edit_order"
            trigger = only(stage).trigger
            assert trigger is not None
            assert (trigger.price, trigger.price_type) == (2, "pct")
            await stage.agree()
            await stage.kraken.change_order(changed.order_id or "", trigger_price="300", trigger_price_type="quote")
            trigger = only(stage).trigger
            assert trigger is not None
            assert (trigger.price, trigger.price_type) == (300, "quote")

    clean(main())


def test_everything_else_takes_a_new_order_which_keeps_what_the_old_one_had() -> None:
    async def main() -> None:
        async with trading() as stage:
            close = Conditional(
                order_type="stop-loss-limit", trigger_price=Decimal(80_000), limit_price=Decimal(79_000)
            )
            order_id = await placed(
                stage, **LIMIT, post_only=True, conditional=close, fee_preference="base", time_in_force="gtd",
                expire_time=time_text(stage.venue_ns + 3600 * 10**9, digits=0), margin=True, order_userref=7,
            )  # fmt: skip
            was = only(stage)
            changed = await stage.kraken.change_order(order_id, limit_price="91000")  # A close cannot be amended.
            assert changed.way == "cancel_and_add"
            order = only(stage)
            assert order.order_id == changed.order_id
            assert order.limit_ticks == 910_000
            for name in (
                "qty_lots", "post_only", "conditional", "fee_in_base", "time_in_force", "expire_ns", "leverage", "side",
                "userref",
            ):  # fmt: skip
                assert getattr(order, name) == getattr(was, name), name

    clean(main())


def test_an_iceberg_of_which_less_is_left_than_it_shows() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, "iceberg", **LIMIT, display_qty="0.005")
            await stage.takes("sell", "0.008", price="90000")
            changed = await stage.kraken.change_order(order_id, limit_price="90001", time_in_force="gtc")
            assert changed.way == "cancel_and_add"
            await until(stage.open)
            assert (only(stage).qty_lots, only(stage).display_lots) == (200_000, 200_000)

    clean(main())


def test_what_was_filled_in_the_meantime_is_taken_off() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            await stage.takes("sell", "0.004", price="90000")
            changed = await stage.kraken.change_order(order_id, limit_price="91000", stp_type="cancel_both")
            assert changed.way == "cancel_and_add"
            order = only(stage)
            assert (order.order_id, order.qty_lots, order.limit_ticks) == (changed.order_id, 600_000, 910_000)

    clean(main())


def test_a_fill_that_the_stream_tells_late_is_taken_off_all_the_same() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            stage.fault("delay", channel="executions", delay_s=0.2)
            await stage.takes("sell", "0.004", price="90000")
            changed = await stage.kraken.change_order(order_id, limit_price="91000", stp_type="cancel_both")
            assert changed.way == "cancel_and_add"
            assert only(stage).qty_lots == 600_000

    clean(main())


def test_an_order_that_fills_before_it_is_cancelled_gets_no_second() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            stage.fault("delay", channel="executions", delay_s=0.5)
            await stage.takes("sell", "0.01", price="90000")
            with pytest.raises(LocalError, match="filled or cancelled meanwhile"):
                await stage.kraken.change_order(order_id, limit_price="91000", stp_type="cancel_both")
            assert stage.open() == []
            assert len(stage.orders()) == 1

    clean(main())


def test_a_quantity_that_is_filled_already_ends_the_order() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            await stage.takes("sell", "0.004", price="90000")
            await stage.agree()
            changed = await stage.kraken.change_order(order_id, order_qty="0.003")
            assert changed.way in {"cancel_order", "amend_order"}
            assert stage.open() == []
            assert sum(order.cum_lots for order in stage.orders()) == 400_000

    clean(main())


def test_a_new_order_that_cannot_be_leaves_the_old_one() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            for wrong in (
                {"limit_price": "91000.123", "stp_type": "cancel_both"},
                {"limit_price": "91000", "time_in_force": "gtd"},
                {"limit_price": "91000", "no_such": "thing"},
                {"limit_price": 91000.5},
                {},
            ):
                with pytest.raises(LocalError):
                    await stage.kraken.change_order(order_id, **wrong)
            assert only(stage).order_id == order_id
            assert only(stage).limit_ticks == 900_000

    clean(main())


def test_where_the_new_order_is_refused_it_says_that_the_old_one_is_gone() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            with pytest.raises(Refused, match="Insufficient") as caught:
                await stage.kraken.change_order(order_id, order_qty="2", stp_type="cancel_both")
            assert any(f"{order_id} had been cancelled" in note for note in caught.value.__notes__)
            assert stage.open() == []

    clean(main())


def test_an_order_that_nobody_named_is_not_changed() -> None:
    async def main() -> None:
        async with trading() as stage:
            order_id = await placed(stage, **LIMIT)
            await stage.kraken.cancel_order(order_id)
            await stage.agree()
            for name in (order_id, "never"):
                with pytest.raises(LocalError, match="not an open order"):
                    await stage.kraken.change_order(name, limit_price="91000")

    clean(main())


def test_an_edited_order_is_cancelled_at_the_end_too() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True) as stage:
            order_id = await placed(stage, **LIMIT)
            await asyncio.gather(stage.kraken.change_order(order_id, limit_price="91000", order_userref=7))
            await stage.kraken.close()
            assert stage.open() == []

    clean(main())
