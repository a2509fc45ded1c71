from decimal import Decimal

import pytest

from fathom.domain import HealthSeen
from fathom.risk import Limits, SymbolLimits, limits_at
from fathom.risk.watches import RejectionWatch, VolatilityWatch, health_broken
from market_feed import T0, House, S, market_of, two_sided

MS = 1_000_000
LIMITS = Limits(
    clock_offset_ms_max=500,
    journal_lag_ms_max=400,
    loop_lag_ms_max=300,
    health_hold_s=10,
    rejections_max=3,
    rejections_window_s=60,
    rejections_halt_s=30,
)


@pytest.mark.parametrize(
    ("seen", "broken"),
    [
        (HealthSeen(300 * MS, 400 * MS, 500 * MS), []),
        (HealthSeen(300 * MS, 400 * MS, -500 * MS), []),
        (HealthSeen(300 * MS + 1, 0, None), ["loop_lag_ms_max"]),
        (HealthSeen(0, 400 * MS + 1, None), ["journal_lag_ms_max"]),
        (HealthSeen(0, 0, 500 * MS + 1), ["clock_offset_ms_max"]),
        (HealthSeen(0, 0, -500 * MS - 1), ["clock_offset_ms_max"]),
        (HealthSeen(S, S, S), ["clock_offset_ms_max", "journal_lag_ms_max", "loop_lag_ms_max"]),
        (HealthSeen(0, 0, 0, "failing"), ["switch"]),
        (HealthSeen(0, 0, 0, "armed"), []),
        (HealthSeen(0, 0, 0, "held"), []),
        (HealthSeen(0, 0, 0, "off"), []),
    ],
)
def test_how_the_process_does(seen: HealthSeen, broken: list[str]) -> None:
    found = list(health_broken(seen, LIMITS, now_ns=T0))
    assert [one.limit for one in found] == broken
    assert all((one.symbol, one.until_ns) == ("", T0 + 10 * S) for one in found)


def test_so_many_rejections_within_the_window_are_too_many() -> None:
    watch, own = RejectionWatch(), SymbolLimits()
    found = [list(watch.note("BTC/USD", LIMITS, own, now_ns=T0 + n * 30 * S)) for n in range(4)]
    assert found == [[], [], [], []]  # The first is 60 s old when the third comes.
    (broken,) = watch.note("ETH/USD", LIMITS, own, now_ns=T0 + 91 * S)
    assert (broken.limit, broken.symbol, broken.until_ns) == ("rejections_max", "", T0 + 121 * S)
    watch.forget()
    assert list(watch.note("ETH/USD", LIMITS, own, now_ns=T0 + 91 * S)) == []


def test_a_symbol_has_its_own_limit_of_rejections() -> None:
    watch, own = RejectionWatch(), SymbolLimits(rejections_max=2)
    assert list(watch.note("ETH/USD", LIMITS, SymbolLimits(), now_ns=T0)) == []
    assert list(watch.note("BTC/USD", LIMITS, own, now_ns=T0)) == []
    found = list(watch.note("BTC/USD", LIMITS, own, now_ns=T0))
    assert [one.symbol for one in found] == ["", "BTC/USD"]


def test_a_mid_is_watched_with_the_limits_of_its_symbol() -> None:
    own = SymbolLimits(volatility_share_max=Decimal("0.01"), volatility_window_s=5, volatility_halt_s=7)
    limits = Limits(volatility_share_max=Decimal("0.05"), symbols={"BTC/USD": own})
    feed = two_sided()
    market = market_of(feed)
    house = House(market)
    watch = VolatilityWatch(market, lambda symbol: limits_at(limits, symbol))
    assert watch.look("BTC/USD", now_ns=T0) is None  # No book yet.
    assert watch.look("DOGE/USD", now_ns=T0) is None
    for mid, far in ((1000, False), (1010, False), (1011, True)):
        house.frame(feed.snapshot(bids=[(mid - 1, 1)], asks=[(mid + 1, 1)]))
        broken = watch.look("BTC/USD", now_ns=T0)
        assert (broken is not None) == far
    assert broken is not None
    assert (broken.symbol, broken.until_ns) == ("BTC/USD", T0 + 7 * S)
    assert broken.detail == "the mid moved by 1.10% within 5 s, more than 1.00%"
    watch.forget("BTC/USD")
    assert watch.look("BTC/USD", now_ns=T0) is None
    house.frame(feed.snapshot(bids=[(1, 1)], asks=[(3, 1)]))
    watch.forget()
    assert watch.look("BTC/USD", now_ns=T0) is None
