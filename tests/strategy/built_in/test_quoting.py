import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.strategy.built_in.quoting import Volatility, avellaneda_stoikov, glft
from market_feed import T0, S


@pytest.mark.parametrize(
    # Avellaneda and Stoikov (2008), section 3.3: s = 100, sigma = 2, kappa = 1.5, T = 1. The mean spread over the day,
    # half of the time being left, is their tables': 1.29 for gamma 0.01 and 0.1 would be the second part alone.
    ("gamma", "spread"),
    [(0.1, 1.49), (0.01, 1.35), (0.5, 2.15)],
)
def test_the_spread_of_the_paper(gamma: float, spread: float) -> None:
    _, half = avellaneda_stoikov(100, 0, gamma=gamma, sigma=2, kappa=1.5, left_s=0.5)
    assert 2 * half == pytest.approx(spread, abs=0.01)


@pytest.mark.parametrize(
    ("q", "left_s", "price"), [(0, 1, 100.0), (1, 1, 99.6), (-2, 1, 100.8), (5, 0.25, 99.5), (9, 0, 100.0)]
)
def test_the_reservation_price_is_s_less_q_gamma_sigma_squared_of_the_time_left(
    q: float, left_s: float, price: float
) -> None:
    assert avellaneda_stoikov(100, q, gamma=0.1, sigma=2, kappa=1.5, left_s=left_s)[0] == pytest.approx(price)


def test_the_asymptotic_quotes_of_gueant_lehalle_and_fernandez_tapia() -> None:
    # Their section 6: sigma 0.3 tick/s^0.5, A 0.9 /s, k 0.3 /tick, gamma 0.01 /tick.
    below, above = glft(0, gamma=0.01, sigma=0.3, kappa=0.3, intensity=0.9)
    base = math.log(1 + 0.01 / 0.3) / 0.01
    step = math.sqrt(0.3**2 * 0.01 / (2 * 0.3 * 0.9) * (1 + 0.01 / 0.3) ** (1 + 0.3 / 0.01))
    assert base == pytest.approx(3.27898, abs=1e-5)
    assert step == pytest.approx(0.067875, abs=1e-5)
    assert (below, above) == pytest.approx((base + step / 2, base + step / 2))
    held = glft(3, gamma=0.01, sigma=0.3, kappa=0.3, intensity=0.9)
    assert held == pytest.approx((base + 3.5 * step, base - 2.5 * step))


@given(st.floats(-50, 50), st.floats(1e-6, 100), st.floats(0, 1e4), st.floats(1e-6, 100), st.floats(1e-6, 1e4))
def test_within_the_bounds_of_the_parameters_a_quote_is_a_number(
    q: float, gamma: float, sigma: float, kappa: float, intensity: float
) -> None:
    below, above = glft(q, gamma=gamma, sigma=sigma, kappa=kappa, intensity=intensity)
    assert math.isfinite(below)
    assert math.isfinite(above)
    assert below + above > 0  # Bid and ask never meet.


@given(st.floats(1e-4, 10), st.floats(0.01, 10), st.floats(0.01, 5), st.integers(-9, 9))
def test_with_more_inventory_both_quotes_are_lower(gamma: float, sigma: float, kappa: float, q: int) -> None:
    settings = {"gamma": gamma, "sigma": sigma, "kappa": kappa, "intensity": 1.0}
    (below, above), (below_more, above_more) = glft(q, **settings), glft(q + 1, **settings)
    assert below_more >= below
    assert above_more <= above


def test_volatility_is_the_movement_per_square_root_of_a_second() -> None:
    volatility = Volatility(20)
    assert volatility.per_root_s is None
    for second in range(40):
        volatility.see(100 + 3 * (second % 2), now_ns=T0 + second * S)
    assert volatility.per_root_s == pytest.approx(3, rel=1e-9)


def test_volatility_waits_for_a_quarter_of_its_window_and_counts_one_time_once() -> None:
    volatility = Volatility(20)
    for second in range(5):
        volatility.see(100 + second, now_ns=T0 + second * S)
        volatility.see(500, now_ns=T0 + second * S)
    assert volatility.per_root_s is None
    volatility.see(105, now_ns=T0 + 6 * S)
    assert volatility.per_root_s is not None
    assert volatility.per_root_s < 2
