from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from fathom.exchange.sessions.requests import METHODS, NUMBER_LENGTH_MAX, Request, read_request


@pytest.mark.parametrize(
    ("frame", "request_"),
    [
        (b'{"method":"ping"}', Request("ping")),
        (b'{"method":"ping","req_id":101}', Request("ping", req_id=101)),
        (b'{"method":"ping","req_id":-1}', Request("ping", req_id=-1)),
        (b'{"method":"ping","req_id":18446744073709551615}', Request("ping", req_id=2**64 - 1)),
        (b'{"req_id":1,"params":{"a":[1]},"method":"subscribe"}', Request("subscribe", {"a": [1]}, 1)),
        (b'{"method":"add_order","params":{"a":1.50}}', Request("add_order", {"a": Decimal("1.50")})),
        # Refused, in words that were captured.
        (b"", Request("error", error="Malformed request")),
        (b"ping", Request("error", error="Malformed request")),
        (b"\xff\xfe\x00", Request("error", error="Malformed request")),
        (b'{"method":"ping"', Request("error", error="Malformed request")),
        (b'{"method":"ping"}{"method":"ping"}', Request("error", error="Malformed request")),
        (b"[]", Request("error", error="Malformed request")),
        (b'"ping"', Request("error", error="Malformed request")),
        (b"null", Request("error", error="Malformed request")),
        (b"[" * 100_000, Request("error", error="Malformed request")),
        (b'{"method":' * 5_000 + b"1" + b"}" * 5_000, Request("error", error="Malformed request")),
        (b'{"method":"ping","req_id":' + b"1" * 5_000 + b"}", Request("error", error="Malformed request")),
        (b"{}", Request("error", error="Unsupported event")),
        (b'{"method":7}', Request("error", error="Unsupported event")),
        (b'{"event":"subscribe"}', Request("error", error="Unsupported event")),
        (b'{"method":"addOrder","req_id":3}', Request("addOrder", req_id=3, error="Unsupported event")),
        (b'{"method":"' + b"x" * 1_000 + b'"}', Request("error", error="Unsupported event")),
        (
            b'{"method":"ping","params":{},"req_id":0}',
            Request("ping", req_id=0, error="Unsupported field: 'params' for the given msg type: ping"),
        ),
        (
            b'{"method":"subscribe","channel":"book"}',
            Request("subscribe", error="Unsupported field: 'channel' for the given msg type: subscribe"),
        ),
        (
            b'{"method":"add_order","price":1}',
            Request("add_order", error="Unsupported field: 'price' for the given msg type: add order"),
        ),
        (b'{"method":"ping","req_id":"1"}', Request("ping", error="EGeneral:Invalid arguments:req_id")),
        (b'{"method":"ping","req_id":1.0}', Request("ping", error="EGeneral:Invalid arguments:req_id")),
        (b'{"method":"ping","req_id":true}', Request("ping", error="EGeneral:Invalid arguments:req_id")),
        (b'{"method":"ping","req_id":null}', Request("ping", error="EGeneral:Invalid arguments:req_id")),
        (
            b'{"method":"ping","req_id":18446744073709551616}',
            Request("ping", error="EGeneral:Invalid arguments:req_id"),
        ),
    ],
)
def test_a_frame_is_a_request_or_its_refusal(frame: bytes, request_: Request) -> None:
    assert read_request(frame) == request_


@pytest.mark.parametrize(
    "number", ["1e999999999", "1e-999999999", "1e30", "0." + "0" * NUMBER_LENGTH_MAX + "1", "-1e25", "1E+19"]
)
def test_a_number_out_of_all_proportion_is_none(number: str) -> None:
    request = read_request(f'{{"method":"add_order","params":{{"limit_price":{number}}}}}'.encode())
    assert request.params["limit_price"].is_nan()


@given(st.binary())
def test_any_bytes_are_read(frame: bytes) -> None:
    request = read_request(frame)
    assert request.error is not None or request.method in METHODS


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_member_is_read(value: object) -> None:
    for name in ("method", "req_id", "params"):
        request = read_request(json.encode({"method": "ping"} | {name: value}) if _fits(value) else b"")
        assert request.error is not None or request.method in METHODS


def _fits(value: object) -> bool:
    if isinstance(value, list):
        return all(_fits(member) for member in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**64
