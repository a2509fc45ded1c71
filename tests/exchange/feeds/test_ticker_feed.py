"""Tests of channel `ticker`: both triggers, and its bytes."""

from feed_venue import BTC, MID, T0, FeedVenue, S, listen, one_frame, real_frames, shape

from fathom.exchange.feeds import Hub
from fathom.protocol import decode_strict

TRADES, BBO = ("ticker", BTC, "trades"), ("ticker", BTC, "bbo")


def test_the_bytes_and_the_shape_of_a_real_one() -> None:
    venue = FeedVenue()
    venue.add("buy", 659_728, 10_000_000)
    venue.add("sell", 659_729, 3_967_506_683)
    venue.trade("buy", 615_608, 100)
    venue.now_ns += S
    venue.trade("buy", 659_729, 300)
    hub = Hub(venue)
    ear = listen(hub, venue, TRADES)[TRADES]
    (snapshot,) = ear.take()
    assert snapshot == (
        b'{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":65972.8,"bid_qty":0.10000000,'
        b'"ask":65972.9,"ask_qty":39.67506683,"last":65972.9,"volume":0.00000400,"vwap":64869.9,"low":61560.8,'
        b'"high":65972.9,"change":4412.1,"change_pct":7.17,"trades":2,"timestamp":"2023-11-15T00:00:01.000000Z"}]}'
    )
    # Trades and the time came in 2026; the recording is of 2024.
    newer = ',"trades":1,"timestamp":"2026-01-19T14:45:24.534338Z"}]}'
    assert shape(snapshot) == shape(real_frames("test_ticker_snapshot")[0].replace("}]}", newer))


def test_trades_or_the_best_prices_set_it_off() -> None:
    venue = FeedVenue()
    bid = venue.add("buy", MID - 1, 5)
    venue.add("sell", MID + 1, 5)
    hub = Hub(venue)
    ears = listen(hub, venue, TRADES, BBO)
    trades, bbo = ears[TRADES], ears[BBO]
    heard = []

    def publish() -> None:
        hub.publish(now_ns=venue.now_ns)
        heard.append((len(trades.take()), len(bbo.take())))

    publish()
    venue.add("buy", MID - 5, 5)
    publish()
    venue.show(bid, 4)
    publish()
    venue.trade("sell", MID - 1, 1)
    venue.trade("sell", MID - 1, 1)
    publish()
    venue.trade("sell", MID - 1, 2)
    venue.cancel(bid)
    publish()
    assert heard == [(1, 1), (0, 0), (0, 1), (1, 0), (1, 1)]
    assert trades.channels[-1] == "ticker"


def test_an_empty_market_has_a_whole_ticker() -> None:
    venue = FeedVenue("DOGE/BTC")
    hub = Hub(venue)
    topic = ("ticker", "DOGE/BTC", "bbo")
    ear = listen(hub, venue, topic)[topic]
    decode_strict(ear.frames[0])
    (row,) = one_frame(ear)["data"]
    assert (row["bid"], row["bid_qty"], row["ask"]) == ("0.00000000", "0.00000000", "0.00000000")
    assert {row["last"], row["low"], row["high"], row["vwap"]} == {"0.00000165"}
    assert (row["volume"], row["change"], row["change_pct"], row["trades"]) == (
        "0.00000000", "0.00000000", "0.00", "0",
    )  # fmt: skip
    assert row["timestamp"] == "2023-11-15T00:00:00.000000Z"


def test_a_day_later_only_the_last_price_is_left() -> None:
    venue = FeedVenue()
    venue.add("buy", MID, 1)
    venue.trade("buy", MID + 5, 7)
    hub = Hub(venue)
    venue.now_ns = T0 + 2 * 86_400 * S
    ear = listen(hub, venue, TRADES)[TRADES]
    (row,) = one_frame(ear)["data"]
    assert (row["last"], row["volume"], row["low"], row["trades"]) == ("97000.5", "0.00000000", "97000.5", "0")
