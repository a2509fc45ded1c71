"""Ticker, OHLC, Trades, Spread, PostTrade."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue, fixture, recorded_line, shape

S = START_NS // SECOND_NS


@pytest.fixture
def traded(venue: RestVenue) -> RestVenue:
    """Three trades, ten seconds apart: two buys and a sell."""
    for side, qty in (("buy", "0.1"), ("buy", "0.2"), ("sell", "0.5")):
        venue.wait(10)
        venue.take(side, qty)
    return venue


def test_ticker(traded: RestVenue) -> None:
    assert traded.ask("Ticker", pair="XBTUSD") == {
        "XXBTZUSD": {
            "a": ["10000.10000", "1", "1.000"],
            "b": ["9999.00000", "2", "2.000"],
            "c": ["9999.90000", "0.50000000"],
            "v": ["0.80000000", "0.80000000"],
            "p": ["9999.97500", "9999.97500"],
            "t": [3, 3],
            "l": ["9999.90000", "9999.90000"],
            "h": ["10000.10000", "10000.10000"],
            "o": "10000.10000",
        }
    }


def test_ticker_is_as_recorded(traded: RestVenue) -> None:
    ours = traded.ask("Ticker", pair="BTC/USD")["BTC/USD"]
    for recorded in (
        recorded_line("rest-public.jsonl", "get_ticker_information_json")["XXBTZUSD"],
        fixture("nautilus_trader", "http_ticker.json")["XBTUSDT"],
        fixture("Kraken.Net", "Endpoints", "Spot", "ExchangeData", "GetTicker.txt")["XXBTZUSD"],
    ):
        assert list(ours) == list(recorded)
        assert shape(ours) == shape(recorded)
        assert [len(price.split(".")[1]) for price in ours["l"]] == [
            len(price.split(".")[1]) for price in recorded["l"]
        ]


def test_tickers_of_all_pairs_also_those_that_never_traded(venue: RestVenue) -> None:
    tickers = venue.ask("Ticker")
    assert list(tickers) == [pair.rest_id for pair in venue.listing.pairs.values()]
    assert tickers["XDGUSD"]["t"] == [0, 0]
    assert tickers["XDGUSD"]["a"] == ["0.0000000", "0", "0.000"]


def test_ohlc_fills_quiet_minutes_and_ends_with_the_running_one(traded: RestVenue) -> None:
    traded.wait(120)
    answer = traded.ask("OHLC", pair="XBTUSD")
    assert answer["last"] == S + 60
    assert answer["XXBTZUSD"] == [
        [S, "10000.1", "10000.1", "9999.9", "9999.9", "10000.0", "0.80000000", 3],
        [S + 60, "9999.9", "9999.9", "9999.9", "9999.9", "0.0", "0.00000000", 0],
        [S + 120, "9999.9", "9999.9", "9999.9", "9999.9", "0.0", "0.00000000", 0],
    ]
    later = traded.ask("OHLC", pair="XBTUSD", since=answer["last"])
    assert [row[0] for row in later["XXBTZUSD"]] == [S + 120]
    assert [row[0] for row in traded.ask("OHLC", pair="XBTUSD", since=S + 9999)["XXBTZUSD"]] == [S + 120]


def test_ohlc_is_as_recorded(traded: RestVenue) -> None:
    ours = traded.ask("OHLC", pair="XBTUSD", interval=60)
    recorded = recorded_line("rest-public.jsonl", "get_ohlc_data_json")
    assert shape(ours["XXBTZUSD"][0]) == shape(recorded["XXBTZUSD"][0])
    assert recorded["last"] == recorded["XXBTZUSD"][-1][0] - 60
    assert ours["last"] == ours["XXBTZUSD"][-1][0] - 3600
    quiet = fixture("nautilus_trader", "http_ohlc.json")["XBTUSDT"][0]
    traded.wait(60)
    assert shape(traded.ask("OHLC", pair="XBTUSD")["XXBTZUSD"][-1]) == shape(quiet)


def test_ohlc_of_a_pair_that_never_traded(venue: RestVenue) -> None:
    assert venue.ask("OHLC", pair="XDGUSD") == {"XDGUSD": [], "last": S - 60}


def test_trades(traded: RestVenue) -> None:
    answer = traded.ask("Trades", pair="XBTUSD")
    assert answer == {
        "XXBTZUSD": [
            ["10000.10000", "0.10000000", S + 10, "b", "m", "", 1],
            ["10000.10000", "0.20000000", S + 20, "b", "m", "", 2],
            ["9999.90000", "0.50000000", S + 30, "s", "m", "", 3],
        ],
        "last": str((S + 30) * SECOND_NS),
    }
    recorded = fixture("nautilus_trader", "http_trades.json")
    assert shape(answer["XXBTZUSD"][0]) == shape(recorded["XBTUSDT"][0])
    assert shape(answer["last"]) == shape(recorded["last"])


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"count": 2}, [2, 3]),
        ({"since": S + 10}, [2, 3]),
        ({"since": (S + 10) * SECOND_NS}, [2, 3]),
        ({"since": (S + 10) * SECOND_NS - 1}, [1, 2, 3]),
        ({"since": S, "count": 1}, [1]),
        ({"since": S + 99}, []),
    ],
)
def test_trades_since(traded: RestVenue, fields: dict[str, Any], ids: list[int]) -> None:
    answer = traded.ask("Trades", pair="XBTUSD", **fields)
    assert [row[6] for row in answer["XXBTZUSD"]] == ids
    paged = traded.ask("Trades", pair="XBTUSD", since=answer["last"])
    assert all(row[6] > max(ids, default=0) for row in paged["XXBTZUSD"])


def test_no_tokenized_asset_is_traded(traded: RestVenue) -> None:
    assert traded.ask("Ticker", asset_class="tokenized_asset") == {}
    assert traded.ask("Ticker", asset_class="forex", pair="XBTUSD").keys() == {"XXBTZUSD"}
    for method in ("Ticker", "OHLC", "Trades", "Spread", "Depth"):
        answer = traded.public(method, pair="XBTUSD", asset_class="tokenized_asset")
        assert answer["error"] == ["EQuery:Unknown asset pair"], method


def test_spread(traded: RestVenue) -> None:
    answer = traded.ask("Spread", pair="XBTUSD")
    recorded = fixture("Kraken.Net", "Endpoints", "Spot", "ExchangeData", "GetRecentSpread.txt")
    rows = answer["XXBTZUSD"]
    assert shape(rows[-1]) == shape(recorded["XXBTZUSD"][0])
    assert rows[-1] == [S + 30, "9999.00000", "10000.10000"]
    assert all(row[1:] != ["0.00000", "0.00000"] for row in rows)
    assert answer["last"] == S + 30
    assert traded.ask("Spread", pair="XBTUSD", since=S + 30)["XXBTZUSD"] == rows[-1:]
    assert traded.ask("Spread", pair="XBTUSD", since=S + 31) == {"XXBTZUSD": [], "last": S + 30}


def test_post_trade(traded: RestVenue) -> None:
    answer = traded.ask("PostTrade", symbol="BTC/USD", count=2)
    assert answer["count"] == 2
    assert answer["trades"][0]["trade_id"] == "2"
    assert answer["trades"][1] == {
        "trade_id": "3",
        "price": "9999.9",
        "quantity": "0.50000000",
        "symbol": "BTC/USD",
        "description": "BTC / USD",
        "base_asset": "BTC",
        "base_notation": "UNIT",
        "quote_asset": "USD",
        "quote_notation": "MONE",
        "trade_venue": "PGSL",
        "trade_ts": "2026-01-05T12:00:30.000000Z",
        "publication_venue": "PGSL",
        "publication_ts": "2026-01-05T12:00:30.000000Z",
    }
    later = traded.ask("PostTrade", from_ts="2026-01-05T12:00:10Z", to_ts=S + 20)
    assert [row["trade_id"] for row in later["trades"]] == ["2"]
    assert later["last_ts"] == "2026-01-05T12:00:20.000000Z"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Ticker", {"pair": "XBTUSD,nope"}, "EQuery:Unknown asset pair"),
    ("OHLC", {"pair": "XBTUSD", "interval": 2}, "EGeneral:Invalid arguments:interval"),
    ("OHLC", {"pair": "XBTUSD", "since": "soon"}, "EGeneral:Invalid arguments:since"),
    ("Trades", {"pair": "XBTUSD", "count": 1001}, "EGeneral:Invalid arguments:count"),
    ("Trades", {"pair": "XBTUSD", "since": "-1"}, "EGeneral:Invalid arguments:since"),
    ("Spread", {}, "EGeneral:Invalid arguments:pair"),
    ("PostTrade", {"symbol": "XBT/USD"}, "EQuery:Unknown asset pair"),
    ("PostTrade", {"from_ts": "1T"}, "EGeneral:Invalid arguments:from_ts"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.public(method, **fields) == {"error": [error]}
