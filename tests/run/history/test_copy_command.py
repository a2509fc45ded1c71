"""Parts go to another place and come back, each once."""

from __future__ import annotations

from pathlib import Path

import pytest
from recordings import two_days

from fathom.domain import LocalError
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.copy_command import Copied, copy
from fathom.run.history.query import ask


def copied(source: object, target: object, *symbols: str, tapes: bool = True) -> Copied:
    return copy(str(source), str(target), symbols=symbols, tapes=tapes, progress=lambda _what, _done, _of: None)


def test_there_and_back_is_the_same(tmp_path: Path) -> None:
    data, away = tmp_path / "data", f"memory://{tmp_path.name}"
    compile_recording(two_days().write(tmp_path / "r.jsonl.zst"), data)
    first = copied(data, away)
    assert (first.files, first.kept) == (14, 0)
    assert first.size == sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    assert (copied(data, away).files, copied(data, away).kept) == (0, 14)
    assert copied(away, tmp_path / "back").files == 14
    for path in (one for one in data.rglob("*") if one.is_file()):
        assert (tmp_path / "back" / path.relative_to(data)).read_bytes() == path.read_bytes()
    for place in (data, away):
        assert list(ask(place, "SELECT count(*), min(symbol) FROM trades").rows) == [(120, "BTC/USD")]


def test_what_is_there_in_another_size_is_copied_again_and_tapes_may_stay(tmp_path: Path) -> None:
    data, goal = tmp_path / "data", tmp_path / "goal"
    compile_recording(two_days().write(tmp_path / "r.jsonl.zst"), data)
    assert copied(data, goal, "BTC/USD", tapes=False).files == 10
    part = next(goal.rglob("*.parquet"))
    part.write_bytes(b"cut")
    assert copied(data, goal, tapes=False).files == 1


def test_nothing_to_copy_is_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"holds no recorded market$"):
        copied(tmp_path, tmp_path / "goal")
    compile_recording(two_days(steps=8).write(tmp_path / "r.jsonl.zst"), tmp_path / "data")
    with pytest.raises(LocalError, match="holds no recorded market of ETH/USD"):
        copied(tmp_path / "data", tmp_path / "goal", "ETH/USD")
