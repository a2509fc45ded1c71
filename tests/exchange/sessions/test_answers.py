import pytest

from fathom.exchange.sessions import answers
from fathom.protocol import decode_strict

NOW_NS = 1_716_033_788_768_086_999
TIMES = b'"time_in":"2024-05-18T12:03:08.768086Z","time_out":"2024-05-18T12:03:08.768086Z"}'


def asked(method: str, req_id: int | None = None) -> answers.Asked:
    return answers.asked(method, req_id, now_ns=NOW_NS)


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (answers.pong(asked("ping", 1)), b'{"method":"pong","req_id":1,'),
        (answers.pong(asked("ping")), b'{"method":"pong",'),
        (
            answers.failure(asked("ping", 0), "Unsupported field: 'params' for the given msg type: ping"),
            (
                b'{"error":"Unsupported field: \'params\' for the given msg type: ping","method":"ping","req_id":0,'
                b'"success":false,'
            ),
        ),
        (
            answers.failure(asked("unsubscribe", 1), "Subscription Not Found", symbol="BTC/USD", method="subscribe"),
            b'{"error":"Subscription Not Found","method":"subscribe","req_id":1,"success":false,"symbol":"BTC/USD",',
        ),
        (
            answers.refused_subscription(asked("subscribe", 42), "ESession:Invalid session", channel="executions"),
            (
                b'{"channel":"executions","error":"ESession:Invalid session","method":"subscribe","req_id":42,'
                b'"status":"error","success":false,'
            ),
        ),
        (
            answers.success(
                asked("subscribe", 42),
                {"symbol": "BTC/USD", "snapshot": True, "event_trigger": "trades", "channel": "ticker"},
            ),
            (
                b'{"method":"subscribe","req_id":42,"result":{"channel":"ticker","event_trigger":"trades","snapshot":true,'
                b'"symbol":"BTC/USD"},"success":true,'
            ),
        ),
        (
            answers.success(asked("batch_add"), [{"order_userref": 1, "order_id": "OA"}]),
            b'{"method":"batch_add","result":[{"order_id":"OA","order_userref":1}],"success":true,',
        ),
        (
            answers.bare_success(asked("batch_cancel", 7), orders_cancelled=2),
            b'{"method":"batch_cancel","orders_cancelled":2,"req_id":7,"success":true,',
        ),
        (
            answers.refused_subscription(asked("subscribe"), "Token(s) not found", channel="executions"),
            b'{"error":"Token(s) not found","method":"subscribe","success":false,',
        ),
        (
            answers.failure(asked('"\\'), "x\n"),
            b'{"error":"x\\n","method":"\\"\\\\","success":false,',
        ),
    ],
)
def test_keys_are_in_alphabetical_order(frame: bytes, text: bytes) -> None:
    assert frame == text + TIMES
    decode_strict(frame)


@pytest.mark.parametrize("req_id", [0, -1, 2**63 - 1, -(2**63), 2**64 - 1])
def test_the_id_comes_back(req_id: int) -> None:
    assert f'"req_id":{req_id},'.encode() in answers.pong(asked("ping", req_id))
