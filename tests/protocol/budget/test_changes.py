import pytest

from fathom.protocol.budget import Ledger, Way, cheaper_change, points, ways_to_change

S = 10**9
T = 1_000 * S


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.ages.born("mm-1", symbol="BTC/USD", now_ns=T)
    return ledger


@pytest.mark.parametrize(
    ("age_s", "amend", "edit", "cancel_and_add"),
    [(0, 4, 7, 9), (7, 3, 6, 7), (12, 2, 5, 6), (20, 1, 3, 5), (60, 1, 2, 3), (100, 1, 1, 2), (400, 1, 1, 1)],
)
def test_amend_before_edit_before_cancel_and_add(
    ledger: Ledger, age_s: int, amend: int, edit: int, cancel_and_add: int
) -> None:
    options = ways_to_change(ledger, "mm-1", {"limit_price"}, now_ns=T + age_s * S)
    assert [(option.way, option.cost) for option in options] == [
        ("amend_order", amend), ("edit_order", edit), ("cancel_and_add", cancel_and_add),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "terms", "way"),
    [
        ({"limit_price", "order_qty"}, {}, "amend_order"),
        ({"trigger_price"}, {"triggered": True}, "amend_order"),
        ({"reduce_only"}, {}, "edit_order"),
        ({"reduce_only"}, {"triggered": True}, "cancel_and_add"),
        ({"limit_price"}, {"conditional": True}, "cancel_and_add"),
        ({"side"}, {}, "cancel_and_add"),
        ({"order_type"}, {}, "cancel_and_add"),
        ({"symbol"}, {}, "cancel_and_add"),
        ({"limit_price", "time_in_force"}, {}, "cancel_and_add"),
        ({"order_qty"}, {"below_filled": True}, "cancel_order"),
    ],
)
def test_only_ways_that_can_do_it(ledger: Ledger, changes: set[str], terms: dict[str, bool], way: Way) -> None:
    assert cheaper_change(ledger, "mm-1", changes, now_ns=T + 3 * S, **terms).way == way


def test_an_amend_that_leaves_nothing_costs_more_than_the_cancel_that_does_the_same(ledger: Ledger) -> None:
    options = ways_to_change(ledger, "mm-1", {"order_qty"}, now_ns=T, below_filled=True)
    assert [(option.way, points(option.cost_parts)) for option in options] == [("cancel_order", 8), ("amend_order", 9)]


def test_an_order_nobody_knows_is_dear(ledger: Ledger) -> None:
    assert cheaper_change(ledger, "other", {"side"}, now_ns=T + 900 * S).cost == 9
