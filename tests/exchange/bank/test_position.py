from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.bank import Position
from fathom.exchange.bank import position as position_module


def position(side: Any = "buy", leverage: int = 5) -> Position:
    return Position(
        position_id="P1", order_id="O1", symbol="BTC/USD", side=side, leverage=leverage, opened_ns=0, rollover_ns=1
    )


@pytest.mark.parametrize(("side", "profit"), [("buy", 50), ("sell", -50)])
def test_closing_takes_its_share_of_cost_and_margin(side: str, profit: int) -> None:
    opened = position(side)
    assert opened.add(lots=10, cost_units=1_000, fee_units=4) == 200
    assert opened.close(lots=5, cost_units=550, fee_units=2) == profit
    assert (opened.left_lots, opened.left_cost_units, opened.left_margin_units) == (5, 500, 100)
    assert (opened.closed_cost_units, opened.closed_fee_units, opened.net_units, opened.fee_units) == (
        550,
        2,
        profit,
        4,
    )


def test_initial_margin_is_rounded_up() -> None:
    assert position(leverage=3).add(lots=1, cost_units=100, fee_units=0) == 34


def test_paying_back_makes_no_profit() -> None:
    opened = position()
    opened.add(lots=3, cost_units=1_000, fee_units=0)
    assert opened.settle(lots=1) == 333
    assert opened.settle(lots=2) == 667
    assert opened.net_units == opened.left_lots == opened.left_cost_units == opened.left_margin_units == 0


def test_more_than_is_open_cannot_be_closed() -> None:
    opened = position()
    opened.add(lots=3, cost_units=1_000, fee_units=0)
    with pytest.raises(AssertionError):
        opened.close(lots=4, cost_units=1, fee_units=0)


def test_its_fills_are_listed_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position_module, "FILL_IDS_MAX", 2)
    opened = position()
    for exec_id in ("T1", "T2", "T3"):
        opened.note_fill(exec_id)
    assert opened.fill_ids == ["T1", "T2"]


@given(
    opened=st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**12)), min_size=1, max_size=5),
    closed=st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**12)), max_size=8),
    side=st.sampled_from(["buy", "sell"]),
)
def test_what_is_left_and_what_was_made_add_up(
    opened: list[tuple[int, int]], closed: list[tuple[int, int]], side: str
) -> None:
    whole = position(side)
    for lots, cost_units in opened:
        whole.add(lots=lots, cost_units=cost_units, fee_units=0)
    for lots, cost_units in closed:
        if whole.left_lots:
            whole.close(lots=min(lots, whole.left_lots), cost_units=cost_units, fee_units=0)
    sign = 1 if side == "buy" else -1
    gone_units = whole.cost_units - whole.left_cost_units
    assert whole.net_units == sign * (whole.closed_cost_units - gone_units)
    assert 0 <= whole.left_cost_units <= whole.cost_units
    assert 0 <= whole.left_margin_units <= whole.margin_units
    if whole.left_lots == 0:
        assert whole.left_cost_units == whole.left_margin_units == 0
