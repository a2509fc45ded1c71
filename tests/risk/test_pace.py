from fathom.risk.pace import TIMES_MAX, Pace
from market_feed import T0, S


def test_what_is_a_window_old_counts_no_longer() -> None:
    pace = Pace()
    pace.note("BTC/USD", now_ns=T0)
    pace.note("ETH/USD", now_ns=T0 + S)
    assert pace.count(now_ns=T0 + 60 * S - 1, window_ns=60 * S) == 2
    assert pace.count_of("BTC/USD", now_ns=T0 + 60 * S - 1, window_ns=60 * S) == 1
    assert pace.count(now_ns=T0 + 60 * S, window_ns=60 * S) == 1
    assert pace.count_of("BTC/USD", now_ns=T0 + 60 * S, window_ns=60 * S) == 0
    assert pace.count_of("XMR/USD", now_ns=T0, window_ns=60 * S) == 0


def test_it_can_begin_anew_and_never_grows_without_end() -> None:
    pace = Pace()
    for _ in range(TIMES_MAX + 5):
        pace.note("BTC/USD", now_ns=T0)
    assert pace.count(now_ns=T0, window_ns=S) == TIMES_MAX
    pace.forget()
    assert pace.count(now_ns=T0, window_ns=S) == pace.count_of("BTC/USD", now_ns=T0, window_ns=S) == 0
