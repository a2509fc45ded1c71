"""v1/liveness.py: heartbeats, the idle clock, the message rate."""

from fathom.exchange.core.rules import Rules
from fathom.exchange.v1.liveness import Liveness, MessageRate

SECOND = 1_000_000_000


def test_no_heartbeat_before_the_first_subscription() -> None:
    liveness = Liveness(Rules(), now_ns=0)
    assert not liveness.beat(30 * SECOND, subscribed=False)
    assert liveness.deadline_ns == 60 * SECOND


def test_beats_once_a_second_busy_or_not() -> None:
    liveness = Liveness(Rules(), now_ns=0)
    liveness.start(5 * SECOND)
    liveness.start(5 * SECOND + 1)  # Once is enough.
    beats = [tenth for tenth in range(100) if liveness.beat(tenth * SECOND // 10, subscribed=True)]
    assert beats == [60, 70, 80, 90]
    assert liveness.deadline_ns == 10 * SECOND


def test_a_late_beat_is_not_made_up_for() -> None:
    liveness = Liveness(Rules(), now_ns=0)
    liveness.start(0)
    assert liveness.beat(5 * SECOND + 1, subscribed=True)
    assert not liveness.beat(5 * SECOND + 2, subscribed=True)
    assert liveness.beat(6 * SECOND, subscribed=True)


def test_idle_where_nobody_speaks_and_nothing_is_subscribed() -> None:
    liveness = Liveness(Rules(), now_ns=0)
    assert not liveness.idle(60 * SECOND - 1)
    assert liveness.idle(60 * SECOND)
    liveness.heard(30 * SECOND)
    liveness.heard(10 * SECOND)  # Never back in time.
    assert not liveness.idle(90 * SECOND - 1)
    assert liveness.idle(90 * SECOND)


def test_heartbeats_are_traffic_only_while_subscribed() -> None:
    subscribed, left = Liveness(Rules(), now_ns=0), Liveness(Rules(), now_ns=0)
    for liveness in (subscribed, left):
        liveness.start(0)
        for second in range(1, 100):
            liveness.beat(second * SECOND, subscribed=liveness is subscribed)
    assert not subscribed.idle(100 * SECOND)
    assert left.idle(100 * SECOND)


def test_message_rate_slides() -> None:
    rate = MessageRate(Rules(messages_per_s_max=3))
    assert [rate.allows(now) for now in (0, 1, 2, 3, SECOND - 1, SECOND, SECOND, SECOND + 1)] == [
        True, True, True, False, False, True, False, True,
    ]  # fmt: skip


def test_without_limits_everything_passes() -> None:
    rate = MessageRate(Rules(messages_per_s_max=1, limits=False))
    assert all(rate.allows(0) for _ in range(1000))
