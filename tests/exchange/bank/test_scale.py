import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_desk import Desk
from fathom.exchange.bank.scale import Scale, Scales, pow_ten, share
from fathom.exchange.listing import Listing

LISTING = Listing()


@pytest.mark.parametrize(
    ("symbol", "price", "qty", "cost", "base"),
    [
        ("BTC/USD", "97000.0", "0.00100000", "97.0000", "0.0010000000"),
        ("BTC/USD", "97000.1", "0.00000005", "0.0049", "0.0000000500"),  # 0.004850005
        ("BTC/USD", "1000.0", "0.00000005", "0.0000", "0.0000000500"),  # 0.00005: to the even 0
        ("BTC/USD", "1000.0", "0.00000015", "0.0002", "0.0000001500"),  # 0.00015: to the even 2
        ("BTC/USD", "1000.0", "0.00000025", "0.0002", "0.0000002500"),  # 0.00025: to the even 2
        ("ETH/BTC", "0.03196", "2.00000001", "0.0639200003", "2.0000000100"),
        ("EUR/USD", "1.08000", "0.50005000", "0.5401", "0.5000"),  # 0.540054; EUR has 4 decimals.
        ("EUR/USD", "1.08000", "0.50015000", "0.5402", "0.5002"),
        ("SHIB/USD", "0.00000920", "550000.00001", "5.0600", "550000.00001"),
        ("USDT/USD", "0.9995", "5.00000001", "4.9975", "5.00000001"),
    ],
)
def test_amounts_are_rounded_half_to_even(symbol: str, price: str, qty: str, cost: str, base: str) -> None:
    desk = Desk()
    pair = desk.pair(symbol)
    scale = Scale(desk.listing, pair)
    ticks, lots = desk.ticks(price, symbol), desk.lots(qty, symbol)
    assert desk.amount(pair.quote, scale.cost_units(ticks, lots)) == cost
    assert desk.amount(pair.base, scale.base_units(lots)) == base


@given(symbol=st.sampled_from(list(LISTING.pairs)), ticks=st.integers(1, 10**9), lots=st.integers(1, 10**14))
def test_what_is_kept_aside_is_never_less(symbol: str, ticks: int, lots: int) -> None:
    pair = LISTING.pair(symbol)
    assert pair is not None
    scale = Scale(LISTING, pair)
    assert 0 <= scale.cost_units_most(ticks, lots) - scale.cost_units(ticks, lots) <= 1
    assert 0 <= scale.base_units_most(lots) - scale.base_units(lots) <= 1


def test_a_changed_pair_gets_new_factors() -> None:
    scales, desk = Scales(LISTING), Desk()
    pair = desk.pair()
    assert scales.of(pair) is scales.of(pair)
    coarser = type(pair)(**{field: getattr(pair, field) for field in pair.__struct_fields__} | {"price_precision": 0})
    assert scales.of(coarser).cost_units(97_000, desk.lots("1")) == scales.of(pair).cost_units(970_000, desk.lots("1"))


@given(units=st.integers(0, 10**15), whole=st.integers(1, 10**12), part=st.integers(0, 10**12))
def test_shares_add_up(units: int, whole: int, part: int) -> None:
    part = min(part, whole)
    first = share(units, part, whole)
    assert 0 <= first <= units
    assert abs(first * whole - units * part) * 2 <= whole
    assert share(units, whole, whole) == units


def test_a_power_of_ten_is_an_int() -> None:
    assert pow_ten(0) == 1
    assert pow_ten(8) == 100_000_000
