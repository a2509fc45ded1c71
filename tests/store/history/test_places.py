"""Recorded markets here and elsewhere: found, read and written alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fsspec
import pytest

from fathom.domain import JournalError, LocalError
from fathom.store.history import Place

NAME = "l2/symbol=BTC-USD/date=2026-11-30/r.parquet"


@pytest.fixture(params=["here", "elsewhere"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "here":
        yield str(tmp_path / "data")
        return
    yield f"memory://{tmp_path.name}/data"
    memory = fsspec.filesystem("memory")
    memory.rm(f"/{tmp_path.name}", recursive=True) if memory.exists(f"/{tmp_path.name}") else None


def test_what_is_written_is_found_and_read(where: str) -> None:
    place = Place(where)
    assert list(place.held()) == []
    assert place.write(NAME, iter([b"abc", b"def"])) == 6
    place.write("tape/symbol=BTC-USD/date=2026-11-30/r.l2.tape", iter([b"x"]))
    place.write("l2/other.txt", iter([b"x"]))
    place.write("mine/symbol=BTC-USD/date=2026-11-30/r.parquet", iter([b"x"]))
    found = list(Place(where).held())
    assert found == [
        (NAME, "l2", "BTC/USD", date(2026, 11, 30), "r", 6),
        ("tape/symbol=BTC-USD/date=2026-11-30/r.l2.tape", "tape", "BTC/USD", date(2026, 11, 30), "r.l2", 1),
    ]
    assert b"".join(place.read(NAME)) == b"abcdef"
    assert place.is_here == ("://" not in where)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_file_that_is_broken_off_is_not_there(where: str, error: type[BaseException]) -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise error

    place = Place(where)
    with pytest.raises((JournalError, KeyboardInterrupt)):
        place.write(NAME, broken())
    assert place.filesystem.find(where.removeprefix("memory:/")) == []


def test_of_a_file_no_more_is_read_than_is_asked_for(where: str) -> None:
    place = Place(where)
    place.write(NAME, iter([b"abcdef"]))
    with place.opened(NAME) as file:
        assert file.read(2) == b"ab"


def test_what_cannot_be_reached_is_said(where: str, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot be reached: Protocol not known"):
        Place("nowhere://bucket/data")
    with pytest.raises(LocalError, match="cannot be read"):
        list(Place(where).read(NAME))
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="Cannot write"):
        Place(tmp_path / "file").write(NAME, iter([b"x"]))
