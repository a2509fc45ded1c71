"""Who waits for answers is answered once: with all of them, or with not knowing."""

import asyncio

import pytest
from loop_stage import clean

from fathom.domain import Unsure
from fathom.net.link.waiting import Answers, Waiting
from fathom.protocol import RequestSettled, RequestUnsure, StatusChanged
from fathom.protocol.messages import FailedResponse, Pong


def answer(req_id: int | None) -> Pong:
    return Pong(time_in="", time_out="", req_id=req_id)


def failure(req_id: int) -> FailedResponse:
    return FailedResponse(method="add_order", error="EOrder:Insufficient funds", req_id=req_id)


def settled(req_id: int, *, late: bool = False) -> RequestSettled:
    return RequestSettled(req_id, "add_order", late)


def unsure(req_id: int) -> RequestUnsure:
    return RequestUnsure(req_id, "add_order", "overdue")


def test_all_answers_to_a_request_come_together_and_to_nobody_else() -> None:
    async def main() -> None:
        waiting = Waiting()
        first, second = waiting.expect(7), waiting.expect(8)
        for said in (answer(7), failure(8), answer(9), answer(None), StatusChanged("online", 1), answer(7), settled(7)):
            waiting.hear(said)
        assert await first == [answer(7), answer(7)]
        assert not second.done()
        waiting.hear(settled(8))
        assert await second == [failure(8)]

    clean(main())


def test_no_answer_is_not_knowing_and_a_late_one_harms_nobody() -> None:
    async def main() -> None:
        waiting = Waiting()
        future = waiting.expect(7)
        waiting.hear(unsure(7))
        with pytest.raises(Unsure) as told:
            await future
        assert told.value.what == "add_order"
        waiting.hear(answer(7))
        waiting.hear(settled(7, late=True))
        waiting.hear(settled(7))
        again: asyncio.Future[Answers] = waiting.expect(7)
        waiting.hear(settled(7))
        assert await again == []  # What came late is not in it.

    clean(main())


def test_who_gave_up_waiting_is_forgotten() -> None:
    async def main() -> None:
        waiting = Waiting()
        given_up, failing = waiting.expect(7), waiting.expect(8)
        given_up.cancel()
        failing.cancel()
        waiting.hear(answer(7))
        waiting.hear(settled(7))
        waiting.hear(unsure(8))
        assert waiting._waiting == {}

    clean(main())
