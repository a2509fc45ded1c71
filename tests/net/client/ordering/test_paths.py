"""Which way a request goes: the wanted one, the other where that one surely sent nothing, never two."""

from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.domain import LinkError, Refused
from fathom.net.client import RequestInDoubt
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.ordering.paths import Answered, listen, private_link
from fathom.protocol import rest
from fathom.protocol.messages import AddOrderResponse, AddOrderResult, FailedResponse

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


@pytest.mark.parametrize("path", ["websocket", "rest"])
def test_the_way_that_is_wanted(path: Any) -> None:
    async def main() -> None:
        async with trading(orders_over=path) as stage:
            assert (await placed(stage)).path == path

    clean(main())


def test_without_a_connection_it_goes_over_rest() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("upgrade_refused", role="private", status=503)
            stage.fault("close", role="private", code=1006)
            topic = stage.kraken._running.hearing.topics.find(EXECUTIONS)
            assert topic is not None
            await until(lambda: not topic.link.is_open)
            assert (await placed(stage)).path == "rest"
            assert len(stage.open()) == 1
            assert stage.events(RequestInDoubt) == []

    clean(main())


def test_a_token_that_went_bad_sends_it_over_rest() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("invalid_session", count=1)
            assert (await placed(stage)).path == "rest"
            assert stage.adds() == 1

    clean(main())


def test_without_rest_it_goes_over_the_websocket() -> None:
    async def main() -> None:
        async with trading(orders_over="rest") as stage:
            await stage.server._rest.stop()
            assert (await placed(stage)).path == "websocket"
            assert stage.adds() == 1
            assert stage.events(RequestInDoubt) == []

    clean(main())


def test_without_either_nothing_was_sent_and_it_says_why() -> None:
    async def main() -> None:
        async with trading() as stage:
            stage.fault("upgrade_refused", role="private", status=503)
            stage.fault("close", role="private", code=1006)
            topic = stage.kraken._running.hearing.topics.find(EXECUTIONS)
            assert topic is not None
            await until(lambda: not topic.link.is_open)
            await stage.server._rest.stop()
            with pytest.raises(LinkError, match=r"neither WebSocket nor REST.*nothing was sent.*WebSocket: .*REST: ."):
                await placed(stage)
            assert stage.adds() == 0
            assert stage.kraken.rates.ledger.ages.open_count(BTC) == 0

    clean(main())


def test_what_rest_has_no_word_for_goes_over_the_websocket() -> None:
    async def main() -> None:
        async with trading(orders_over="rest") as stage:
            assert (await placed(stage, sender_sub_id="desk-1")).path == "websocket"
            (order,) = stage.open()
            assert order.sender_sub_id == "desk-1"

    clean(main())


def test_an_edit_of_a_limit_behind_a_trigger_never_becomes_the_trigger() -> None:
    async def main() -> None:
        async with trading(orders_over="rest") as stage:
            added = await stage.kraken.add_order(
                BTC, "sell", "stop-loss-limit", order_qty="0.001", trigger_price="90000", limit_price="89000"
            )
            await stage.agree()
            edited = await stage.kraken.edit_order(BTC, added.order_id or "", limit_price="88000")
            assert edited.path == "websocket"
            (order,) = stage.open()
            assert order.trigger is not None
            assert (order.limit_ticks, order.trigger.actual_ticks) == (880_000, 900_000)

    clean(main())


def test_margin_over_rest_is_the_pairs() -> None:
    async def main() -> None:
        symbol = "BTC/GBP"  # Its most is three.
        for path in ("websocket", "rest"):
            async with trading(orders_over=path, symbols=(symbol,)) as stage:
                await stage.kraken.add_order(symbol, "buy", "limit", order_qty="0.01", limit_price="50000", margin=True)
                (order,) = stage.open()
                assert order.leverage == 3

    clean(main())


def test_the_private_stream_is_there_whichever_way_orders_go() -> None:
    """Without it nobody would hear of fills, and nobody could say that an order is not there."""

    async def main() -> None:
        async with trading(orders_over="rest", opened=False) as stage:
            await placed(stage)
            await stage.agree()

    clean(main())


def test_the_stream_stays_when_its_last_reader_leaves() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            stream = stage.kraken.executions()
            link = await private_link(stage.kraken._running)
            stream.close()
            assert listen(stage.kraken._running).link is link
            await placed(stage)
            await stage.agree()

    clean(main())


# -- What came back --------------------------------------------------------------------------------------------------

TIMES: dict[str, Any] = {"time_in": "2026-01-05T12:00:00Z", "time_out": "2026-01-05T12:00:00Z"}
GOOD = AddOrderResponse(req_id=1, success=True, result=AddOrderResult(order_id="O1"), **TIMES)
BAD = FailedResponse(method="add_order", req_id=1, success=False, error="EOrder:Unknown order", **TIMES)


def test_the_first_success_is_read_though_others_failed() -> None:
    answered = Answered("websocket", answers=[BAD, GOOD])
    assert answered.first(AddOrderResponse, rest.OrderPlaced) is GOOD
    with pytest.raises(Refused, match="Unknown order"):
        answered.only(AddOrderResponse, rest.OrderPlaced)
    with pytest.raises(Refused, match="Unknown order"):
        Answered("websocket", answers=[BAD]).first(AddOrderResponse, rest.OrderPlaced)


def test_a_result_of_rest_is_what_it_is() -> None:
    placed_ = rest.OrderPlaced(txid=("O1",))
    assert Answered("rest", result=placed_).only(AddOrderResponse, rest.OrderPlaced) is placed_
