import pytest

from bank_desk import Desk
from fathom.exchange import core
from fathom.exchange.bank import Fill


def test_a_fill_does_not_change() -> None:
    desk = Desk()
    fill = desk.fill(desk.placed(desk.client(USD="100"), "buy", "0.001", "50000.0"), "0.001", "50000.0")
    with pytest.raises(AttributeError):
        fill.fee_units = 0  # type: ignore[misc]
    assert (fill.leverage, fill.margin_units, fill.position_id) == (0, 0, None)
    assert not fill.closing
    assert not fill.liquidation


def test_the_core_knows_it_by_the_same_name() -> None:
    assert core.Fill is Fill
