from fathom.exchange.connection import Liveness
from fathom.exchange.core import Rules

SECOND_NS = 1_000_000_000


def make_liveness() -> Liveness:
    return Liveness(Rules(), now_ns=0)


def test_no_heartbeat_before_a_subscription() -> None:
    liveness = make_liveness()
    assert not liveness.beat(now_ns=30 * SECOND_NS, subscribed=False)
    assert liveness.deadline_ns == 60 * SECOND_NS


def test_a_heartbeat_a_second_from_then_on() -> None:
    liveness = make_liveness()
    liveness.start(now_ns=0)
    liveness.start(now_ns=SECOND_NS // 2)  # A second subscription changes nothing.
    beats = [at for at in range(0, 50 * SECOND_NS // 10, SECOND_NS // 10) if liveness.beat(now_ns=at, subscribed=True)]
    assert beats == [1 * SECOND_NS, 2 * SECOND_NS, 3 * SECOND_NS, 4 * SECOND_NS]
    assert liveness.deadline_ns == 5 * SECOND_NS


def test_late_heartbeats_are_not_made_up_for() -> None:
    liveness = make_liveness()
    liveness.start(now_ns=0)
    assert liveness.beat(now_ns=int(7.3 * SECOND_NS), subscribed=True)
    assert not liveness.beat(now_ns=int(7.4 * SECOND_NS), subscribed=True)
    assert liveness.beat(now_ns=8 * SECOND_NS, subscribed=True)


def test_silence_of_a_minute_is_idle() -> None:
    liveness = make_liveness()
    assert not liveness.idle(now_ns=60 * SECOND_NS - 1)
    assert liveness.idle(now_ns=60 * SECOND_NS)
    liveness.heard(now_ns=10 * SECOND_NS)
    assert not liveness.idle(now_ns=60 * SECOND_NS)
    assert liveness.deadline_ns == 70 * SECOND_NS


def test_heartbeats_keep_only_what_is_subscribed() -> None:
    followed, left = make_liveness(), make_liveness()
    for liveness, subscribed in ((followed, True), (left, False)):
        liveness.start(now_ns=0)
        for second in range(1, 60):
            assert liveness.beat(now_ns=second * SECOND_NS, subscribed=subscribed)
    assert not followed.idle(now_ns=60 * SECOND_NS)
    assert left.idle(now_ns=60 * SECOND_NS)
