import pytest

from execution_stage import S, Stage, one, order
from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    CancelWanted,
    Chase,
    OrderCanceled,
    Side,
)
from market_feed import T0, two_sided


def chase(worst: int = 1010, *, seconds: int = 600, then: str = "cancel") -> Chase:
    return Chase(worst, T0 + seconds * S, then)  # type: ignore[arg-type]


def begun(stage: Stage, plan: Chase, *, side: Side = "buy") -> str:
    first = order(one(stage.algo(plan, side=side, qty_lots=10)))
    stage.accept(first)
    return first.order_id


@pytest.mark.parametrize(
    ("side", "worst", "price"), [("buy", 1010, 999), ("buy", 990, 990), ("sell", 990, 1001), ("sell", 1010, 1010)]
)
def test_it_begins_post_only_at_the_best_price_of_its_side_and_not_beyond_the_worst(
    side: Side, worst: int, price: int
) -> None:
    first = order(one(Stage().algo(chase(worst), side=side, qty_lots=10)))
    assert (first.price_ticks, first.post_only, first.qty_lots) == (price, True, 10)


def test_it_follows_by_amends_no_oftener_than_every_five_seconds() -> None:
    stage = Stage()
    first = begun(stage, chase())
    assert stage.book(bids=[(1000, 3)]) == []  # It is not 5 s old: an amend would cost three points more.
    amend = one(stage.pass_time(5))
    assert amend == AmendWanted(first, 1000, 10, post_only=True)
    stage.amend(amend)
    assert stage.book(bids=[(1000, 0)]) == []
    assert one(stage.pass_time(6)) == AmendWanted(first, 999, 10, post_only=True)


def test_a_market_that_flickers_for_an_hour_costs_no_more_points_than_come_back() -> None:
    stage = Stage()
    begun(stage, chase(seconds=4_000))
    cost, last_ns = 1, stage.now_ns
    for number in range(3_600):
        wants = stage.book(bids=[(1000, number % 2 * 3)] if number else [(1000, 3)]) + stage.pass_time(1)
        for want in wants:
            age_s = (stage.now_ns - last_ns) // S
            cost += 1 + (3 if age_s < 5 else 2 if age_s < 10 else 1 if age_s < 15 else 0)
            last_ns = stage.now_ns
            stage.amend(want)
    assert 500 < cost < 3_600 * 1  # One point a second comes back in the lowest tier.


def test_a_refused_amend_waits_before_the_next() -> None:
    stage = Stage()
    first = begun(stage, chase())
    stage.book(bids=[(1000, 3)])
    amend = one(stage.pass_time(5))
    assert isinstance(amend, AmendWanted)
    assert stage.tell(AmendApproved(amend), AmendRejected(first, "EOrder:Post only order")) == []
    assert stage.pass_time(4) == []
    assert one(stage.pass_time(2)) == amend


def test_a_post_only_order_that_would_have_taken_is_placed_again_after_a_while() -> None:
    stage = Stage()
    first = begun(stage, chase())
    assert stage.tell(OrderCanceled(first, "Post only order")) == []
    assert stage.pass_time(4) == []
    assert order(one(stage.pass_time(2))).price_ticks == 999


def test_what_filled_stays_in_the_quantity_of_an_amend() -> None:
    stage = Stage()
    first = begun(stage, chase())
    stage.fill(first, 4)
    stage.book(bids=[(1000, 3)])
    assert one(stage.pass_time(5)) == AmendWanted(first, 1000, 10, post_only=True)


def test_it_ends_filled() -> None:
    stage = Stage()
    stage.fill(begun(stage, chase()), 10)
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(10, "filled")]


def test_its_time_ends_it_with_a_cancel() -> None:
    stage = Stage()
    first = begun(stage, chase(seconds=30))
    stage.fill(first, 3)
    assert one(stage.pass_time(30)) == CancelWanted(first)
    stage.cancel(CancelWanted(first))
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(3, "its time is over")]


@pytest.mark.parametrize(("side", "worst", "price"), [("buy", 1010, 1001), ("buy", 1000, 1000), ("sell", 990, 999)])
def test_or_it_takes_what_is_left_within_the_worst_price(side: Side, worst: int, price: int) -> None:
    stage = Stage()
    first = begun(stage, chase(worst, seconds=30, then="take"), side=side)
    stage.fill(first, 3)
    cancel = one(stage.pass_time(30))
    take = order(one(stage.cancel(cancel)))
    assert (take.qty_lots, take.price_ticks, take.time_in_force, take.post_only) == (7, price, "ioc", False)
    stage.accept(take)
    stage.fill(take.order_id, 5)
    stage.tell(OrderCanceled(take.order_id, "ioc: nothing more to take"))
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(8, "its time is over")]


def test_a_fill_that_wins_against_the_cancel_is_not_taken_again() -> None:
    stage = Stage()
    first = begun(stage, chase(seconds=30, then="take"))
    assert one(stage.pass_time(30)) == CancelWanted(first)
    stage.fill(first, 10)
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(10, "filled")]


def test_a_cancel_that_overtook_its_order_is_asked_for_again() -> None:
    stage = Stage()
    first = begun(stage, chase(seconds=30))
    assert one(stage.pass_time(30)) == CancelWanted(first)
    assert stage.pass_time(1) == []
    assert one(stage.pass_time(2)) == CancelWanted(first)


def test_without_a_book_the_end_gives_up_after_a_minute() -> None:
    stage = Stage()
    first = begun(stage, chase(seconds=30, then="take"))
    stage.house.frame(stage.feed.snapshot(crc=1))
    stage.cancel(one(stage.pass_time(30)))
    assert stage.pass_time(59) == []
    assert not stage.ended
    stage.pass_time(2)
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(0, "its time is over")]
    assert first == "a-1-1.1"


def test_an_empty_side_has_no_best_price_to_join() -> None:
    feed = two_sided()
    feed.bids = {}
    assert Stage(feed).algo(chase()) == []
