"""Tests of channel `trade`."""

from feed_venue import BTC, MID, FeedVenue, S, listen, one_frame, real_frames, shape

from fathom.exchange.feeds import Hub
from fathom.protocol import decode_strict

TOPIC = ("trade", BTC)


def test_all_trades_of_one_instant_are_one_message() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    assert ear.take() == [b'{"channel":"trade","type":"snapshot","data":[]}']
    venue.trade("sell", MID - 1, 1_919_415)
    venue.now_ns += 1_000
    venue.trade("buy", MID + 1, 7_723, ord_type="limit")
    hub.publish(now_ns=venue.now_ns)
    (frame,) = ear.take()
    assert frame == (
        b'{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":96999.9,'
        b'"qty":0.01919415,"ord_type":"market","trade_id":1,"timestamp":"2023-11-15T00:00:00.000000Z"},'
        b'{"symbol":"BTC/USD","side":"buy","price":97000.1,"qty":0.00007723,"ord_type":"limit","trade_id":2,'
        b'"timestamp":"2023-11-15T00:00:00.000001Z"}]}'
    )
    venue.add("buy", MID - 9, 1)
    hub.publish(now_ns=venue.now_ns)
    assert ear.take() == []


def test_the_snapshot_is_the_last_fifty_oldest_first_in_the_shape_of_a_real_one() -> None:
    venue = FeedVenue()
    for number in range(70):
        venue.now_ns += S
        venue.trade("buy", MID + number, 1)
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    frame = ear.frames[0]
    decode_strict(frame)
    assert shape(frame) == shape(real_frames("test_trade_snapshot")[0])
    assert [row["trade_id"] for row in one_frame(ear)["data"]] == [str(number) for number in range(21, 71)]
