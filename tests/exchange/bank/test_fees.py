from itertools import pairwise

import pytest

from bank_desk import Desk
from fathom.exchange.bank.fees import SPOT, STABLE_AND_FX, fee_most, fee_of, schedule_of


@pytest.mark.parametrize(
    ("volume_usd", "maker", "taker"),
    [
        (0, 250_000, 400_000),
        (9_999, 250_000, 400_000),
        (10_000, 200_000, 350_000),
        (50_000, 140_000, 240_000),
        (100_000, 120_000, 220_000),
        (250_000, 100_000, 200_000),
        (500_000, 80_000, 180_000),
        (1_000_000, 60_000, 160_000),
        (2_500_000, 40_000, 140_000),
        (5_000_000, 20_000, 120_000),
        (9_999_999, 20_000, 120_000),
        (10_000_000, 0, 100_000),
        (10**12, 0, 100_000),
    ],
)
def test_rates_by_volume(volume_usd: int, maker: int, taker: int) -> None:
    tier = SPOT.tier(volume_usd)
    assert (tier.maker_rate, tier.taker_rate) == (maker, taker)


def test_the_next_tier() -> None:
    above = SPOT.next_tier(0)
    assert above is not None
    assert above.volume_usd == 10_000
    assert SPOT.next_tier(10_000_000) is None


def test_both_schedules_only_get_cheaper() -> None:
    for schedule in (SPOT, STABLE_AND_FX):
        rows = schedule.tiers
        for row, above in pairwise(rows):
            assert above.volume_usd > row.volume_usd
            assert above.maker_rate <= row.maker_rate
            assert above.taker_rate <= row.taker_rate
            assert row.maker_rate <= row.taker_rate


@pytest.mark.parametrize(
    ("symbol", "stable"),
    [("USDT/USD", True), ("USDC/EUR", True), ("EUR/USD", True), ("BTC/USDT", False), ("BTC/USD", False)],
)
def test_the_base_says_which_schedule(symbol: str, stable: bool) -> None:
    assert (schedule_of(Desk().pair(symbol)) is STABLE_AND_FX) == stable


@pytest.mark.parametrize(
    ("gross_units", "rate", "fee_units", "kept_units"),
    [
        (1_000_000, 400_000, 4_000, 4_000),
        (125, 400_000, 1, 1),  # 0.5 goes up.
        (124, 400_000, 0, 1),
        (375, 400_000, 2, 2),  # 1.5 goes up.
        (0, 400_000, 0, 0),
        (1_000_000, 0, 0, 0),
    ],
)
def test_a_fee_is_rounded_half_up(gross_units: int, rate: int, fee_units: int, kept_units: int) -> None:
    assert fee_of(gross_units, rate) == fee_units
    assert fee_most(gross_units, rate) == kept_units
