"""The table of what is listed: real rows, no name twice, prices that agree with each other."""

from decimal import Decimal
from itertools import combinations

import pytest

from fathom.domain import INT64_MAX
from fathom.exchange.listing import ASSETS, PAIRS, Asset, Pair

BY_SYMBOL = {pair.symbol: pair for pair in PAIRS}
ASSET_BY_SYMBOL = {asset.symbol: asset for asset in ASSETS}

# How far the reference prices of a triangle may be apart: no arbitrage worth a taker's fees many times over.
CROSS_APART_MAX = Decimal("0.03")
# Sane: what the smallest order of a pair costs, in USD.
SMALLEST_ORDER_USD = (Decimal("0.4"), Decimal(30))


def each_pair() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.symbol)


def usd_price(asset: str) -> Decimal:
    return Decimal(1) if asset == "USD" else BY_SYMBOL[f"{asset}/USD"].reference_price


def reference_ticks(pair: Pair) -> Decimal:
    return pair.reference_price.scaleb(pair.price_precision)


# v2's symbol, REST's key, altname, wsname; decimals of price, quantity and cost; smallest quantity and cost.
ROWS = (
    ("BTC/USD", "XXBTZUSD", "XBTUSD", "XBT/USD", 1, 8, 5, "0.00005", "0.5"),
    ("BTC/USDT", "XBTUSDT", "XBTUSDT", "XBT/USDT", 1, 8, 5, "0.00005", "0.5"),
    ("ETH/USD", "XETHZUSD", "ETHUSD", "ETH/USD", 2, 8, 5, "0.002", "0.5"),
    ("ETH/BTC", "XETHXXBT", "ETHXBT", "ETH/XBT", 5, 8, 10, "0.002", "0.00002"),
    ("DOGE/EUR", "XDGEUR", "XDGEUR", "XDG/EUR", 7, 8, 5, "30", "0.5"),
    ("DOGE/BTC", "XXDGXXBT", "XDGXBT", "XDG/XBT", 8, 8, 10, "30", "0.00002"),
    ("ADA/BTC", "ADAXBT", "ADAXBT", "ADA/XBT", 8, 8, 10, "10", "0.00002"),
    ("MATIC/USD", "MATICUSD", "MATICUSD", "MATIC/USD", 4, 8, 5, "25", "0.5"),
    ("ALGO/USD", "ALGOUSD", "ALGOUSD", "ALGO/USD", 5, 8, 5, "32", "0.5"),
    ("USDT/USD", "USDTZUSD", "USDTUSD", "USDT/USD", 4, 8, 5, "5", "0.5"),
    ("EUR/USD", "ZEURZUSD", "EURUSD", "EUR/USD", 5, 8, 5, "0.5", "0.5"),
    ("SHIB/USD", "SHIBUSD", "SHIBUSD", "SHIB/USD", 8, 5, 5, "550000", "0.5"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_known_rows(row: tuple[str, str, str, str, int, int, int, str, str]) -> None:
    pair = BY_SYMBOL[row[0]]
    assert (pair.rest_id, pair.altname, pair.wsname) == row[1:4]
    assert (pair.price_precision, pair.qty_precision, pair.cost_precision) == row[4:7]
    assert (pair.qty(pair.qty_lots_min), pair.cost_min) == (Decimal(row[7]), Decimal(row[8]))


def test_the_pair_that_the_documents_show_in_full() -> None:
    pair = BY_SYMBOL["BTC/USD"]
    assert pair.leverages == (2, 3, 4, 5, 6, 7, 8, 9, 10)
    assert (pair.margin_call_pct, pair.margin_stop_pct) == (80, 40)
    assert (pair.position_max_long, pair.position_max_short) == (350, 250)
    assert pair.has_index
    assert pair.status == "online"


@pytest.mark.parametrize(
    ("symbol", "rest_id", "altname", "decimals", "shown"),
    [
        ("USD", "ZUSD", "USD", 4, 2),
        ("BTC", "XXBT", "XBT", 10, 5),
        ("DOGE", "XXDG", "XDG", 8, 2),
        ("ETH", "XETH", "ETH", 10, 5),
        ("SOL", "SOL", "SOL", 10, 5),
        ("USDT", "USDT", "USDT", 8, 4),
    ],
)
def test_known_assets(symbol: str, rest_id: str, altname: str, decimals: int, shown: int) -> None:
    asset = ASSET_BY_SYMBOL[symbol]
    assert (asset.rest_id, asset.altname, asset.decimals, asset.decimals_shown) == (rest_id, altname, decimals, shown)


def test_at_least_36_pairs_and_no_asset_without_one() -> None:
    assert len(PAIRS) >= 36
    assert {asset for pair in PAIRS for asset in (pair.base, pair.quote)} == set(ASSET_BY_SYMBOL)


def test_no_name_means_two_pairs() -> None:
    for first, second in combinations(PAIRS, 2):
        assert not _names(first) & _names(second)


def test_no_name_means_two_assets() -> None:
    for first, second in combinations(ASSETS, 2):
        names = [{asset.symbol, asset.rest_id, asset.altname} for asset in (first, second)]
        assert not names[0] & names[1]


@each_pair()
def test_precisions_and_minima_are_sane(pair: Pair) -> None:
    assert 0 < pair.price_precision <= 8
    assert 0 < pair.qty_precision <= 8
    assert 0 < pair.cost_precision <= 10
    assert pair.price_increment_ticks >= 1
    assert pair.qty_lots_min > 0
    assert pair.cost_min > 0
    # A lot of the book is never finer than the ledger can keep, save of fiat.
    assert pair.qty_precision <= ASSET_BY_SYMBOL[pair.base].decimals or ASSET_BY_SYMBOL[pair.base].is_fiat


@each_pair()
def test_the_reference_price_is_a_price_of_the_pair(pair: Pair) -> None:
    ticks = reference_ticks(pair)
    assert ticks == int(ticks)
    assert int(ticks) % pair.price_increment_ticks == 0
    assert ticks >= 50  # A market has room to move in.
    assert str(pair.reference_price.quantize(Decimal(1).scaleb(-pair.price_precision))) == str(pair.reference_price)


@each_pair()
def test_the_smallest_order_costs_a_few_dollars(pair: Pair) -> None:
    low, high = SMALLEST_ORDER_USD
    cost_usd = pair.qty(pair.qty_lots_min) * pair.reference_price * usd_price(pair.quote)
    assert low <= cost_usd <= high


@each_pair()
def test_cross_prices_agree(pair: Pair) -> None:
    implied = usd_price(pair.base) / usd_price(pair.quote)
    assert abs(pair.reference_price / implied - 1) <= CROSS_APART_MAX


@each_pair()
def test_margin_is_whole_or_absent(pair: Pair) -> None:
    limits = (pair.position_max_long, pair.position_max_short)
    if not pair.leverages:
        assert limits == (0, 0)
        return
    assert pair.leverages == tuple(range(2, pair.leverages[-1] + 1))
    assert pair.position_max_long >= pair.position_max_short > 0
    for symbol in (pair.base, pair.quote):
        assert ASSET_BY_SYMBOL[symbol].margin_rate is not None  # A long borrows the quote, a short the base.


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.symbol)
def test_a_million_dollars_of_an_asset_fit_64_bits(asset: Asset) -> None:
    units = Decimal(1_000_000) / usd_price(asset.symbol) * 10**asset.decimals
    assert units < INT64_MAX


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.symbol)
def test_collateral_is_a_fraction_and_a_loan_costs_something(asset: Asset) -> None:
    assert 0 <= asset.decimals_shown <= asset.decimals <= 10
    assert asset.collateral_value is None or 0 < asset.collateral_value <= 1
    assert asset.margin_rate is None or 0 < asset.margin_rate < 1


def _names(pair: Pair) -> set[str]:
    return {pair.symbol, pair.rest_id, pair.altname, pair.wsname}
