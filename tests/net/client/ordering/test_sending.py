"""What is submitted is with the socket when the call returns, where nothing is in the way; and it is told once what
became of it, also where that took a detour.
"""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from loop_stage import clean, played, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import FathomError, LinkError, LocalError, Refused, Unsure
from fathom.net import RequestTiming
from fathom.net.client import CallbackFailed, OrderAdded, RequestCleared, RequestInDoubt
from fathom.net.client.hearing import EXECUTIONS
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BatchAdd,
    BatchAddParams,
    BatchCancel,
    BatchCancelParams,
    BatchOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterParams,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    EditOrder,
    EditOrderParams,
)


def add(cl_ord_id: str | None = None, *, qty: str = "0.01", price: str = "90000", **more: Any) -> AddOrder:
    params = AddOrderParams(
        symbol=BTC, side="buy", order_type="limit", order_qty=Decimal(qty), limit_price=Decimal(price),
        cl_ord_id=cl_ord_id, **more,
    )  # fmt: skip
    return AddOrder(params=params)


def amend(cl_ord_id: str, price: str) -> AmendOrder:
    return AmendOrder(params=AmendOrderParams(cl_ord_id=cl_ord_id, limit_price=Decimal(price)))


def cancel(*cl_ord_ids: str) -> CancelOrder:
    return CancelOrder(params=CancelOrderParams(cl_ord_id=cl_ord_ids))


class Desk:
    """Submits, and keeps what it is told; nothing may be told within the call, and nothing twice."""

    def __init__(self, stage: OrderStage) -> None:
        self.stage = stage
        self.told: list[tuple[Any, RequestTiming]] = []

    def submit(self, request: Any, **more: Any) -> bool:
        before = len(self.told)
        sent = self.stage.kraken.orders.submit(request, self.hear, **more)
        assert len(self.told) == before
        return sent

    def hear(self, result: Any, timing: RequestTiming) -> None:
        self.told.append((result, timing))

    async def result(self, count: int = 1) -> Any:
        """The newest of so many results; no more come."""
        await until(lambda: len(self.told) >= count)
        assert len(self.told) == count
        return self.told[-1][0]


async def deaf(stage: OrderStage) -> None:
    stage.fault("upgrade_refused", role="private", status=503)
    stage.fault("close", role="private", code=1006)
    topic = stage.kraken._running.hearing.topics.find(EXECUTIONS)
    assert topic is not None
    await until(lambda: not topic.link.is_open)


# -- Nothing in the way ----------------------------------------------------------------------------------------------


def test_an_order_is_with_the_socket_before_the_call_returns() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            private = stage.kraken._running.private.links[0]
            before = private.session._outbox.pending.next_req_id
            assert desk.submit(add("mine-1"))
            assert private.session._outbox.pending.next_req_id == before + 1
            assert private.session.take_outbox() == []  # It does not wait there.
            added = await desk.result()
            assert (added.path, added.recovered, added.cl_ord_id) == ("websocket", False, "mine-1")
            assert [order.order_id for order in stage.open()] == [added.order_id]
            await stage.agree()
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 1

    clean(main())


def test_a_whole_life_within_one_callback_arrives_in_its_order() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            assert desk.submit(add("mine-1"))
            assert desk.submit(amend("mine-1", "91000"))
            assert desk.submit(cancel("mine-1"), reduces_risk=True)
            await until(lambda: len(desk.told) == 3)
            added, amended, gone = (result for result, _ in desk.told)
            assert amended.cl_ord_id == added.cl_ord_id == "mine-1"
            assert (gone.count, gone.missing) == (1, ())
            (order,) = stage.orders()
            assert (order.limit_ticks, order.is_open) == (910_000, False)
            stage.no_complaints()

    clean(main())


def test_every_kind_of_request() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            one = BatchOrder(order_type="limit", side="buy", order_qty=Decimal("0.01"), limit_price=Decimal(90_000))
            assert desk.submit(BatchAdd(params=BatchAddParams(symbol=BTC, orders=(one, one, one, one, one))))
            items = (await desk.result()).items
            ids = tuple(item.order_id for item in items)
            names = tuple(item.cl_ord_id for item in items)
            await stage.agree()
            changed = EditOrderParams(order_id=ids[0], symbol=BTC, limit_price=Decimal(91_000))
            assert desk.submit(EditOrder(params=changed))
            assert (await desk.result(2)).original_order_id == ids[0]
            assert desk.submit(BatchCancel(params=BatchCancelParams(orders=ids[1:2], cl_ord_id=names[2:3])))
            assert (await desk.result(3)).count == 2
            assert desk.submit(cancel(*names[3:5], "never"))  # Several, each answered alone: told together.
            gone = await desk.result(4)
            assert (gone.count, gone.missing) == (2, ("never",))
            assert desk.submit(CancelAll(params=CancelAllParams()))
            assert (await desk.result(5)).count == 1
            assert stage.open() == []

    clean(main())


def test_it_is_written_down_when_a_request_went_its_way() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            desk.submit(add())
            result = await desk.result()
            timing = desk.told[0][1]
            assert result.timing is timing
            assert timing.encoded_ns is not None
            assert timing.sent_ns is not None
            assert timing.received_ns is not None
            assert timing.time_in_ns is not None
            assert timing.time_out_ns is not None
            assert timing.encoded_ns <= timing.sent_ns < timing.received_ns
            assert timing.sent_ns <= timing.time_in_ns <= timing.time_out_ns  # One machine, one clock.
            awaited = await stage.kraken.add_order(BTC, "buy", "limit", order_qty="0.01", limit_price="90000")
            assert awaited.timing is not None
            assert awaited.timing.received_ns is not None

    clean(main())


def test_an_order_goes_out_within_the_callback_of_the_book_that_it_answers() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            sent: list[bool] = []
            stage.kraken.book(BTC, callback=lambda _: sent or sent.append(desk.submit(add())))
            added = await desk.result()
            assert sent == [True]
            assert [order.order_id for order in stage.open()] == [added.order_id]

    clean(main())


def test_who_is_told_may_submit_again_at_once() -> None:
    async def main() -> None:
        async with trading() as stage:
            results: list[Any] = []

            def hear(result: OrderAdded | FathomError, _: RequestTiming) -> None:
                results.append(result)
                if len(results) < 3:
                    assert stage.kraken.orders.submit(add(), hear)

            assert stage.kraken.orders.submit(add(), hear)
            await until(lambda: len(results) == 3)
            assert len(stage.open()) == 3

    clean(main())


# -- Something in the way --------------------------------------------------------------------------------------------


def test_without_room_it_waits_for_it_and_the_venue_refuses_nothing() -> None:
    async def main() -> None:
        async with trading(limits=True, tier="pro") as stage:
            desk = Desk(stage)
            sent = [desk.submit(add(qty="0.0001"), wait_s=5.0) for _ in range(138)]
            assert sent[0]
            assert not sent[-1]
            await until(lambda: len(desk.told) == len(sent), timeout_s=20.0)
            assert {type(result) for result, _ in desk.told} == {OrderAdded}
            stage.no_complaints()

    clean(main())


def test_without_room_in_time_nothing_is_sent() -> None:
    async def main() -> None:
        async with trading(limits=True, tier="pro") as stage:
            desk = Desk(stage)
            while desk.submit(add(qty="0.0001"), wait_s=0.01):
                pass
            await until(lambda: any(isinstance(result, LocalError) for result, _ in desk.told))
            (error,) = [told for told in desk.told if isinstance(told[0], LocalError)]
            assert error[0].field == "rate"
            assert error[1] == RequestTiming()

    clean(main())


def test_without_a_connection_it_goes_over_rest() -> None:
    async def main() -> None:
        async with trading() as stage:
            await deaf(stage)
            desk = Desk(stage)
            assert not desk.submit(add())
            assert (await desk.result()).path == "rest"
            assert len(stage.open()) == 1
            timing = desk.told[0][1]
            assert timing.sent_ns is not None
            assert timing.received_ns is not None
            assert timing.time_in_ns is None  # REST does not tell.

    clean(main())


def test_where_orders_go_over_rest_it_goes_there() -> None:
    async def main() -> None:
        async with trading(orders_over="rest") as stage:
            desk = Desk(stage)
            assert not desk.submit(add())
            assert (await desk.result()).path == "rest"

    clean(main())


def test_the_first_one_asks_first_whether_the_key_may_trade() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            desk = Desk(stage)
            assert not desk.submit(add())
            await desk.result()
            assert desk.submit(add())
            assert (await desk.result(2)).path == "websocket"
            assert len(stage.open()) == 2

    clean(main())


@pytest.mark.parametrize("account", [None, "treasurer"])
def test_a_key_that_may_not_trade_sends_nothing(account: str | None) -> None:
    async def main() -> None:
        async with trading(account=account, opened=False) as stage:
            desk = Desk(stage)
            assert not desk.submit(add())
            assert isinstance(await desk.result(), FathomError)
            assert stage.adds() == 0

    clean(main())


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (add(price="90000.123"), "tick|decimals"),
        (add(qty="0.00000001"), "minimum"),
        (AddOrder(params=AddOrderParams(symbol="FOO/BAR", side="buy", order_type="limit")), "not a pair"),
        (cancel(), "at least one"),
        (cancel("one", "one"), "twice"),
        (CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=60)), "is not submitted"),
    ],
)
def test_what_is_wrong_with_it_is_told_and_nothing_is_sent(request_: Any, said: str) -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            assert not desk.submit(request_)
            result = await desk.result()
            assert isinstance(result, LocalError)
            with pytest.raises(LocalError, match=said):
                raise result
            assert sum(stage.asked.values()) == 0
            assert stage.kraken.rates.count(BTC) == 0

    clean(main())


# -- What goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost_answer", "late_answer", "error_after_accept"])
def test_an_order_whose_answer_is_lost_is_looked_up_and_never_sent_twice(kind: str) -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            stage.fault(kind, method="add_order", count=1, **({"delay_s": 1.0} if kind == "late_answer" else {}))
            assert desk.submit(add("mine-1"))
            added = await desk.result()
            assert (added.recovered, added.cl_ord_id) == (True, "mine-1")
            assert [order.order_id for order in stage.open()] == [added.order_id]
            assert stage.adds() == 1
            assert len(stage.events(RequestInDoubt)) == 1
            assert [event.outcome for event in stage.events(RequestCleared)] == ["found"]
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 1

    clean(main())


def test_an_order_of_which_nobody_can_say_is_unsure() -> None:
    async def main() -> None:
        async with trading(lookup_s_max=0.5) as stage:
            desk = Desk(stage)
            stage.fault("rest_lag", s=30)
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("drop", channel="executions")
            stage.fault("upgrade_refused", role="private", status=503)
            assert desk.submit(add("mine-1"))
            await until(lambda: stage.adds() == 1)
            stage.fault("close", role="private", code=1006)
            result = await desk.result()
            assert isinstance(result, Unsure)
            assert result.cl_ord_id == "mine-1"
            assert list(stage.kraken.orders.in_doubt) == ["mine-1"]

    clean(main())


@pytest.mark.parametrize("way", ["amend", "cancel"])
def test_what_may_be_repeated_is_asked_for_again_over_the_other_path(way: str) -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            desk.submit(add("mine-1"))
            await desk.result()
            stage.fault("lost_answer", method=f"{way}_order", count=1)
            assert desk.submit(amend("mine-1", "91000") if way == "amend" else cancel("mine-1"))
            done = await desk.result(2)
            assert done.recovered
            assert stage.asked[f"{way}_order", "alice"] == 2
            await stage.agree()

    clean(main())


def test_a_refusal_is_krakens_and_has_its_times() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            assert desk.submit(add(qty="2"))
            refusal = await desk.result()
            assert isinstance(refusal, Refused)
            assert not refusal.order_may_exist
            assert "Insufficient funds" in refusal.text
            timing = desk.told[0][1]
            assert timing.time_in_ns is not None
            assert timing.received_ns is not None
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 0
            assert stage.events(RequestInDoubt) == []

    clean(main())


def test_a_token_that_went_bad_sends_it_over_rest_once() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            stage.fault("invalid_session", count=1)
            assert desk.submit(add())
            assert (await desk.result()).path == "rest"
            assert stage.adds() == 1

    clean(main())


@pytest.mark.parametrize("moment", ["in flight", "waiting for room", "being looked up"])
def test_a_client_that_closes_tells_what_it_knows(moment: str) -> None:
    """Nothing is left without a word: what was sent is unsure, what was not was not."""

    async def main() -> None:
        async with trading(limits=moment == "waiting for room", answer_s_max=0.1) as stage:
            desk = Desk(stage)
            stage.fault("lost_answer", method="add_order")
            stage.fault("drop", channel="executions")
            stage.fault("rest_lag", s=30)
            if moment == "waiting for room":
                while desk.submit(add(qty="0.0001")):
                    pass
            else:
                desk.submit(add())
            if moment == "being looked up":
                await until(lambda: stage.events(RequestInDoubt))
            sent = stage.kraken._running.private.links[0].session._outbox.pending.next_req_id
            await stage.kraken.close()
            assert sent
            await until(lambda: len(desk.told) >= 1)
            kinds = {type(result) for result, _ in desk.told}
            if moment == "waiting for room":
                await until(lambda: any(isinstance(result, LinkError) for result, _ in desk.told))
            else:
                assert kinds == {Unsure}

    clean(main())


def test_a_closed_client_says_so() -> None:
    async def main() -> None:
        async with trading() as stage:
            await stage.kraken.close()
            with pytest.raises(LinkError, match="closed"):
                stage.kraken.orders.submit(add(), lambda *_: None)

    clean(main())


def test_what_raises_when_it_is_told_is_said_and_harms_nobody() -> None:
    def broken(result: object, timing: RequestTiming) -> None:
        raise ZeroDivisionError

    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            assert stage.kraken.orders.submit(add(), broken)
            await until(lambda: stage.events(CallbackFailed))
            assert stage.events(CallbackFailed)[0].channel == "orders"
            assert desk.submit(add())
            await desk.result()
            assert len(stage.open()) == 2
            assert stage.gaps("executions") == []

    assert [type(complaint["exception"]) for complaint in played(main())] == [ZeroDivisionError]


def test_many_at_once_are_each_told_once_over_a_venue_that_loses_answers() -> None:
    async def main() -> None:
        async with trading() as stage:
            desk = Desk(stage)
            stage.fault("lost_answer", method="add_order", every=3)
            names = [f"mine-{number}" for number in range(60)]
            for name in names:
                assert desk.submit(add(name, qty="0.0001"))
            await until(lambda: len(desk.told) == len(names), timeout_s=20.0)
            assert sorted(result.cl_ord_id for result, _ in desk.told) == sorted(names)
            assert stage.adds() == len(names)
            assert {order.cl_ord_id for order in stage.open()} == set(names)

    clean(main())


def test_go_awaits_the_same_way() -> None:
    async def main() -> None:
        async with trading() as stage:
            added = await stage.kraken.orders.add(add("mine-1"))
            done = await asyncio.gather(
                stage.kraken.orders.amend(amend("mine-1", "91000")), stage.kraken.orders.cancel(cancel("mine-1"))
            )
            assert added.order_id is not None
            assert done[1].count == 1

    clean(main())
