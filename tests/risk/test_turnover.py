from decimal import Decimal

from fathom.risk.turnover import NS_PER_DAY, Turnover
from market_feed import T0


def test_a_day_counts_until_midnight_in_all_and_of_each_symbol() -> None:
    turnover = Turnover()
    turnover.note("BTC/USD", Decimal(10), now_ns=T0)
    turnover.note("ETH/USD", Decimal(5), now_ns=T0 + NS_PER_DAY - 1)
    assert turnover.today("BTC/USD", now_ns=T0 + NS_PER_DAY - 1) == (15, 10)
    assert turnover.today("BTC/USD", now_ns=T0 + NS_PER_DAY) == (0, 0)
    turnover.note("BTC/USD", Decimal(1), now_ns=T0 + NS_PER_DAY)
    assert turnover.today("BTC/USD", now_ns=T0 + NS_PER_DAY) == (1, 1)
