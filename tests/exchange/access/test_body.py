"""Queries, forms and JSON bodies become the same fields."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.access import read_fields

CASES = [
    (b"", "", {}),
    (b"nonce=1&validate=True&trades=False", "", {"nonce": "1", "validate": "True", "trades": "False"}),
    (b"price=%2B5&starttm=%2b10&pair=BTC%2FUSD", "", {"price": "+5", "starttm": "+10", "pair": "BTC/USD"}),
    (b"a=1&a=2&b=", "", {"a": "2", "b": ""}),
    (b"close[ordertype]=limit&close[price]=5", "", {"close": {"ordertype": "limit", "price": "5"}}),
    (b"close%5Bprice%5D=5", "", {"close": {"price": "5"}}),
    (b"orders[0][type]=buy&orders[1][type]=sell", "", {"orders": [{"type": "buy"}, {"type": "sell"}]}),
    (b"orders[1]=b&orders[0]=a&orders[10]=c", "", {"orders": ["a", "b", "c"]}),
    (b"ids[]=a&ids[]=b", "", {"ids": ["a", "b"]}),
    (b"orders[0][close][price]=1", "", {"orders": [{"close": {"price": "1"}}]}),
    (
        b'{"nonce": 1, "price": 1.50, "on": true}',
        "application/json",
        {"nonce": 1, "price": Decimal("1.50"), "on": True},
    ),
    (b'{"nonce":"1"}', "application/json; charset=utf-8", {"nonce": "1"}),
    (b'{"nonce":"1"}', "application/x-www-form-urlencoded", {"nonce": "1"}),
    (b'{"nonce":18446744073709551615}', "application/json", {"nonce": 2**64 - 1}),
    (b"", "application/json", {}),
]
MALFORMED = [
    (b"[1]", "application/json"),
    (b"nonce=1", "application/json"),
    (b'{"a":', "application/json"),
    (b"a=1&a[b]=2", ""),
    (b"a[b]=1&a=2", ""),
    (b"a[b][c][d][e][f]=2", ""),
    (b"\xff\xfe", ""),
    (b'{"a":1e' + b"9" * 500 + b"}", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"&".join(b"a%d=1" % number for number in range(5000)), ""),
    (b"a=" + b"1" * 2_000_000, ""),
]


@pytest.mark.parametrize(("text", "content_type", "fields"), CASES)
def test_fields(text: bytes, content_type: str, fields: dict[str, object]) -> None:
    assert read_fields(text, content_type=content_type) == fields


@pytest.mark.parametrize(("text", "content_type"), MALFORMED)
def test_malformed(text: bytes, content_type: str) -> None:
    assert read_fields(text, content_type=content_type) is None


@given(st.binary(), st.sampled_from(["", "application/json"]))
def test_any_bytes_are_fields_or_malformed(text: bytes, content_type: str) -> None:
    fields = read_fields(text, content_type=content_type)
    assert fields is None or isinstance(fields, dict)


@given(st.text(alphabet='ab[]0=&{}":1,eE+-.%'), st.sampled_from(["", "application/json"]))
def test_nearly_forms_are_fields_or_malformed(text: str, content_type: str) -> None:
    fields = read_fields(text.encode(), content_type=content_type)
    assert fields is None or isinstance(fields, dict)
