"""Orders are placed, changed and found again over either path; one in doubt is never sent twice."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import AuthError, LinkError, LocalError, Refused, Unsure
from fathom.net.client import BatchAdded, RequestCleared, RequestInDoubt
from fathom.net.client.ordering.orders import new_client_id
from fathom.protocol.messages import BatchOrder, Conditional, Triggers

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


def test_ids_of_our_own_are_new_and_are_such_as_kraken_takes() -> None:
    ids = {new_client_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(name) == 18 and name.isascii() for name in ids)


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
def test_a_check_places_nothing_and_is_nobodys_order(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path, cancel_on_close=True) as stage:
            checked = await placed(stage, validate=True)
            assert checked.order_id is None
            assert stage.orders() == []
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 0

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


def test_nothing_is_sent_of_what_is_wrong() -> None:
    async def main() -> None:
        async with trading() as stage:
            wrongs: list[tuple[str, dict[str, Any]]] = [
                ("float", {"limit_price": 90000.5}),
                ("no such parameter", {"limit_prise": "90000"}),
                ("write BTC/USD", {"symbol": "XBT/USD"}),
                ("not a pair", {"symbol": "FOO/BAR"}),
                ("order_qty", {"order_qty": "0.00000001"}),
                ("limit_price", {"limit_price": "90000.123"}),
                ("order_userref", {"cl_ord_id": "mine", "order_userref": 1}),
                ("order_qty", {"order_qty": "NaN"}),
                ("not a number", {"order_qty": "one"}),
                ("time_in_force", {"time_in_force": "fox"}),
            ]
            for said, wrong in wrongs:
                given: dict[str, Any] = {"symbol": BTC, "side": "buy", "order_type": "limit", **LIMIT, **wrong}
                with pytest.raises(LocalError, match=said):
                    await stage.kraken.add_order(**given)
            assert stage.adds() == 0
            assert stage.kraken.rates.count(BTC) == 0

    clean(main())


def test_without_a_key_it_says_so() -> None:
    async def main() -> None:
        async with trading(account=None, opened=False) as stage:
            kraken = stage.kraken
            asked = [
                placed(stage), kraken.amend_order(order_id="O1", order_qty="1"),
                kraken.edit_order(BTC, "O1", order_qty="1"),
                kraken.cancel_order("O1"), kraken.cancel_orders("O1", "O2"), kraken.cancel_all(),
                kraken.cancel_all_after(60),
            ]  # fmt: skip
            for one in asked:
                with pytest.raises(AuthError, match="needs an API key"):
                    await one

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


# -- Answers that do not come ----------------------------------------------------------------------------------------

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


def test_who_stops_waiting_leaves_an_order_that_is_cancelled_at_the_end() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True) as stage:
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("drop", channel="executions")
            asked = asyncio.ensure_future(placed(stage))
            await until(lambda: stage.adds() == 1)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert len(stage.open()) == 1
            await stage.kraken.close()
            assert stage.open() == []

    clean(main())
