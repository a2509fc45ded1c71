from fathom.execution.patience import BACK_OFF_NS, BACK_OFF_NS_MAX, REFUSALS_MAX, Patience


def test_each_refusal_in_a_row_waits_twice_as_long_up_to_a_bound() -> None:
    patience = Patience(100)
    waits = []
    for _ in range(40):
        patience.refused("no", now_ns=7)
        waits.append(patience.until_ns - 7)
    assert waits[:4] == [BACK_OFF_NS, 2 * BACK_OFF_NS, 4 * BACK_OFF_NS, 8 * BACK_OFF_NS]
    assert waits[-1] == BACK_OFF_NS_MAX
    assert not patience.worn_out


def test_it_wears_out_unless_something_is_taken_in_between() -> None:
    patience = Patience()
    for _ in range(REFUSALS_MAX - 1):
        patience.refused("no", now_ns=0)
    patience.accepted()
    assert patience.until_ns == 0
    for number in range(REFUSALS_MAX):
        assert not patience.worn_out, number
        patience.refused(f"no {number}", now_ns=0)
    assert patience.worn_out
    assert patience.reason == f"no {REFUSALS_MAX - 1}"
