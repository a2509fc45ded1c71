"""v1/answers.py: the frames of events, byte for byte as captured."""

import pytest

from fathom.exchange.v1.answers import HEARTBEAT, answer, ok, pong, refused, system_status
from fathom.exchange.v1.requests import Request, read_request

ADD = read_request(b'{"event":"addOrder"}')
NUMBERED = read_request(b'{"event":"cancelOrder","reqid":1234}')


@pytest.mark.parametrize(
    ("frame", "captured"),
    [
        (
            system_status("online", connection_id=8628615390848610000),
            (
                b'{"connectionID":8628615390848610000,"emergency":[],"event":"systemStatus","status":"online",'
                b'"upcoming_maintenance":[],"version":"1.9.6"}'
            ),
        ),
        (
            system_status("limit_only", connection_id=1),
            (
                b'{"connectionID":1,"emergency":[],"event":"systemStatus","status":"post_only",'
                b'"upcoming_maintenance":[],"version":"1.9.6"}'
            ),
        ),
        (HEARTBEAT, b'{"event":"heartbeat"}'),
        (pong(read_request(b'{"event":"ping"}')), b'{"event":"pong"}'),
        (pong(read_request(b'{"event":"ping","reqid":42}')), b'{"event":"pong","reqid":42}'),
        (
            ok(ADD, txid="ONPNXH-KMKMU-F4MR5V", descr="buy 0.01770000 XBTUSD @ limit 4000", cl_ord_id=None),
            (
                b'{"descr":"buy 0.01770000 XBTUSD @ limit 4000","event":"addOrderStatus","status":"ok",'
                b'"txid":"ONPNXH-KMKMU-F4MR5V"}'
            ),
        ),
        (
            refused(ADD, "EOrder:Order minimum not met"),
            b'{"errorMessage":"EOrder:Order minimum not met","event":"addOrderStatus","status":"error"}',
        ),
        (ok(NUMBERED), b'{"event":"cancelOrderStatus","reqid":1234,"status":"ok"}'),
        (
            refused(read_request(b"?"), "Malformed request"),
            b'{"errorMessage":"Malformed request","event":"error"}',
        ),
        (
            answer(NUMBERED, "error", {"errorMessage": "Exceeded msg rate"}),
            b'{"errorMessage":"Exceeded msg rate","event":"error","reqid":1234}',
        ),
        (
            refused(Request("addOrder", {}, reqid_bad=True), "Reqid field ...", pair="USDC/USD"),
            (
                b'{"errorMessage":"Reqid field ...","event":"addOrderStatus","pair":"USDC/USD","reqid":null,'
                b'"status":"error"}'
            ),
        ),
        (
            refused(read_request(b'{"event":"subscribe"}'), "no", subscription={"name": "book", "depth": 42}),
            (
                b'{"errorMessage":"no","event":"subscriptionStatus","status":"error",'
                b'"subscription":{"depth":42,"name":"book"}}'
            ),
        ),
    ],
)
def test_frames(frame: bytes, captured: bytes) -> None:
    assert frame == captured
