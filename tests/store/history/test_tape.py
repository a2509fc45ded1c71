"""A tape comes back as it was written, and nothing else passes for one."""

from pathlib import Path

import pytest

from fathom.domain import JournalError, LocalError
from fathom.kernel import rows as form
from fathom.store.history import Tape, TapeHead, TapeWriter


def head_of(rows: int, *, source: str = "r") -> TapeHead:
    return TapeHead(
        symbol="BTC/USD", kind="l2", date="2026-11-30", source=source, rows=rows, frames=1, verified=1, mismatched=0,
        unchecked=0, trades=0, gaps=0, first_ns=1, last_ns=2, whole=True,
    )  # fmt: skip


def some_rows(count: int) -> bytes:
    rows = form.Rows()
    for number in range(count):
        rows.add(form.TRADE, 10 + number, 20, number, price=5, qty=6, order=7)
    return rows.drain()[0]


def written(path: Path, count: int = 3) -> Path:
    writer = TapeWriter(path)
    writer.write(some_rows(count))
    writer.close(head_of(count))
    return path


def test_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.tape"
    writer = TapeWriter(path)
    writer.write(some_rows(3))
    assert not path.exists()
    writer.write(some_rows(2))
    assert writer.rows == 5
    writer.close(head_of(5))
    assert [one.name for one in path.parent.iterdir()] == ["a.tape"]
    with Tape(path) as tape:
        assert tape.head == head_of(5)
        assert bytes(tape.rows) == some_rows(3) + some_rows(2)
        with pytest.raises(TypeError):
            tape.rows[0] = 1


def test_what_is_abandoned_leaves_nothing(tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "a.tape")
    writer.write(some_rows(3))
    writer.abandon()
    assert not list(tmp_path.iterdir())


def test_rows_that_somebody_still_looks_at_stay(tmp_path: Path) -> None:
    tape = Tape(written(tmp_path / "a.tape"))
    view = tape.rows[:56]
    tape.close()
    assert bytes(view) == some_rows(1)


@pytest.mark.parametrize("length", [0, 8, 4095])
def test_a_file_that_is_too_short_is_no_tape(length: int, tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_bytes(b"FATHTAPE".ljust(length, b"\0")[:length])
    with pytest.raises(LocalError, match="too short"):
        Tape(path)


@pytest.mark.parametrize(
    ("at", "put", "says"),
    [
        (0, b"NOTATAPE", "is no tape"),
        (12, b"\xff\xff\xff\xff", "is no tape"),
        (8, b"\x09\0\0\0", "version 9"),
        (16, b"[", "its head cannot be read"),
    ],
)
def test_a_head_that_is_damaged_is_said(at: int, put: bytes, says: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.tape")
    raw = bytearray(path.read_bytes())
    raw[at : at + len(put)] = put
    path.write_bytes(raw)
    with pytest.raises(LocalError, match=says):
        Tape(path)


def test_a_tape_that_was_cut_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tape")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LocalError, match="holds not the 3 rows"):
        Tape(path)


def test_a_file_that_is_not_there_and_a_folder_that_is_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot be read"):
        Tape(tmp_path / "none.tape")
    (tmp_path / "file").touch()
    with pytest.raises(JournalError):
        TapeWriter(tmp_path / "file" / "a.tape")


def test_a_head_has_its_page_and_no_more(tmp_path: Path) -> None:
    writer = TapeWriter(tmp_path / "a.tape")
    with pytest.raises(LocalError, match="longer than its page"):
        writer.close(head_of(0, source="x" * 5000))
    writer.abandon()
