"""Depth, GroupedBook, PreTrade."""

from typing import Any

import pytest
from rest_venue import START_NS, RestVenue, fixture, shape

S = START_NS // 1_000_000_000


def test_depth_has_five_decimals_of_price_and_three_of_volume(venue: RestVenue) -> None:
    assert venue.ask("Depth", pair="XBTUSD") == {
        "XXBTZUSD": {
            "asks": [["10000.10000", "0.400", S], ["10001.00000", "2.000", S], ["10010.00000", "5.000", S]],
            "bids": [["9999.90000", "0.500", S], ["9999.00000", "1.235", S], ["9990.00000", "3.000", S]],
        }
    }


def test_depth_is_as_recorded(venue: RestVenue) -> None:
    recorded = fixture("nautilus_trader", "http_order_book.json")["XBTUSDT"]
    ours = venue.ask("Depth", pair="BTC/USD", count=1)["BTC/USD"]
    assert list(ours) == list(recorded)
    assert shape(ours["asks"][0]) == shape(recorded["asks"][0])
    assert len(ours["asks"]) == 1


def test_an_empty_book(venue: RestVenue) -> None:
    assert venue.ask("Depth", pair="ETHUSD") == {"XETHZUSD": {"asks": [], "bids": []}}


def test_a_level_has_the_time_of_its_youngest_order(venue: RestVenue) -> None:
    venue.wait(60)
    venue.rest("buy", "9999.0", "1")
    assert venue.ask("Depth", pair="XBTUSD")["XXBTZUSD"]["bids"][1] == ["9999.00000", "2.235", S + 60]


def test_grouped_bids_round_down_and_asks_up(venue: RestVenue) -> None:
    assert venue.ask("GroupedBook", pair="XBTUSD", grouping=100, depth=10) == {
        "pair": "XXBTZUSD",
        "grouping": 100,
        "bids": [{"price": "9990.0", "qty": "4.73450000"}],
        "asks": [{"price": "10010.0", "qty": "7.40000000"}],
    }
    ungrouped = venue.ask("GroupedBook", pair="XBTUSD")
    assert [level["price"] for level in ungrouped["asks"]] == ["10000.1", "10001.0", "10010.0"]


def test_so_many_groups_and_no_more(venue: RestVenue) -> None:
    for tick in range(20):
        venue.rest("sell", f"{10020 + tick}.0", "1")
    grouped = venue.ask("GroupedBook", pair="XBTUSD", depth=10)
    assert len(grouped["asks"]) == 10


def test_pre_trade(venue: RestVenue) -> None:
    answer = venue.ask("PreTrade", symbol="BTC/USD")
    assert answer["bids"][0] == {
        "side": "BUY",
        "price": "9999.9",
        "qty": "0.50000000",
        "count": 1,
        "publication_ts": "2026-01-05T12:00:00.000000Z",
    }
    assert {key: answer[key] for key in ("symbol", "base_notation", "quote_notation", "venue", "system")} == {
        "symbol": "BTC/USD",
        "base_notation": "NOML",
        "quote_notation": "MONE",
        "venue": "PGSL",
        "system": "CLOB",
    }


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Depth", {}, "EGeneral:Invalid arguments:pair"),
    ("Depth", {"pair": "nope"}, "EQuery:Unknown asset pair"),
    ("Depth", {"pair": "XBTUSD", "count": 501}, "EGeneral:Invalid arguments:count"),
    ("Depth", {"pair": "XBTUSD", "count": 0}, "EGeneral:Invalid arguments:count"),
    ("GroupedBook", {"pair": "XBTUSD", "depth": 11}, "EGeneral:Invalid arguments:depth"),
    ("GroupedBook", {"pair": "XBTUSD", "grouping": 2}, "EGeneral:Invalid arguments:grouping"),
    ("PreTrade", {}, "EGeneral:Invalid arguments:symbol"),
    ("PreTrade", {"symbol": "XBT/USD"}, "EQuery:Unknown asset pair"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.public(method, **fields) == {"error": [error]}
