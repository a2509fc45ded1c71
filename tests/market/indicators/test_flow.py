import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError, Side
from fathom.market.indicators import OrderFlowImbalance, Vpin

Levels = list[tuple[int, int]]
START: tuple[Levels, Levels] = ([(99, 10), (98, 5)], [(101, 10), (102, 5)])


@pytest.mark.parametrize(
    ("bids", "asks", "flow"),
    [
        (START[0], START[1], 0),
        ([(99, 12)], START[1], 2),  # More is bid at the best price.
        ([(99, 7)], START[1], -3),
        ([(100, 4)], START[1], 4),  # A better bid: all of it is new.
        ([(98, 5)], START[1], -10),  # The best bid is gone.
        (START[0], [(101, 12)], -2),
        (START[0], [(100, 4)], -4),
        (START[0], [(102, 5)], 10),  # The best ask was taken.
        ([], START[1], -10),
        (START[0], [], 10),
    ],
)
def test_what_is_added_and_taken_is_counted(bids: Levels, asks: Levels, flow: int) -> None:
    imbalance = OrderFlowImbalance(1)
    assert imbalance.add(*START) is None
    assert imbalance.add(bids, asks) == flow


def test_deeper_levels_count_where_they_are_asked_for() -> None:
    bids = [(99, 10), (98, 9)]
    for levels, flow in ((1, 0), (2, 4), (5, 4)):
        imbalance = OrderFlowImbalance(1, levels=levels)
        imbalance.add(*START)
        assert imbalance.add(bids, START[1]) == flow


def test_a_window_sums_its_changes_and_a_reset_forgets_the_book() -> None:
    imbalance = OrderFlowImbalance(2)
    for qty in (10, 12, 15):
        imbalance.add([(99, qty)], START[1])
    assert imbalance.value == 5
    imbalance.reset()
    assert imbalance.add([(50, 1)], START[1]) == 5  # The first picture after it is no change.
    assert imbalance.add([(50, 2)], START[1]) == 4


@given(
    st.lists(st.tuples(st.integers(90, 99), st.integers(1, 9), st.integers(101, 110), st.integers(1, 9)), max_size=40),
    st.integers(1, 10),
)
def test_a_book_in_the_mirror_presses_the_other_way(steps: list[tuple[int, int, int, int]], period: int) -> None:
    one, other = OrderFlowImbalance(period), OrderFlowImbalance(period)
    for bid, bid_qty, ask, ask_qty in steps:
        said = one.add([(bid, bid_qty)], [(ask, ask_qty)])
        mirrored = other.add([(200 - ask, ask_qty)], [(200 - bid, bid_qty)])
        assert mirrored == (None if said is None else -said)


def test_vpin_is_the_mean_of_one_sided_buckets() -> None:
    vpin = Vpin(10, buckets=2)
    sides: list[tuple[Side, float]] = [("buy", 6), ("sell", 4), ("buy", 5), ("buy", 4)]
    assert [vpin.add(*one) for one in sides] == [None] * 4  # One bucket: 6 of 10 bought, a fifth one-sided.
    assert vpin.add("buy", 1) == pytest.approx(0.6)  # And one of nothing but buys.
    assert vpin.add("sell", 20) == 1.0  # Two buckets at once.


def test_a_trade_of_many_buckets_fills_them_and_leaves_its_rest() -> None:
    vpin = Vpin(10, buckets=3)
    vpin.add("buy", 5)
    assert vpin.add("sell", 10**9 + 8) == 1.0
    assert vpin.add("buy", 7) == pytest.approx((1 + 1 + 0.4) / 3)  # The rest was 3 of 10.


@given(st.lists(st.tuples(st.sampled_from(["buy", "sell"]), st.integers(1, 40)), max_size=60), st.integers(1, 5))
def test_vpin_is_what_the_plain_rule_says(steps: list[tuple[Side, int]], buckets: int) -> None:
    vpin = Vpin(10, buckets=buckets)
    units = [side == "buy" for side, qty in steps for _ in range(qty)]
    closed = [units[at : at + 10] for at in range(0, len(units) - 9, 10)]
    for side, qty in steps:
        vpin.add(side, qty)
    if len(closed) < buckets:
        assert vpin.value is None
    else:
        shares = [abs(2 * sum(bucket) - 10) / 10 for bucket in closed[-buckets:]]
        assert vpin.value == pytest.approx(sum(shares) / buckets)


@pytest.mark.parametrize("qty", [0.0, -1.0, float("inf")])
def test_buckets_of_nothing_are_refused(qty: float) -> None:
    with pytest.raises(LocalError, match="must be above 0"):
        Vpin(qty)
    with pytest.raises(LocalError, match="levels: must be 1 or more"):
        OrderFlowImbalance(5, levels=0)
