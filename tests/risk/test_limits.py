from decimal import Decimal

import msgspec
import pytest

from fathom.risk import Limits


def test_the_defaults_are_those_of_the_design() -> None:
    limits = Limits()
    assert (limits.position_share_max, limits.daily_loss_share_max) == (Decimal("0.10"), Decimal("0.05"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("position_share_max", "0"),
        ("position_share_max", "1.01"),
        ("daily_loss_share_max", "-0.1"),
        ("order_value_max", "0"),
        ("open_orders_max", 0),
        ("collar_share_max", "2"),
        ("book_age_s_max", 0),
        ("order_value_max", "NaN"),
        ("order_value_max", "Infinity"),
        ("position_share_max", "NaN"),
        ("fee_share", "1"),
        ("fee_share", "NaN"),
        ("positon_share_max", "0.1"),
    ],
)
def test_a_limit_out_of_its_bounds_or_misspelt_is_refused(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=name if name in Limits.__struct_fields__ else "unknown field"):
        msgspec.convert({name: value}, Limits)
