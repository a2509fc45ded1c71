"""Time, SystemStatus, Assets, AssetPairs: captured answers, and the exchange's own."""

from decimal import Decimal

import pytest

from fathom.protocol import rest
from rest_calls import ask, captured, line, read, result
from whole_exchange import START_NS, Stage

PUBLIC = "kraken-async-rs/rest-public.jsonl"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("nautilus_trader/http_server_time.json", 1762820224),
        ("XChange/marketdata/example-servertime-data.json", 1391835876),
    ],
)
def test_times(name: str, seconds: int) -> None:
    said = read(rest.Time(), captured(name))
    assert said.unixtime == seconds * 10**9
    assert said.rfc1123.endswith("+0000")


def test_states() -> None:
    for body in (
        captured("nautilus_trader/http_system_status.json"),
        captured("Kraken.Net/Endpoints/Spot/ExchangeData/GetSystemStatus.txt"),
        line(PUBLIC, "get_system_status_json"),
    ):
        said = read(rest.SystemStatus(), body)
        assert said.status == "online"
        assert said.timestamp is not None


def test_a_maintenance_that_is_announced() -> None:
    text = '{"status":"maintenance","upcoming_maintenance":[{"event_id":"x","time_to_start_s":60}],"emergency":[]}'
    said = result(rest.SystemStatus(), text)
    assert (said.status, said.upcoming_maintenance[0].time_to_start_s) == ("maintenance", 60)


def test_assets() -> None:
    for body in (
        captured("XChange/marketdata/example-assets-data.json"),
        captured("Kraken.Net/Endpoints/Spot/ExchangeData/GetAssets.txt"),
        line(PUBLIC, "get_asset_info_json"),
    ):
        said = read(rest.Assets(), body)
        assert (said["ZEUR"].altname, said["ZEUR"].decimals) == ("EUR", 4)


def test_pairs() -> None:
    old = read(rest.AssetPairs(), captured("XChange/marketdata/example-assetpairs-data.json"))
    assert len(old) == 86
    assert old["ADACAD"].fees[1].percent == Decimal("0.24")
    stocks = read(rest.AssetPairs(), captured("nautilus_trader/http_asset_pairs_tokenized.json"))
    assert stocks["AAPLxUSD"].aclass_base == "tokenized_asset"
    for name in ("nautilus_trader/http_asset_pairs.json", "Kraken.Net/Endpoints/Spot/ExchangeData/GetSymbols.txt"):
        assert all(pair.pair_decimals is not None for pair in read(rest.AssetPairs(), captured(name)).values())


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    assert ask(stage, rest.Time()).unixtime == START_NS
    assert ask(stage, rest.SystemStatus()).status == "online"
    assert ask(stage, rest.Assets(asset=("XBT", "ETH"))).keys() == {"XXBT", "XETH"}
    pair = ask(stage, rest.AssetPairs(pair=("BTC/USD",)))["BTC/USD"]
    assert (pair.altname, pair.pair_decimals, pair.tick_size) == ("XBTUSD", 1, Decimal("0.1"))
    assert pair.ordermin is not None
    leverage = ask(stage, rest.AssetPairs(pair=("XBTUSD",), info="leverage"))["XXBTZUSD"]
    assert leverage.leverage_buy
    assert leverage.altname is None
