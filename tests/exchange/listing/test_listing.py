"""A listing finds an asset or a pair by each of its names, and changes a pair while running."""

from decimal import Decimal

import msgspec
import pytest

from fathom.domain import LocalError
from fathom.exchange.listing import ASSETS, PAIRS, Asset, Listing, Pair


@pytest.fixture
def listing() -> Listing:
    return Listing()


def symbol_of(found: Asset | Pair | None) -> str | None:
    return None if found is None else found.symbol


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("XXBT", "BTC"),
        ("XBT", "BTC"),
        ("btc", "BTC"),
        ("xxdg", "DOGE"),
        ("XDG", "DOGE"),
        ("DOGE", "DOGE"),
        ("ZUSD", "USD"),
        ("SOL", "SOL"),
        ("NOPE", None),
        ("", None),
    ],
)
def test_rest_names_of_an_asset(listing: Listing, name: str, symbol: str | None) -> None:
    assert symbol_of(listing.asset_by_rest(name)) == symbol


@pytest.mark.parametrize(
    ("name", "rest", "v1", "v2"),
    [
        ("XXBTZUSD", "BTC/USD", None, None),
        ("XBTUSD", "BTC/USD", None, None),
        ("BTC/USD", "BTC/USD", None, "BTC/USD"),
        ("XBT/USD", None, "BTC/USD", None),
        ("XDG/USD", None, "DOGE/USD", None),
        ("XDGUSD", "DOGE/USD", None, None),
        ("ETH/USD", "ETH/USD", "ETH/USD", "ETH/USD"),
        ("ETH/XBT", None, "ETH/BTC", None),
        ("ETHXBT", "ETH/BTC", None, None),
        ("NOPE/USD", None, None, None),
    ],
)
def test_which_name_of_a_pair_is_known_where(
    listing: Listing, name: str, rest: str | None, v1: str | None, v2: str | None
) -> None:
    assert symbol_of(listing.pair_by_rest(name)) == rest
    assert symbol_of(listing.pair_by_wsname(name)) == v1
    assert symbol_of(listing.pair(name)) == v2


def test_every_name_in_the_table_finds_its_own(listing: Listing) -> None:
    for pair in PAIRS:
        assert listing.pair_by_rest(pair.rest_id) is pair
        assert listing.pair_by_rest(pair.altname) is pair
        assert listing.pair_by_rest(pair.symbol) is pair
        assert listing.pair_by_wsname(pair.wsname) is pair
    for asset in ASSETS:
        for name in (asset.symbol, asset.rest_id, asset.altname):
            assert listing.asset_by_rest(name) is asset
    assert tuple(listing.pairs.values()) == PAIRS
    assert tuple(listing.assets.values()) == ASSETS


def test_some_pairs_bring_the_assets_they_need_and_usd_and_eur_in_the_tables_order() -> None:
    listing = Listing.of(["ETH/BTC", "BTC/GBP"])
    assert list(listing.pairs) == ["BTC/GBP", "ETH/BTC"]
    assert list(listing.assets) == ["USD", "EUR", "GBP", "BTC", "ETH"]
    assert listing.pair("BTC/USD") is None
    assert listing.pair_by_rest("XBTUSD") is None
    assert listing.asset_by_rest("SOL") is None


def test_no_choice_of_pairs_is_all_of_them() -> None:
    assert tuple(Listing.of(None).pairs.values()) == PAIRS


@pytest.mark.parametrize("symbol", ["XBT/USD", "btc/usd", "NOPE/USD", ""])
def test_a_choice_of_an_unknown_pair_says_what_is_listed(symbol: str) -> None:
    with pytest.raises(LocalError, match=f"pairs: {symbol} is not listed; listed are BTC/USD, BTC/EUR, "):
        Listing.of(["ETH/USD", symbol])


@pytest.mark.parametrize(
    ("asset", "path"),
    [
        ("BTC", ("BTC/USD", False)),
        ("EUR", ("EUR/USD", False)),
        ("USD", None),
        ("JPY", ("USD/JPY", True)),
        ("NOPE", None),
    ],
)
def test_what_prices_an_asset_in_usd(asset: str, path: tuple[str, bool] | None) -> None:
    yen = Asset(symbol="JPY", rest_id="ZJPY", altname="JPY", decimals=2, decimals_shown=0)
    usd_yen = msgspec.structs.replace(
        PAIRS[0], symbol="USD/JPY", base="USD", quote="JPY", rest_id="ZUSDZJPY", altname="USDJPY", wsname="USD/JPY"
    )
    assert Listing(assets=[*ASSETS, yen], pairs=[*PAIRS, usd_yen]).usd_path(asset) == path


def test_every_listed_asset_but_usd_has_a_price_in_usd(listing: Listing) -> None:
    assert [symbol for symbol in listing.assets if listing.usd_path(symbol) is None] == ["USD"]


def test_a_changed_pair_is_found_by_all_its_names(listing: Listing) -> None:
    old = PAIRS[0]
    new = msgspec.structs.replace(old, status="cancel_only", price_precision=2, cost_min=Decimal(5))
    kept = listing.pairs
    listing.replace_pair(new)
    assert listing.changes == 1
    assert listing.pair(old.symbol) is new
    assert listing.pair_by_rest(old.rest_id) is new
    assert listing.pair_by_wsname(old.wsname) is new
    assert kept[old.symbol] is new  # A view, not a copy.
    assert list(listing.pairs) == [pair.symbol for pair in PAIRS]
    assert Listing().pair(old.symbol) is old  # Another listing is another exchange.


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"symbol": "NOPE/USD"}, "pair: NOPE/USD is not listed"),
        ({"wsname": "BTC/USD"}, "pair: BTC/USD must keep the names BTC, USD, XXBTZUSD, XBTUSD, XBT/USD"),
        ({"quote": "EUR"}, "pair: BTC/USD must keep the names"),
    ],
)
def test_a_change_keeps_the_names(listing: Listing, changed: dict[str, str], rule: str) -> None:
    with pytest.raises(LocalError, match=rule):
        listing.replace_pair(msgspec.structs.replace(PAIRS[0], **changed))
    assert tuple(listing.pairs.values()) == PAIRS


def test_a_pair_of_an_unlisted_asset_is_refused() -> None:
    with pytest.raises(LocalError, match="pairs: BTC/USD needs the asset BTC, which is not listed"):
        Listing(assets=ASSETS[:1], pairs=PAIRS[:1])
