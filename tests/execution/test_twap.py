import msgspec
import pytest

from execution_stage import BTC, S, Stage, one, order
from fathom.domain import AccountAgreed, AmendWanted, CancelWanted, Event, OrderCanceled, OrderWanted, RunResumed, Twap
from market_feed import two_sided


def placed(events: list[Event]) -> list[tuple[int, int | None, str]]:
    return [(one.qty_lots, one.price_ticks, one.time_in_force) for one in events if isinstance(one, OrderWanted)]


def test_slices_are_equal_and_each_rests_at_the_best_price_of_its_side() -> None:
    stage = Stage()
    first = order(one(stage.algo(Twap(60 * S, 3), qty_lots=60)))
    assert (first.order_id, first.order_type, first.qty_lots, first.price_ticks) == ("a-1-1.1", "limit", 20, 999)
    stage.accept(first)
    stage.fill(first.order_id, 20)
    assert placed(stage.pass_time(19)) == []
    assert placed(stage.pass_time(1)) == [(20, 999, "gtc")]


def test_what_of_a_slice_is_left_is_taken_by_an_amend_before_the_next_begins() -> None:
    stage = Stage()
    first = order(one(stage.algo(Twap(60 * S, 3), qty_lots=60)))
    stage.accept(first)
    stage.fill(first.order_id, 5)
    amend = one(stage.pass_time(20))
    assert amend == AmendWanted(first.order_id, 1002, 20)  # 15 lots are left; 10 stand at 1001 and 10 at 1002.
    assert stage.amend(amend) == []
    second = order(one(stage.fill(first.order_id, 15, 1001)))
    assert second.qty_lots == 20


def test_the_last_slice_takes_the_remainder() -> None:
    stage = Stage()
    wants = stage.algo(Twap(30 * S, 3, aggressive=True), qty_lots=50)
    sizes = []
    for _ in range(3):
        want = order(one(wants))
        assert want.time_in_force == "ioc"
        sizes.append(want.qty_lots)
        stage.accept(want)
        stage.fill(want.order_id, want.qty_lots, 1001)
        wants = stage.pass_time(10)
    assert sizes == [16, 17, 17]
    assert [(one.filled_lots, one.reason) for one in stage.ended] == [(50, "filled")]


def test_what_an_aggressive_slice_did_not_get_is_spread_over_the_others() -> None:
    stage = Stage()
    first = order(one(stage.algo(Twap(30 * S, 3, aggressive=True), qty_lots=30)))
    stage.accept(first)
    stage.fill(first.order_id, 4)
    assert stage.tell(OrderCanceled(first.order_id, "ioc: nothing more to take")) == []
    assert placed(stage.pass_time(10)) == [(13, 1002, "ioc")]


def test_slices_keep_the_increment_and_the_minimum_of_the_pair() -> None:
    feed = two_sided(msgspec.structs.replace(BTC, qty_lots_min=20, qty_increment_lots=5))
    stage = Stage(feed)
    # A quarter, 13, is no order: nothing until what is due of 53 lots is 20, and 3 are no multiple of 5.
    assert placed(stage.algo(Twap(40 * S, 4), qty_lots=53)) == []
    assert placed(stage.pass_time(10)) == []
    third = one(stage.pass_time(10))
    assert placed([third]) == [(25, 999, "gtc")]
    stage.accept(third)
    stage.fill("a-1-1.1", 25)
    assert placed(stage.pass_time(10)) == [(25, 999, "gtc")]


def test_a_slice_that_risk_refuses_waits_for_the_next_one() -> None:
    stage = Stage()
    assert stage.deny(one(stage.algo(Twap(60 * S, 3), qty_lots=60))) == []
    assert placed(stage.pass_time(20)) == [(30, 999, "gtc")]


def test_five_refusals_in_a_row_end_it_with_the_reason() -> None:
    stage = Stage()
    wants = stage.algo(Twap(1_000 * S, 10), qty_lots=60)
    for _ in range(5):
        assert not stage.ended
        stage.deny(one(wants))
        wants = stage.pass_time(100) if not stage.ended else []
    assert stage.ended[0].reason == "refused 5 times in a row, at last by order_value_max: too much"


def test_time_that_passed_while_nobody_ran_is_spread_over_what_is_left() -> None:
    stage = Stage()
    first = order(one(stage.algo(Twap(60 * S, 6), qty_lots=60)))
    stage.accept(first)
    stage.fill(first.order_id, 10)
    stage.house.time_ns += 35 * S
    assert placed(stage.tell(RunResumed("b", "0"))) == []  # The account is not agreed on yet.
    assert placed(stage.tell(AccountAgreed(stage.now_ns))) == [(16, 999, "gtc")]  # 50 lots over three slices.


def test_a_restart_after_the_end_dumps_nothing() -> None:
    stage = Stage()
    stage.deny(one(stage.algo(Twap(60 * S, 6), qty_lots=60)))
    stage.house.time_ns += 3_600 * S
    assert stage.tell(RunResumed("b", "0")) == []
    assert [(one.filled_lots, one.reason) for one in stage.ended] == [(0, "its time is over")]


def test_the_rest_of_the_last_slice_is_cancelled_where_it_cannot_be_taken() -> None:
    stage = Stage()
    first = order(one(stage.algo(Twap(10 * S, 1), qty_lots=10)))
    stage.accept(first)
    stage.amend(one(stage.pass_time(10)))
    stage.fill(first.order_id, 3)
    wants = stage.pass_time(11)
    assert wants[-1] == CancelWanted(first.order_id)
    stage.cancel(wants[-1])
    assert [(one.filled_lots, one.reason) for one in stage.ended] == [(3, "its time is over")]


@pytest.mark.parametrize("aggressive", [False, True])
def test_without_a_book_to_trust_a_slice_waits(aggressive: bool) -> None:
    stage = Stage()
    stage.house.frame(stage.feed.snapshot(crc=1))
    assert stage.algo(Twap(60 * S, 3, aggressive=aggressive), qty_lots=60) == []
    assert len(placed(stage._heard(stage.house.frame(stage.feed.snapshot())))) == 1
