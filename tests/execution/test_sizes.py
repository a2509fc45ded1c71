from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.execution.sizes import least_lots, piece_lots
from market_feed import BTC

LOTS = st.integers(0, 500)


@pytest.mark.parametrize(
    ("qty_min", "cost_min", "increment", "least"),
    [(1, "0.5", 1, 1), (7, "0.5", 1, 7), (1, "5", 1, 5), (1, "5.01", 1, 6), (1, "5.01", 5, 10)],
)
def test_the_least_order_keeps_both_minima_and_the_increment(
    qty_min: int, cost_min: str, increment: int, least: int
) -> None:
    pair = msgspec.structs.replace(BTC, qty_lots_min=qty_min, cost_min=Decimal(cost_min), qty_increment_lots=increment)
    assert least_lots(pair, 1000) == least  # A lot of 0.01 at 100.0 costs 1.


@pytest.mark.parametrize(
    ("left", "wanted", "least", "lots"),
    [(100, 30, 10, 30), (100, 5, 10, 0), (35, 30, 10, 35), (9, 30, 10, 0), (100, 200, 10, 100), (0, 5, 1, 0)],
)
def test_a_piece_leaves_no_rest_that_cannot_be_an_order(left: int, wanted: int, least: int, lots: int) -> None:
    assert piece_lots(left, wanted, BTC, least_lots=least) == lots


@given(LOTS, LOTS, st.integers(1, 40), st.integers(1, 9))
def test_a_piece_is_an_order_or_nothing(left: int, wanted: int, least: int, step: int) -> None:
    pair = msgspec.structs.replace(BTC, qty_increment_lots=step)
    least = -(-least // step) * step
    lots = piece_lots(left, wanted, pair, least_lots=least)
    assert lots == 0 or least <= lots <= left
    assert lots % step == 0
    rest = left - left % step - lots
    assert lots == 0 or rest == 0 or rest >= least
