"""Tests of the figures of 24 hours and of today."""

from random import Random

from feed_venue import T0, S

from fathom.exchange.feeds.day_stats import BUCKETS_MAX, DAY_NS, MINUTE_NS, DayStats, Figures, rescale


def test_a_market_without_trades_has_no_figures() -> None:
    stats = DayStats()
    assert stats.day(now_ns=T0) == Figures() == stats.today(now_ns=T0)
    assert Figures().vwap_ticks() == 0


def test_trades_are_summed_up() -> None:
    stats = DayStats()
    for price, lots in ((100, 1), (130, 2), (90, 3)):
        stats.add(price, lots, time_ns=T0)
    expected = Figures(open_ticks=100, high_ticks=130, low_ticks=90, close_ticks=90, lots=6, cost=630, trades=3)
    assert stats.day(now_ns=T0) == stats.today(now_ns=T0) == expected
    assert expected.vwap_ticks() == 105
    assert expected.vwap_ticks(scale=10_000) == 1_050_000


def test_today_begins_at_midnight_and_the_day_does_not() -> None:
    stats = DayStats()
    stats.add(100, 1, time_ns=T0 - S)
    stats.add(200, 1, time_ns=T0 + S)
    assert stats.today(now_ns=T0 + S).trades == 1
    assert stats.today(now_ns=T0 + S).open_ticks == 200
    assert stats.day(now_ns=T0 + S).trades == 2
    assert stats.today(now_ns=T0 + DAY_NS).trades == 0


def test_the_window_moves_on_without_trades() -> None:
    stats = DayStats()
    stats.add(100, 1, time_ns=T0)
    stats.add(300, 1, time_ns=T0 + MINUTE_NS)
    assert stats.day(now_ns=T0 + DAY_NS - 1).high_ticks == 300
    later = stats.day(now_ns=T0 + DAY_NS)
    assert (later.trades, later.low_ticks, later.open_ticks) == (1, 300, 300)
    assert stats.day(now_ns=T0 + DAY_NS + MINUTE_NS) == Figures()


def test_figures_equal_those_of_all_trades_and_memory_is_bounded() -> None:
    rng = Random(7)
    stats = DayStats()
    trades: list[tuple[int, int, int]] = []
    now_ns = T0
    for _ in range(5_000):
        now_ns += rng.randint(0, 2 * MINUTE_NS)
        trades.append((now_ns // MINUTE_NS, rng.randint(1, 1000), rng.randint(1, 50)))
        stats.add(trades[-1][1], trades[-1][2], time_ns=now_ns)
        if rng.random() < 0.1:
            kept = [trade for trade in trades if trade[0] > now_ns // MINUTE_NS - BUCKETS_MAX]
            prices = [price for _, price, _ in kept]
            assert stats.day(now_ns=now_ns) == Figures(
                open_ticks=prices[0],
                high_ticks=max(prices),
                low_ticks=min(prices),
                close_ticks=prices[-1],
                lots=sum(lots for _, _, lots in kept),
                cost=sum(price * lots for _, price, lots in kept),
                trades=len(kept),
            )
    assert len(stats._buckets) <= BUCKETS_MAX


def test_a_new_precision_keeps_the_past() -> None:
    stats = DayStats()
    stats.add(100, 30, time_ns=T0)
    stats.add(105, 10, time_ns=T0)
    stats.rescale(price_power=1, qty_power=-1)
    day = stats.day(now_ns=T0)
    assert (day.open_ticks, day.high_ticks, day.lots, day.trades) == (1000, 1050, 4, 2)
    assert stats.today(now_ns=T0) == day
    assert rescale(1999, power=-3) == 1
