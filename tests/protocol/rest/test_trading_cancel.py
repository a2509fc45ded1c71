"""CancelOrder, CancelAll, CancelAllOrdersAfter, CancelOrderBatch."""

from decimal import Decimal
from typing import Any

import pytest

from fathom.protocol import parse_time, rest
from rest_calls import ask, captured, line, read, result, send
from whole_exchange import START_NS, Stage

TRADING = "kraken-async-rs/rest-trading.jsonl"


@pytest.mark.parametrize(
    ("request_", "name", "count"),
    [
        (rest.CancelOrder(txid="O"), "get_cancel_order_json", 1),
        (rest.CancelAll(), "get_cancel_all_orders_json", 4),
        (rest.CancelOrderBatch(orders=("O",)), "get_cancel_order_batch_json", 2),
    ],
)
def test_captured_counts(request_: Any, name: str, count: int) -> None:
    assert read(request_, line(TRADING, name)).count == count


@pytest.mark.parametrize(
    "name",
    [
        "nautilus_trader/http_cancel_order_spot.json",
        "Kraken.Net/Endpoints/Spot/Trading/CancelOrder.txt",
        "Kraken.Net/Endpoints/Spot/Trading/CancelAllOrders.txt",
    ],
)
def test_captured_files(name: str) -> None:
    assert read(rest.CancelAll(), captured(name)).count == 1


def test_what_is_still_on_its_way() -> None:
    assert result(rest.CancelAll(), '{"count":1,"pending":true}').pending is True


def test_a_captured_switch() -> None:
    said = read(rest.CancelAllOrdersAfter(timeout=60), line(TRADING, "get_cancel_all_orders_after_json"))
    assert said.current == parse_time("2023-03-24T17:41:56Z")
    assert said.trigger - said.current == 60 * 10**9


def test_a_switch_that_is_off() -> None:
    for text in ('"triggerTime":"0"', '"triggerTime":0', '"x":1'):
        said = result(rest.CancelAllOrdersAfter(timeout=0), f'{{"currentTime":"2023-03-24T17:41:56Z",{text}}}')
        assert said.trigger == 0


def test_the_exchange_cancels() -> None:
    stage = Stage()
    txids = [
        ask(
            stage,
            rest.AddOrder(
                pair="BTC/USD",
                ordertype="limit",
                type="buy",
                volume=Decimal("0.01"),
                price=Decimal(1000 + n),
                cl_ord_id=f"c{n}",
            ),
        ).txid[0]
        for n in range(6)
    ]
    assert ask(stage, rest.CancelOrder(txid=txids[0])).count == 1
    assert ask(stage, rest.CancelOrder(cl_ord_id="c1")).count == 1
    assert ask(stage, rest.CancelOrderBatch(orders=(txids[2], "c3"))).count == 2
    armed = ask(stage, rest.CancelAllOrdersAfter(timeout=60))
    assert (armed.current, armed.trigger) == (START_NS, START_NS + 60 * 10**9)
    assert ask(stage, rest.CancelAllOrdersAfter(timeout=0)).trigger == 0
    assert set(ask(stage, rest.OpenOrders()).open) == set(txids[4:])
    assert ask(stage, rest.CancelAll()).count == 2
    assert send(stage, rest.CancelOrder(txid=txids[0])).errors == ("EOrder:Unknown order",)
