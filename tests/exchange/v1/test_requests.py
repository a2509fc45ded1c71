"""v1/requests.py: any bytes become an event, or the refusal of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.v1 import texts as said
from fathom.exchange.v1.requests import ANSWER_EVENTS, read_request


@pytest.mark.parametrize(
    ("frame", "error", "reqid"),
    [
        (b"", said.MALFORMED, None),
        (b"hello", said.MALFORMED, None),
        (b"[1,2]", said.MALFORMED, None),
        (b'"ping"', said.MALFORMED, None),
        (b"\xff\xfe", said.MALFORMED, None),
        (b"[" * 100_000, said.MALFORMED, None),
        (b'{"a":' * 50_000, said.MALFORMED, None),
        (b'{"reqid":5}', said.NO_EVENT, 5),
        (b'{"event":null}', said.NO_EVENT, None),
        (b'{"event":"dance","reqid":5}', said.UNSUPPORTED_EVENT, 5),
        (b'{"event":7}', said.UNSUPPORTED_EVENT, None),
        (b'{"event":"ping","reqid":-1}', said.BAD_REQID, None),
        (b'{"event":"ping","reqid":18446744073709551616}', said.BAD_REQID, None),
        (b'{"event":"ping","reqid":1.5}', said.BAD_REQID, None),
        (b'{"event":"ping","reqid":true}', said.BAD_REQID, None),
        (b'{"event":"ping","reqid":null}', said.BAD_REQID, None),
        (b'{"event":"ping","reqid":0}', None, 0),
        (b'{"event":"ping","reqid":18446744073709551615}', None, 18446744073709551615),
        (b'{"event":"ping"}', None, None),
    ],
)
def test_reads(frame: bytes, error: str | None, reqid: int | None) -> None:
    request = read_request(frame)
    assert (request.error, request.reqid) == (error, reqid)
    assert request.reqid_bad == (error == said.BAD_REQID)


def test_keeps_the_fields() -> None:
    request = read_request(b'{"event":"addOrder","volume":"1.10","close[price]":"5"}')
    assert request.event == "addOrder"
    assert request.answer_event == "addOrderStatus"
    assert request.fields["close[price]"] == "5"


def test_what_is_no_event_is_answered_by_an_error() -> None:
    assert read_request(b"{}").answer_event == "error"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_never_raises(frame: bytes) -> None:
    request = read_request(frame)
    assert request.error is not None or request.event in ANSWER_EVENTS
