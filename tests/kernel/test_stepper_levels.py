"""Tests of level 2 at the venue of a stepper, rule by rule."""

from __future__ import annotations

import pytest
from stepper_market import ASK, BID, BOUGHT, SOLD, S, T, filled, stepper_of, still

from fathom.kernel.stepper import OWN, PESSIMISTIC, PROPORTIONAL, TRADES


def test_trades_use_up_what_stands_before_us_first() -> None:
    market = still()
    for second, qty in ((1, 6), (2, 6), (3, 1)):
        market.trade(second * S, SOLD, 99, qty)
    stepper = stepper_of(market)
    stepper.step(T)
    assert stepper.rest(7, "buy", 99, 5, T) == 10
    assert filled(stepper) == [(7, 99, 2), (7, 99, 1)]
    assert stepper.ahead(7) == 0
    assert stepper.cancel(7, stepper.now_ns) == 2


@pytest.mark.parametrize(
    ("model", "ahead"),
    [(PESSIMISTIC, 10), (PROPORTIONAL, 7), (TRADES, 10)],
    ids=["pessimistic", "proportional", "trades"],
)
def test_who_leaves_stood_where_the_model_says(model: int, ahead: int) -> None:
    market = still()
    market.frame(S, (BID, 99, 20))
    market.frame(2 * S, (BID, 99, 14))
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + 2 * S)
    assert stepper.ahead(7) == ahead


@pytest.mark.parametrize(("model", "ahead"), [(PESSIMISTIC, 4), (PROPORTIONAL, 4), (TRADES, 10)])
def test_no_more_stands_before_us_than_is_shown(model: int, ahead: int) -> None:
    market = still()
    market.frame(S, (BID, 99, 4))
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + S)
    assert stepper.ahead(7) == ahead


@pytest.mark.parametrize("trade_first", [True, False])
@pytest.mark.parametrize("model", [PESSIMISTIC, PROPORTIONAL])
def test_a_trade_and_what_it_took_from_the_level_count_once(model: int, *, trade_first: bool) -> None:
    market = still()
    told = [lambda: market.trade(S, SOLD, 99, 6), lambda: market.frame(S, (BID, 99, 4))]
    for tell in told if trade_first else reversed(told):
        tell()
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    assert filled(stepper) == []
    assert stepper.ahead(7) == 4


def test_a_trade_through_our_price_fills_us_and_not_more_than_it_was() -> None:
    market = still()
    market.trade(S, SOLD, 98, 3)
    market.trade(2 * S, BOUGHT, 105, 50)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.rest(8, "sell", 102, 5, T)
    assert filled(stepper) == [(7, 99, 3), (8, 102, 5)]


def test_no_fill_at_a_price_that_the_market_never_reached() -> None:
    market = still()
    market.trade(S, SOLD, 99, 1000)
    market.frame(S, (BID, 99, 0))
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 98, 5, T)
    assert filled(stepper) == []


def test_a_level_that_meets_us_fills_us_and_is_gone_as_far_as_it_did() -> None:
    market = still()
    market.frame(S, (ASK, 100, 8))
    market.frame(2 * S, (ASK, 100, 9))
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 100, 5, T)
    assert stepper.step(T + S) == OWN
    assert stepper.fills() == [(7, 100, 5, T + S)]
    stepper.step(T + S)
    assert stepper.take("buy", 100, T + S, 100) == [(100, 3)]
    assert stepper.take("buy", 100, T + 2 * S, 100) == [(100, 1)]  # One more was put there.


def test_what_we_took_stays_taken_until_the_market_shows_more() -> None:
    market = still()
    market.frame(S, (ASK, 101, 8))
    market.frame(2 * S, (ASK, 101, 12))
    market.frame(3 * S, (ASK, 101, 0))
    market.frame(4 * S, (ASK, 101, 6))
    stepper = stepper_of(market)
    stepper.step(T)
    assert stepper.take("buy", 9, T) == [(101, 9)]
    assert stepper.take("buy", 9, T, 101) == [(101, 1)]
    assert stepper.take("buy", 2, T) == [(102, 2)]
    for second, left in ((1, 0), (2, 4), (3, 0), (4, 6)):
        stepper.step(T + second * S)
        assert sum(qty for _, qty in stepper.take("buy", left + 1, T + second * S, 101)) == left
