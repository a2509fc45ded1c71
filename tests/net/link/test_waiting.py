"""Who waits for answers is called once: with all of them, or with not knowing."""

import asyncio

import pytest
from loop_stage import clean

from fathom.domain import Unsure
from fathom.net.link.timing import RequestTiming
from fathom.net.link.waiting import Answers, Waiting, settle
from fathom.protocol import RequestSettled, RequestUnsure, StatusChanged
from fathom.protocol.messages import FailedResponse, Pong

IN, OUT, LATER = "2026-01-05T12:00:00.000001Z", "2026-01-05T12:00:00.000002Z", "2026-01-05T12:00:00.000003Z"


class Asking:
    """One who waits, and what it was called with."""

    def __init__(self, waiting: Waiting, req_id: int) -> None:
        self.told: list[Answers | Unsure] = []
        self.timing = RequestTiming()
        waiting.expect(req_id, self.told.append, self.timing)


def answer(req_id: int | None, time_out: str = OUT) -> Pong:
    return Pong(time_in=IN, time_out=time_out, req_id=req_id)


def failure(req_id: int) -> FailedResponse:
    return FailedResponse(method="add_order", error="EOrder:Insufficient funds", req_id=req_id)


def settled(req_id: int, *, late: bool = False) -> RequestSettled:
    return RequestSettled(req_id, "add_order", late)


def unsure(req_id: int) -> RequestUnsure:
    return RequestUnsure(req_id, "add_order", "overdue")


def test_all_answers_to_a_request_come_together_and_to_nobody_else() -> None:
    waiting = Waiting()
    first, second = Asking(waiting, 7), Asking(waiting, 8)
    for said in (answer(7), failure(8), answer(9), answer(None), StatusChanged("online", 1), answer(7), settled(7)):
        waiting.hear(said, 1)
    assert first.told == [[answer(7), answer(7)]]
    assert second.told == []
    waiting.hear(settled(8), 2)
    assert second.told == [[failure(8)]]
    assert len(first.told) == 1


def test_no_answer_is_not_knowing_and_a_late_one_harms_nobody() -> None:
    waiting = Waiting()
    asking = Asking(waiting, 7)
    for said in (unsure(7), answer(7), settled(7, late=True), settled(7)):
        waiting.hear(said, 1)
    (told,) = asking.told
    assert isinstance(told, Unsure)
    assert told.what == "add_order"
    assert asking.timing == RequestTiming()
    again = Asking(waiting, 7)
    waiting.hear(settled(7), 1)
    assert again.told == [[]]  # What came late is not in it.


def test_it_is_written_down_when_the_answers_came_and_what_the_venue_says_of_its_own_times() -> None:
    waiting = Waiting()
    several, refused = Asking(waiting, 7), Asking(waiting, 8)
    for now_ns, said in ((1, answer(7)), (2, answer(7, LATER)), (2, settled(7)), (3, failure(8)), (3, settled(8))):
        waiting.hear(said, now_ns)
    assert several.timing == RequestTiming(received_ns=2, time_in=IN, time_out=LATER)
    assert refused.timing == RequestTiming(received_ns=3)


def test_who_is_called_may_ask_again_at_once() -> None:
    waiting = Waiting()
    told: list[Answers | Unsure] = []

    def again(_: Answers | Unsure) -> None:
        waiting.expect(8, told.append, RequestTiming())

    waiting.expect(7, again, RequestTiming())
    for said in (settled(7), answer(8), settled(8)):
        waiting.hear(said, 1)
    assert told == [[answer(8)]]


def test_who_awaits_the_answers_gets_them_or_the_doubt_and_who_gave_up_gets_nothing() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        answered, doubted, given_up = (loop.create_future() for _ in range(3))
        settle(answered, [answer(7)])
        assert await answered == [answer(7)]
        settle(doubted, Unsure("add_order"))
        with pytest.raises(Unsure):
            await doubted
        given_up.cancel()
        settle(given_up, [])
        assert given_up.cancelled()

    clean(main())
