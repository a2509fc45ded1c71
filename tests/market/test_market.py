from collections.abc import Callable

import msgspec
import pytest

from fathom.domain import (
    BookFlawed,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    Event,
    FrameReceived,
    FrameUnknown,
    Instrument,
    InstrumentChanged,
    LinkDropped,
    LocalError,
    RunStarted,
    TradesSeen,
    VenueStatusChanged,
)
from fathom.market import Market
from market_feed import BTC, ETH, T0, Feed, House, instrument_frame, kinds, market_of, status_frame, two_sided

FINER = msgspec.structs.replace(BTC, price_precision=2)


def housed(*feeds: Feed, wanted: str = "") -> tuple[Market, House]:
    """A market with no book yet, that says BookMoved as wanted."""
    market = market_of(*feeds)
    if wanted:
        market.want(feeds[0].instrument.symbol, wanted)  # type: ignore[arg-type]  # One of the two words.
    return market, House(market)


def seq(house: House) -> int:
    return house.engine.last_seq


# -- Books --------------------------------------------------------------------------------------------------------


def test_a_first_verified_snapshot_is_told_to_all() -> None:
    feed = two_sided()
    market, house = housed(feed)
    assert house.frame(feed.snapshot()) == [BookTrusted("BTC/USD", 1)]
    assert market.books["BTC/USD"].trusted


@pytest.mark.parametrize(
    ("wanted", "inner", "top", "snapshot"),
    [("", [], [], []), ("top", [], [True], []), ("frame", [False], [True], [False])],
)
def test_moves_are_told_as_wanted(wanted: str, inner: list[bool], top: list[bool], snapshot: list[bool]) -> None:
    feed = two_sided()
    _, house = housed(feed, wanted=wanted)
    house.frame(feed.snapshot())

    def told(frame: bytes) -> list[bool]:
        said = house.frame(frame)
        assert all(isinstance(event, BookMoved) and event.symbol == "BTC/USD" for event in said)
        assert all(
            entry.cause_seq == entry.event.frame_seq for entry in house.entries if type(entry.event) is BookMoved
        )
        return [event.top_changed for event in said if isinstance(event, BookMoved)]

    assert told(feed.update(bids=[(997, 3)])) == inner
    assert told(feed.update(bids=[(999, 3)])) == top
    assert told(feed.snapshot()) == snapshot  # The same book once more.
    assert told(feed.snapshot(bids=[(999, 4)])) == top


def test_every_frame_outweighs_the_top() -> None:
    feed = two_sided()
    market, house = housed(feed, wanted="frame")
    market.want("BTC/USD", "top")
    house.frame(feed.snapshot())
    assert kinds(house.frame(feed.update(bids=[(997, 3)]))) == ["BookMoved"]


def test_a_move_of_nothing_that_is_subscribed_cannot_be_wanted() -> None:
    with pytest.raises(LocalError, match="no book of ETH/USD is subscribed"):
        market_of(two_sided()).want("ETH/USD", "top")


BAD: dict[str, tuple[Callable[[Feed], bytes], str]] = {
    "mismatch": (lambda feed: feed.update(bids=[(998, 1)], crc=1), "checksum mismatch"),
    "unchecked": (lambda feed: feed.update(bids=[(998, 1)], unchecked=True), "frame without a checksum"),
    "crossed": (lambda feed: feed.update(bids=[(1001, 1)]), "crossed book"),
    "refused": (lambda feed: feed.update(bids=[(998, 1)]).replace(b'"qty"', b'"qt"'), "frame refused"),
    "snapshot": (lambda feed: feed.snapshot(crc=1), "checksum mismatch"),
}


@pytest.mark.parametrize("bad", BAD)
def test_quarantine_is_told_once_and_ends_with_a_verified_snapshot(bad: str) -> None:
    frame, reason = BAD[bad]
    feed = two_sided()
    market, house = housed(feed, wanted="frame")
    house.frame(feed.snapshot())
    (told,) = house.frame(frame(feed))
    assert isinstance(told, BookQuarantined)
    assert told.reason.startswith(reason)
    assert told.frame_seq == 3
    good = two_sided()
    assert house.frame(good.update(bids=[(998, 9)]), good.update(bids=[(998, 8)])) == []  # Wakes nobody.
    assert not market.books["BTC/USD"].trusted
    assert kinds(house.frame(good.snapshot(crc=1))) == ["BookQuarantined"]  # A try that failed is news.
    assert kinds(house.frame(good.snapshot())) == ["BookTrusted"]
    assert kinds(house.frame(good.update(bids=[(998, 7)]))) == ["BookMoved"]


def test_an_update_before_the_snapshot_is_no_news() -> None:
    feed = two_sided()
    market, house = housed(feed, wanted="frame")
    assert house.frame(feed.update(bids=[(998, 9)])) == []
    assert market.books["BTC/USD"].counts.skipped == 1


def test_an_odd_snapshot_is_told_before_it_is_trusted() -> None:
    feed = two_sided()
    _, house = housed(feed)
    frame = feed.snapshot()
    first, second = b'{"price":99.9,"qty":0.10}', b'{"price":99.8,"qty":0.10}'
    swapped = frame.replace(first, b"1").replace(second, first).replace(b"[1,", b"[" + second + b",")
    assert house.frame(swapped) == [
        BookFlawed("BTC/USD", "a side out of order", 1),
        BookTrusted("BTC/USD", 1),
    ]


def test_one_symbol_in_quarantine_leaves_the_others_alone() -> None:
    btc, eth = two_sided(), two_sided(ETH)
    market, house = housed(btc, eth)
    house.frame(btc.snapshot(), eth.snapshot())
    assert house.frame(btc.update(bids=[(999, 1)], crc=1)) == [BookQuarantined("BTC/USD", "checksum mismatch", 5)]
    assert market.books["ETH/USD"].trusted


# -- Links --------------------------------------------------------------------------------------------------------


def test_a_dropped_link_takes_with_it_the_books_that_it_fed() -> None:
    btc, eth = two_sided(), two_sided(ETH)
    market, house = housed(btc, eth)
    house.frame(btc.snapshot(), link="one")
    house.frame(eth.snapshot(), link="two")
    assert house.step(LinkDropped("private", "reset")) == []
    assert house.step(LinkDropped("two", "reset")) == [BookQuarantined("ETH/USD", "link dropped: reset", 6)]
    assert house.step(LinkDropped("two", "reset")) == []  # Nothing is left to lose.
    assert (market.books["BTC/USD"].trusted, market.books["ETH/USD"].trusted) == (True, False)
    assert kinds(house.frame(eth.snapshot(), link="three")) == ["BookTrusted"]
    assert house.step(LinkDropped("two", "late")) == []
    assert kinds(house.step(LinkDropped("three", "reset"))) == ["BookQuarantined"]


# -- Frames that mean nothing to us -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (two_sided(ETH).snapshot(), "book of ETH/USD"),
        (b'{"channel":"book","type":"update","data":[]}', "book of no symbol"),
        (b'{"channel":"weather","data":[]}', "channel weather"),
        (b'{"method":"dance","success":true,"result":{}}', "method dance"),
        (b'{"channel":"trade","type":"update","data":[{"symbol":7}]}', "malformed: "),
        (b"{", "malformed: "),
        (b"", "malformed: "),
        (b"\xff\xfe", "malformed: "),
        (two_sided().trades(("buy", 1, 1), symbol="DOGE/USD"), "trade: "),
    ],
)
def test_unknown_frames_are_counted_and_never_fatal(frame: bytes, what: str) -> None:
    market, house = housed(two_sided())
    (told,) = house.frame(frame)
    assert isinstance(told, FrameUnknown)
    assert told.what.startswith(what)
    assert (told.frame_seq, market.unknown) == (1, 1)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"channel":"heartbeat"}',
        b'{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"level3","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"executions","type":"update","data":[],"sequence":1}',
        b'{"method":"pong","req_id":1,"time_in":"2023-09-24T14:10:23.799685Z","time_out":"2023-09-24T14:10:23.799703Z"}',
        b'{"error":"Already subscribed","method":"subscribe","success":false}',
    ],
)
def test_frames_of_others_are_left_to_them(frame: bytes) -> None:
    market, house = housed(two_sided())
    assert house.frame(frame) == []
    assert market.unknown == 0


# -- Trades, instruments, status ----------------------------------------------------------------------------------


def test_trades_are_told_and_what_was_before_us_is_not() -> None:
    feed = two_sided()
    _, house = housed(feed)
    assert house.frame(feed.trades(("buy", 1001, 3), kind="snapshot")) == []
    (told,) = house.frame(feed.trades(("buy", 1001, 3), ("sell", 999, 2)))
    assert isinstance(told, TradesSeen)
    assert told.symbol == "BTC/USD"
    assert [(one.side, one.price_ticks, one.qty_lots, one.time_ns) for one in told.trades] == [
        ("buy", 1001, 3, T0),
        ("sell", 999, 2, T0),
    ]


def test_the_run_begins_with_the_instruments_that_we_know() -> None:
    _, house = housed(two_sided(), two_sided(ETH))
    assert house.step(RunStarted("r", "paper", b"{}", "0")) == [InstrumentChanged(BTC), InstrumentChanged(ETH)]


def test_a_pair_may_be_told_by_the_venue_alone() -> None:
    feed = two_sided()
    market = Market([], depths={"BTC/USD": 10})
    house = House(market)
    assert kinds(house.frame(feed.snapshot())) == ["FrameUnknown"]
    assert house.frame(instrument_frame(BTC, ETH, kind="snapshot")) == [InstrumentChanged(BTC)]  # ETH: nobody asked.
    assert house.frame(feed.snapshot()) == [BookTrusted("BTC/USD", 5)]
    assert market.books["BTC/USD"].instrument == BTC


def test_the_same_rules_again_are_no_news() -> None:
    feed = two_sided()
    market, house = housed(feed)
    book = market.books["BTC/USD"]
    assert house.frame(instrument_frame(BTC)) == []
    assert market.books["BTC/USD"] is book


@pytest.mark.parametrize(
    "changed",
    [
        msgspec.structs.replace(BTC, qty_lots_min=5),
        msgspec.structs.replace(BTC, price_increment_ticks=5),
        msgspec.structs.replace(BTC, status="post_only"),
    ],
)
def test_rules_of_the_same_precision_keep_the_book(changed: Instrument) -> None:
    feed = two_sided()
    market, house = housed(feed)
    house.frame(feed.snapshot())
    assert house.frame(instrument_frame(changed)) == [InstrumentChanged(changed)]
    book = market.books["BTC/USD"]
    assert book.trusted
    assert (book.instrument, book.best_bid_ticks) == (changed, 999)


@pytest.mark.parametrize("changed", [FINER, msgspec.structs.replace(BTC, qty_precision=3)])
def test_another_precision_takes_the_book_anew(changed: Instrument) -> None:
    feed = two_sided()
    market, house = housed(feed)
    house.frame(feed.snapshot())
    reason = "the pair's precision changed"
    assert house.frame(instrument_frame(changed)) == [
        InstrumentChanged(changed),
        BookQuarantined("BTC/USD", reason, 3),
    ]
    book = market.books["BTC/USD"]
    assert (book.state, book.reason, book.best_bid_ticks) == ("quarantined", reason, None)
    assert book.counts.verified == 1  # What was counted before is not forgotten.
    again = two_sided(changed, mid=10_000)
    assert house.frame(again.update(bids=[(9_999, 1)])) == []
    assert kinds(house.frame(again.snapshot())) == ["BookTrusted"]
    assert market.books["BTC/USD"].best_bid_ticks == 9_999


def test_a_senseless_pair_is_counted_where_it_is_ours() -> None:
    _, house = housed(two_sided())
    broken = instrument_frame(BTC, ETH).replace(b'"price_increment":0.1', b'"price_increment":0.0')
    ours = house.frame(broken)
    assert kinds(ours) == ["FrameUnknown"]
    assert "instrument BTC/USD" in str(ours[0])
    theirs = instrument_frame(ETH).replace(b'"price_increment":0.05', b'"price_increment":0.00')
    assert house.frame(theirs) == []


def test_the_status_is_told_once_a_change() -> None:
    _, house = housed(two_sided())
    told: list[Event] = []
    for word in ("online", "online", "maintenance", "dancing", "online"):
        told += house.frame(status_frame(word))
    assert told == [VenueStatusChanged(status) for status in ("online", "maintenance", "cancel_only", "online")]


def test_frames_alone_reach_it() -> None:
    assert FrameReceived in Market.hears
    assert Market([], depths={}).name == "market"
