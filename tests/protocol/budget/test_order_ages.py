from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.budget import OrderAges
from fathom.protocol.budget.order_ages import GONE_MAX, UNSEEN_MAX

S = 10**9
PAIR = "BTC/USD"


def test_either_id_will_do() -> None:
    ages = OrderAges()
    ages.born("mm-1", symbol=PAIR, now_ns=S)
    ages.born("mm-1", "OABC", symbol=PAIR, now_ns=2 * S)
    assert ages.find("OABC") is ages.find("mm-1") is not None
    assert (len(ages), ages.open_count(PAIR)) == (1, 1)
    assert ages.changed_ns("OABC", now_ns=9 * S) == S
    ages.gone("OABC")
    assert (ages.find("mm-1"), len(ages), ages.open_count(PAIR)) == (None, 0, 0)
    assert ages.has_ended("mm-1")
    assert ages.has_ended("OABC")


def test_who_is_unknown_or_changing_is_new() -> None:
    ages = OrderAges()
    assert ages.changed_ns("nobody", now_ns=9 * S) == 9 * S
    assert ages.changed_ns(None, now_ns=9 * S) == 9 * S
    ages.born("mm-1", symbol=PAIR, now_ns=S, pending=1)
    assert ages.changed_ns("mm-1", now_ns=9 * S) == 9 * S


def test_it_forgets_the_oldest_and_who_has_gone() -> None:
    ages = OrderAges(orders_max=2)
    for number in range(3):
        ages.born(f"mm-{number}", symbol=PAIR, now_ns=S)
    assert (ages.find("mm-0"), ages.open_count(PAIR)) == (None, 2)
    for number in range(GONE_MAX + 1):
        ages.gone(f"x-{number}")
    assert not ages.has_ended("x-0")
    assert ages.has_ended("x-1")


def test_a_name_that_is_used_again_has_not_ended() -> None:
    ages = OrderAges()
    ages.gone("mm-1")
    ages.born("mm-1", symbol=PAIR, now_ns=S)
    assert not ages.has_ended("mm-1")


def test_a_row_is_of_the_first_request_of_its_kind() -> None:
    order = OrderAges().born("mm-1", symbol=PAIR, now_ns=S)
    order.expect("amend_order", 1)
    order.expect("cancel_order", 2)
    order.expect("amend_order", 3)
    assert order.shown({"amend_order"}) == 1
    assert order.shown({"amend_order"}) == 3
    assert order.shown({"amend_order"}) is None
    order.forget(2)
    assert order.shown({"cancel_order"}) is None
    for key in range(20):
        order.expect("amend_order", key)
    assert len(order.unseen) == UNSEEN_MAX


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.sampled_from(["A", "B"])), max_size=60))
def test_the_count_of_a_pair_is_of_what_is_there(steps: list[tuple[bool, int, str]]) -> None:
    ages, plain = OrderAges(), dict[str, str]()
    for born, number, symbol in steps:
        name = f"mm-{number}"
        if born:
            ages.born(name, symbol=symbol, now_ns=S)
            plain.setdefault(name, symbol)
        else:
            ages.gone(name)
            plain.pop(name, None)
        for pair in ("A", "B"):
            assert ages.open_count(pair) == list(plain.values()).count(pair) == len(list(ages.of(pair)))
    assert len(ages) == len(plain) == len(list(ages.of()))
