from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.connection import Allowance

SECOND_NS = 1_000_000_000


def test_what_was_spent_a_second_ago_is_free_again() -> None:
    allowance = Allowance(3)
    assert [allowance.spend(1, now_ns=at) for at in (0, 1, 2, 3)] == [True, True, True, False]
    assert not allowance.spend(1, now_ns=SECOND_NS - 1)
    assert allowance.spend(1, now_ns=SECOND_NS)
    assert not allowance.spend(1, now_ns=SECOND_NS)
    assert allowance.spend(2, now_ns=SECOND_NS + 2)


@given(st.integers(1, 20), st.lists(st.tuples(st.integers(0, SECOND_NS), st.integers(1, 10)), max_size=60))
def test_no_second_has_more_than_the_limit(most: int, steps: list[tuple[int, int]]) -> None:
    allowance, now_ns, spent = Allowance(most), 0, list[tuple[int, int]]()
    for step_ns, cost in steps:
        now_ns += step_ns
        if allowance.spend(cost, now_ns=now_ns):
            spent.append((now_ns, cost))
        assert sum(cost for at, cost in spent if at > now_ns - SECOND_NS) <= most
