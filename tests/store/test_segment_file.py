import os
import subprocess
import sys
from pathlib import Path

import pytest

from fathom.domain import JournalError
from fathom.store.segment_file import SegmentFile


def test_created_written_reopened(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    file = SegmentFile.create(path, b"header")
    file.write(b"-one")
    assert (file.written, path.read_bytes()) == (10, b"header-one")
    file.sync()
    file.close()
    file.close()
    again = SegmentFile.reopen(path, end=10)
    again.write(b"-two")
    again.close()
    assert path.read_bytes() == b"header-one-two"


def test_reopening_cuts_what_is_behind_the_end(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    path.write_bytes(b"whole-torn")
    file = SegmentFile.reopen(path, end=5)
    file.write(b"+next")
    file.close()
    assert path.read_bytes() == b"whole+next"


def test_none_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    path.write_bytes(b"mine")
    with pytest.raises(JournalError, match="Cannot create"):
        SegmentFile.create(path, b"header")
    assert path.read_bytes() == b"mine"
    with pytest.raises(JournalError, match="Cannot continue"):
        SegmentFile.reopen(tmp_path / "nowhere", end=0)


def test_a_refused_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SegmentFile.create(tmp_path / "segment", b"header")

    def refused(fd: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refused)
        with pytest.raises(JournalError, match=r"Cannot sync .*segment: Input/output error"):
            file.sync()
    file.close()


FULL = """
import resource, sys
from pathlib import Path
from fathom.domain import JournalError
from fathom.store.segment_file import SegmentFile
file = SegmentFile.create(Path(sys.argv[1]), b"header")
resource.setrlimit(resource.RLIMIT_FSIZE, (12, 12))
file.write(b"-one")
try:
    file.write(b"-half of it fits")
except JournalError as error:
    print(error)
file.close()
"""


def test_a_refused_write_leaves_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Cannot write {path}: File too large")
    assert path.read_bytes() == b"header-one"
