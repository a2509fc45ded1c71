"""What an HTTP answer means."""

from decimal import Decimal

import pytest

from fathom.domain import KeyRefused, RemoteError, VenueRefused
from fathom.net.rest.answers import read_answer
from fathom.net.rest.pool import HttpReply, NoAnswerError, NotSentError
from fathom.protocol import rest

HOST = "https://api.example"
PAGE = b"<html><title>Just a moment...</title></html>"


def reply(body: bytes, status: int = 200, **headers: str) -> HttpReply:
    return HttpReply(status=status, headers=headers, body=body, sent_ns=1, answered_ns=2)


def test_a_result_with_warnings_and_times() -> None:
    answered = read_answer(rest.Balance(), reply(b'{"error":["WX:y"],"result":{"ZUSD":"1.50"}}'), host=HOST)
    assert (answered.result, answered.warnings) == ({"ZUSD": Decimal("1.50")}, ("WX:y",))
    assert (answered.sent_ns, answered.answered_ns) == (1, 2)


def test_refusals_whatever_the_status() -> None:
    for status in (200, 404):
        with pytest.raises(KeyRefused):
            read_answer(rest.Balance(), reply(b'{"error":["EAPI:Invalid key"]}', status), host=HOST)
    with pytest.raises(VenueRefused, match=r"EService:Busy; EOrder:Insufficient funds|EOrder:Insuff.*; EService:Busy"):
        read_answer(rest.Balance(), reply(b'{"error":["EOrder:Insufficient funds","EService:Busy"]}'), host=HOST)


def test_a_result_of_another_shape() -> None:
    with pytest.raises(RemoteError):
        read_answer(rest.Balance(), reply(b'{"error":[],"result":[]}'), host=HOST)


def test_a_file_and_its_absence() -> None:
    assert read_answer(rest.RetrieveExport(id="A"), reply(b"PK\x03\x04"), host=HOST).result == b"PK\x03\x04"
    with pytest.raises(KeyRefused):
        read_answer(rest.RetrieveExport(id="A"), reply(b'{"error":["EAPI:Invalid key"]}'), host=HOST)
    with pytest.raises(NoAnswerError, match="Just a moment"):
        read_answer(rest.RetrieveExport(id="A"), reply(PAGE), host=HOST)


@pytest.mark.parametrize("status", [500, 502, 503, 520, 522, 524, 527])
def test_nobody_knows_whether_it_arrived(status: int) -> None:
    for body in (PAGE, b"", b'{"error":[],"result":{}}'):
        with pytest.raises(NoAnswerError, match=f"{HOST} answered HTTP {status}") as caught:
            read_answer(rest.Balance(), reply(body, status), host=HOST)
        assert caught.value.again


@pytest.mark.parametrize("status", [200, 202, 301, 302, 404])
def test_a_page_in_place_of_the_api(status: int) -> None:
    with pytest.raises(
        NoAnswerError, match=r"\(Just a moment...\) in place of Kraken's API: is this the right"
    ) as caught:
        read_answer(rest.Balance(), reply(PAGE, status), host=HOST)
    assert not caught.value.again


@pytest.mark.parametrize(("status", "again"), [(521, True), (523, True), (525, True), (526, True), (403, False)])
def test_it_did_not_arrive(status: int, again: bool) -> None:
    with pytest.raises(NotSentError) as caught:
        read_answer(rest.Balance(), reply(PAGE, status), host=HOST)
    assert (caught.value.again, caught.value.connected) == (again, True)


@pytest.mark.parametrize(("after", "wait_s"), [("7", 7), ("100000", 5), ("99999", 600), ("soon", 5), ("", 5)])
def test_too_many(after: str, wait_s: float) -> None:
    with pytest.raises(NotSentError, match="too many requests from this address") as caught:
        read_answer(rest.Balance(), reply(PAGE, 429, **{"Retry-After": after}), host=HOST)
    assert caught.value.wait_s == wait_s
