from fathom.protocol.messages import (
    BookParams,
    CancelAllResponse,
    CancelCount,
    FailedResponse,
    Pong,
    Response,
    SubscribeResponse,
    SubscribeResult,
)
from fathom.protocol.session.pending import LATE_MAX, Pending
from fathom.protocol.session.subscription import Key
from fathom.protocol.session.wishes import Batch

BTC, ETH = Key("book", "BTC/USD"), Key("book", "ETH/USD")
BATCH = Batch("subscribe", BookParams(symbol=(), depth=10), (BTC, ETH))


def test_ids_rise_and_the_first_is_given() -> None:
    pending = Pending(first_req_id=7)
    first = pending.add("add_order", answers=1, now_ns=0, deadline_ns=10)
    pending.drop()
    second = pending.add("add_order", answers=1, now_ns=0, deadline_ns=10)
    assert (first.req_id, second.req_id, pending.next_req_id) == (7, 8, 9)


def test_a_request_is_found_until_its_last_answer() -> None:
    pending = Pending(first_req_id=1)
    request = pending.add("cancel_order", answers=3, now_ns=0, deadline_ns=10)
    assert [pending.answered(request) for _ in range(3)] == [False, False, True]
    assert pending.find(1) is None
    assert pending.deadline_ns is None
    assert len(pending) == 0


def test_an_overdue_request_is_told_once_and_found_later() -> None:
    pending = Pending(first_req_id=1)
    pending.add("add_order", answers=1, now_ns=0, deadline_ns=10)
    assert pending.pop_overdue(now_ns=9) == []
    (request,) = pending.pop_overdue(now_ns=10)
    assert request.late
    assert pending.pop_overdue(now_ns=99) == []
    assert pending.find(1) is request
    assert pending.answered(request)
    assert pending.find(1) is None


def test_nothing_is_found_under_no_id_or_a_strange_one() -> None:
    pending = Pending(first_req_id=1)
    assert pending.find(None) is None
    assert pending.find(1) is None


def test_the_late_are_bounded() -> None:
    pending = Pending(first_req_id=1)
    for _ in range(LATE_MAX + 3):
        pending.add("add_order", answers=1, now_ns=0, deadline_ns=10)
    pending.pop_overdue(now_ns=10)
    assert [pending.find(req_id) is None for req_id in (1, 2, 3, 4)] == [True, True, True, False]


def test_what_is_dropped_was_in_flight() -> None:
    pending = Pending(first_req_id=1)
    pending.add("add_order", answers=1, now_ns=0, deadline_ns=10)
    pending.pop_overdue(now_ns=10)
    second = pending.add("add_order", answers=1, now_ns=10, deadline_ns=20)
    assert pending.drop() == [second]
    assert pending.find(1) is pending.find(2) is None
    assert pending.deadline_ns is None


def test_symbols_are_taken_once_and_all_where_none_is_named() -> None:
    pending = Pending(first_req_id=1)
    request = pending.add("subscribe", answers=2, now_ns=0, deadline_ns=10, batch=BATCH)
    assert request.take("BTC/USD") == [BTC]
    assert request.take("BTC/USD") == []
    assert request.take("DOGE/USD") == []
    assert request.take(None) == [ETH]
    other = pending.add("subscribe", answers=2, now_ns=0, deadline_ns=10, batch=BATCH)
    assert other.take(None) == [BTC, ETH]


def test_what_is_an_order() -> None:
    pending = Pending(first_req_id=1)
    kinds = [("cancel_all_orders_after", None), ("ping", None), ("subscribe", BATCH)]
    added = [pending.add(method, answers=1, now_ns=0, deadline_ns=1, batch=batch) for method, batch in kinds]
    assert [request.is_order for request in added] == [True, False, False]


def test_what_answers_what() -> None:
    pending = Pending(first_req_id=1)
    ping = pending.add("ping", answers=1, now_ns=0, deadline_ns=1)
    cancel = pending.add("cancel_all", answers=1, now_ns=0, deadline_ns=1)
    subscribe = pending.add("subscribe", answers=1, now_ns=0, deadline_ns=1)
    replies: list[Response] = [
        Pong(time_in="", time_out=""),
        CancelAllResponse(success=True, time_in="", time_out="", result=CancelCount(count=0)),
        SubscribeResponse(success=True, time_in="", time_out="", result=SubscribeResult(channel="book")),
    ]
    for index, request in enumerate((ping, cancel, subscribe)):
        assert [request.is_answered_by(reply) for reply in replies] == [at == index for at in range(3)]
        assert request.is_answered_by(FailedResponse(error="Unsupported event", method="error"))
