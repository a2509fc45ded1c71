from typing import get_args

import pytest

from fathom.domain import TradingHalted, TradingResumed
from fathom.risk import BREAKERS, Breakers
from fathom.risk.limits import Hard

BTC, ETH = "BTC/USD", "ETH/USD"


def in_the_way(breakers: Breakers) -> list[str]:
    """What refuses an order that adds, and one that reduces, at two symbols."""
    found = [breakers.refusal(symbol, adds=adds) for symbol in (BTC, ETH) for adds in (True, False)]
    return ["" if refusal is None else refusal[0] for refusal in found]


@pytest.mark.parametrize("limit", list(BREAKERS))
def test_the_table_says_how_hard_where_and_who_releases(limit: str) -> None:
    breaker, breakers = BREAKERS[limit], Breakers()
    symbol = BTC if breaker.scope == "a symbol" else ""
    until_ns = None if breaker.release == "a person" else 10
    said = breakers.trip(limit, "why", symbol=symbol, until_ns=until_ns)
    assert said == TradingHalted(limit, "why", breaker.level, symbol, until_ns)
    if breaker.level == "hard":
        assert in_the_way(breakers) == [limit] * 4
    else:
        assert in_the_way(breakers) == [limit, "", "" if symbol else limit, ""]
    assert (breakers.hard, breakers.flatten) == (breaker.level == "hard", False)
    assert breakers.release(now_ns=9) == []
    released = breakers.release(now_ns=10)
    if breaker.release == "time":
        assert released == [TradingResumed(limit, symbol, "its time is over")]
    else:
        assert released == []
        assert breakers.resume(limit, "looked at") == [TradingResumed(limit, symbol, "looked at")]
    assert in_the_way(breakers) == [""] * 4


def test_hard_are_those_after_which_may_be_sold() -> None:
    assert [limit for limit, breaker in BREAKERS.items() if breaker.level == "hard"] == list(get_args(Hard))


def test_a_cause_that_comes_again_is_told_once_and_holds_longer() -> None:
    breakers = Breakers()
    assert breakers.trip("volatility_share_max", "far", symbol=BTC, until_ns=10) is not None
    assert breakers.trip("volatility_share_max", "farther", symbol=BTC, until_ns=20) is None
    assert breakers.trip("volatility_share_max", "less far", symbol=BTC, until_ns=15) is None
    assert breakers.trip("volatility_share_max", "far", symbol=ETH, until_ns=12) is not None
    assert breakers.release(now_ns=19) == [TradingResumed("volatility_share_max", ETH, "its time is over")]
    assert len(breakers.release(now_ns=20)) == 1


def test_a_second_order_to_halt_may_add_that_all_is_sold() -> None:
    breakers = Breakers()
    breakers.trip("kill", "stop")
    said = breakers.trip("kill", "sell", flatten=True)
    assert said is not None
    assert said.flatten
    assert breakers.flatten
    assert breakers.trip("kill", "stop") is None
    assert breakers.flatten
    breakers.resume("kill", "")
    assert not breakers.flatten


def test_a_person_releases_one_by_name_or_all() -> None:
    breakers = Breakers()
    for symbol in (BTC, ETH):
        breakers.trip("volatility_share_max", "far", symbol=symbol, until_ns=10)
    breakers.trip("kill", "stop")
    breakers.trip("daily_loss_share_max", "lost")
    assert breakers.resume("drawdown_share_max", "") == []
    assert [one.symbol for one in breakers.resume("volatility_share_max", "calm")] == [BTC, ETH]
    assert [one.limit for one in breakers.resume("", "all well")] == ["kill", "daily_loss_share_max"]
    assert breakers.tripped == {}


def test_a_breaker_of_time_needs_a_time_and_one_of_a_person_has_none() -> None:
    with pytest.raises(AssertionError):
        Breakers().trip("volatility_share_max", "far", symbol=BTC)
    with pytest.raises(AssertionError):
        Breakers().trip("kill", "stop", until_ns=5)
