"""What is held comes out in other forms, whole, or not at all."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from recordings import Tape, two_days

from fathom.domain import JournalError, LocalError
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.export_command import ExportCommand, export
from market_feed import BTC, instrument_frame, two_sided

DAYS = (date(2023, 11, 15), date(2023, 11, 16))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    compile_recording(two_days().write(folder / "r.jsonl.zst"), folder / "data")
    return folder / "data"


def command(data: Path, out: Path, kind: str = "trades", **more: object) -> ExportCommand:
    return msgspec.structs.replace(ExportCommand(data=data, symbol="BTC/USD", kind=kind, out=out), **more)


def test_the_same_rows_in_every_form(data: Path, tmp_path: Path) -> None:
    for name in ("t.parquet", "t.csv", "t.csv.gz", "t.arrow", "t.feather"):
        done = export(command(data, tmp_path / name))
        assert (done.rows, done.size) == (120, (tmp_path / name).stat().st_size)
    table = pq.read_table(tmp_path / "t.parquet")
    assert pa.ipc.open_file(tmp_path / "t.arrow").read_all().to_pylist() == table.to_pylist()
    assert (tmp_path / "t.feather").read_bytes() == (tmp_path / "t.arrow").read_bytes()
    text = (tmp_path / "t.csv").read_text()
    assert gzip.decompress((tmp_path / "t.csv.gz").read_bytes()).decode() == text
    rows = list(csv.DictReader(text.splitlines()))
    assert [int(row["local_ns"]) for row in rows] == table["local_ns"].to_pylist()
    assert [row["side"] for row in rows] == table["side"].to_pylist()
    assert table["local_ns"].to_pylist() == sorted(table["local_ns"].to_pylist())
    assert not list(tmp_path.glob("*.part"))


def test_days_are_cut_out(data: Path, tmp_path: Path) -> None:
    counts = [export(command(data, tmp_path / "a.csv", "l2", first=day, last=day)).rows for day in DAYS]
    assert sum(counts) == export(command(data, tmp_path / "a.csv", "l2", first=DAYS[0])).rows
    npz = [export(command(data, tmp_path / "a.npz", "l3", first=day, last=day)).rows for day in DAYS]
    assert sum(npz) == export(command(data, tmp_path / "a.npz", "l3")).rows
    with pytest.raises(LocalError, match="holds no trades of BTC/USD from 2024-01-01 to the last"):
        export(command(data, tmp_path / "b.csv", first=date(2024, 1, 1)))
    assert not (tmp_path / "b.csv").exists()


def test_hftbacktests_array_has_the_book_and_the_trades_between(data: Path, tmp_path: Path) -> None:
    export(command(data, tmp_path / "a.npz", "l2"))
    events = np.load(tmp_path / "a.npz")["data"]
    assert ((events["ev"] & 0xFF) == 2).sum() == 120
    assert (np.diff(events["local_ts"]) >= 0).all()
    assert (np.diff(events["exch_ts"]) >= 0).all()
    assert (events["exch_ts"] <= events["local_ts"]).all()


def test_what_did_not_verify_comes_out_where_it_is_asked_for(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    tape.say(instrument_frame(BTC), feed.snapshot(), feed.update(bids=[(999, 8)], crc=1))
    compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    assert export(command(tmp_path / "data", tmp_path / "a.csv", "l2")).rows == 10
    assert export(command(tmp_path / "data", tmp_path / "a.csv", "l2", doubted=True)).rows == 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "l4"}, "kind: must be one of l2, l3, trades"),
        ({"symbol": "../.."}, "is no pair"),
        ({"symbol": "ETH/USD"}, "holds no trades of ETH/USD"),
        ({"out": Path("a.xls")}, "out: must end with one of"),
        ({"out": Path("a.npz")}, "must be l2 or l3 for .npz"),
        ({"out": Path("a.npz"), "kind": "l2", "symbol": "ETH/USD"}, "holds no l2 of ETH/USD"),
        ({"data": Path("none")}, "is no folder"),
    ],
)
def test_wrong_input_is_said(
    change: dict[str, object], says: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LocalError, match=says):
        export(msgspec.structs.replace(command(data, Path("a.csv")), **change))
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="Cannot write"):
        export(command(data, tmp_path / "file" / "a.csv"))
