"""Names of pairs: the right one, or an error that says it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.domain import LocalError
from fathom.net.client import modern_name
from fathom.net.client.feeds.pairs import checked_pairs
from market_feed import BTC, ETH

DOGE = structs.replace(BTC, symbol="DOGE/USD", base="DOGE")
PAIRS = {pair.symbol: pair for pair in (BTC, ETH, DOGE)}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("BTC/USD", "BTC/USD"),
        ("XBT/USD", "BTC/USD"),
        ("xbt/usd", "BTC/USD"),
        (" btc-usd ", "BTC/USD"),
        ("BTC_USD", "BTC/USD"),
        ("XDG/EUR", "DOGE/EUR"),
        ("ETH/XBT", "ETH/BTC"),
        ("BTCUSD", "BTCUSD"),
        ("", ""),
    ],
)
def test_the_modern_name(written: str, meant: str) -> None:
    assert modern_name(written) == meant


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20))
def test_a_modern_name_stays_as_it_is(text: str) -> None:
    assert modern_name(modern_name(text)) == modern_name(text)


@pytest.mark.parametrize(
    ("symbols", "said"),
    [
        ((), "name at least one pair"),
        (("XBT/USD",), "XBT/USD is not how this venue names it: write BTC/USD"),
        (("BTC/USD", "xdg/usd"), "write DOGE/USD"),
        (("BTC/USDT",), "did you mean BTC/USD"),
        (("BTCUSD",), "did you mean BTC/USD"),
        (("NOTHING",), "among 3: pairs look like BTC/USD"),
        (("",), "is not a pair"),
    ],
)
def test_a_wrong_name_says_what_to_write(symbols: tuple[str, ...], said: str) -> None:
    with pytest.raises(LocalError) as told:
        checked_pairs(symbols, PAIRS)
    assert said in str(told.value)


def test_each_pair_counts_once() -> None:
    assert checked_pairs(("ETH/USD", "BTC/USD", "ETH/USD"), PAIRS) == ("ETH/USD", "BTC/USD")
