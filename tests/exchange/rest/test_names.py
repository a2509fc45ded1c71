"""The names of assets and pairs, in and out."""

import pytest
from msgspec.structs import replace

from fathom.exchange.listing import Listing
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.names import find_asset, find_pair, find_pairs, key_of

LISTING = Listing.of(("BTC/USD", "DOGE/USD"))


@pytest.mark.parametrize(("name", "symbol"), [("XXBT", "BTC"), ("XBT", "BTC"), ("BTC", "BTC"), ("xdg", "DOGE")])
def test_an_asset_goes_by_three_names(name: str, symbol: str) -> None:
    assert find_asset(LISTING, name).symbol == symbol


@pytest.mark.parametrize(
    ("name", "key"), [("XXBTZUSD", "XXBTZUSD"), ("XBTUSD", "XXBTZUSD"), ("BTC/USD", "BTC/USD"), ("XDGUSD", "XDGUSD")]
)
def test_a_name_with_a_slash_comes_back_as_asked(name: str, key: str) -> None:
    assert key_of(find_pair(LISTING, name), name) == key


@pytest.mark.parametrize("name", ["XBT/USD", "XDG/USD", "btcusd", "BTCUSD", "ETHUSD", ""])
def test_other_names_are_unknown(name: str) -> None:
    with pytest.raises(Refused, match="EQuery:Unknown asset pair"):
        find_pair(LISTING, name)
    with pytest.raises(Refused, match="EQuery:Unknown asset"):
        find_asset(LISTING, f"{name}?")


def test_a_delisted_pair_is_unknown() -> None:
    listing = Listing.of(("BTC/USD", "DOGE/USD"))
    pair = listing.pair("BTC/USD")
    assert pair is not None
    listing.replace_pair(replace(pair, status="delisted"))
    with pytest.raises(Refused):
        find_pair(listing, "XBTUSD")
    assert [key for key, _ in find_pairs(listing, [])] == ["XDGUSD"]


def test_several_names() -> None:
    assert [key for key, _ in find_pairs(LISTING, ["DOGE/USD", "XBTUSD"])] == ["DOGE/USD", "XXBTZUSD"]
    assert [key for key, _ in find_pairs(LISTING, [])] == ["XXBTZUSD", "XDGUSD"]
