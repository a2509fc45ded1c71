from random import Random

from fathom.protocol.session.liveness import PING_AFTER_MAX_NS, PING_AFTER_MIN_NS, SILENCE_MAX_NS, Liveness
from fathom.protocol.times import SECOND_NS


def opened() -> Liveness:
    liveness = Liveness(rng=Random(1))
    liveness.opened(now_ns=0)
    return liveness


def test_a_connection_owes_its_first_frame() -> None:
    liveness = opened()
    assert liveness.heard_ns is None
    assert liveness.deadline_ns(heartbeats=False) == SILENCE_MAX_NS
    assert liveness.due(heartbeats=False, now_ns=SILENCE_MAX_NS - 1) is None
    assert liveness.due(heartbeats=False, now_ns=SILENCE_MAX_NS) == "silent"


def test_silence_counts_only_where_heartbeats_are_owed() -> None:
    liveness = opened()
    liveness.heard(now_ns=SECOND_NS)
    assert liveness.due(heartbeats=False, now_ns=12 * SECOND_NS) is None
    assert liveness.due(heartbeats=True, now_ns=12 * SECOND_NS) == "silent"
    liveness.heard(now_ns=12 * SECOND_NS)
    assert liveness.due(heartbeats=True, now_ns=12 * SECOND_NS) is None
    assert liveness.deadline_ns(heartbeats=True) == 12 * SECOND_NS + SILENCE_MAX_NS


def test_pings_come_when_nothing_was_sent_for_a_while_each_after_its_own() -> None:
    liveness = opened()
    liveness.heard(now_ns=0)
    waits_ns, now_ns = [], 0
    for _ in range(50):
        due_ns = liveness.deadline_ns(heartbeats=False)
        assert due_ns is not None
        assert liveness.due(heartbeats=False, now_ns=due_ns - 1) is None
        assert liveness.due(heartbeats=False, now_ns=due_ns) == "ping"
        liveness.pinged(now_ns=due_ns)
        assert liveness.deadline_ns(heartbeats=False) is None  # The pong has a deadline of its own.
        assert liveness.due(heartbeats=False, now_ns=due_ns + 99 * SECOND_NS) is None
        liveness.ponged()
        waits_ns.append(due_ns - now_ns)
        now_ns = due_ns
    assert min(waits_ns) >= PING_AFTER_MIN_NS
    assert max(waits_ns) <= PING_AFTER_MAX_NS
    assert len(set(waits_ns)) > 40


def test_a_request_puts_the_ping_off() -> None:
    liveness = opened()
    liveness.heard(now_ns=0)
    liveness.sent(now_ns=15 * SECOND_NS)
    assert liveness.due(heartbeats=False, now_ns=15 * SECOND_NS + PING_AFTER_MIN_NS - 1) is None


def test_a_new_connection_starts_anew() -> None:
    liveness = opened()
    liveness.heard(now_ns=0)
    liveness.pinged(now_ns=0)
    liveness.opened(now_ns=100 * SECOND_NS)
    assert liveness.heard_ns is None
    assert liveness.deadline_ns(heartbeats=False) == 100 * SECOND_NS + SILENCE_MAX_NS
