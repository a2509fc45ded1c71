import pytest

from fathom.domain import Side
from fathom.market import FrameLevel3, Place
from level3_feed import Feed3, queued
from market_feed import BTC, T0


class Apart:
    """A book and the venue that it hears."""

    def __init__(self) -> None:
        self.feed = queued()
        self.level3 = FrameLevel3(BTC, depth=10)
        self.seq = 0

    def take(self, frame: bytes, *, snapshot: bool = False) -> str:
        self.seq += 1
        return self.level3.levels.apply(frame, snapshot=snapshot, frame_seq=self.seq, time_ns=T0 + self.seq)[0]


@pytest.fixture
def apart() -> Apart:
    apart = Apart()
    assert apart.take(apart.feed.snapshot(), snapshot=True) == ""
    return apart


def test_it_begins_empty() -> None:
    level3 = FrameLevel3(BTC, depth=10)
    assert (level3.symbol, level3.instrument, level3.trusted, level3.order_count) == ("BTC/USD", BTC, False, 0)
    assert level3.queue("buy", 999) == []
    assert level3.place("B1") is None


def test_queues_are_seen_in_their_order(apart: Apart) -> None:
    level3 = apart.level3
    assert level3.trusted
    assert level3.order_count == 7
    assert level3.queue("buy", 999) == [("B1", 5), ("B2", 7), ("B3", 2)]
    assert level3.queue("sell", 1001) == [("A1", 3), ("A2", 6)]


def test_its_levels_are_those_of_a_level_2_book(apart: Apart) -> None:
    levels = apart.level3.levels
    assert levels.bids(5) == [(999, 14), (998, 5)]
    assert (levels.best_bid_ticks, levels.best_ask_ticks, levels.spread_ticks) == (999, 1001, 2)
    assert levels.level_qty_lots("buy", 998) == 5
    assert levels.counts.verified == 1


@pytest.mark.parametrize(
    ("order_id", "place"),
    [("B1", Place(0, 0)), ("B2", Place(5, 1)), ("B3", Place(12, 2)), ("B5", Place(4, 1)), ("X", None), ("é", None)],
)
def test_an_order_knows_what_trades_before_it(apart: Apart, order_id: str, place: Place | None) -> None:
    assert apart.level3.place(order_id) == place


def test_a_place_moves_up_as_those_ahead_leave_and_never_back(apart: Apart) -> None:
    feed, level3 = apart.feed, apart.level3
    side: Side = "buy"
    assert apart.take(feed.add("B6", side, 999, 9)) == ""
    assert level3.place("B3") == Place(12, 2)
    assert apart.take(feed.modify("B1", 1)) == ""
    assert level3.place("B3") == Place(8, 2)
    assert apart.take(feed.delete("B1")) == ""
    assert level3.place("B3") == Place(7, 1)
    assert apart.take(feed.delete("B3")) == ""
    assert level3.place("B3") is None
    assert level3.place("B6") == Place(7, 1)


def test_a_mismatch_is_not_trusted(apart: Apart) -> None:
    feed: Feed3 = apart.feed
    assert apart.take(feed.update("add", "B9", "buy", 999, 1, crc=1)) == "checksum mismatch"
    assert not apart.level3.trusted


def test_an_order_that_nobody_added_is_a_flaw(apart: Apart) -> None:
    assert apart.take(apart.feed.update("delete", "B9", "buy", 999, 1)) == ""
    assert apart.level3.levels.flaws() == ["an order that nobody added"]
