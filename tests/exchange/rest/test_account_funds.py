"""Balance, BalanceEx, CreditLines, TradeBalance, TradeVolume."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, RestVenue, fixture, shape


def test_balances_by_asset_id(venue: RestVenue) -> None:
    assert venue.ask("Balance") == {"ZUSD": "100000.0000", "XXBT": "10.0000000000"}
    recorded = fixture("XChange", "account", "example-balance-data.json")
    assert shape(venue.ask("Balance")["XXBT"]) == shape(recorded["XXBT"])


def test_holds_are_in_the_balance(venue: RestVenue) -> None:
    venue.limit("sell", "1", "11000")
    assert venue.ask("Balance")["XXBT"] == "10.0000000000"
    assert venue.ask("BalanceEx")["XXBT"] == {"balance": "10.0000000000", "hold_trade": "1.0000000000"}
    assert venue.ask("BalanceEx")["ZUSD"] == {"balance": "100000.0000", "hold_trade": "0.0000"}


def test_a_trade_moves_them(venue: RestVenue) -> None:
    venue.limit("buy", "0.4", "10000.1")
    assert venue.ask("Balance") == {"ZUSD": "95983.9598", "XXBT": "10.4000000000"}


def test_a_lagging_view_is_of_before(venue: RestVenue) -> None:
    venue.wait(60)
    venue.faults.lag_ns = 30 * SECOND_NS
    venue.limit("buy", "0.4", "10000.1")
    venue.limit("sell", "1", "11000")
    assert venue.ask("Balance") == {"ZUSD": "100000.0000", "XXBT": "10.0000000000"}
    assert venue.ask("BalanceEx")["XXBT"] == {"balance": "10.0000000000", "hold_trade": "0.0000000000"}
    venue.wait(30)
    assert venue.ask("Balance") == {"ZUSD": "95983.9598", "XXBT": "10.4000000000"}


def test_credit_lines(venue: RestVenue) -> None:
    assert venue.ask("CreditLines") is None


def test_trade_balance(venue: RestVenue) -> None:
    venue.take("buy", "0.1")  # BTC is worth 10000.1 now.
    venue.limit("buy", "1", "9000")
    answer = venue.ask("TradeBalance")
    assert answer == {
        "eb": "200001.0000",
        "tb": "199000.9900",
        "m": "0.0000",
        "uv": "9000.0000",
        "n": "0.0000",
        "c": "0.0000",
        "v": "0.0000",
        "e": "199000.9900",
        "mf": "199000.9900",
        "mfo": "199000.9900",
    }
    assert venue.ask("TradeBalance", asset="XBT")["eb"] == "19.9999"


def test_trade_balance_with_a_position(venue: RestVenue) -> None:
    venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.1", leverage=2)
    answer = venue.ask("TradeBalance")
    assert answer["m"] == "500.0050"
    assert answer["c"] == "1000.0100"
    assert float(answer["ml"]) > 10_000


def test_trade_volume(venue: RestVenue) -> None:
    assert venue.ask("TradeVolume") == {"currency": "ZUSD", "volume": "0.0000"}
    venue.limit("buy", "0.4", "10000.1")
    answer = venue.ask("TradeVolume", pair="XBTUSD,ETH/USD")
    assert answer["volume"] == "4000.0400"
    assert answer["fees"]["XXBTZUSD"] == {
        "fee": "0.4000",
        "minfee": "0.1000",
        "maxfee": "0.4000",
        "nextfee": "0.3500",
        "tiervolume": "0.0000",
        "nextvolume": "10000.0000",
    }
    assert answer["fees_maker"]["ETH/USD"]["fee"] == "0.2500"
    assert "schedules" not in answer


def test_trade_volume_of_objects_and_with_schedules(venue: RestVenue) -> None:
    answer = venue.ask("TradeVolume", pair=[{"asset": "XBTUSD", "aclass": "forex"}], fee_schedule=True, as_json=True)
    (schedule,) = answer["schedules"]
    assert (schedule["pair"], schedule["class"]) == ("XXBTZUSD", "forex")
    assert schedule["tiers"][0] == {"maker_fee": "0.2500", "taker_fee": "0.4000", "active": True}
    assert schedule["tiers"][1] == {"maker_fee": "0.2000", "taker_fee": "0.3500", "min_spot_volume": "10000.0000"}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("TradeBalance", {"asset": "nope"}, "EQuery:Unknown asset"),
    ("TradeVolume", {"pair": "nope"}, "EQuery:Unknown asset pair"),
    ("TradeVolume", {"pair": "XBTUSD", "fee_schedule": "True"}, "EGeneral:Invalid arguments:fee_schedule"),
    ("CreditLines", {"rebase_multiplier": "x"}, "EGeneral:Invalid arguments:rebase_multiplier"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


@pytest.mark.parametrize("pair", [[{"asset": "PF_XBTUSD", "aclass": "derivatives"}], [{"asset": 5}], [{}]])
def test_objects_that_name_no_pair(venue: RestVenue, pair: Any) -> None:
    assert venue.refusal("TradeVolume", pair=pair, as_json=True).startswith("E")
