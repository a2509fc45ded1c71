from decimal import Decimal

import pytest

from fathom.domain import OrderTraded, OrderWanted
from fathom.strategy import Every, Rebalance, make_strategy
from market_feed import BTC, ETH, S, two_sided
from strategy_stage import Played, Street, living, play, random_markets

PAIRS = (BTC, ETH)


def rebalance(**params: object) -> Rebalance:
    told = {
        "quote": "USD", "targets": {"BTC/USD": 0.4, "ETH/USD": 0.2}, "step_quote": "500", "band_share": 0.05,
        "every_s": 10,
    } | params  # fmt: skip
    made = make_strategy("rebalance", name="a", params=told)
    assert isinstance(made, Rebalance)
    return made


def street() -> Street:
    """Both markets, deep: BTC at 100 USD, ETH at 10 USD."""
    return Street(two_sided(BTC, qty_lots=10_000), two_sided(ETH, qty_lots=100_000))


def shares(played: Played, btc: str, eth: str, usd: str) -> tuple[float, float]:
    """The shares at the end, from what was held before, at 100 and 10."""
    held = {"BTC": Decimal(btc), "ETH": Decimal(eth), "USD": Decimal(usd)}
    for symbol, position in played.audit.portfolio.positions.items():
        held[symbol[:3]] += position.qty
    for fill in played.said(OrderTraded):
        instrument = BTC if fill.symbol == "BTC/USD" else ETH
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        held["USD"] -= (cost if fill.side == "buy" else -cost) + fill.fee
    total = held["BTC"] * 100 + held["ETH"] * 10 + held["USD"]
    return float(held["BTC"] * 100 / total), float(held["ETH"] * 10 / total)


def run_from(btc: str, eth: str, usd: str, *, seconds: int = 100, **params: object) -> Played:
    market = street()
    for _ in range(seconds // 5):
        market.wait(5).heal().heal(symbol="ETH/USD")
    balances = {"BTC": Decimal(btc), "ETH": Decimal(eth), "USD": Decimal(usd)}
    return play(lambda: rebalance(**params), market.frames, instruments=PAIRS, balances=balances)


def test_it_looks_now_and_then_and_more_often_while_it_trades() -> None:
    assert rebalance().wakes() == (Every(10 * S, "look"), Every(5 * S, "step"))


@pytest.mark.parametrize(
    ("btc", "eth", "usd"), [("0", "0", "1000"), ("10", "0", "0"), ("2", "80", "0"), ("0", "100", "0")]
)
def test_from_anywhere_it_comes_within_its_band(btc: str, eth: str, usd: str) -> None:
    one, other = shares(run_from(btc, eth, usd), btc, eth, usd)
    assert one == pytest.approx(0.4, abs=0.02)
    assert other == pytest.approx(0.2, abs=0.02)


def test_within_the_band_it_does_nothing() -> None:
    assert run_from("4.4", "18", "380").said(OrderWanted) == []


def test_it_trades_in_steps_and_sells_before_it_buys() -> None:
    played = run_from("10", "0", "0", step_quote="200")
    orders = played.said(OrderWanted)
    assert [one.side for one in orders[:3]] == ["sell", "sell", "sell"]
    assert {one.side for one in orders if one.symbol == "ETH/USD"} == {"buy"}
    assert all(
        Decimal(one.qty_lots) * (one.price_ticks or 0) / 1000 <= 200 for one in orders if one.symbol == "BTC/USD"
    )


def test_only_what_is_out_of_its_band_is_traded() -> None:
    played = run_from("6", "20", "200")  # 0.6 and 0.2.
    assert {one.symbol for one in played.said(OrderWanted)} == {"BTC/USD"}


def test_while_one_book_does_not_verify_no_share_is_known() -> None:
    market = street().flaw(symbol="ETH/USD")
    for _ in range(10):
        market.wait(5).heal()
    played = play(rebalance, market.frames, instruments=PAIRS, balances={"USD": Decimal(1000)})
    assert played.said(OrderWanted) == []


@pytest.mark.parametrize(
    "params",
    [
        {"targets": {}},
        {"targets": {"BTC/USD": 0.7, "ETH/USD": 0.4}},
        {"targets": {"BTC/EUR": 0.7}},
        {"targets": {"BTC/USD": 1.5}},
        {"step_quote": "0"},
    ],
)
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"targets|not priced|Expected|must be above 0"):
        rebalance(**params)


@random_markets
def test_in_any_market_it_sells_only_what_is_held_and_in_steps(seed: int) -> None:
    params = {"step_quote": "60", "band_share": 0.01, "every_s": 2}
    balances = {"BTC": Decimal(5), "ETH": Decimal(5), "USD": Decimal(500)}
    played = play(
        lambda: rebalance(**params), living(seed, *PAIRS), instruments=PAIRS, balances=balances, seed=seed
    )  # fmt: skip
    assert played.extremes("BTC/USD")[0] >= -500
    assert played.extremes("ETH/USD")[0] >= -500
    for one in played.said(OrderWanted):
        instrument = BTC if one.symbol == "BTC/USD" else ETH
        assert instrument.cost(price_ticks=one.price_ticks, qty_lots=one.qty_lots) <= 60
