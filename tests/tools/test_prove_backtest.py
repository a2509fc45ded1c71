"""The differential proof in its short form, and that it can fail."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")

from msgspec import structs
from prove_backtest import MS_NS, Recorded, backtest_config, prove

from fathom.domain import OrderTraded
from fathom.run.backtest.backtest import Backtest
from fathom.run.comparing.comparison import compare
from fathom.run.comparing.finding import Bounds
from fathom.run.comparing.told import Told
from fathom.sim.stepped import LatencyModel
from fathom.store import JournalReader, JournalWriter

MINUTES = 4


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    folder = tmp_path_factory.mktemp("proof")
    return folder, prove(minutes=MINUTES, seed=7, rate=20.0, folder=folder, tell=lambda _: None)


def test_every_order_has_the_same_fills_to_the_lot(proven: tuple[Path, Told]) -> None:
    folder, told = proven
    assert told.orders > 100
    assert (told.agree, told.differences, told.lots_share) == (told.orders, [], 1.0)
    assert told.symbols[0].filled_a == told.symbols[0].filled_b
    fills = [entry.event for entry, _ in JournalReader(folder / "backtest") if isinstance(entry.event, OrderTraded)]
    assert {fill.liquidity for fill in fills} == {"maker", "taker"}


def test_another_latency_or_a_queue_that_nobody_knows_shows(proven: tuple[Path, Told], tmp_path: Path) -> None:
    folder, _ = proven
    journal, guessed = folder / "rehearsal", tmp_path / "guessed"
    file = Recorded(minutes=MINUTES, seed=7, rate=20.0, folder=tmp_path / "unused").file
    levels_only = structs.replace(file, symbols=["BTC/USD"])
    shutil.copytree(folder / "data", guessed, ignore=shutil.ignore_patterns("*.l3.tape"))
    for name, data, seen, way_ns in (("late", folder / "data", file, 400), ("guessed", guessed, levels_only, 10)):
        config = backtest_config(journal, data, seen)
        assert config.backtest is not None
        latency = LatencyModel.constant(way_ns * MS_NS)
        run = Backtest(structs.replace(config, backtest=structs.replace(config.backtest, latency=latency)), run_id=name)
        with JournalWriter(tmp_path / name, fsync="close") as log:
            run.run(log)
        run.close()
        told = compare(journal, tmp_path / name, bounds=Bounds(latency_ns=MS_NS, within_ns=2_000 * MS_NS))
        assert told.agree < told.orders, name
        assert all(one.reason for one in told.differences)
