from decimal import Decimal

import pytest

from fathom.domain import BalancesSeen, ForeignTraded, FundsMoved, VenueFill
from market_feed import T0
from statistics_run import Run

D = Decimal


def test_equity_begins_when_it_is_known_and_above_zero() -> None:
    run = Run()
    assert run.statistics.performance.first is None
    run.at(1).say(BalancesSeen((("USD", D(1000)), ("BTC", D(1)))))
    run.statistics.look(run.house.time_ns)
    assert run.statistics.performance.first == 1100


def test_money_that_is_brought_or_taken_is_no_gain_and_no_drawdown() -> None:
    run = Run(USD="1000", BTC="1")
    did = run.statistics.performance
    run.at(1).say(FundsMoved("L1", "R1", "withdrawal", "USD", "spot", D(-600), D(0), T0))
    run.at(2).say(FundsMoved("L2", "R2", "deposit", "BTC", "spot", D(1), D(0), T0))
    run.at(3).mid("BTC/USD", 1100)
    run.statistics.look(run.house.time_ns)
    assert did.last == 400 + 2 * 110
    assert did.flows == -500
    assert did.index == pytest.approx(620 / 600), "20 earned on the 600 that were there"
    assert did.drawdown.most_share == 0
    run.at(4).say(ForeignTraded(VenueFill("", "O1", "X1", "BTC/USD", "sell", 1100, 100, "taker", D(0), "USD", T0)))
    run.statistics.look(run.house.time_ns)
    assert did.index == pytest.approx(620 / 600)


def test_what_a_position_costs_to_hold_is_performance() -> None:
    run = Run(USD="1000")
    run.at(1).say(FundsMoved("L1", "P1", "rollover", "USD", "spot", D(0), D(10), T0))
    run.statistics.look(run.house.time_ns)
    assert (run.statistics.performance.flows, run.statistics.performance.index) == (0, pytest.approx(0.99))


def test_means_are_over_time() -> None:
    run = Run(USD="900", BTC="1")
    did = run.statistics.performance
    run.at(30).mid("BTC/USD", 3000)  # 300 of 1,200.
    run.at(40).mid("BTC/USD", 1000)
    run.at(50)
    run.statistics.look(run.house.time_ns)
    assert did.equity_mean == pytest.approx((1000 * 30 + 1200 * 10 + 1000 * 10) / 50)
    assert did.exposure_mean == pytest.approx((0.1 * 30 + 0.25 * 10 + 0.1 * 10) / 50)
    assert did.exposure_most == 0.25
