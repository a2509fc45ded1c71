import msgspec
import pytest

from execution_stage import BTC, Stage, one, order
from fathom.domain import CancelApproved, Event, Iceberg, OrderApproved, OrderCanceled, OrderRejected, OrderWanted
from market_feed import two_sided


def shown(event: Event) -> tuple[int, int | None, int | None]:
    wanted = order(event)
    return wanted.qty_lots, wanted.price_ticks, wanted.display_lots


def refused_by_venue(stage: Stage, want: Event) -> list[Event]:
    wanted = order(want)
    stage.tell(OrderApproved(wanted))
    return stage.tell(OrderRejected(wanted.order_id, "EGeneral:Invalid arguments:displayvol"))


def test_krakens_own_iceberg_is_used_where_it_shows_a_fifteenth_or_more() -> None:
    stage = Stage()
    assert shown(one(stage.algo(Iceberg(990, 4), qty_lots=60))) == (60, 990, 4)


def test_what_is_too_large_for_one_comes_in_several_one_after_the_other() -> None:
    stage = Stage()
    first = one(stage.algo(Iceberg(990, 4), qty_lots=100))
    assert shown(first) == (60, 990, 4)
    stage.accept(first)
    assert stage.fill("a-1-1.1", 59) == []
    assert shown(one(stage.fill("a-1-1.1", 1))) == (40, 990, 4)


def test_pieces_are_kept_by_us_where_the_venue_refuses_its_own() -> None:
    stage = Stage()
    assert refused_by_venue(stage, one(stage.algo(Iceberg(990, 4), qty_lots=9))) == []
    piece = one(stage.pass_time(1))
    for lots in (4, 4, 1):
        assert shown(piece) == (lots, 990, None)
        stage.accept(piece)
        [piece] = stage.fill(order(piece).order_id, lots) or [piece]
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [(9, "filled")]


def test_a_last_piece_takes_what_would_be_below_the_minimum() -> None:
    stage = Stage(two_sided(msgspec.structs.replace(BTC, qty_lots_min=4)))
    refused_by_venue(stage, one(stage.algo(Iceberg(990, 5), qty_lots=12)))
    first = one(stage.pass_time(1))
    assert shown(first) == (5, 990, None)
    stage.accept(first)
    assert shown(one(stage.fill(order(first).order_id, 5))) == (7, 990, None)


def test_a_piece_that_somebody_else_ends_is_placed_again_after_a_while() -> None:
    stage = Stage()
    first = one(stage.algo(Iceberg(990, 10), qty_lots=30))
    stage.accept(first)
    stage.fill("a-1-1.1", 10)
    assert stage.tell(OrderCanceled("a-1-1.1", "User requested")) == []
    assert shown(one(stage.pass_time(1))) == (20, 990, 10)


def test_a_book_that_cannot_be_trusted_stops_new_pieces_until_it_can() -> None:
    stage = Stage()
    stage.accept(one(stage.algo(Iceberg(990, 10), qty_lots=30)))
    stage.house.frame(stage.feed.snapshot(crc=1))
    assert stage.tell(CancelApproved("a-1-1.1"), OrderCanceled("a-1-1.1", "User requested")) == []
    assert stage.pass_time(60) == []
    again = [said for said in stage._heard(stage.house.frame(stage.feed.snapshot())) if isinstance(said, OrderWanted)]
    assert len(again) == 1


@pytest.mark.parametrize(("qty_lots", "filled"), [(13, 11), (14, 11)])
def test_what_is_left_below_the_minimum_ends_it(qty_lots: int, filled: int) -> None:
    stage = Stage(two_sided(msgspec.structs.replace(BTC, qty_lots_min=4)))
    stage.accept(one(stage.algo(Iceberg(990, 5), qty_lots=qty_lots)))
    stage.fill("a-1-1.1", filled)
    stage.tell(OrderCanceled("a-1-1.1", "User requested"))
    left = qty_lots - filled
    assert [(end.filled_lots, end.reason) for end in stage.ended] == [
        (filled, f"the {left} lots that are left are below the pair's minimum, 4")
    ]
