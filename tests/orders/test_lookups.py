from fathom.domain import OrderLookupWanted
from fathom.orders.lookups import AGAIN_NS_MAX, AT_ONCE_MAX, FIRST_NS, SECOND_NS, Lookups

LAG_NS = 60 * SECOND_NS


def test_an_order_without_an_answer_is_looked_up_with_growing_waits() -> None:
    lookups = Lookups(lag_ns=LAG_NS)
    assert lookups.due_ns is None
    lookups.doubt("mm-1", now_ns=100)
    due: list[int] = []
    now_ns = 100
    while len(due) < 7:
        assert lookups.due_ns is not None
        assert lookups.wake(lookups.due_ns - 1, stream_whole=True) == []
        due.append(lookups.due_ns - now_ns)
        now_ns = lookups.due_ns
        assert lookups.wake(now_ns, stream_whole=True) == [OrderLookupWanted("mm-1", 100 + LAG_NS + 1)]
    assert due == [FIRST_NS, *(seconds * SECOND_NS for seconds in (4, 8, 16)), *[AGAIN_NS_MAX] * 3]
    lookups.clear("mm-1")
    assert (lookups.due_ns, lookups.wake(10**30, stream_whole=True)) == (None, [])


def test_without_the_stream_not_finding_it_means_nothing() -> None:
    lookups = Lookups(lag_ns=LAG_NS)
    lookups.doubt("mm-1", now_ns=0)
    assert lookups.wake(FIRST_NS, stream_whole=False) == [OrderLookupWanted("mm-1", None)]


def test_many_are_asked_for_in_turns_and_none_is_left_out() -> None:
    lookups = Lookups(lag_ns=0)
    names = {f"mm-{number}" for number in range(3 * AT_ONCE_MAX + 1)}
    for name in sorted(names):
        lookups.doubt(name, now_ns=0)
    asked: set[str] = set()
    for _ in range(30):
        assert lookups.due_ns is not None
        wanted = lookups.wake(lookups.due_ns, stream_whole=True)
        assert len(wanted) <= AT_ONCE_MAX
        asked |= {want.order_id for want in wanted}
    assert asked == names


def test_a_doubt_said_again_puts_its_end_off_no_further() -> None:
    lookups = Lookups(lag_ns=LAG_NS)
    lookups.doubt("mm-1", now_ns=100)
    for later_ns in range(SECOND_NS, 60 * SECOND_NS, SECOND_NS):  # Nobody answers its cancels either.
        lookups.doubt("mm-1", now_ns=later_ns)
    assert lookups.due_ns == 100 + FIRST_NS
    assert lookups.wake(60 * SECOND_NS, stream_whole=True) == [OrderLookupWanted("mm-1", 100 + LAG_NS + 1)]
