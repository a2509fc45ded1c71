import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.protocol.budget import PARTS, Action, Call, Ledger, WaitingLine

S = 10**9
T = 1_000 * S
LATER = T + 3_600 * S


def add(symbol: str = "BTC/USD") -> Action:
    return Action(method="add_order", symbol=symbol)


def cancel(*, reduces_risk: bool = False, symbol: str = "BTC/USD") -> Action:
    return Action(method="cancel_order", symbol=symbol, orders=("gone",), reduces_risk=reduces_risk)


def full(ledger: Ledger, points: int, *, symbol: str = "BTC/USD") -> Ledger:
    """Fill a pair's counter."""
    for _ in range(points):
        ledger.settle(ledger.charge(add(symbol), now_ns=T), now_ns=T)
    return ledger


def names(line: WaitingLine, now_ns: int) -> list[str]:
    return [waiter.what.method for waiter, _ in line.take(now_ns=now_ns).go if isinstance(waiter.what, Action)]


def test_with_room_all_go_by_priority_and_are_charged() -> None:
    ledger = Ledger()
    line = WaitingLine(ledger)
    for what in (add(), Call(endpoint="Balance"), cancel(), cancel(reduces_risk=True)):
        line.join(what, deadline_ns=LATER)
    taken = line.take(now_ns=T)
    assert [waiter.number for waiter, _ in taken.go] == [4, 3, 1, 2]
    assert ledger.count_parts("BTC/USD", now_ns=T) == 17 * PARTS
    assert ledger.call_count_parts(now_ns=T) == PARTS
    assert (len(line), line.wake_at_ns(now_ns=T)) == (0, None)


def test_nobody_overtakes_a_cancel_in_its_pair() -> None:
    ledger = full(Ledger(reserve=0), 55)
    line = WaitingLine(ledger)
    line.join(add(), deadline_ns=LATER)
    line.join(cancel(), deadline_ns=LATER)
    line.join(add("ETH/USD"), deadline_ns=LATER)
    assert names(line, T) == ["add_order"], "of the other pair"
    wake_ns = line.wake_at_ns(now_ns=T)
    assert wake_ns == T + 3 * S, "until 55 and 8 are 60"
    assert names(line, wake_ns - 1) == []
    assert names(line, wake_ns) == ["cancel_order"]


def test_too_late_is_told_once() -> None:
    line = WaitingLine(full(Ledger(), 50))
    waiter, _ = line.join(add(), deadline_ns=T + S)
    assert line.wake_at_ns(now_ns=T) == T + S
    assert line.take(now_ns=T + S - 1).late == ()
    assert line.take(now_ns=T + S).late == (waiter,)
    assert line.take(now_ns=LATER).go == ()


def test_who_leaves_does_not_go() -> None:
    line = WaitingLine(Ledger())
    waiter, _ = line.join(add(), deadline_ns=LATER)
    assert line.leave(waiter) is waiter
    assert line.leave(waiter) is None
    assert line.take(now_ns=T).go == ()


def test_a_full_line_gives_way_to_who_goes_first() -> None:
    line = WaitingLine(Ledger(), waiters_max=2)
    line.join(add(), deadline_ns=LATER)
    last, _ = line.join(add(), deadline_ns=LATER)
    with pytest.raises(LocalError, match="2 requests wait"):
        line.join(add(), deadline_ns=LATER)
    assert line.join(cancel(), deadline_ns=LATER)[1] is last
    assert len(line) == 2


def test_who_waits_for_a_place_among_the_open_orders_holds_up_nobody() -> None:
    ledger = Ledger()
    for number in range(60):
        ledger.ages.born(f"mm-{number}", symbol="BTC/USD", now_ns=T - 400 * S)
    line = WaitingLine(ledger)
    line.join(add(), deadline_ns=LATER)
    line.join(Action(method="add_order", symbol="BTC/USD", validate=True), deadline_ns=LATER)
    assert [waiter.number for waiter, _ in line.take(now_ns=T).go] == [2]
    assert line.wake_at_ns(now_ns=T) == LATER, "time alone brings no place"
    ledger.gone("mm-3")
    assert [waiter.number for waiter, _ in line.take(now_ns=T).go] == [1]


@settings(deadline=None)  # A busy machine is no failure.
@given(
    st.lists(st.tuples(st.sampled_from(["add", "cancel", "risk"]), st.integers(1, 90)), min_size=1, max_size=40),
    st.integers(0, 60),
)
def test_everybody_goes_in_time_or_is_late_and_the_limits_hold(wishes: list[tuple[str, int]], filled: int) -> None:
    ledger = full(Ledger(), filled)
    line, over = WaitingLine(ledger), set[int]()
    for kind, seconds in wishes:
        what = add() if kind == "add" else cancel(reduces_risk=kind == "risk")
        line.join(what, deadline_ns=T + seconds * S)
    now_ns = T
    while len(line):
        taken = line.take(now_ns=now_ns)
        for waiter, charge in taken.go:
            assert now_ns < waiter.deadline_ns
            ledger.settle(charge, now_ns=now_ns)
        for waiter in (*taken.late, *(waiter for waiter, _ in taken.go)):
            assert waiter.number not in over
            over.add(waiter.number)
        if any(charge.what.priority > 1 for _, charge in taken.go):
            assert ledger.count_parts("BTC/USD", now_ns=now_ns) <= 45 * PARTS, "adds leave the reserve"
        if taken.go:
            assert ledger.count_parts("BTC/USD", now_ns=now_ns) <= 60 * PARTS
        wake_ns = line.wake_at_ns(now_ns=now_ns)
        assert (wake_ns is None) == (len(line) == 0)
        if wake_ns is not None:
            assert wake_ns > now_ns, "who can go has gone"
            now_ns = wake_ns
    assert len(over) == len(wishes)
