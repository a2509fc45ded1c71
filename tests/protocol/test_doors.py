"""What a server and its sockets say to each other: what each may leave out, and who fits."""

from typing import get_args

import msgspec
import pytest

from fathom.exchange import Exchange, Settings
from fathom.net import WsServer
from fathom.protocol import Conversation, HttpAnswer, HttpRequest, Role, Upgrade, Wire


class Wired:
    """A wire of memory, which net's own are checked against by mypy."""

    def send(self, frame: bytes) -> None:
        self.frame = frame

    def close(self, code: int, reason: str = "") -> None:
        self.code = code

    def backlog(self) -> int:
        return 0


def test_a_plain_answer_is_json_and_goes_out_at_once() -> None:
    answer = HttpAnswer(body=b"{}")
    assert (answer.status, answer.content_type, dict(answer.headers)) == (200, "application/json", {})
    assert (answer.delay_ns, answer.drop) == (0, False)


def test_a_request_is_its_method_and_path() -> None:
    request = HttpRequest(method="GET", path="/0/public/Time")
    assert (request.query, dict(request.headers), request.body, request.peer) == ("", {}, b"", "")
    with pytest.raises(TypeError):
        HttpRequest(method="GET")  # type: ignore[call-arg]  # That is the point.


@pytest.mark.parametrize("value", [HttpAnswer(), HttpRequest(method="GET", path="/"), Upgrade(role="public", path="/")])
def test_nobody_changes_what_was_handed_over(value: msgspec.Struct) -> None:
    with pytest.raises(AttributeError):
        setattr(value, value.__struct_fields__[0], "else")


def test_the_exchange_takes_and_gives_just_these() -> None:
    exchange = Exchange(Settings(start_ns=10**18, symbols=("BTC/USD",), market=False), machine_ns=0)
    assert isinstance(exchange.answer(HttpRequest(method="GET", path="/0/public/Time"), now_ns=0), HttpAnswer)
    wire: Wire = Wired()
    for role in get_args(Role):
        WsServer(exchange.open, role=role, check=exchange.refusal)
        upgrade = Upgrade(role=role, path="/v2")
        assert exchange.refusal(upgrade, now_ns=0) is None
        conversation: Conversation = exchange.open(upgrade, wire, now_ns=0)
        conversation.received(b"{}", now_ns=1)
        conversation.alive(now_ns=2)
        conversation.closed(now_ns=3)
    assert isinstance(exchange.refusal(Upgrade(role="public", path="/x"), now_ns=0), HttpAnswer)
