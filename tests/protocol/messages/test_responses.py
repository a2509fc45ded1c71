import pytest

from fathom.protocol.codec import decode
from fathom.protocol.messages import Message
from fathom.protocol.messages.responses import (
    AddOrderResponse,
    AddOrderResult,
    AmendOrderResponse,
    AmendOrderResult,
    BatchAddItem,
    BatchAddOrders,
    BatchAddResponse,
    BatchCancelResponse,
    CancelAfterResult,
    CancelAllOrdersAfterResponse,
    CancelAllResponse,
    CancelCount,
    CancelOrderResponse,
    CancelOrderResult,
    EditOrderResponse,
    EditOrderResult,
    FailedResponse,
    SubscribeResponse,
    SubscribeResult,
    UnsubscribeResponse,
)


def answer(method: str, result: str, *, more: str = "") -> Message:
    return decode(
        f'{{"method":"{method}","req_id":3,{result}"success":true,"time_in":"a","time_out":"b"{more}}}'.encode()
    )


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            '{"channel":"ticker","event_trigger":"trades","snapshot":true,"symbol":"ETH/USDC"}',
            SubscribeResult(channel="ticker", event_trigger="trades", snapshot=True, symbol="ETH/USDC"),
        ),
        (
            '{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"}',
            SubscribeResult(channel="book", depth=10, snapshot=True, symbol="BTC/USD"),
        ),
        (
            '{"channel":"ohlc","interval":60,"snapshot":true,"symbol":"ETH/USD","warnings":["w"]}',
            SubscribeResult(channel="ohlc", interval=60, snapshot=True, symbol="ETH/USD", warnings=("w",)),
        ),
        (
            '{"channel":"executions","maxratecount":125,"snap_orders":true,"snap_trades":true,"snapshot":true}',
            SubscribeResult(
                channel="executions",
                maxratecount=125,
                snap_orders=True,
                snap_trades=True,
                snapshot=True,
            ),
        ),
        ('{"channel":"instrument"}', SubscribeResult(channel="instrument")),
        (
            '{"channel":"level3","snapshot":true,"symbol":"A/B"}',
            SubscribeResult(channel="level3", snapshot=True, symbol="A/B"),
        ),
    ],
)
def test_subscriptions(result: str, expected: SubscribeResult) -> None:
    common = {"result": expected, "success": True, "time_in": "a", "time_out": "b", "req_id": 3}
    assert answer("subscribe", f'"result":{result},') == SubscribeResponse(**common)  # type: ignore[arg-type] # One dict for both.
    assert answer("unsubscribe", f'"result":{result},') == UnsubscribeResponse(**common)  # type: ignore[arg-type] # One dict for both.


@pytest.mark.parametrize(
    ("method", "result", "kind", "expected"),
    [
        (
            "add_order",
            '{"order_id":"O1","cl_ord_id":"c","order_userref":7,"warnings":["w"]}',
            AddOrderResponse,
            AddOrderResult(order_id="O1", cl_ord_id="c", order_userref=7, warnings=("w",)),
        ),
        (
            "amend_order",
            '{"amend_id":"T1","cl_ord_id":"c"}',
            AmendOrderResponse,
            AmendOrderResult(amend_id="T1", cl_ord_id="c"),
        ),
        (
            "edit_order",
            '{"order_id":"O2","original_order_id":"O1"}',
            EditOrderResponse,
            EditOrderResult(order_id="O2", original_order_id="O1"),
        ),
        (
            "cancel_order",
            '{"order_id":"O1"}',
            CancelOrderResponse,
            CancelOrderResult(order_id="O1"),
        ),
        ("cancel_all", '{"count":4}', CancelAllResponse, CancelCount(count=4)),
        (
            "cancel_all_orders_after",
            '{"currentTime":"2023-09-21T15:49:29Z","triggerTime":"2023-09-21T15:51:09Z"}',
            CancelAllOrdersAfterResponse,
            CancelAfterResult(currentTime="2023-09-21T15:49:29Z", triggerTime="2023-09-21T15:51:09Z"),
        ),
        (
            "cancel_all_orders_after",
            '{"currentTime":"2023-09-21T15:49:29Z","triggerTime":0}',
            CancelAllOrdersAfterResponse,
            CancelAfterResult(currentTime="2023-09-21T15:49:29Z", triggerTime=0),
        ),
    ],
)
def test_methods(method: str, result: str, kind: type, expected: object) -> None:
    message = answer(method, f'"result":{result},')
    assert message == kind(result=expected, success=True, time_in="a", time_out="b", req_id=3)


def test_a_validated_order_may_have_no_result() -> None:
    message = answer("add_order", "")
    assert isinstance(message, AddOrderResponse)
    assert message.result == AddOrderResult()


ITEMS = (BatchAddItem(order_id="O1", order_userref=1), BatchAddItem(error="EOrder:Insufficient funds"))


def test_batch_add_as_an_array() -> None:
    items = '[{"order_id":"O1","order_userref":1},{"error":"EOrder:Insufficient funds"}]'
    message = answer("batch_add", f'"result":{items},')
    assert isinstance(message, BatchAddResponse)
    assert message.result == message.items == ITEMS


def test_batch_add_as_an_object() -> None:
    items = '[{"order_id":"O1","order_userref":1},{"error":"EOrder:Insufficient funds"}]'
    message = answer("batch_add", f'"result":{{"orders":{items}}},')
    assert isinstance(message, BatchAddResponse)
    assert message.result == BatchAddOrders(orders=ITEMS)
    assert message.items == ITEMS


def test_batch_cancel_in_both_forms() -> None:
    documented = answer("batch_cancel", '"result":{"count":3},')
    assert isinstance(documented, BatchCancelResponse)
    assert documented.count == 3
    captured = answer("batch_cancel", "", more=',"orders_cancelled":2')
    assert isinstance(captured, BatchCancelResponse)
    assert captured.count == 2
    silent = answer("batch_cancel", "")
    assert isinstance(silent, BatchCancelResponse)
    assert silent.count is None


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            (
                '{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":1,"success":false,'
                '"symbol":"XBT/USD","time_in":"a","time_out":"b"}'
            ),
            FailedResponse(
                error="Currency pair not supported XBT/USD",
                method="subscribe",
                req_id=1,
                symbol="XBT/USD",
                time_in="a",
                time_out="b",
            ),
        ),
        (
            '{"error":"Malformed request","method":"error","success":false,"time_in":"a","time_out":"b"}',
            FailedResponse(error="Malformed request", method="error", time_in="a", time_out="b"),
        ),
        (
            (
                '{"channel":"executions","error":"ESession:Invalid session","method":"subscribe","req_id":42,'
                '"status":"error","success":false,"time_in":"a","time_out":"b"}'
            ),
            FailedResponse(
                error="ESession:Invalid session",
                method="subscribe",
                req_id=42,
                channel="executions",
                status="error",
                time_in="a",
                time_out="b",
            ),
        ),
    ],
)
def test_refusals(frame: str, expected: FailedResponse) -> None:
    assert decode(frame.encode()) == expected
