import json

import pytest

from fathom.domain import LocalError
from fathom.protocol.messages import (
    CancelAll,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    Ping,
)
from fathom.protocol.session.outbox import OUTBOX_MAX, OrderRequest, Outbox, answers_due
from fathom.protocol.session.pending import IN_FLIGHT_MAX

CANCEL_ALL = CancelAll(params=CancelAllParams())


def test_what_is_posted_is_in_flight_and_goes_out_in_order() -> None:
    outbox = Outbox(first_req_id=5)
    outbox.post(Ping(), now_ns=0, timeout_ns=10)
    request = outbox.post(CANCEL_ALL, now_ns=3, timeout_ns=10)
    frames = [json.loads(frame) for frame in outbox.take()]
    assert frames == [{"method": "ping", "req_id": 5}, {"method": "cancel_all", "params": {}, "req_id": 6}]
    assert outbox.take() == []
    assert outbox.pending.find(6) is request
    assert (request.method, request.sent_ns, request.answers_due) == ("cancel_all", 3, 1)
    assert outbox.pending.deadline_ns == 10


def test_frames_are_bounded() -> None:
    outbox = Outbox(first_req_id=1)
    for number in range(OUTBOX_MAX):
        assert outbox.half_full == (number >= OUTBOX_MAX // 2)
        outbox.post(CANCEL_ALL, now_ns=0, timeout_ns=10)
    assert outbox.full
    with pytest.raises(LocalError, match="outbox"):
        outbox.post(CANCEL_ALL, now_ns=0, timeout_ns=10)
    assert len(outbox.take()) == OUTBOX_MAX
    assert not outbox.full


def test_requests_in_flight_are_bounded() -> None:
    outbox = Outbox(first_req_id=1)
    for number in range(IN_FLIGHT_MAX):
        assert outbox.half_full == (number >= IN_FLIGHT_MAX // 2)
        outbox.post(CANCEL_ALL, now_ns=0, timeout_ns=10)
        outbox.take()
    with pytest.raises(LocalError, match="unanswered"):
        outbox.post(CANCEL_ALL, now_ns=0, timeout_ns=10)


def test_dropping_forgets_both() -> None:
    outbox = Outbox(first_req_id=1)
    request = outbox.post(CANCEL_ALL, now_ns=0, timeout_ns=10)
    assert outbox.drop() == [request]
    assert outbox.take() == []
    assert outbox.pending.deadline_ns is None


@pytest.mark.parametrize(
    ("request_", "answers"),
    [
        (CANCEL_ALL, 1),
        (CancelOrder(params=CancelOrderParams(order_id=("A",))), 1),
        (CancelOrder(params=CancelOrderParams(order_id=("A", "B"), cl_ord_id=("c",), order_userref=(1,))), 4),
    ],
)
def test_answers_due(request_: OrderRequest, answers: int) -> None:
    assert answers_due(request_) == answers


def test_a_cancel_of_nothing_is_refused() -> None:
    with pytest.raises(LocalError, match="cancel_order"):
        answers_due(CancelOrder(params=CancelOrderParams()))
