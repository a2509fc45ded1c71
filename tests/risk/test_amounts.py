from decimal import Decimal, Inexact, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.risk.amounts import cost_of, exactly, mid_of, price_of, qty_of
from market_feed import BTC, ETH

units = st.integers(-(2**63), 2**63)


@given(units, units)
def test_amounts_are_those_of_the_instrument(price_ticks: int, qty_lots: int) -> None:
    for instrument in (BTC, ETH):
        cost = exactly(cost_of)(instrument, price_ticks=price_ticks, qty_lots=qty_lots)
        assert cost == instrument.cost(price_ticks=price_ticks, qty_lots=qty_lots)
        assert exactly(price_of)(instrument, price_ticks) == instrument.price(price_ticks)
        assert exactly(qty_of)(instrument, qty_lots) == instrument.qty(qty_lots)
        assert exactly(mid_of)(instrument, 2 * price_ticks) == instrument.price(price_ticks)


def test_a_mid_may_lie_between_two_ticks() -> None:
    assert mid_of(BTC, 2001) == Decimal("100.05")


def test_nothing_is_rounded_and_the_context_of_others_is_left_as_it_was() -> None:
    before = getcontext()
    with pytest.raises(Inexact):
        exactly(lambda: Decimal(1) / 3)()
    assert getcontext() is before
    assert exactly(lambda: Decimal(10) ** 40 + 1)() == 10**40 + 1
