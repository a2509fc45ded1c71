"""Time, SystemStatus, Assets, AssetPairs, beside recorded answers."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from rest_venue import RestVenue, fixture, recorded_line, shape

from fathom.exchange.core import Rules
from fathom.protocol import parse_time
from recorded import FIXTURES


def test_time(venue: RestVenue) -> None:
    venue.now_ns = parse_time("2023-07-06T18:50:48.9Z")
    assert venue.ask("Time") == recorded_line("rest-public.jsonl", "get_server_time_json")


def test_system_status(venue: RestVenue) -> None:
    assert venue.ask("SystemStatus") == {
        "status": "online",
        "timestamp": "2026-01-05T12:00:00Z",
        "upcoming_maintenance": [],
        "emergency": [],
    }
    venue.venue.set_system("cancel_only", now_ns=venue.now_ns)
    assert venue.ask("SystemStatus")["status"] == "cancel_only"
    recorded = recorded_line("rest-public.jsonl", "get_system_status_json")  # Without the two of 2026.
    assert shape(recorded).items() <= shape(venue.ask("SystemStatus")).items()


def test_the_engine_is_never_limit_only_in_rest_s_words(venue: RestVenue) -> None:
    venue.venue.set_system("limit_only", now_ns=venue.now_ns)
    assert venue.ask("SystemStatus")["status"] == "post_only"


def test_assets(venue: RestVenue) -> None:
    row = venue.ask("Assets", asset="XBT,ZUSD")
    assert row == {
        "XXBT": {
            "aclass": "currency",
            "altname": "XBT",
            "decimals": 10,
            "display_decimals": 5,
            "collateral_value": 0.99,
            "status": "enabled",
            "margin_rate": "0.01",
        },
        "ZUSD": {
            "aclass": "currency",
            "altname": "USD",
            "decimals": 4,
            "display_decimals": 2,
            "collateral_value": 1,
            "status": "enabled",
            "margin_rate": "0.036",
        },
    }
    recorded = recorded_line("rest-public.jsonl", "get_asset_info_json")["ZUSD"]
    assert shape(recorded).items() <= shape(row["ZUSD"]).items()


def test_all_assets_are_those_of_the_recorded_ones(venue: RestVenue) -> None:
    recorded = fixture("XChange", "marketdata", "example-assets-data.json")
    for name, row in venue.ask("Assets").items():
        old = recorded.get(name, {})
        for field in ("altname", "decimals"):
            assert row[field] == old.get(field, row[field]), name


def test_asset_pairs(venue: RestVenue) -> None:
    assert venue.ask("AssetPairs", pair="XBTUSD") == {
        "XXBTZUSD": {
            "altname": "XBTUSD",
            "wsname": "XBT/USD",
            "aclass_base": "currency",
            "base": "XXBT",
            "aclass_quote": "currency",
            "quote": "ZUSD",
            "execution_venue": "international",
            "lot": "unit",
            "cost_decimals": 5,
            "pair_decimals": 1,
            "lot_decimals": 8,
            "lot_multiplier": 1,
            "leverage_buy": [2, 3, 4, 5, 6, 7, 8, 9, 10],
            "leverage_sell": [2, 3, 4, 5, 6, 7, 8, 9, 10],
            "fees": [],
            "fees_maker": [],
            "fee_volume_currency": "ZUSD",
            "margin_call": 80,
            "margin_stop": 40,
            "ordermin": "0.00005",
            "costmin": "0.5",
            "tick_size": "0.1",
            "status": "online",
            "long_position_limit": 350,
            "short_position_limit": 250,
        }
    }


def test_a_name_with_a_slash_comes_back_as_asked(venue: RestVenue) -> None:
    assert list(venue.ask("AssetPairs", pair="BTC/USD,XETHZUSD")) == ["BTC/USD", "XETHZUSD"]


def test_pairs_have_the_names_of_2021(venue: RestVenue) -> None:
    line = (FIXTURES / "cryptofeed/KRAKEN.0").read_text()
    recorded = json.loads(line[line.index('{"error"') :].splitlines()[0])["result"]
    for key, row in venue.ask("AssetPairs").items():
        old = recorded.get(key)
        assert old is not None, key
        for field in ("altname", "wsname", "base", "quote"):
            assert row[field] == old[field], key


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        ("leverage", {"leverage_buy", "leverage_sell"}),
        ("fees", {"fees", "fees_maker", "fee_volume_currency"}),
        ("margin", {"margin_call", "margin_stop"}),
    ],
)
def test_views_of_a_pair(venue: RestVenue, view: str, fields: set[str]) -> None:
    assert set(venue.ask("AssetPairs", pair="XBTUSD", info=view)["XXBTZUSD"]) == fields


def test_fee_tables_are_a_setting() -> None:
    venue = RestVenue(Rules(limits=False, pair_fees_listed=True))
    row = venue.ask("AssetPairs", pair="XBTUSD")["XXBTZUSD"]
    assert row["fees"][:2] == [[0, 0.4], [10000, 0.35]]
    assert row["fees_maker"][-1] == [10_000_000, 0]
    recorded = fixture("nautilus_trader", "http_asset_pairs.json")["XBTUSDT"]
    assert row["fees"][0] == recorded["fees"][0]
    assert set(row) - set(recorded) <= {"execution_venue"}


def test_pairs_without_margin_have_no_position_limits(venue: RestVenue) -> None:
    row = venue.ask("AssetPairs", pair="OMGUSD")["OMGUSD"]
    assert row["leverage_buy"] == []
    assert "long_position_limit" not in row


def test_the_states_of_a_pair(venue: RestVenue) -> None:
    pair = venue.listing.pair("BTC/USD")
    assert pair is not None
    venue.venue.set_pair(replace(pair, status="work_in_progress"), now_ns=venue.now_ns)
    assert venue.ask("AssetPairs", pair="XBTUSD")["XXBTZUSD"]["status"] == "cancel_only"
    venue.venue.set_pair(replace(pair, status="delisted"), now_ns=venue.now_ns)
    assert "XXBTZUSD" not in venue.ask("AssetPairs")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Assets", {"asset": "XBT,NOPE"}, "EQuery:Unknown asset"),
    ("Assets", {"aclass": "wheat"}, "EGeneral:Invalid arguments:aclass"),
    ("AssetPairs", {"pair": "XBTNOPE"}, "EQuery:Unknown asset pair"),
    ("AssetPairs", {"pair": "XBT/USD"}, "EQuery:Unknown asset pair"),
    ("AssetPairs", {"info": "all"}, "EGeneral:Invalid arguments:info"),
    ("AssetPairs", {"execution_venue": "moon"}, "EGeneral:Invalid arguments:execution_venue"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.public(method, **fields) == {"error": [error]}


def test_no_stocks_are_listed(venue: RestVenue) -> None:
    assert venue.ask("Assets", aclass="tokenized_asset") == {}
    assert venue.ask("AssetPairs", aclass_base="tokenized_asset") == {}
    assert venue.ask("AssetPairs", execution_venue="bitnomial_exchange") == {}
