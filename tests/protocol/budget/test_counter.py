from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.protocol.budget.counter import FLIGHT_NS, LATE_NS, RECENT_MAX, Counter

S = 10**9
P = 10**11
T = 1_000 * S


def counter() -> Counter:
    return Counter(decay=100)  # A point a second.


def test_it_falls_from_the_answer_on_and_not_before() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    assert one.parts(T + 3 * S) == 8 * P, "on its way"
    one.settle(1, T + 3 * S)
    assert one.parts(T + 5 * S) == 6 * P
    assert one.parts(T + 60 * S) == 0, "not below nothing"
    assert one.is_idle(T + 60 * S)


def test_an_answer_counts_once() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    one.settle(1, T, parts=P)
    one.settle(1, T)
    assert one.parts(T) == P


def test_what_is_never_answered_falls_in_the_end() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    assert one.parts(T + FLIGHT_NS) == 8 * P
    assert one.parts(T + FLIGHT_NS + 2 * S) == 6 * P


def test_time_that_runs_back_changes_nothing() -> None:
    one = counter()
    one.raise_to(9 * P, T)
    assert one.parts(T - 50 * S) == 9 * P
    assert one.parts(T + S) == 8 * P


def test_raising_never_lowers() -> None:
    one = counter()
    one.raise_to(9 * P, T)
    one.raise_to(5 * P, T)
    assert one.parts(T) == 9 * P


def test_the_venue_s_count_lowers_ours_once_nothing_can_be_missing() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    one.settle(1, T)
    one.correct(0, P, T + S)
    assert one.parts(T + S) == 7 * P, "it may not be in the count yet"
    one.correct(0, P, T + LATE_NS + S)
    assert one.parts(T + LATE_NS + S) == P


def test_what_the_count_has_in_it_is_not_counted_twice() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    one.send(2, 4 * P, T)
    one.correct(6 * P, 6 * P, T, counted=1)
    assert one.parts(T) == 10 * P, "6 of the venue's, and 4 on the way"
    one.settle(1, T)
    assert one.parts(T) == 10 * P


def test_a_count_that_may_have_what_is_on_its_way_is_not_added_to_it() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    one.correct(8 * P, 8 * P, T)
    assert one.parts(T) == 8 * P
    one.correct(9 * P, 9 * P, T)
    assert one.parts(T) == 9 * P, "a little more than we know of: time that passed on the way"


def test_a_count_far_above_is_of_somebody_else() -> None:
    one = counter()
    one.send(1, 8 * P, T)
    one.correct(40 * P, 40 * P, T)
    assert one.parts(T) == 48 * P


def test_it_remembers_only_so_many_answers() -> None:
    one = Counter(decay=0)
    for key in range(RECENT_MAX + 10):
        one.send(key, P, T)
        one.settle(key, T)
    one.correct(0, 0, T)
    assert one.parts(T) == RECENT_MAX * P


REQUESTS = st.lists(
    st.tuples(st.integers(0, 3 * S), st.integers(0, 2 * S), st.integers(0, 2 * S), st.integers(1, 9)), max_size=30
)


@settings(deadline=None)  # A busy machine is no failure.
@given(REQUESTS, st.sampled_from([100, 234, 375]))
def test_it_is_never_below_the_venue_and_above_by_round_trips_at_most(
    requests: list[tuple[int, int, int, int]], decay: int
) -> None:
    """`requests` are gaps, ways up, ways down and points."""
    ours, events, now_ns = Counter(decay=decay), [], T
    for key, (gap_ns, up_ns, down_ns, cost) in enumerate(requests):
        now_ns += gap_ns
        events += [
            (now_ns, 0, key, cost), (now_ns + up_ns, 1, key, cost), (now_ns + up_ns + down_ns, 2, key, cost),
        ]  # fmt: skip
    venue, at_ns, unarrived = 0, T, 0
    for time_ns, kind, key, cost in sorted(events):
        venue, at_ns = max(0, venue - (time_ns - at_ns) * decay), time_ns
        match kind:
            case 0:
                ours.send(key, cost * P, time_ns)
                unarrived += cost * P
            case 1:
                venue += cost * P
                unarrived -= cost * P
            case _:
                ours.settle(key, time_ns)
        assert venue <= ours.parts(time_ns) <= venue + unarrived + 2 * 2 * S * decay
