from decimal import Decimal

import msgspec
import pytest

from fathom.domain import OrderDenied, OrderTraded, OrderWanted
from fathom.risk import Limits, SymbolLimits
from fathom.strategy import Every, Pairs, make_strategy
from market_feed import BTC, ETH, S, two_sided
from strategy_stage import WIDE, Played, Street, living, play, random_markets

PAIRS = (BTC, ETH)


def pairs(**params: object) -> Pairs:
    told = {"first": "BTC/USD", "second": "ETH/USD", "leg_quote": "50", "window": 10, "every_s": 1} | params
    made = make_strategy("pairs", name="a", params=told)
    assert isinstance(made, Pairs)
    return made


def street(*, btc_lots: int = 1_000, eth_lots: int = 10_000) -> Street:
    """Both markets, with enough small changes that a spread can be measured: its deviation is about 0.001."""
    market = Street(two_sided(BTC, qty_lots=btc_lots), two_sided(ETH, qty_lots=eth_lots))
    for n in range(12):
        both(market, 1_000 + n % 2)
    return market


def both(market: Street, btc: int, eth: int = 1_000) -> Street:
    market.move(btc, qty_lots=1_000).move(eth, symbol="ETH/USD", qty_lots=10_000)
    return market.wait(1)


def run(
    market: Street, *, balances: dict[str, Decimal] | None = None, limits: Limits = WIDE, **params: object
) -> Played:
    held = {"BTC": Decimal(5), "ETH": Decimal(50), "USD": Decimal(5_000)} if balances is None else balances
    return play(lambda: pairs(**params), market.frames, instruments=PAIRS, balances=held, limits=limits)


def test_it_looks_as_often_as_it_is_told() -> None:
    assert pairs(every_s=10).wakes() == (Every(10 * S, "look"), Every(2 * S, "step"))


def test_before_its_window_is_full_it_does_nothing() -> None:
    market = Street(two_sided(BTC), two_sided(ETH))
    for n in range(8):
        both(market, 1_000 + 50 * n)
    assert run(market).said(OrderWanted) == []


def test_it_sells_the_dear_one_first_and_then_buys_the_cheap_one() -> None:
    played = run(both(both(both(street(), 1_002), 1_002), 1_002))
    first, second = played.said(OrderWanted)
    assert (first.symbol, first.side) == ("BTC/USD", "sell")
    assert (second.symbol, second.side) == ("ETH/USD", "buy")
    assert played.position("BTC/USD") == -49
    assert played.position("ETH/USD") == 497  # As much in value: 49.7 against 49.1.
    sold, *_, bought = [at_ns for at_ns, _ in played.at(OrderTraded)]
    assert sold < bought


def test_when_they_have_met_both_legs_end() -> None:
    market = both(both(street(), 1_002), 1_002)
    for _ in range(6):
        both(market, 1_000)
    played = run(market)
    assert len(played.said(OrderWanted)) == 4
    assert (played.position("BTC/USD"), played.position("ETH/USD")) == (0, 0)
    assert played.strategy.stance == 0


def test_when_they_part_for_good_it_stops_and_stays_away() -> None:
    market = both(both(street(), 1_002), 1_002)
    for n in range(4):
        both(market, 1_050 + 20 * n)
    played = run(market)
    assert (played.position("BTC/USD"), played.position("ETH/USD")) == (0, 0)
    assert len(played.said(OrderTraded)) == 4


def test_it_gives_up_in_time() -> None:
    market = both(both(street(), 1_002), 1_002)
    for n in range(8):
        both(market, 1_002 + n % 2)
    played = run(market, hold_s_max=4, exit_z=0.0, entry_z=2.0)
    assert (played.position("BTC/USD"), played.position("ETH/USD")) == (0, 0)


def test_without_the_leg_to_sell_there_is_no_trade_at_all() -> None:
    market = both(both(street(), 1_002), 1_002)
    for _ in range(60):
        both(market, 1_002)
    played = run(market, balances={"USD": Decimal(5_000)}, tries_max=3, exit_z=0.01, stop_z=50, entry_z=1.0)
    assert played.said(OrderTraded) == []
    assert all(one.side == "sell" for one in played.said(OrderWanted))
    assert len(played.said(OrderDenied)) <= 6


def test_when_the_second_leg_fails_the_first_is_undone() -> None:
    market = both(both(street(), 998), 998)  # ETH is dear: it is sold, and then risk lets no BTC be bought.
    for _ in range(90):
        both(market, 998)
    limits = msgspec.structs.replace(WIDE, symbols={"BTC/USD": SymbolLimits(order_value_max=Decimal(1))})
    played = run(market, limits=limits, tries_max=3)
    sides = [(one.symbol, one.side) for one in played.said(OrderTraded)]
    assert ("ETH/USD", "sell") in sides
    assert (played.position("BTC/USD"), played.position("ETH/USD")) == (0, 0)


def test_half_a_leg_gets_half_of_the_other() -> None:
    market = both(both(street(), 1_002), 1_002)
    played = run(market, balances={"BTC": Decimal("0.30"), "ETH": Decimal(0), "USD": Decimal(5_000)}, tries_max=2)
    assert played.position("BTC/USD") in {0, -30, -49}
    if played.position("BTC/USD") == 0:
        assert played.position("ETH/USD") == 0


def test_a_book_that_does_not_verify_is_neither_measured_nor_traded_on() -> None:
    market = street().flaw(symbol="ETH/USD")
    for n in range(20):
        market.move(1_002 + n, qty_lots=1_000).wait(1)
    assert run(market).said(OrderWanted) == []


@pytest.mark.parametrize(
    "params", [{"second": "BTC/USD"}, {"second": "ETH/EUR"}, {"entry_z": 0.4}, {"stop_z": 1.0}, {"leg_quote": "0"}]
)
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"two pairs|must rise|must be above 0"):
        pairs(**params)


@random_markets
def test_in_any_market_a_leg_is_never_more_than_it_should_be(seed: int) -> None:
    params = {"window": 20, "entry_z": 1.2, "exit_z": 0.2}
    frames = living(seed, *PAIRS, pull=0.05)
    played = play(lambda: pairs(**params), frames, instruments=PAIRS, seed=seed)
    for symbol, lots in (("BTC/USD", 50 * 10_000 // 300), ("ETH/USD", 50 * 100_000 // 300)):  # At the least price.
        least, most = played.extremes(symbol)
        assert -lots <= least <= most <= lots
