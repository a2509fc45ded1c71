from functools import cache
from itertools import pairwise
from math import exp, log, sqrt
from random import Random
from statistics import fmean, pstdev

import pytest
from msgspec import structs

from fathom.exchange.crowd.parameters import WalkStyle
from fathom.exchange.crowd.values import STEP_NS, YEAR_S, Values, Walk, start_ticks, usd_values
from fathom.exchange.listing import PAIRS

MINUTE_NS = 60_000_000_000
BY_SYMBOL = {pair.symbol: pair for pair in PAIRS}


@cache
def walks(count: int) -> dict[str, list[float]]:
    """Each asset's returns, minute by minute."""
    assets = ("BTC", "ETH", "EUR", "USDT", "USD")
    values = Values(seed=1, assets=assets)
    logs: dict[str, list[float]] = {asset: [] for asset in assets}
    for minute in range(count + 1):
        values.advance(minute * MINUTE_NS)
        for asset in assets:
            logs[asset].append(values.log(asset))
    return {asset: [after - before for before, after in pairwise(path)] for asset, path in logs.items()}


def minutes(asset: str) -> list[float]:
    return walks(1600)[asset]


def correlation(xs: list[float], ys: list[float]) -> float:
    mean_x, mean_y = fmean(xs), fmean(ys)
    return fmean((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / (pstdev(xs) * pstdev(ys))


def test_values_hang_on_the_seed_and_the_time_alone() -> None:
    jumping, stepping = (Values(seed=4, assets=["BTC", "ETH"]) for _ in range(2))
    jumping.advance(500 * STEP_NS)
    for step in range(501):
        stepping.advance(step * STEP_NS)
    stepping.advance(3 * STEP_NS)  # The past changes nothing.
    assert jumping.log("ETH") == stepping.log("ETH")
    alone = Values(seed=4, assets=["ETH"])
    alone.advance(500 * STEP_NS)
    assert alone.log("ETH") == jumping.log("ETH"), "whoever else is asked for"
    assert Values(seed=5, assets=["ETH"]).log("ETH") == 0.0
    other = Values(seed=5, assets=["ETH"])
    other.advance(500 * STEP_NS)
    assert other.log("ETH") != jumping.log("ETH")


def test_volatility_is_what_the_table_says_and_comes_in_clusters() -> None:
    returns = minutes("BTC")
    yearly = pstdev(returns) * sqrt(YEAR_S / 60)
    assert 0.3 < yearly < 0.75
    assert abs(correlation(returns[:-1], returns[1:])) < 0.1, "what comes is not told by what was"
    sizes = [abs(one) for one in returns]
    assert correlation(sizes[:-1], sizes[1:]) > 0.1
    assert correlation(sizes[:-3], sizes[3:]) > 0.03
    kurtosis = fmean((one / pstdev(returns)) ** 4 for one in returns)
    assert kurtosis > 4.0, "fatter tails than the normal distribution's 3"


def test_coins_move_together_and_money_hardly() -> None:
    btc, eth, eur, usdt = (minutes(asset) for asset in ("BTC", "ETH", "EUR", "USDT"))
    assert correlation(btc, eth) > 0.6
    assert abs(correlation(btc, eur)) < 0.15
    assert pstdev(usdt) < pstdev(eur) < pstdev(btc) / 3
    assert set(minutes("USD")) == {0.0}


def test_a_deviation_reverts() -> None:
    style = WalkStyle(volatility=0.5, reverting_s=600.0)
    ends = []
    for seed in range(60):
        walk = Walk(Random(seed), style)
        for _ in range(4 * 3600):
            walk.step()
        ends.append(walk.log)
    free = 0.5 * sqrt(3600 / YEAR_S)
    assert pstdev(ends) < 0.75 * free


def test_the_typical_way_in_a_second_is_near_what_is_walked() -> None:
    values = Values(seed=1, assets=["BTC", "USD", "EUR", "ETH"])
    second = pstdev(minutes("BTC")) / sqrt(60)
    assert values.volatility("BTC", "USD") == pytest.approx(second, rel=0.4)
    assert values.volatility("EUR", "USD") < values.volatility("ETH", "BTC") < values.volatility("ETH", "USD")


def test_values_start_where_cross_rates_agree() -> None:
    def price(symbol: str) -> float:
        pair = BY_SYMBOL[symbol]
        return start_ticks(pair, listed=PAIRS) / 10**pair.price_precision

    assert price("BTC/USD") == 97_000.0
    assert price("BTC/EUR") * price("EUR/USD") == pytest.approx(price("BTC/USD"))
    assert price("ETH/BTC") * price("BTC/USD") == pytest.approx(price("ETH/USD"))
    for pair in PAIRS:
        assert price(pair.symbol) == pytest.approx(float(pair.reference_price), rel=0.005), pair.symbol


def test_a_pair_of_unknown_assets_starts_at_its_reference() -> None:
    pair = structs.replace(BY_SYMBOL["BTC/EUR"], symbol="NEW/EUR", base="NEW")
    assert start_ticks(pair, listed=[pair]) == pytest.approx(898_148)
    assert usd_values(listed=[pair])["NEW"] == pytest.approx(97_000, rel=0.01)
    dearer = structs.replace(BY_SYMBOL["BTC/USD"], reference_price=BY_SYMBOL["BTC/USD"].reference_price * 2)
    assert start_ticks(BY_SYMBOL["BTC/EUR"], listed=[dearer]) == pytest.approx(2 * 898_148)


def test_wild_times_come_and_go() -> None:
    values = Values(seed=2, assets=["BTC", "USDT"])
    seen = []
    for minute in range(600):
        values.advance(minute * MINUTE_NS)
        seen.append(values.wild("BTC"))
    assert 0.05 < fmean(seen) < 0.45
    assert exp(values.log("USDT")) == pytest.approx(1.0, abs=0.01)
    assert log(exp(values.log("BTC"))) == pytest.approx(values.log("BTC"))
