"""Tests of version 1's ticker, trade, spread and ohlc."""

import re

from feed_venue import BTC, FeedVenue, S, listen, shape

from fathom.exchange.feeds import Hub
from recorded import FIXTURES


def recorded(name: str, channel: str) -> list[str]:
    text = (FIXTURES / name).read_text()
    frames = [re.sub(r"^[\d.]+: ", "", line) for line in text.splitlines()]
    return [frame for frame in frames if frame.startswith("[") and f'"{channel}"' in frame]


def market() -> FeedVenue:
    venue = FeedVenue()
    venue.add("buy", 561_191, 103_333_108)
    venue.add("sell", 562_183, 13_690_578)
    return venue


def test_the_ticker_comes_after_trades() -> None:
    venue = market()
    hub = Hub(venue)
    topic = ("v1.ticker", BTC)
    ear = listen(hub, venue, topic)[topic]
    ear.take()
    venue.trade("buy", 562_183, 100)
    venue.trade("sell", 561_190, 300)
    hub.publish(now_ns=venue.now_ns)
    (frame,) = ear.take()
    assert frame == (
        b'[46,{"a":["56218.30000",0,"0.13690578"],"b":["56119.10000",1,"1.03333108"],"c":["56119.00000","0.00000300"],'
        b'"v":["0.00000400","0.00000400"],"p":["56143.82500","56143.82500"],"t":[2,2],'
        b'"l":["56119.00000","56119.00000"],"h":["56218.30000","56218.30000"],"o":["56218.30000","56218.30000"]},'
        b'"ticker","XBT/USD"]'
    )
    real = next(frame for frame in recorded("cryptofeed/KRAKEN.ws.49.0", "ticker") if "XBT/CHF" in frame)
    assert shape(frame) == shape(real)
    venue.add("buy", 561_192, 1)
    hub.publish(now_ns=venue.now_ns)
    assert ear.take() == []


def test_trades() -> None:
    venue = market()
    hub = Hub(venue)
    topic = ("v1.trade", BTC)
    ear = listen(hub, venue, topic)[topic]
    assert ear.take() == []
    venue.trade("sell", 561_191, 15_850_568, ord_type="limit")
    venue.now_ns += 321_597_000
    venue.trade("buy", 562_183, 2_455_000)
    hub.publish(now_ns=venue.now_ns)
    (frame,) = ear.take()
    assert frame == (
        b'[47,[["56119.10000","0.15850568","1700006400.000000","s","l",""],'
        b'["56218.30000","0.02455000","1700006400.321597","b","m",""]],"trade","XBT/USD"]'
    )
    (real,) = [frame for frame in recorded("cryptofeed/KRAKEN.ws.48.0", "trade") if "XMR/USD" in frame][:1]
    # The Monero pair of the recording has eight decimals in version 1.
    assert shape(frame) == shape(real.replace("354.11000000", "354.11000"))


def test_spreads_follow_prices_and_quantities() -> None:
    venue = market()
    hub = Hub(venue)
    topic = ("v1.spread", BTC)
    ear = listen(hub, venue, topic)[topic]
    assert ear.take() == [
        b'[48,["56119.10000","56218.30000","1700006400.000000","1.03333108","0.13690578"],"spread","XBT/USD"]'
    ]
    venue.now_ns += S
    venue.add("buy", 561_191, 1)
    hub.publish(now_ns=venue.now_ns)
    assert ear.take() == [
        b'[48,["56119.10000","56218.30000","1700006401.000000","1.03333109","0.13690578"],"spread","XBT/USD"]'
    ]
    venue.add("buy", 561_190, 1)
    hub.publish(now_ns=venue.now_ns)
    assert ear.take() == []


def test_candles() -> None:
    venue = market()
    hub = Hub(venue)
    topic = ("v1.ohlc", BTC, 5)
    ear = listen(hub, venue, topic)[topic]
    assert ear.take() == []
    venue.now_ns += 14 * S
    venue.trade("buy", 35_867, 1_000_000)
    venue.now_ns += S + 748_456_000
    venue.trade("sell", 35_866, 2_373_000)
    hub.publish(now_ns=venue.now_ns)
    frame = (
        b'[38,["1700006415.748456","1700006700.000000","3586.70000","3586.70000","3586.60000","3586.60000",'
        b'"3586.62965","0.03373000",2],"ohlc-5","XBT/USD"]'
    )
    assert ear.take() == [frame]
    (real,) = recorded("gocryptotrader/wsHandleData.json", "ohlc-5")
    assert shape(frame) == shape(real)
    # The last candle there was, however old.
    assert hub.snapshot(topic, now_ns=venue.now_ns + 3600 * S) == [frame]
