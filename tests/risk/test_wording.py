from decimal import Decimal

import pytest

from fathom.domain import EXACT
from fathom.risk.amounts import exactly
from fathom.risk.wording import percent


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [("1", "3", "33.33%"), ("5", "100", "5.00%"), ("1", "0", "all"), ("1", "-2", "all")],
)
def test_a_share_is_told_as_a_percentage_even_where_nothing_may_be_rounded(part: str, whole: str, told: str) -> None:
    assert exactly(percent)(Decimal(part), Decimal(whole)) == told
    assert EXACT.prec == 80
