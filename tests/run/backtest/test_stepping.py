from pathlib import Path

import pytest
from held_data import candle, hold_table, hold_tape, public_trade

from fathom.domain import LocalError
from fathom.run.backtest.recorded import held_of
from fathom.run.backtest.settings import Kind, UsedTape
from fathom.run.backtest.stepping import Stepping, candles_before
from market_feed import BTC, T0, S
from step_stage import still

DAY = 86_400 * S
HOUR = 3_600 * S


def used(data: Path, *kinds: Kind) -> list[UsedTape]:
    held = held_of(data, [BTC.symbol], first_ns=None, last_ns=None)[BTC.symbol]
    return [tape for kind in kinds for tape in held[kind].tapes]


def opened(data: Path, tapes: list[UsedTape]) -> Stepping:
    return Stepping(data, tapes, queue="pessimistic", spread_bps=10.0, volume_share=0.1)


def test_days_are_stepped_over_as_one(tmp_path: Path) -> None:
    hold_tape(tmp_path, still().levels([(999, 11)], after_ns=DAY).levels([(999, 12)], after_ns=DAY))
    with opened(tmp_path, used(tmp_path, "l2")) as steps:
        stepper = steps.levels[BTC.symbol]
        stepper.step()
        assert (stepper.frames, stepper.bids(1), steps.precisions) == (3, [(999, 12)], {BTC.symbol: (1, 2)})


def test_a_window_begins_with_the_book_as_it_stood(tmp_path: Path) -> None:
    hold_tape(tmp_path, still().levels([(999, 11)], after_ns=S).levels([(999, 12)], after_ns=S))
    with opened(tmp_path, used(tmp_path, "l2")) as steps:
        steps.skip_to(T0 + 2 * S)
        assert steps.levels[BTC.symbol].bids(1) == [(999, 11)]


def test_candles_and_trades_become_a_market_too(tmp_path: Path) -> None:
    hold_table(tmp_path, "candles", [candle(n, 990, 1010, opened=1000, close=1005) for n in range(3)])
    hold_table(tmp_path, "trades", [public_trade(T0 + n * S, 1000 + n, 5) for n in range(4)])
    for kind, frames in (("candles", 13), ("trades", 5)):
        with opened(tmp_path, used(tmp_path, kind)) as steps:  # type: ignore[arg-type]
            steps.levels[BTC.symbol].step()
            assert steps.levels[BTC.symbol].frames == frames


def test_data_that_is_not_what_it_was_is_refused(tmp_path: Path) -> None:
    hold_tape(tmp_path, still())
    before = used(tmp_path, "l2")
    hold_tape(tmp_path, still().levels([(999, 11)]))
    with pytest.raises(LocalError, match="it was compiled again since"):
        opened(tmp_path, before)


def test_candles_of_before_the_window_are_told_in_the_pair_s_own_numbers(tmp_path: Path) -> None:
    rows = [candle(n, 990, 1010, opened=1000, close=1000 + n) for n in range(5)]
    for row in rows:  # As an archive has it: one decimal more.
        row.update({name: row[name] * 10 for name in row if name.endswith("_ticks")}, price_precision=2)
    hold_table(tmp_path, "candles", rows)
    found = candles_before(
        tmp_path, [(BTC.symbol, 3600), (BTC.symbol, 60)], until_ns=T0 + 3 * HOUR + S, precisions={BTC.symbol: (1, 2)}
    )
    assert list(found) == [(BTC.symbol, 3600)]
    told, until_ns = found[BTC.symbol, 3600]
    assert [(one.begin_ns - T0, one.close_ticks, one.qty_lots) for one in told] == [
        (n * HOUR, 1000 + n, 400) for n in range(3)
    ]
    assert until_ns == T0 + 3 * HOUR + S
