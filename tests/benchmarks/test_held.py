"""What the benchmarks of backtests run on: a day that is a day, tapes that say what they hold, bots that run."""

from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")

from held import MAKER, backtest_of, bot_file, hold, watcher
from stepping_tapes import day_of_trading, recorded

from fathom.kernel.stepper import FRAME, Stepper
from fathom.store.history import DAY_NS, Tape


def test_a_day_is_within_its_day_and_in_order_and_always_the_same(tmp_path: Path) -> None:
    day = day_of_trading(frames=200, times=3)
    assert day == day_of_trading(frames=200, times=3)
    (path,) = hold(tmp_path, day)
    with Tape(path) as tape:
        head = tape.head
        assert 0 < head.last_ns - head.first_ns < DAY_NS
        assert head.last_ns - head.first_ns > DAY_NS * 9 // 10
        stepper = Stepper([bytes(tape.rows)])
    times = []
    while stepper.step(wants=FRAME) == FRAME:
        times.append(stepper.now_ns)
    assert times == sorted(times)
    assert stepper.trusted
    assert stepper.frames == day.frames
    assert head.trades > 10


@pytest.mark.parametrize("seat", [watcher("EachFrame"), watcher("EachTop"), watcher("Each100Ms"), MAKER])
def test_bots_run_over_it(seat: str, tmp_path: Path) -> None:
    tape = recorded(frames=300, times=2)
    hold(tmp_path / "data", tape)
    told = backtest_of(bot_file(tmp_path / "bot.toml", seat), tmp_path / "data", journal=tmp_path / "journal")
    assert told.frames == tape.frames
    assert any((tmp_path / "journal").iterdir())
    if "EachFrame" in seat:
        assert told.wakes == tape.frames
