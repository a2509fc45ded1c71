from decimal import Decimal

from fathom.sim import Fees
from fathom.sim.stepped import StepFees
from market_feed import BTC

DAY = 86_400_000_000_000


def test_fixed_fees_are_the_same_whatever_was_traded() -> None:
    fees = StepFees(Fees(maker_share=Decimal("0.001"), taker_share=Decimal("0.002")))
    fees.trade(BTC, Decimal(10_000_000), 0)
    assert fees.of(BTC, 0) == Fees(maker_share=Decimal("0.001"), taker_share=Decimal("0.002"))


def test_the_schedule_follows_the_volume_of_thirty_days() -> None:
    fees = StepFees(None)
    assert fees.of(BTC, 0) == Fees(maker_share=Decimal("0.0025"), taker_share=Decimal("0.0040"))
    fees.trade(BTC, Decimal("9999.99"), 0)
    assert fees.of(BTC, 1).maker_share == Decimal("0.0025")
    fees.trade(BTC, Decimal("0.01"), DAY)
    assert fees.of(BTC, DAY).maker_share == Decimal("0.0020")
    assert fees.seen(BTC, DAY).volume_usd == Decimal(10_000)
    assert fees.of(BTC, 31 * DAY).maker_share == Decimal("0.0025")  # The first trade is too old.


def test_what_was_traded_before_the_run_stays() -> None:
    fees = StepFees(None, volume_usd=10_000_000)
    assert fees.of(BTC, 400 * DAY) == Fees(maker_share=Decimal(0), taker_share=Decimal("0.0010"))
