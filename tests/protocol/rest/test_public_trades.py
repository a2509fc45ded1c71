"""Ticker, OHLC, Trades, Spread, PostTrade: captured answers, and the exchange's own."""

from decimal import Decimal

import pytest

from fathom.protocol import rest
from rest_calls import ask, captured, line, read
from whole_exchange import START_NS, Stage

PUBLIC = "kraken-async-rs/rest-public.jsonl"
NET = "Kraken.Net/Endpoints/Spot/ExchangeData"


def test_captured_tickers() -> None:
    new = read(rest.Ticker(), line(PUBLIC, "get_ticker_information_json"))["XXBTZUSD"]
    assert (new.ask.price, new.ask.volume, new.last.volume) == (
        Decimal("40228.50000"),
        Decimal("1.000"),
        Decimal("0.00027343"),
    )
    assert (new.trades.today, new.trades.day, new.open) == (10238, 26435, Decimal("39844.00000"))
    old = read(rest.Ticker(), captured("XChange/marketdata/example-ticker-data.json"))["XXBTZEUR"]
    assert (old.bid.whole_volume, old.bid.volume) == (1, None)
    for name in (f"{NET}/GetTicker.txt", "nautilus_trader/http_ticker.json"):
        (ticker,) = read(rest.Ticker(), captured(name)).values()
        assert ticker.low.day <= ticker.low.today <= ticker.high.today


@pytest.mark.parametrize(
    ("name", "pair", "count"),
    [("nautilus_trader/http_ohlc.json", "XBTUSDT", 721), (f"{NET}/GetKlines.txt", "XXBTZUSD", None)],
)
def test_captured_candles(name: str, pair: str, count: int | None) -> None:
    said = read(rest.OHLC(pair="XBTUSD"), captured(name))
    assert said.pair == pair
    assert count in {None, len(said.candles)}
    assert all(candle.low <= candle.open <= candle.high for candle in said.candles)
    assert said.last > 1_600_000_000


def test_candles_of_a_line() -> None:
    said = read(rest.OHLC(pair="XBTUSD"), line(PUBLIC, "get_ohlc_data_json"))
    assert said.candles[-1].begin_ns == 1701023400 * 10**9
    assert (said.candles[-1].trades, said.last) == (11, 1701023340)


@pytest.mark.parametrize(
    ("name", "time_ns", "trade_id"),
    [
        ("nautilus_trader/http_trades.json", 1_762_795_433_971_744_500, 10218208),
        ("XChange/marketdata/example-trades-data.json", 1_385_579_841_777_400_000, None),
        (f"{NET}/GetTradeHistory.txt", 1_688_669_597_827_736_900, 61044952),
    ],
)
def test_captured_trades(name: str, time_ns: int, trade_id: int | None) -> None:
    said = read(rest.Trades(pair="XBTUSD"), captured(name))
    first = said.trades[0]
    assert (first.time_ns, first.trade_id) == (time_ns, trade_id)
    assert first.side in {"b", "s"}
    assert said.last.isdigit()


@pytest.mark.parametrize("name", ["XChange/marketdata/example-spreads-data.json", f"{NET}/GetRecentSpread.txt"])
def test_captured_spreads(name: str) -> None:
    said = read(rest.Spread(pair="XBTUSD"), captured(name))
    assert said.pair == "XXBTZUSD"
    assert all(one.bid < one.ask for one in said.spreads)


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    terms = {"pair": "BTC/USD", "volume": Decimal("0.01")}
    ask(stage, rest.AddOrder(ordertype="limit", type="sell", price=Decimal("20000.1"), **terms))
    ask(stage, rest.AddOrder(ordertype="market", type="buy", **terms), name="bob")
    (trade,) = ask(stage, rest.Trades(pair="BTC/USD", since="0")).trades
    assert (trade.price, trade.volume, trade.side, trade.ord_type) == (Decimal("20000.1"), Decimal("0.01"), "b", "m")
    assert trade.time_ns == START_NS
    assert ask(stage, rest.Ticker(pair=("BTC/USD",)))["BTC/USD"].last.price == Decimal("20000.1")
    candles = ask(stage, rest.OHLC(pair="XBTUSD", interval=1))
    assert (candles.pair, candles.candles[-1].volume) == ("XXBTZUSD", Decimal("0.01"))
    assert ask(stage, rest.Spread(pair="BTC/USD", since=0)).pair == "BTC/USD"
    after = ask(stage, rest.PostTrade(symbol="BTC/USD", from_ts="2026-01-05T11:00:00Z", count=10))
    assert (after.count, after.trades[0].quantity, after.trades[0].trade_ts) == (1, Decimal("0.01"), START_NS)
