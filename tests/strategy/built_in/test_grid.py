from collections import Counter

import pytest

from fathom.domain import CancelApproved, OrderAccepted, OrderApproved, OrderTraded, OrderWanted
from fathom.strategy import Every, Grid, OnBook, make_strategy
from market_feed import BTC, S, two_sided
from strategy_stage import Played, Street, living, play, random_markets


def grid(**params: object) -> Grid:
    told = {"symbol": "BTC/USD", "lower": "98", "upper": "102", "levels": 5, "order_qty": "0.10"} | params
    made = make_strategy("grid", name="a", params=told)
    assert isinstance(made, Grid)
    return made


def wanted(played: Played) -> list[tuple[str, int | None, int]]:
    """What risk let through: not what is asked for once more when the run ends."""
    orders = [one.order for one in played.said(OrderApproved)]
    return [(one.side, one.price_ticks, one.qty_lots) for one in orders]


def test_it_wakes_with_the_top_and_each_second() -> None:
    assert grid().wakes() == (OnBook("BTC/USD"), Every(S))


@pytest.mark.parametrize(
    ("geometric", "levels"), [(False, [980, 990, 1000, 1010, 1020]), (True, [980, 989, 999, 1009, 1020])]
)
def test_its_levels(geometric: bool, levels: list[int]) -> None:
    assert grid(geometric=geometric).levels_ticks(BTC) == levels


def test_it_bids_at_each_level_below_the_price_and_offers_nothing_that_it_has_not() -> None:
    played = play(grid, Street().wait(5).frames)
    # The best ask is 1001: the level at 1000 is below it, 1010 is above.
    assert wanted(played) == [("buy", 1000, 10), ("buy", 990, 10), ("buy", 980, 10)]


def test_a_filled_level_is_offered_one_level_higher_and_then_bid_for_again() -> None:
    street = Street().wait(1)
    street.move(995).wait(1).trade("sell", 985, 200).wait(1)  # Through 1000 and 990.
    street.move(1_011).wait(3)  # And back above both offers.
    played = play(grid, street.frames)
    fills = [(one.side, one.price_ticks) for one in played.said(OrderTraded)]
    assert fills[0] == ("buy", 1000)
    assert ("sell", 1010) in [(side, price) for side, price, _ in wanted(played)]
    assert [side for side, _ in fills].count("sell") >= 1
    assert all(price >= 1000 for side, price in fills if side == "sell")
    counts = Counter(wanted(played))
    assert counts["buy", 1000, 10] == 2  # Bid for again after the offer above it was taken.
    assert played.position("BTC/USD") == sum(played.strategy.held_lots)


def test_one_order_a_level_however_often_it_looks() -> None:
    street = Street()
    for n in range(20):
        street.wait(1).move(1_000 + n % 2)
    assert len(wanted(play(grid, street.frames))) == 3


def test_a_part_that_was_filled_is_no_reason_for_a_second_order() -> None:
    street = Street().wait(1).move(1_003).wait(1)
    street.trade("sell", 1_000, 4).wait(2).heal()  # Four of the ten at the level of 1000.
    played = play(grid, street.frames)
    assert [one.qty_lots for one in played.said(OrderTraded)] == [4]
    assert Counter(wanted(played)).most_common(1)[0][1] == 1
    assert played.strategy.held_lots == [0, 0, 4, 0]


def test_after_a_book_that_did_not_verify_the_levels_come_back() -> None:
    street = Street().wait(2).flaw().wait(2).heal().wait(3)
    played = play(grid, street.frames)
    assert len(played.said(CancelApproved)) == 6  # By risk: blind in this symbol; and at the end.
    assert Counter(wanted(played)) == {("buy", 1000, 10): 2, ("buy", 990, 10): 2, ("buy", 980, 10): 2}


def test_only_the_nearest_levels_rest() -> None:
    wide = {"lower": "80", "upper": "120", "levels": 41, "rests_max": 3}
    played = play(lambda: grid(**wide), Street().wait(2).frames)
    assert [price for _, price, _ in wanted(played)] == [1000, 990, 980]
    street = Street().wait(2).move(1_105).wait(2)  # It has run away: those far below are taken back.
    played = play(lambda: grid(**wide), street.frames)
    assert [price for _, price, _ in wanted(played)][3:] == [1100, 1090, 1080]
    assert len(played.said(CancelApproved)) == 6


def test_a_bid_never_meets_an_offer_of_its_own() -> None:
    street = Street().wait(1).move(994).wait(2)  # It has bought at 1000 and offers at 1010.
    street.move(1_005).wait(2)
    played = play(grid, street.frames)
    assert ("sell", 1010, 10) in wanted(played)
    assert ("buy", 1010, 10) not in wanted(played)


def test_it_buys_nothing_above_its_range_and_offers_nothing_below() -> None:
    above = play(grid, Street(two_sided(mid=1_500)).wait(3).frames)
    assert all(side == "buy" and (price or 0) <= 1010 for side, price, _ in wanted(above))
    below = play(grid, Street(two_sided(mid=500)).wait(3).frames)
    assert wanted(below) == []


def test_levels_that_are_one_price_are_no_cell() -> None:
    close = {"lower": "100", "upper": "100.1", "levels": 5}
    assert all(side == "buy" for side, _, _ in wanted(play(lambda: grid(**close), Street().wait(2).frames)))


@pytest.mark.parametrize("params", [{"lower": "102"}, {"order_qty": "0"}, {"levels": 1}, {"levels": 500}])
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"lower must be below|must be above 0|Expected"):
        grid(**params)


@random_markets
def test_in_any_market_one_order_a_level_and_no_more_than_the_levels_hold(seed: int) -> None:
    params = {"lower": "95", "upper": "105", "levels": 21, "rests_max": 4}
    played = play(lambda: grid(**params), living(seed, pull=0.05), seed=seed)
    least, most = played.extremes("BTC/USD")
    assert least == 0
    assert most <= 20 * 10
    resting: dict[str, tuple[str, int | None]] = {}
    places = {one.order_id: (one.side, one.price_ticks) for one in played.said(OrderWanted)}
    for event in played.said(OrderAccepted):
        resting[event.order_id] = places[event.order_id]
    assert len(resting) > 5
