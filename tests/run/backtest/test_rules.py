from decimal import Decimal
from pathlib import Path

import pytest
from held_data import hold_table, instrument_row

from fathom.domain import LocalError
from fathom.run.backtest.rules import rules_of
from market_feed import BTC, T0, S


def test_what_was_recorded_last_before_the_time_holds(tmp_path: Path) -> None:
    rows = [
        instrument_row(),
        instrument_row(local_ns=T0 + 60 * S, qty_lots_min=7),
        instrument_row(local_ns=T0 + 90 * S, qty_lots_min=9),
    ]
    hold_table(tmp_path, "instruments", rows)
    for at_ns, lots in ((T0 - S, 1), (T0, 1), (T0 + 70 * S, 7), (T0 + 100 * S, 9)):
        ruled = rules_of(tmp_path, BTC.symbol, at_ns=at_ns, precisions=(1, 2))
        assert (ruled.instrument.qty_lots_min, ruled.assumed) == (lots, "")
    assert rules_of(tmp_path, BTC.symbol, at_ns=T0, precisions=(1, 2)).instrument == BTC


def test_without_a_record_kraken_s_own_are_taken_where_the_numbers_go_with_them(tmp_path: Path) -> None:
    ruled = rules_of(tmp_path, "BTC/USD", at_ns=T0, precisions=(1, 8))
    assert ruled.instrument.qty_lots_min > 1
    assert "were not recorded; those are taken" in ruled.assumed


def test_what_nobody_knows_is_said(tmp_path: Path) -> None:
    hold_table(tmp_path, "instruments", [instrument_row(price_precision=5)])  # Of other numbers.
    ruled = rules_of(tmp_path, "BTC/USD", at_ns=T0, precisions=(1, 2))
    assert (ruled.instrument.qty_lots_min, ruled.instrument.cost_min) == (1, Decimal(0))
    assert "none were applied" in ruled.assumed
    with pytest.raises(LocalError, match="no pair"):
        rules_of(tmp_path, "BTCUSD", at_ns=T0, precisions=(1, 2))
