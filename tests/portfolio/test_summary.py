from decimal import Decimal

import msgspec
import pytest

from fathom.domain import BalancesSeen, FeesSeen, InstrumentChanged
from fathom.portfolio import Summary, summary_of
from market_feed import BTC
from statistics_run import Run

D = Decimal


def traded() -> Summary:
    run = Run(USD="1000", BTC="1", SOL="2")
    run.order("mm-1-1")
    run.at(0.5).fill("mm-1-1", qty_lots=50, price_ticks=1000, fee="0.2")
    run.at(1).mid("BTC/USD", 1100)
    run.fill("mm-2-1", "sell", qty_lots=20, price_ticks=1100, liquidity="taker", fee="0.1")
    run.say(FeesSeen("BTC/USD", D("0.0025"), D("0.0040"), D(7)), InstrumentChanged(BTC))
    run.at(10).say(BalancesSeen((("USD", D("971.69")),)))
    run.statistics.look(run.house.time_ns)
    return summary_of(run.statistics)


def test_a_summary_is_what_happened() -> None:
    summary = traded()
    equity = summary.equity
    assert (equity.first, equity.last) == (1100, pytest.approx(971.69 + 1.3 * 110))
    assert equity.flows == pytest.approx(-0.01), "what the venue says and we cannot explain is no performance"
    assert equity.profit == pytest.approx(5 - 0.3)
    assert equity.drift == pytest.approx(10), "the BTC that was held from the start"
    assert equity.share == pytest.approx(14.7 / 1100, rel=1e-3)
    assert (equity.sharpe, equity.minutes) == (None, 0)
    (mm,) = summary.strategies
    assert (mm.name, mm.fills, mm.turnover, mm.fees) == ("mm", 2, 72, pytest.approx(0.3))
    assert (mm.hit_share, mm.maker_share) == (1.0, pytest.approx(50 / 72))
    assert [row.name for row in summary.symbols] == ["BTC/USD"]
    (position,) = summary.positions
    assert (position.qty, position.average, position.realised, position.unrealised) == (D("0.30"), 100, 2, 3)
    (tier,) = summary.fee_tiers
    assert (tier.symbol, tier.volume_usd) == ("BTC/USD", 7)
    assert [(row.request, row.stage, row.count) for row in summary.latency] == [("add", "log", 1)]


def test_what_is_held_is_told_with_what_nobody_can_explain() -> None:
    rows = {row.asset: row for row in traded().holdings}
    assert list(rows) == ["BTC", "SOL", "USD"]
    assert (rows["BTC"].held, rows["BTC"].worth) == (D("1.30"), pytest.approx(143))
    assert rows["SOL"].worth is None, "no pair of ours prices it"
    assert (rows["USD"].fees, rows["USD"].unexplained) == (D("0.3"), D("-0.01"))


def test_a_summary_is_json_with_every_digit_of_money() -> None:
    summary = traded()
    again = msgspec.json.decode(msgspec.json.encode(summary), type=Summary)
    assert again == summary


def test_a_run_in_which_nothing_happened_has_a_summary_too() -> None:
    summary = summary_of(Run().statistics)
    assert (summary.equity.first, summary.equity.drift, summary.total.fills, summary.strategies) == (None, None, 0, [])
