import pytest

from fathom.domain import OrderTraded, OrderWanted
from fathom.strategy import Every, MeanReversion, OnCandle, make_strategy
from market_feed import S
from strategy_stage import Played, Street, living, play, random_markets


def reverter(**params: object) -> MeanReversion:
    told = {"symbol": "BTC/USD", "order_qty": "0.50", "candle_s": 10, "band_n": 6, "stop_z": 30.0} | params
    made = make_strategy("mean_reversion", name="a", params=told)
    assert isinstance(made, MeanReversion)
    return made


def chart(*closes: int) -> Street:
    """One trade for each candle of ten seconds, at its close."""
    street = Street().wait(1)
    for close in closes:
        street.move(close, qty_lots=500).trade("buy", close, 1).wait(10)
    return street.wait(3).heal().wait(3)


CALM = (1_000, 1_002, 1_000, 1_002, 1_000, 1_002, 1_000, 1_002)  # A band of one to each side of 1001.


def run(street: Street, **params: object) -> Played:
    return play(lambda: reverter(**params), street.frames)


def traded(played: Played) -> list[tuple[str, int]]:
    return [(one.side, one.qty_lots) for one in played.said(OrderTraded)]


def test_it_keeps_as_many_candles_as_it_looks_at() -> None:
    assert reverter(band_n=30).wakes() == (OnCandle("BTC/USD", 10, keep=31), Every(S))


def test_within_the_bands_it_does_nothing() -> None:
    assert run(chart(*CALM, 1_002, 1_000)).said(OrderWanted) == []


def test_it_buys_below_the_band_and_sells_when_it_is_back() -> None:
    played = run(chart(*CALM, 990, 1_001, 1_001))
    assert traded(played) == [("buy", 50), ("sell", 50)]
    assert [at_ns // (10 * S) for at_ns, _ in played.at(OrderTraded)] == [9, 10]


def test_the_band_is_of_the_candles_before() -> None:
    # With its own close in it a single jump can never be more than about two deviations of six closes away.
    assert run(chart(*CALM, 990), entry_z=8.0).position("BTC/USD") == 50


def test_a_further_fall_is_stopped_and_nothing_is_bought_until_it_was_back() -> None:
    played = run(chart(*CALM, 995, 960, 958, 956), stop_z=8.0)
    assert traded(played) == [("buy", 50), ("sell", 50)]


def test_it_gives_up_in_time() -> None:
    played = run(chart(*CALM, 992, 992, 991, 992, 991), hold_n_max=3, stop_z=100.0)
    assert traded(played)[:2] == [("buy", 50), ("sell", 50)]
    assert played.position("BTC/USD") == 0


def test_it_sells_what_rose_only_where_it_may() -> None:
    assert run(chart(*CALM, 1_012)).said(OrderWanted) == []
    played = run(chart(*CALM, 1_012, 1_001, 1_001), shorts=True)
    assert traded(played) == [("sell", 50), ("buy", 50)]


def test_a_market_that_does_not_move_has_no_band() -> None:
    assert run(chart(*(1_000,) * 8, 990)).said(OrderWanted) == []


@pytest.mark.parametrize("params", [{"entry_z": 40.0}, {"exit_z": 2.5}, {"order_qty": "0"}, {"band_n": 2}])
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"must rise|must be above 0|Expected"):
        reverter(**params)


@random_markets
def test_in_any_market_it_holds_its_quantity_or_less(seed: int) -> None:
    params = {"candle_s": 1, "entry_z": 1.2, "stop_z": 6.0}
    frames = living(seed, step_ms=100, pull=0.1)
    played = play(lambda: reverter(**params, shorts=bool(seed % 2)), frames, seed=seed)
    least, most = played.extremes("BTC/USD")
    assert (-50 if seed % 2 else 0) <= least <= most <= 50
