"""Tests of channel `ohlc`."""

from feed_venue import FeedVenue, S, listen, one_frame, real_frames, shape

from fathom.exchange.feeds import INTERVALS, Hub
from fathom.protocol import decode_strict

ETH = "ETH/USD"


def test_the_running_candle_is_told_after_each_trade() -> None:
    venue = FeedVenue(ETH)
    hub = Hub(venue)
    topic = ("ohlc", ETH, 5)
    ear = listen(hub, venue, topic)[topic]
    assert one_frame(ear)["data"] == []
    venue.now_ns += S + 9
    venue.trade("buy", 302_780, 1_000_000_000)
    hub.publish(now_ns=venue.now_ns)
    ear.take()
    venue.trade("buy", 302_613, 331_603_062)
    hub.publish(now_ns=venue.now_ns)
    (frame,) = ear.take()
    assert frame == (
        b'{"channel":"ohlc","type":"update","timestamp":"2023-11-15T00:00:01.000000009Z","data":[{"symbol":"ETH/USD",'
        b'"open":3027.80,"high":3027.80,"low":3026.13,"close":3026.13,"trades":2,"volume":13.31603062,"vwap":3027.38,'
        b'"interval_begin":"2023-11-15T00:00:00.000000000Z","interval":5,"timestamp":"2023-11-15T00:05:00.000000Z"}]}'
    )
    venue.add("buy", 302_600, 1)
    hub.publish(now_ns=venue.now_ns)
    assert ear.take() == []


def test_the_snapshot_skips_intervals_without_trades_and_has_the_shape_of_a_real_one() -> None:
    venue = FeedVenue(ETH)
    for minute in (0, 1, 7):
        venue.now_ns += minute * 60 * S
        venue.trade("buy", 302_780, 100)
    hub = Hub(venue)
    ears = listen(hub, venue, *(("ohlc", ETH, interval) for interval in INTERVALS))
    assert shape(ears["ohlc", ETH, 1].frames[0]) == shape(real_frames("test_candles_snapshot")[0])
    for ear in ears.values():
        decode_strict(ear.frames[0])
    begins = [row["interval_begin"][11:16] for row in one_frame(ears["ohlc", ETH, 1])["data"]]
    assert begins == ["00:00", "00:01", "00:08"]
    (week,) = one_frame(ears["ohlc", ETH, 10080])["data"]
    assert (week["interval_begin"], week["timestamp"], week["trades"]) == (
        "2023-11-09T00:00:00.000000000Z", "2023-11-16T00:00:00.000000Z", "3",
    )  # fmt: skip


def test_a_candle_that_ends_between_two_trades_of_one_message_is_told_to_its_end() -> None:
    venue = FeedVenue(ETH)
    hub = Hub(venue)
    ears = listen(hub, venue, ("ohlc", ETH, 1), ("ohlc", ETH, 5))
    for ear in ears.values():
        ear.take()
    venue.now_ns += 59 * S
    venue.trade("buy", 302_780, 100)
    venue.now_ns += 2 * S
    venue.trade("buy", 302_790, 100)
    hub.publish(now_ns=venue.now_ns)
    assert [row["trades"] for row in one_frame(ears["ohlc", ETH, 1])["data"]] == ["1", "1"]
    assert [row["trades"] for row in one_frame(ears["ohlc", ETH, 5])["data"]] == ["2"]
