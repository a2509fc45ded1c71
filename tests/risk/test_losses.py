from decimal import Decimal

import pytest

from fathom.risk import Limits
from fathom.risk.losses import NS_PER_DAY, LossWatch
from market_feed import T0, S

LIMITS = Limits(daily_loss_share_max=Decimal("0.05"), drawdown_share_max=Decimal("0.20"))


def looked(*equities: object, limits: Limits = LIMITS, every_ns: int = S) -> list[list[str]]:
    watch = LossWatch()
    return [
        [limit for limit, _ in watch.look(Decimal(str(equity)), now_ns=T0 + n * every_ns, limits=limits)]
        for n, equity in enumerate(equities)
    ]


@pytest.mark.parametrize(("equity", "broken"), [("950.01", []), ("950", []), ("949.99", ["daily_loss_share_max"])])
def test_a_day_may_lose_just_so_much(equity: str, broken: list[str]) -> None:
    assert looked(1_000, equity) == [[], broken]


@pytest.mark.parametrize(("equity", "broken"), [("880.01", []), ("880", []), ("879.99", ["drawdown_share_max"])])
def test_so_much_may_be_lost_from_the_peak(equity: str, broken: list[str]) -> None:
    careless = Limits(daily_loss_share_max=Decimal(1), drawdown_share_max=Decimal("0.20"))
    assert looked(1_000, 1_100, 1_050, equity, limits=careless)[-1] == broken


def test_a_new_day_has_its_own_loss_and_the_same_peak() -> None:
    found = looked(1_000, 960, 915, 870, 830, 799, every_ns=NS_PER_DAY)
    assert found == [[], [], [], [], [], ["drawdown_share_max"]]


def test_without_equity_there_is_nothing_to_lose() -> None:
    watch = LossWatch()
    assert watch.look(Decimal(0), now_ns=T0, limits=LIMITS) == []
    watch.move(Decimal(500))
    assert (watch.day_equity, watch.peak) == (None, None)
    assert watch.look(Decimal(100), now_ns=T0, limits=LIMITS) == []
    assert (watch.day_equity, watch.peak) == (100, 100)


def test_a_withdrawal_is_no_loss_and_a_deposit_hides_none() -> None:
    watch = LossWatch()
    watch.look(Decimal(1_000), now_ns=T0, limits=LIMITS)
    watch.move(Decimal(-500))
    assert watch.look(Decimal(500), now_ns=T0, limits=LIMITS) == []
    watch.move(Decimal(1_000))
    found = watch.look(Decimal(1_424), now_ns=T0, limits=LIMITS)  # 76 of 1,500.
    assert found == [("daily_loss_share_max", "lost 76.00 today, 5.07% of equity, more than 5.00%")]


def test_what_a_person_accepts_is_measured_anew() -> None:
    watch = LossWatch()
    watch.look(Decimal(1_000), now_ns=T0, limits=LIMITS)
    assert len(watch.look(Decimal(700), now_ns=T0, limits=LIMITS)) == 2
    watch.accept("daily_loss_share_max")
    assert [limit for limit, _ in watch.look(Decimal(690), now_ns=T0, limits=LIMITS)] == ["drawdown_share_max"]
    watch.accept("drawdown_share_max")
    assert watch.look(Decimal(690), now_ns=T0, limits=LIMITS) == []
    assert watch.look(Decimal(655), now_ns=T0, limits=LIMITS) != []
