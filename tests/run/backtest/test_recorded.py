from pathlib import Path

import pytest
from held_data import candle, hold_table, hold_tape, public_trade

from fathom.domain import LocalError
from fathom.run.backtest.recorded import held_of, span_of
from market_feed import BTC, T0, S
from step_stage import still

DAY = 86_400 * S


def test_each_kind_is_found_by_day(tmp_path: Path) -> None:
    hold_tape(tmp_path, still().levels([(999, 11)], after_ns=DAY))
    hold_table(tmp_path, "candles", [candle(0, 990, 1010, opened=1000, close=1005)])
    hold_table(tmp_path, "trades", [public_trade(T0 + S, 1000, 5), public_trade(T0 + 2 * S, 1001, 5)])
    held = held_of(tmp_path, [BTC.symbol], first_ns=None, last_ns=None)[BTC.symbol]
    assert {kind: [one.rows for one in found.tapes] for kind, found in held.items()} == {
        "l2": [7, 1],
        "candles": [1],
        "trades": [2],
    }
    assert span_of(held["l2"].tapes) == (T0, T0 + DAY)
    assert span_of(held["trades"].tapes) == (T0 + S, T0 + 2 * S)


def test_only_days_of_the_window_are(tmp_path: Path) -> None:
    hold_tape(tmp_path, still().levels([(999, 11)], after_ns=DAY).levels([(999, 12)], after_ns=DAY))
    held = held_of(tmp_path, [BTC.symbol], first_ns=T0 + DAY + S, last_ns=T0 + DAY + 2 * S)
    assert [one.first_ns for one in held[BTC.symbol]["l2"].tapes] == [T0 + DAY]


def test_of_two_recordings_of_a_day_the_one_that_verified_more_is_taken_or_the_one_that_is_named(
    tmp_path: Path,
) -> None:
    hold_tape(tmp_path, still().levels([(999, 11)]), source="good", verified=2)
    hold_tape(tmp_path, still().levels([(999, 11)]).levels([(999, 12)]), source="bad", verified=1)
    for source, found in ((None, "good"), ("bad", "bad")):
        held = held_of(tmp_path, [BTC.symbol], first_ns=None, last_ns=None, source=source)
        assert [one.path.rpartition("/")[2] for one in held[BTC.symbol]["l2"].tapes] == [f"{found}.l2.tape"]


def test_a_pair_of_which_nothing_is_held_is_refused(tmp_path: Path) -> None:
    hold_tape(tmp_path, still())
    with pytest.raises(LocalError, match="nothing recorded of it is in"):
        held_of(tmp_path, ["ETH/USD"], first_ns=None, last_ns=None)
    with pytest.raises(LocalError, match="nothing recorded of it from other"):
        held_of(tmp_path, [BTC.symbol], first_ns=None, last_ns=None, source="other")
    with pytest.raises(LocalError, match="fathom data compile"):
        held_of(tmp_path / "nowhere", [BTC.symbol], first_ns=None, last_ns=None)
