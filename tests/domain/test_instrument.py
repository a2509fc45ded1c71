from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import INT64_MAX, Instrument, LocalError

BTC_USD = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    qty_lots_min=10_000,
    cost_min=Decimal("0.5"),
)
int64s = st.integers(0, INT64_MAX)


def test_texts_and_values() -> None:
    assert BTC_USD.price_text(265_004) == "26500.4"
    assert BTC_USD.qty_text(12_000_000) == "0.12000000"
    assert BTC_USD.price(265_004) == Decimal("26500.4")
    assert BTC_USD.qty(12_000_000) == Decimal("0.12")
    assert BTC_USD.cost(price_ticks=265_999, qty_lots=500_000) == Decimal("132.99950")  # A fill of websocket-v2.md 7.1.
    assert BTC_USD.price_ticks(Decimal("26500.40")) == 265_004
    assert BTC_USD.qty_lots(Decimal("0.12")) == 12_000_000


def test_finer_than_the_pair_is_refused_by_name() -> None:
    with pytest.raises(LocalError) as price:
        BTC_USD.price_ticks(Decimal("26500.41"))
    with pytest.raises(LocalError) as qty:
        BTC_USD.qty_lots(Decimal("0.000000001"))
    assert (price.value.field, qty.value.field) == ("price", "qty")


@given(int64s, int64s, st.integers(0, 12), st.integers(0, 12))
def test_cost_is_the_exact_product(price_ticks: int, qty_lots: int, price_precision: int, qty_precision: int) -> None:
    pair = msgspec.structs.replace(BTC_USD, price_precision=price_precision, qty_precision=qty_precision)
    cost = pair.cost(price_ticks=price_ticks, qty_lots=qty_lots)
    assert cost == Fraction(price_ticks * qty_lots, 10 ** (price_precision + qty_precision))
    assert cost == Fraction(pair.price(price_ticks)) * Fraction(pair.qty(qty_lots))


@given(int64s, st.integers(0, 12))
def test_units_come_back(units: int, precision: int) -> None:
    pair = msgspec.structs.replace(BTC_USD, price_precision=precision, qty_precision=precision)
    assert pair.price_ticks(pair.price(units)) == pair.price_ticks(Decimal(pair.price_text(units))) == units
    assert pair.qty_lots(pair.qty(units)) == pair.qty_lots(Decimal(pair.qty_text(units))) == units


def test_a_pair_does_not_change() -> None:
    with pytest.raises(AttributeError):
        BTC_USD.price_precision = 2  # type: ignore[misc]  # That is the point.
