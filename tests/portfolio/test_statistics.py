from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    HealthSeen,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    OrderWanted,
    Side,
)
from market_feed import T0
from statistics_run import Run

D = Decimal


def test_slippage_is_against_the_mid_when_the_order_was_wanted() -> None:
    run = Run(USD="10000")
    run.order("mm-1-1")
    run.at(1).mid("BTC/USD", 990)
    run.fill("mm-1-1", price_ticks=1003, qty_lots=100)
    total = run.statistics.total
    assert (total.slippage, total.slipped) == (D("0.3"), 100), "0.3 above the mid of 100 that it was decided at"
    run.order("mm-2-1", "sell")
    run.fill("mm-2-1", "sell", price_ticks=991, qty_lots=100)
    assert total.slippage == D("0.2"), "0.1 above the mid of 99: a seller earns it"
    assert run.statistics.last_fill is not None
    assert run.statistics.last_fill.slippage_bps == pytest.approx(-0.1 / 99 * 10_000)


def test_an_amend_is_a_new_decision_once_the_venue_took_it() -> None:
    run = Run(USD="10000")
    run.order("mm-1-1")
    run.mid("BTC/USD", 1100)
    run.say(AmendApproved(AmendWanted("mm-1-1", 1100, 10)), AmendRejected("mm-1-1", "no"))
    run.fill("mm-1-1", price_ticks=1000, qty_lots=100)
    assert run.statistics.total.slippage == 0, "refused: it is the order of before"
    run.say(AmendApproved(AmendWanted("mm-1-1", 1100, 10)), OrderAmended("mm-1-1", 1100, 10))
    run.fill("mm-1-1", price_ticks=1101, qty_lots=100)
    assert run.statistics.total.slippage == D("0.1")
    assert run.statistics.total.amends == 1


def test_latency_by_the_log_is_from_approval_to_answer() -> None:
    run = Run(USD="10000")
    wanted = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 10, 1000)
    run.say(wanted, OrderApproved(wanted))
    run.at(0.020).fill("mm-1-1", qty_lots=5)  # It overtook the acknowledgement.
    run.say(AmendApproved(AmendWanted("mm-1-1", 999, 10)))
    run.at(0.050).say(OrderAmended("mm-1-1", 999, 10), CancelApproved("mm-1-1"))
    run.at(0.055).say(OrderCanceled("mm-1-1", "User requested"))
    told = {key: one.total for key, one in run.statistics.times.histograms.items()}
    assert told == {("add", "log"): 20_000_000, ("amend", "log"): 30_000_000, ("cancel", "log"): 5_000_000}
    assert run.statistics.strategies["mm"].answered.count == 1


def test_the_venues_times_are_counted_from_the_approval() -> None:
    run = Run(USD="10000")
    run.say(HealthSeen(1_000, 2_000, 500))
    run.at(1).order("mm-1-1")
    at = run.house.time_ns
    run.say(OrderTimed("mm-1-1", "add", at + 60, at + 900, at + 1_000, at + 1_100, at + 50))
    told = {stage: one.total for (_, stage), one in run.statistics.times.histograms.items() if stage != "log"}
    assert told == {"decide": 50, "send": 10, "answer": 840, "venue": 100, "out": 440, "back": 300}
    assert (run.statistics.loop_lag.total, run.statistics.journal_lag.total) == (1_000, 2_000)


def test_what_became_of_orders_is_counted_by_strategy_and_symbol() -> None:
    run = Run(USD="10000")
    run.order("mm-1-1")
    run.say(OrderFilled("mm-1-1"))
    run.order("dca-2-1", symbol="ETH/USD")
    run.say(AnswerOverdue("dca-2-1"), OrderRejected("dca-2-1", "no"))
    denied = OrderWanted("mm-3-1", "BTC/USD", "buy", "limit", 10, 1000)
    run.say(denied, OrderDenied("mm-3-1", "collar", "far"))
    flatten = OrderWanted("risk-9-1", "BTC/USD", "sell", "market", 10)
    run.say(OrderApproved(flatten), OrderCanceled("risk-9-1", "ioc"))  # Risk's own: nobody wanted it.
    fields = ("wanted", "denied", "approved", "rejected", "canceled", "filled", "unsure")

    def of(name: str) -> tuple[int, ...]:
        tally = run.statistics.strategies.get(name) or run.statistics.symbols[name]
        return tuple(getattr(tally, field) for field in fields)

    assert of("mm") == (2, 1, 1, 0, 0, 1, 0)
    assert of("dca") == (1, 0, 1, 1, 0, 0, 1)
    assert of("risk") == (0, 0, 1, 0, 1, 0, 0)
    assert of("ETH/USD") == of("dca")
    total = run.statistics.total
    assert tuple(getattr(total, field) for field in fields) == (3, 1, 3, 1, 1, 1, 1)


def test_a_fill_told_again_counts_once() -> None:
    run = Run(USD="10000")
    run.order("mm-1-1")
    fill = run.fill("mm-1-1")
    run.say(fill, fill)
    assert run.statistics.total.fills == 1
    assert run.statistics.portfolio.balance("BTC") == D("0.10")


def test_a_hit_is_a_close_that_earns_more_than_its_fee() -> None:
    run = Run(USD="10000")
    run.fill("mm-1-1", price_ticks=1000, qty_lots=300)
    for price_ticks, fee in ((1010, "0.5"), (1010, "1.5"), (990, "0")):
        run.fill("mm-2-1", "sell", price_ticks=price_ticks, qty_lots=100, fee=fee)
    total = run.statistics.total
    assert (total.wins, total.losses, total.won, total.lost) == (1, 2, D("0.5"), D("1.5"))


def test_the_curve_grows_with_the_log() -> None:
    run = Run(USD="1000", BTC="1")
    for second in range(10):
        run.at(second).mid("BTC/USD", 1000 + second)
    points = run.statistics.curve.points
    assert points[-1][0] == T0 + 9_000_000_000
    assert points[-1][1].equity == pytest.approx(1000 + 100.9)
    assert len(points) == 10


def test_the_drawdown_of_a_strategy_is_that_of_its_profit() -> None:
    run = Run(USD="1000")
    run.fill("mm-1-1", qty_lots=100)
    for second, ticks in enumerate((1000, 1100, 1050, 1080), 1):
        run.at(second).mid("BTC/USD", ticks)
        run.statistics.look(run.house.time_ns)
    mm = run.statistics.strategies["mm"]
    assert mm.profit == pytest.approx(8)
    assert mm.drawdown.most == pytest.approx(5)
    assert mm.position_most == pytest.approx(110)


def test_what_risk_sells_is_the_profit_of_the_strategy_that_held_it() -> None:
    run = Run(USD="1000")
    run.fill("mm-1-1", qty_lots=100)
    sale = OrderWanted("risk-5-1", "BTC/USD", "sell", "market", 100, on_behalf="mm")
    run.say(OrderApproved(sale))
    run.fill("risk-5-1", "sell", price_ticks=1100, qty_lots=100)
    assert set(run.statistics.strategies) == {"mm"}
    assert run.statistics.positions["mm", "BTC/USD"].qty_lots == 0
    assert run.statistics.strategies["mm"].fills == 2


fills = st.lists(
    st.tuples(
        st.sampled_from(["mm", "dca"]),
        st.sampled_from(["BTC/USD", "ETH/USD"]),
        st.sampled_from(["buy", "sell"]),
        st.integers(1, 500),
        st.integers(1, 5_000),
        st.sampled_from(["maker", "taker"]),
        st.decimals(0, 5, places=4),
    ),
    max_size=15,
)


@given(fills)
def test_the_sums_are_what_a_plain_reader_says(
    fills: list[tuple[str, str, Side, int, int, str, Decimal]],
) -> None:
    run = Run(USD="100000")
    turnover: Counter[str] = Counter()
    fees: Counter[str] = Counter()
    maker = cash = Fraction(0)
    held: Counter[str] = Counter()
    for number, (strategy, symbol, side, qty_lots, price_ticks, liquidity, fee) in enumerate(fills):
        run.at(number).say(
            OrderTraded(f"{strategy}-1-1", f"T{number}", symbol, side, price_ticks, qty_lots, liquidity, fee, "USD")  # type: ignore[arg-type]  # Sampled words.
        )
        value = Fraction(price_ticks * qty_lots, 1_000 if symbol == "BTC/USD" else 10_000)
        for name in ("total", strategy, symbol):
            turnover[name] += value  # type: ignore[assignment]  # Counts of fractions.
            fees[name] += Fraction(fee)  # type: ignore[assignment]  # As above.
        maker += value if liquidity == "maker" else 0
        cash += (value if side == "sell" else -value) - Fraction(fee)
        held[symbol] += qty_lots if side == "buy" else -qty_lots
    statistics = run.statistics
    statistics.look(run.house.time_ns)
    tallies = {"total": statistics.total, **statistics.strategies, **statistics.symbols}
    assert {name: Fraction(tally.turnover) for name, tally in tallies.items()} == {"total": Fraction(0), **turnover}
    assert {name: Fraction(tally.fees) for name, tally in tallies.items()} == {"total": Fraction(0), **fees}
    assert Fraction(statistics.total.turnover_maker) == maker
    profit = cash + Fraction(held["BTC/USD"]) + Fraction(held["ETH/USD"], 10)  # At the mids of 100 and 10.
    assert statistics.total.profit == pytest.approx(float(profit), abs=1e-6)
    assert statistics.portfolio.profit_quote() == pytest.approx(Decimal(float(profit)), abs=Decimal("1e-6"))
    for kind in (statistics.strategies, statistics.symbols):
        assert sum(tally.profit for tally in kind.values()) == pytest.approx(statistics.total.profit, abs=1e-6)
        assert sum(tally.fills for tally in kind.values()) == statistics.total.fills == len(fills)
