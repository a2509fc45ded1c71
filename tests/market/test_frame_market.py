from collections.abc import Callable

import msgspec
import pytest

from fathom.domain import (
    BookFlawed,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    CandleClosed,
    Event,
    FrameReceived,
    FrameUnknown,
    Instrument,
    InstrumentChanged,
    Level3Moved,
    Level3Quarantined,
    Level3Trusted,
    LinkDropped,
    LinkOpened,
    LocalError,
    RunStarted,
    TimerFired,
    TimerWanted,
    TradesSeen,
    VenueStatusChanged,
)
from fathom.market import FrameMarket, Market
from fathom.protocol import time_text
from level3_feed import Feed3, queued
from market_feed import BTC, ETH, T0, Feed, House, S, instrument_frame, kinds, market_of, status_frame, two_sided

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


# -- Level 3 ------------------------------------------------------------------------------------------------------


def level3_house(feed: Feed3, wanted: str = "frame") -> tuple[Market, House]:
    symbol = feed.instrument.symbol
    market = FrameMarket([feed.instrument], depths={symbol: 10}, level3={symbol: feed.depth})
    if wanted:
        market.want_level3(symbol, wanted)  # type: ignore[arg-type]  # One of the two words.
    return market, House(market)


@pytest.mark.parametrize(
    ("wanted", "inner", "top"),
    [("", [], []), ("top", [], ["Level3Moved"]), ("frame", ["Level3Moved"], ["Level3Moved"])],
)
def test_moves_of_a_level_3_book_are_told_as_wanted(wanted: str, inner: list[str], top: list[str]) -> None:
    feed = queued()
    market, house = level3_house(feed, wanted)
    assert house.frame(feed.snapshot()) == [Level3Trusted("BTC/USD", 1)]
    assert kinds(house.frame(feed.delete("B4"))) == inner
    assert kinds(house.frame(feed.delete("B1"))) == top
    assert market.level3["BTC/USD"].queue("buy", 999) == [("B2", 7), ("B3", 2)]
    assert not market.books["BTC/USD"].trusted  # The two books know nothing of each other.


def test_a_level_3_book_is_quarantined_alone_until_it_verifies() -> None:
    feed, feed2 = queued(), two_sided()
    market, house = level3_house(feed)
    house.frame(feed2.snapshot(), feed.snapshot())
    assert house.frame(feed.update("add", "B9", "buy", 999, 1, crc=1)) == [
        Level3Quarantined("BTC/USD", "checksum mismatch", 5)
    ]
    assert market.books["BTC/USD"].trusted
    assert house.frame(feed.delete("B1")) == []
    assert kinds(house.frame(queued().snapshot(crc=1))) == ["Level3Quarantined"]
    assert kinds(house.frame(queued().snapshot())) == ["Level3Trusted"]
    assert house.step(LinkDropped("private", "reset")) == []
    house.frame(queued().snapshot(), link="level3")
    assert house.step(LinkDropped("level3", "reset")) == [Level3Quarantined("BTC/USD", "link dropped: reset", 15)]
    assert market.books["BTC/USD"].trusted


def test_an_order_that_nobody_added_is_told_and_the_move_too() -> None:
    feed = queued()
    _, house = level3_house(feed)
    house.frame(feed.snapshot())
    assert house.frame(feed.update("delete", "B9", "buy", 999, 1)) == [
        BookFlawed("BTC/USD", "level 3: an order that nobody added", 3),
        Level3Moved("BTC/USD", 3, False),
    ]


def test_another_precision_takes_both_books_and_the_candles_anew() -> None:
    feed, feed2 = queued(), two_sided()
    market, house = level3_house(feed)
    market.want_candles("BTC/USD", 60)
    house.frame(feed2.snapshot(), feed.snapshot(), feed2.trades(("buy", 1001, 1)))
    assert kinds(house.frame(instrument_frame(FINER))) == ["InstrumentChanged", "BookQuarantined", "Level3Quarantined"]
    assert market.level3["BTC/USD"].order_count == 0
    assert market.level3["BTC/USD"].levels.counts.verified == 1
    series = market.tape("BTC/USD").candles(60)
    assert series is not None
    assert series.running() is None


def test_a_level_3_book_of_nobody_is_unknown() -> None:
    market, house = level3_house(queued())
    assert kinds(house.frame(queued(ETH).snapshot())) == ["FrameUnknown"]
    with pytest.raises(LocalError, match="no level 3 book of ETH/USD is subscribed; there are BTC/USD"):
        market.want_level3("ETH/USD", "top")


# -- Candles ------------------------------------------------------------------------------------------------------


def ohlc(*rows: tuple[int, int], kind: str = "snapshot", at_s: int = 0, interval: int = 1) -> bytes:
    """Candles of (minute, price in ticks of 0.1), each of one trade of 0.02."""
    told = ",".join(
        f'{{"symbol":"BTC/USD","open":{BTC.price_text(price)},"high":{BTC.price_text(price)},'
        f'"low":{BTC.price_text(price)},"close":{BTC.price_text(price)},"trades":1,"volume":0.02000000,'
        f'"vwap":{BTC.price_text(price)}4,"interval_begin":"{time_text(T0 + minute * 60 * S)}",'
        f'"interval":{interval},"timestamp":"{time_text(T0)}"}}'
        for minute, price in rows
    )
    stamp = time_text(T0 + at_s * S)
    return f'{{"channel":"ohlc","type":"{kind}","timestamp":"{stamp}","data":[{told}]}}'.encode()


def candle_house(*intervals: int) -> tuple[Market, House, Feed]:
    feed = two_sided()
    market = market_of(feed)
    for interval_s in intervals:
        market.want_candles("BTC/USD", interval_s)
    return market, House(market), feed


def closes(said: list[Event]) -> list[tuple[int, int, int]]:
    return [
        (one.interval_s, (one.candle.begin_ns - T0) // S, one.candle.close_ticks)
        for one in said
        if isinstance(one, CandleClosed)
    ]


def test_a_timer_of_each_interval_closes_its_candles() -> None:
    _, house, feed = candle_house(60, 90)
    house.time_ns = T0 + 5 * S
    assert house.step(RunStarted("r", "paper", b"{}", "0"))[1:] == [
        TimerWanted("market", "candles-60", T0 + 61 * S),
        TimerWanted("market", "candles-90", T0 + 91 * S),
    ]
    feed.time_ns = T0 + 6 * S
    house.frame(feed.trades(("buy", 1001, 1)))
    house.time_ns = T0 + 61 * S
    said = house.step(TimerFired("market", "candles-60"))
    assert closes(said) == [(60, 0, 1001)]
    assert said[-1] == TimerWanted("market", "candles-60", T0 + 121 * S)
    house.time_ns = T0 + 300 * S  # Late: the machine slept.
    said = house.step(TimerFired("market", "candles-60"))
    assert closes(said) == [(60, 60, 1001), (60, 120, 1001), (60, 180, 1001)]
    assert said[-1] == TimerWanted("market", "candles-60", T0 + 301 * S)
    assert house.step(TimerFired("a", "candles-60")) == []


def test_a_trade_closes_before_it_is_told() -> None:
    _, house, feed = candle_house(60)
    house.frame(feed.trades(("buy", 1001, 1)))
    feed.time_ns = T0 + 60 * S
    assert kinds(house.frame(feed.trades(("buy", 1002, 1)))) == ["CandleClosed", "TradesSeen"]


def test_a_connection_that_is_down_closes_no_candle() -> None:
    _, house, feed = candle_house(60)
    house.frame(feed.trades(("buy", 1001, 1)))
    house.step(LinkDropped("public", "reset"))
    house.time_ns = T0 + 61 * S
    assert closes(house.step(TimerFired("market", "candles-60"))) == []
    house.step(LinkOpened("public"))
    assert closes(house.step(TimerFired("market", "candles-60"))) == [(60, 0, 1001)]


def test_the_past_comes_from_the_ohlc_channel_where_it_is_subscribed() -> None:
    market, house, _ = candle_house(60)
    assert house.frame(ohlc((0, 990), (2, 995), (3, 1000), at_s=185)) == []
    series = market.tape("BTC/USD").candles(60)
    assert series is not None
    assert [(one.close_ticks, one.qty_lots) for one in series.closed()] == [(990, 2), (990, 0), (995, 2)]
    assert house.frame(ohlc((3, 900), kind="update", at_s=186)) == []
    running = series.running()
    assert running is not None
    assert (running.close_ticks, running.vwap_ticks) == (1000, 1000)


def test_a_candle_that_makes_no_sense_is_counted() -> None:
    _, house, _ = candle_house(60)
    assert kinds(house.frame(ohlc((0, 990)).replace(b'"open":99.0', b'"open":99.001'))) == ["FrameUnknown"]
    assert kinds(house.frame(ohlc((0, 990)).replace(b'"volume":0.02', b'"volume":1e30'))) == ["FrameUnknown"]
    assert kinds(house.frame(ohlc((0, 990)).replace(b"BTC/USD", b"DOGE/USD"))) == ["FrameUnknown"]


@pytest.mark.parametrize(("symbol", "interval_s", "keep"), [("ETH/USD", 60, 5), ("BTC/USD", 0, 5), ("BTC/USD", 60, 0)])
def test_candles_of_nothing_cannot_be_wanted(symbol: str, interval_s: int, keep: int) -> None:
    market, _, _ = candle_house(60, 300)
    assert market.candles_wanted() == [("BTC/USD", 60), ("BTC/USD", 300)]
    with pytest.raises(LocalError):
        market.want_candles(symbol, interval_s, keep=keep)


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
        b'{"channel":"level3","type":"update","data":[{"symbol":"BTC/USD"}]}',  # Its depth was not asked for.
        b'{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"ohlc","type":"snapshot","data":[{"symbol":"BTC/USD"}]}',
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
    market = FrameMarket([], depths={"BTC/USD": 10})
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
    assert FrameReceived in FrameMarket.hears
    assert FrameMarket([], depths={}).name == "market"
