"""A part is there when it is whole, says what it is, and fails with a sentence."""

from pathlib import Path

import pytest

from fathom.domain import JournalError, LocalError
from fathom.store.history import PartitionWriter, part_head, plain_columns

GAP = {"channel": "l2", "from_ns": 1, "to_ns": 2, "reason": "a test"}


def test_pieces_become_a_part_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "gaps" / "a.parquet"
    with PartitionWriter(path, "gaps") as writer:
        writer.write(plain_columns("gaps", [GAP, GAP]))
        writer.write(plain_columns("gaps", []))
        writer.write(plain_columns("gaps", [GAP]))
        assert not path.exists()
        writer.close({"source": "r", "whole": "true"})
    assert part_head(path) == {"source": "r", "whole": "true", "rows": "3"}
    assert [one.name for one in path.parent.iterdir()] == ["a.parquet"]


def test_what_is_not_closed_leaves_nothing(tmp_path: Path) -> None:
    with PartitionWriter(tmp_path / "a.parquet", "gaps") as writer:
        writer.write(plain_columns("gaps", [GAP]))
    assert not list(tmp_path.iterdir())


def test_a_part_that_was_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for count in (1, 2):
        with PartitionWriter(path, "gaps") as writer:
            writer.write(plain_columns("gaps", [GAP] * count))
            writer.close({})
    with PartitionWriter(path, "gaps") as writer:
        writer.write(plain_columns("gaps", [GAP] * 9))
    assert part_head(path)["rows"] == "2"


def test_what_cannot_be_written_or_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(JournalError, match="Cannot write"):
        PartitionWriter(tmp_path / "file" / "a.parquet", "gaps")
    for path in (tmp_path / "file", tmp_path / "none"):
        with pytest.raises(LocalError, match="cannot be read as Parquet"):
            part_head(path)
