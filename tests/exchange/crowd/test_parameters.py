import pytest
from msgspec import structs

from fathom.exchange.crowd.parameters import ASSET_ELSE, asset_style, pair_style
from fathom.exchange.listing import ASSETS, PAIRS, Pair


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.symbol))
def test_each_listed_pair_has_plausible_figures(pair: Pair) -> None:
    style = pair_style(pair)
    price_ticks = float(pair.reference_price.scaleb(pair.price_precision))
    assert 0.3 <= style.rate_per_s <= 40
    assert style.trades_per_min / 60 < style.rate_per_s / 4
    assert style.spread_ticks >= 1.0
    assert style.spread_ticks / price_ticks < 0.01
    assert 90 <= style.ladder_slots <= 1500
    assert 0.0 < style.span < 0.7
    assert style.level_usd > style.trade_usd


def test_majors_are_fast_and_quiet_pairs_slow() -> None:
    rates = {pair.symbol: pair_style(pair).rate_per_s for pair in PAIRS}
    assert max(rates, key=lambda symbol: rates[symbol]) == "BTC/USD"
    assert rates["BTC/USD"] > 40 * rates["OMG/USD"]


def test_an_unknown_pair_is_a_quiet_one() -> None:
    unknown = structs.replace(PAIRS[0], symbol="NEW/USD")
    assert pair_style(unknown).rate_per_s == 1.0
    assert pair_style(unknown).spread_ticks == pytest.approx(970_000 * 0.0015)


def test_money_moves_less_than_coins() -> None:
    volatility = {asset.symbol: asset_style(asset.symbol).own.volatility for asset in ASSETS}
    assert volatility["USD"] == 0.0
    assert max(volatility[name] for name in ("EUR", "GBP", "USDT", "USDC")) < 0.05 < volatility["ETH"]
    assert asset_style("NEW") is ASSET_ELSE
