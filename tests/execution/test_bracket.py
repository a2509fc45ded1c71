import msgspec
import pytest

from execution_stage import BTC, Stage, one, order
from fathom.domain import (
    AlgoStopWanted,
    AmendWanted,
    BracketWanted,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    Close,
    ClosePlaced,
    Event,
    OrderApproved,
    OrderCanceled,
    OrderRejected,
    OrderWanted,
    TradingHalted,
    TradingResumed,
)
from market_feed import two_sided

ENTRY = "a-1-1"


def told(event: Event) -> tuple[str, str, int, int | None, int | None]:
    wanted = order(event)
    return wanted.side, wanted.order_type, wanted.qty_lots, wanted.price_ticks, wanted.trigger_ticks


def entered(stage: Stage, *, lots: int = 10, qty_lots: int = 10) -> list[Event]:
    """The entry is taken and fills so much; returns what is wanted of that."""
    entry = one(stage.bracket(qty_lots=qty_lots))
    assert order(entry).order_id == ENTRY
    stage.accept(entry)
    return stage.fill(ENTRY, lots, 999)


def both_rest(stage: Stage) -> tuple[str, str]:
    stop = one(entered(stage))
    target = one(stage.accept(stop))
    assert stage.accept(target) == []
    return order(stop).order_id, order(target).order_id


def ends(stage: Stage) -> list[tuple[int, str]]:
    return [(end.filled_lots, end.reason) for end in stage.ended]


def test_what_fills_gets_its_stop_first_and_then_its_target() -> None:
    stage = Stage()
    stop = one(entered(stage))
    assert told(stop) == ("sell", "stop-loss", 10, None, 900)
    assert told(one(stage.accept(stop))) == ("sell", "limit", 10, 1100, None)


def test_a_stop_may_have_a_limit_and_a_short_entry_is_covered_by_buys() -> None:
    stage = Stage()
    entry = OrderWanted(ENTRY, "BTC/USD", "sell", "limit", 10, 1001)
    stage.accept(one(stage.tell(BracketWanted(entry, 900, 1100, 1105))))
    stop = one(stage.fill(ENTRY, 10, 1001))
    assert told(stop) == ("buy", "stop-loss-limit", 10, 1105, 1100)
    assert told(one(stage.accept(stop))) == ("buy", "limit", 10, 900, None)


def test_one_exit_filled_cancels_the_other() -> None:
    stage = Stage()
    stop, target = both_rest(stage)
    assert one(stage.fill(target, 10, 1100)) == CancelWanted(stop)
    stage.cancel(CancelWanted(stop))
    assert ends(stage) == [(10, "target filled")]


def test_one_exit_filled_in_part_makes_the_other_smaller_by_an_amend() -> None:
    stage = Stage()
    entry = OrderWanted(ENTRY, "BTC/USD", "buy", "limit", 10, 999)
    stage.accept(one(stage.tell(BracketWanted(entry, 1100, 900, 895))))
    stop = one(stage.fill(ENTRY, 10, 999))
    target = one(stage.accept(stop))
    stage.accept(target)
    stop_id, target_id = order(stop).order_id, order(target).order_id
    amend = one(stage.fill(target_id, 4, 1100))
    assert amend == AmendWanted(stop_id, 895, 6)
    assert stage.amend(amend) == []
    assert one(stage.fill(stop_id, 2, 900)) == AmendWanted(target_id, 1100, 8)


def test_a_stop_at_the_market_cannot_be_amended_and_is_placed_anew() -> None:
    stage = Stage()
    stop, target = both_rest(stage)
    cancel = one(stage.fill(target, 4, 1100))
    assert cancel == CancelWanted(stop)
    assert told(one(stage.cancel(cancel))) == ("sell", "stop-loss", 6, None, 900)


def test_both_exits_filled_in_a_race_are_counted_and_told() -> None:
    stage = Stage()
    stop, target = both_rest(stage)
    assert one(stage.fill(target, 10, 1100)) == CancelWanted(stop)
    stage.fill(stop, 3, 900)
    assert stage.tell(CancelApproved(stop), OrderCanceled(stop, "User requested")) == []
    assert ends(stage) == [(10, "both exits filled, 3 lots more than was entered")]


def test_the_exits_grow_while_the_entry_fills_but_not_with_every_fill() -> None:
    stage = Stage()
    stop = one(entered(stage, lots=2))
    assert told(stop)[2] == 2
    target = one(stage.accept(stop))
    assert stage.accept(target) == []
    assert stage.fill(ENTRY, 3, 999) == []
    more, amend = stage.pass_time(3)
    assert told(more) == ("sell", "stop-loss", 3, None, 900)  # One more: it cannot be amended.
    assert amend == AmendWanted(order(target).order_id, 1100, 5)
    stage.accept(more)
    stage.amend(amend)
    assert stage.fill(ENTRY, 4, 999) == []
    # The entry has ended: there is nothing more to wait for.
    last, amend = stage.fill(ENTRY, 1, 999)
    assert (told(last)[2], amend) == (5, AmendWanted(order(target).order_id, 1100, 10))


def test_what_is_too_little_for_one_more_stop_shares_one_with_the_rest() -> None:
    stage = Stage(two_sided(msgspec.structs.replace(BTC, qty_lots_min=4)))
    stop = one(entered(stage, lots=9))
    stage.accept(one(stage.accept(stop)))
    wants = stage.fill(ENTRY, 1, 999)
    assert wants[0] == CancelWanted(order(stop).order_id)
    assert told(one(stage.cancel(wants[0]))) == ("sell", "stop-loss", 10, None, 900)


def test_an_entry_that_is_cancelled_with_part_filled_keeps_exits_for_that_part() -> None:
    stage = Stage()
    stop = one(entered(stage, lots=4))
    stage.accept(one(stage.accept(stop)))
    assert stage.tell(OrderCanceled(ENTRY, "User requested")) == []
    assert one(stage.fill(order(stop).order_id, 4, 900)) == CancelWanted("a-1-1.2")
    stage.cancel(CancelWanted("a-1-1.2"))
    assert ends(stage) == [(4, "stop filled")]


def test_an_entry_that_never_fills_ends_it() -> None:
    denied = Stage()
    denied.deny(one(denied.bracket()), "position_share_max")
    assert ends(denied) == [(0, "the entry did not fill: position_share_max: too much")]
    rejected = Stage()
    rejected.tell(OrderApproved(order(one(rejected.bracket()))), OrderRejected(ENTRY, "EOrder:Insufficient funds"))
    assert ends(rejected) == [(0, "the entry did not fill: EOrder:Insufficient funds")]
    gone = Stage()
    gone.accept(one(gone.bracket()))
    gone.tell(OrderCanceled(ENTRY, "Post only order"))
    assert ends(gone) == [(0, "the entry did not fill: Post only order")]


# -- Room for one exit at a time ----------------------------------------------------------------------------------


def one_at_a_time(stage: Stage) -> str:
    stop = one(entered(stage))
    target = one(stage.accept(stop))
    assert stage.deny(target, "funds") == []
    return order(stop).order_id


def test_where_there_is_no_room_for_both_the_stop_rests_until_the_target_is_reached() -> None:
    stage = Stage()
    stop = one_at_a_time(stage)
    assert stage.pass_time(60) == []
    wants = stage._heard(stage.house.frame(stage.feed.snapshot(bids=[(1100, 5)], asks=[(1101, 5)])))
    assert one(wants) == CancelWanted(stop)
    target = one(stage.cancel(CancelWanted(stop)))
    assert told(target) == ("sell", "limit", 10, 1100, None)
    stage.accept(target)
    stage.fill(order(target).order_id, 10, 1100)
    assert ends(stage) == [(10, "target filled")]


def test_half_the_way_back_the_stop_returns() -> None:
    stage = Stage()
    stop = one_at_a_time(stage)
    stage.pass_time(1)
    stage.house.frame(stage.feed.snapshot(bids=[(1100, 5)], asks=[(1101, 5)]))
    target = one(stage.cancel(CancelWanted(stop)))
    stage.accept(target)
    target_id = order(target).order_id
    above = stage.house.frame(stage.feed.snapshot(bids=[(1001, 5)], asks=[(1101, 5)]))
    assert stage._heard(above) == []
    back = stage._heard(stage.house.frame(stage.feed.snapshot(bids=[(1000, 5)], asks=[(1101, 5)])))
    assert one(back) == CancelWanted(target_id)
    assert told(one(stage.cancel(CancelWanted(target_id)))) == ("sell", "stop-loss", 10, None, 900)


def test_a_stop_that_fires_while_it_is_cancelled_for_the_target_is_the_end() -> None:
    stage = Stage()
    stop = one_at_a_time(stage)
    stage.house.frame(stage.feed.snapshot(bids=[(1100, 5)], asks=[(1101, 5)]))
    stage.tell(CancelApproved(stop), CancelRejected(stop, "EOrder:Unknown order"))
    stage.fill(stop, 10, 1099)
    assert ends(stage) == [(10, "stop filled")]


# -- What goes wrong ----------------------------------------------------------------------------------------------


def test_an_exit_that_somebody_cancels_comes_back() -> None:
    stage = Stage()
    stop, _ = both_rest(stage)
    assert stage.tell(OrderCanceled(stop, "User requested")) == []
    assert told(one(stage.pass_time(1))) == ("sell", "stop-loss", 10, None, 900)


def test_a_stop_that_is_refused_for_minutes_ends_it_and_says_what_is_unprotected() -> None:
    stage = Stage()
    stop = one(entered(stage))
    for _ in range(13):
        assert stage.deny(stop, "halted") == []
        stop = one(stage.pass_time(30))
    stage.deny(stop, "halted")
    assert ends(stage) == [(10, "10 lots are without their stop: at last refused by halted: too much")]


def test_stopped_cancels_all_and_keeps_what_is_filled() -> None:
    stage = Stage()
    stop = one(entered(stage, lots=4))
    target = one(stage.accept(stop))
    stage.accept(target)
    wants = stage.tell(AlgoStopWanted(ENTRY))
    assert wants == [CancelWanted(ENTRY), CancelWanted(order(stop).order_id), CancelWanted(order(target).order_id)]
    for want in wants:
        stage.cancel(want)
    assert ends(stage) == [(4, "stopped")]


def test_a_hard_halt_ends_the_entry_and_its_exits_come_back_when_trading_resumes() -> None:
    stage = Stage()
    stop = one(entered(stage, lots=4))
    stage.accept(stop)
    wants = stage.tell(TradingHalted("daily_loss_share_max", "lost too much"))
    assert CancelWanted(ENTRY) in wants
    stage.cancel(CancelWanted(ENTRY))
    stage.tell(CancelApproved("a-1-1.1"), OrderCanceled("a-1-1.1", "User requested"))
    assert stage.pass_time(600) == []
    back = stage.tell(TradingResumed("daily_loss_share_max", "", "a person"))
    assert told(one(back)) == ("sell", "stop-loss", 4, None, 900)


def test_a_halt_that_flattens_ends_all_of_it() -> None:
    stage = Stage()
    stop, target = both_rest(stage)
    wants = stage.tell(TradingHalted("kill", "a person", flatten=True))
    assert wants == [CancelWanted(stop), CancelWanted(target)]
    for want in wants:
        stage.cancel(want)
    assert ends(stage) == [(10, "trading was halted: kill")]


# -- Kraken's own close -------------------------------------------------------------------------------------------


def at_venue(stage: Stage) -> OrderWanted:
    entry = OrderWanted(ENTRY, "BTC/USD", "buy", "limit", 10, 999)
    return order(one(stage.tell(BracketWanted(entry, None, 900, at_venue=True))))


def closed(stage: Stage, number: int, lots: int) -> list[Event]:
    close = OrderWanted(f"{ENTRY}.c{number}", "BTC/USD", "sell", "stop-loss", lots, trigger_ticks=900)
    stage.orders[close.order_id] = close
    stage.left[close.order_id] = lots
    return stage.tell(ClosePlaced(close, f"V-{number}", ENTRY))


def test_the_venues_own_close_is_asked_for_with_the_entry_and_nothing_else_is() -> None:
    stage = Stage()
    entry = at_venue(stage)
    assert entry.close == Close("stop-loss", None, 900)
    stage.accept(entry)
    assert stage.fill(ENTRY, 4, 999) == []
    assert closed(stage, 1, 4) == []
    assert stage.fill(ENTRY, 6, 999) == []
    assert closed(stage, 2, 6) == []
    stage.fill(f"{ENTRY}.c1", 4, 900)
    stage.fill(f"{ENTRY}.c2", 6, 900)
    assert ends(stage) == [(10, "stop filled")]


def test_a_close_that_is_told_before_the_fill_that_it_is_for_stays() -> None:
    stage = Stage()
    stage.accept(at_venue(stage))
    assert closed(stage, 1, 10) == []
    assert stage.fill(ENTRY, 10, 999) == []
    stage.fill(f"{ENTRY}.c1", 10, 900)
    assert ends(stage) == [(10, "stop filled")]


def test_a_close_of_the_venue_that_is_lost_is_placed_by_us() -> None:
    stage = Stage()
    stage.accept(at_venue(stage))
    stage.fill(ENTRY, 10, 999)
    closed(stage, 1, 10)
    assert stage.tell(OrderCanceled(f"{ENTRY}.c1", "Insufficient funds")) == []
    assert told(one(stage.pass_time(1))) == ("sell", "stop-loss", 10, None, 900)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"target_ticks": None, "stop_ticks": None}, "it has neither a target nor a stop"),
        ({"target_ticks": 900, "stop_ticks": 1100}, "its target and its stop are on the wrong sides of each other"),
    ],
)
def test_a_bracket_that_makes_no_sense_ends_as_it_begins(wanted: dict[str, int | None], reason: str) -> None:
    stage = Stage()
    entry = OrderWanted(ENTRY, "BTC/USD", "buy", "limit", 10, 999)
    assert stage.tell(BracketWanted(entry, **wanted)) == []
    assert ends(stage) == [(0, reason)]
