"""Cancels by every id, alone and together, over either path; what was not open any more is said."""

from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import LocalError, Refused

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")
UNKNOWN = "OAAAAA-BBBBB-CCCCCC"


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


@pytest.mark.parametrize("path", PATHS)
def test_by_every_kind_of_id(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            one = await placed(stage)
            await placed(stage, cl_ord_id="mine-1")
            await placed(stage, order_userref=42)
            done = await stage.kraken.cancel_order(one.order_id, cl_ord_ids=["mine-1"], order_userrefs=[42])
            assert (done.count, done.missing, done.path) == (3, (), path)
            assert stage.open() == []
            await stage.agree()

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_a_tag_that_several_have(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            for _ in range(3):
                await placed(stage, order_userref=42)
            await stage.agree()
            done = await stage.kraken.cancel_order(order_userrefs=[42])
            assert done.count == 3
            assert stage.open() == []

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_open_any_more_is_said_and_the_others_are_cancelled(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            filled = await placed(stage)
            await stage.takes("sell", "0.01", price="90000")
            other = await placed(stage)
            done = await stage.kraken.cancel_order(filled.order_id, UNKNOWN, other.order_id, cl_ord_ids=["never"])
            assert (done.count, done.missing) == (1, (filled.order_id, UNKNOWN, "never"))
            assert stage.open() == []

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_several_with_one_request(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            ids = [(await placed(stage)).order_id for _ in range(3)]
            await placed(stage, cl_ord_id="mine-1")
            done = await stage.kraken.cancel_orders(*ids, cl_ord_ids=["mine-1"])
            assert (done.count, done.path) == (4, path)
            assert stage.asked["cancel_batch", "alice"] == 1
            await stage.agree()

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_all_whoever_placed_them(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            await placed(stage)
            async with stage.trader() as other:
                await other.add_order(BTC, "buy", "limit", **LIMIT)
            assert (await stage.kraken.cancel_all()).count == 2
            assert stage.open() == []

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_the_switch_by_hand(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            await placed(stage)
            set_ = await stage.kraken.cancel_all_after(60)
            assert set_.trigger_ns - set_.now_ns == 60 * 10**9
            off = await stage.kraken.cancel_all_after(0)
            assert off.trigger_ns == 0
            assert off.now_ns >= set_.now_ns
            await stage.kraken.cancel_all_after(1)
            stage.control("POST", "/clock", advance_s=2)
            await until(lambda: not stage.open())

    clean(main())


@pytest.mark.parametrize("path", PATHS)
def test_a_cancel_whose_answer_was_lost_is_asked_again_and_the_order_is_gone(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            added = await placed(stage)
            stage.fault("lost_answer" if path == "websocket" else "rest_drop", method="cancel_order", count=1)
            done = await stage.kraken.cancel_order(added.order_id)
            assert stage.open() == []
            # The second answer is that there is no such order; that it was cancelled the stream has said.
            assert (done.count, done.missing, done.recovered) == (1, (), True)

    clean(main())


def test_a_cancel_in_doubt_of_an_order_that_filled_is_no_cancel() -> None:
    async def main() -> None:
        async with trading() as stage:
            added = await placed(stage)
            stage.fault("lost_answer", method="cancel_order", count=1)
            await stage.takes("sell", "0.01", price="90000")
            done = await stage.kraken.cancel_order(added.order_id)
            assert (done.count, done.missing) == (0, (added.order_id,))

    clean(main())


def test_other_refusals_are_raised() -> None:
    async def main() -> None:
        async with trading() as stage:
            added = await placed(stage)
            stage.fault("refuse", method="cancel_order", text="EGeneral:Permission denied")
            with pytest.raises(Refused, match="Permission denied"):
                await stage.kraken.cancel_order(added.order_id)

    clean(main())


def test_what_kraken_does_not_take_is_not_sent() -> None:
    async def main() -> None:
        async with trading() as stage:
            for wrong in (
                stage.kraken.cancel_order(),
                stage.kraken.cancel_orders(UNKNOWN),
                stage.kraken.cancel_orders(*[UNKNOWN] * 51),
                stage.kraken.cancel_all_after(86_400),
                stage.kraken.cancel_all_after(-1),
            ):
                with pytest.raises(LocalError):
                    await wrong
            assert not any(count for (method, _), count in stage.asked.items() if method.startswith("cancel"))

    clean(main())


def test_a_cancel_needs_no_leave_to_trade() -> None:
    """Whatever the key may besides: what is open is taken away."""

    async def main() -> None:
        async with trading(account="treasurer", opened=False) as stage:
            assert (await stage.kraken.cancel_all()).count == 0

    clean(main())
