from random import Random

import msgspec
from rough_stage import MS, Shore

from fathom.exchange import Exchange, Settings
from fathom.protocol import HttpAnswer, HttpRequest, rest
from fathom.sim.chaos.rest_desk import AGAIN_NS, RestDesk

START_NS = 1_767_614_400_000_000_000


class Desk:
    """A desk, and the exchange's own door behind it."""

    def __init__(self, *answers: HttpAnswer) -> None:
        self.shore = Shore()
        self.shore.now_ns = START_NS
        self.exchange = Exchange(
            Settings(seed=1, start_ns=START_NS, symbols=("BTC/USD",), market=False), machine_ns=START_NS
        )
        self.asked: list[str] = []
        self._spoilt = list(answers)
        key = next(key for key in self.exchange.samples if key.account == "alice")
        self.desk = RestDesk(self.shore, key, answer=self._answer, each_way_ns=(10 * MS, 90 * MS), random=Random(1))
        self.told: list[object] = []

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request.path.rsplit("/", 1)[-1])
        answer = self.exchange.answer(request, now_ns=self.shore.now_ns)
        return self._spoilt.pop(0) if self._spoilt else answer


def test_calls_are_signed_and_answered_in_their_order() -> None:
    desk = Desk()
    desk.desk.ask(rest.Balance(), desk.told.append)
    desk.desk.ask(rest.OpenOrders(), desk.told.append)
    desk.shore.go_on(19 * MS)
    assert desk.told == []
    desk.shore.go_on(500 * MS)
    assert desk.asked == ["Balance", "OpenOrders"]
    assert "ZUSD" in msgspec.to_builtins(desk.told[0])
    assert isinstance(desk.told[1], rest.OpenOrdersResult)


def test_a_failure_is_asked_again_and_what_is_urgent_comes_next() -> None:
    refusals = (
        HttpAnswer(drop=True),
        HttpAnswer(status=502, body=b"<html>"),
        HttpAnswer(body=b'{"error":["EAPI:Rate limit exceeded"]}'),
        HttpAnswer(body=b'{"error":[],"result":{"ZUSD":[]}}'),
    )
    desk = Desk(*refusals)
    desk.desk.ask(rest.Balance(), desk.told.append)
    desk.desk.ask(rest.OpenOrders(), desk.told.append)
    desk.desk.ask(rest.GetWebSocketsToken(), desk.told.append, urgent=True)
    desk.shore.go_on(len(refusals) * (AGAIN_NS + 200 * MS) + 1_000 * MS)
    assert desk.asked == ["Balance"] * 5 + ["GetWebSocketsToken", "OpenOrders"]
    assert len(desk.told) == 3


def test_what_is_asked_in_an_answer_is_asked_once() -> None:
    desk = Desk()
    desk.desk.ask(rest.Balance(), lambda _: desk.desk.ask(rest.Balance(), desk.told.append))
    desk.shore.go_on(1_000 * MS)
    assert (desk.asked, len(desk.told)) == (["Balance"] * 2, 1)
