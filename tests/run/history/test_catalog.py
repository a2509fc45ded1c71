"""What is held is read from the files themselves."""

from datetime import date
from pathlib import Path

import pytest
from recordings import two_days

from fathom.domain import LocalError
from fathom.run.history.catalog import held_in, parts_of
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.copy_command import copy


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalog")
    compile_recording(two_days().write(folder / "r.jsonl.zst"), folder / "data")
    return folder / "data"


def test_a_symbol_is_summed_over_its_days(data: Path) -> None:
    (held,) = held_in(parts_of(data))
    assert (held.symbol, held.first, held.last, held.days) == ("BTC/USD", date(2023, 11, 15), date(2023, 11, 16), 2)
    assert (held.frames, held.verified, held.mismatched, held.gaps) == (362, 362, 0, 0)
    assert held.rows["trades"] == 120
    assert held.parts == 14
    assert held.size == sum(path.stat().st_size for path in data.rglob("*") if path.is_file())


def test_each_part_says_what_it_holds(data: Path) -> None:
    parts = {(one.kind, one.day.day): one for one in parts_of(data, ["BTC/USD"]) if one.kind != "tape"}
    assert parts["l2", 15].whole
    assert not parts["l2", 16].whole
    assert parts["l2", 15].frames + parts["l2", 16].frames == 241
    assert parts["trades", 15].rows + parts["trades", 16].rows == 120


def test_nothing_there_is_said_with_what_to_do(data: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="fathom data compile RECORDING --into"):
        parts_of(tmp_path / "none")
    with pytest.raises(LocalError, match="holds no recorded market; compile"):
        parts_of(tmp_path)
    with pytest.raises(LocalError, match="no recorded market of DOGE/USD"):
        parts_of(data, ["DOGE/USD"])


def test_what_is_elsewhere_is_told_alike(data: Path, tmp_path: Path) -> None:
    away = f"memory://{tmp_path.name}"
    copy(str(data), away, symbols=(), tapes=True, progress=lambda _what, _done, _of: None)
    assert parts_of(away) == parts_of(data)
    with pytest.raises(LocalError, match="holds no recorded market"):
        parts_of(f"memory://{tmp_path.name}/none")
