"""Answers, refusals with warnings beside them, and what is not Kraken's at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.rest import Answer, Foreign, open_envelope


def test_a_result_is_kept_to_the_byte() -> None:
    body = b'{"error":[],"result":{"price":0.10000000000000000001,"n":1e-08}}'
    assert open_envelope(body) == Answer(result=b'{"price":0.10000000000000000001,"n":1e-08}')


def test_errors_without_a_result() -> None:
    answer = open_envelope(b'{"error":["EGeneral:Invalid arguments:ordertype","EAPI:Invalid nonce"]}')
    assert answer == Answer(errors=("EGeneral:Invalid arguments:ordertype", "EAPI:Invalid nonce"))


def test_warnings_come_beside_a_result_and_are_no_errors() -> None:
    answer = open_envelope(b'{"error":["WDatabase:No change"],"result":true}')
    assert answer == Answer(warnings=("WDatabase:No change",), result=b"true")


def test_a_text_of_neither_kind_is_an_error() -> None:
    assert open_envelope(b'{"error":["Something else"]}') == Answer(errors=("Something else",))


@pytest.mark.parametrize("body", [b'{"error":[]}', b'{"error":[],"result":null}'])
def test_no_result_and_null_are_the_same(body: bytes) -> None:
    assert open_envelope(body) == Answer()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", Foreign(kind="empty")),
        (b" \r\n", Foreign(kind="empty")),
        (b"upstream connect error", Foreign(kind="other")),
        (b'{"error":[],"result":{"a":', Foreign(kind="other")),
        (b'{"result":"error","error":"apiLimitExceeded"}', Foreign(kind="other")),
        (b"[1]", Foreign(kind="other")),
        (b"PK\x03\x04\xff\xfe", Foreign(kind="other")),
        (b"<html><head><title>502\n Bad  Gateway</title>", Foreign(kind="html", title="502 Bad Gateway")),
        (b"\n<!DOCTYPE html><TITLE lang=en>Just a moment...</TITLE>", Foreign(kind="html", title="Just a moment...")),
        (b"<html>no title", Foreign(kind="html")),
        (b"<title>\x1b[2J</title>", Foreign(kind="html")),
    ],
)
def test_what_is_not_krakens_is_told_apart(body: bytes, said: Foreign) -> None:
    assert open_envelope(body) == said


def test_a_page_is_quoted_only_so_far() -> None:
    said = open_envelope(b"<title>" + b"x" * 1000 + b"</title>")
    assert isinstance(said, Foreign)
    assert len(said.title) == 120


@given(st.binary())
def test_any_bytes_are_something(body: bytes) -> None:
    assert isinstance(open_envelope(body), Answer | Foreign)
    assert isinstance(open_envelope(b'{"error":[' + body), Answer | Foreign)
