"""The state of an exchange on disk: whole or not at all, its owner's alone, one run's at a time."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fathom.domain import JournalError, LocalError
from fathom.store import StateFolder, read_state, write_state
from fathom.store import state as state_module
from fathom.store.state import LOCK_NAME, NEW_NAME, STATE_NAME


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    assert read_state(tmp_path / "nowhere") is None
    for content in (b"one", b"", b"two" * 100_000):
        write_state(tmp_path, content)
        assert read_state(tmp_path) == content
    assert [path.name for path in tmp_path.iterdir()] == [STATE_NAME]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with StateFolder(tmp_path / "new" / "state") as folder:
            write_state(folder.folder, b"secret")
            write_state(folder.folder, b"secret")
    finally:
        os.umask(before)
    place = tmp_path / "new" / "state"
    assert stat.S_IMODE((place / STATE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((place / LOCK_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_a_crash_left_is_overwritten(tmp_path: Path) -> None:
    write_state(tmp_path, b"old")
    left = tmp_path / NEW_NAME
    left.write_bytes(b"half of a much longer st")
    left.chmod(0o644)
    assert read_state(tmp_path) == b"old"
    write_state(tmp_path, b"new")
    assert read_state(tmp_path) == b"new"
    assert not left.exists()
    assert stat.S_IMODE((tmp_path / STATE_NAME).stat().st_mode) == 0o600


def test_it_never_writes_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / NEW_NAME).symlink_to(victim)
    write_state(tmp_path, b"new")
    assert victim.read_bytes() == b"mine"


def test_the_disk_has_it_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(fd: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else f"{os.fstat(fd).st_size} bytes"
        steps.append(f"sync {kind}")
        fsync(fd)

    def renamed(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    write_state(tmp_path, b"seven b")
    assert steps == ["sync 7 bytes", "rename", "sync folder"]


FULL_DISK = """
import resource, sys
from pathlib import Path
from fathom.domain import JournalError
from fathom.store import write_state

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # Python ignores SIGXFSZ, so a write gets EFBIG.
try:
    write_state(Path(sys.argv[1]), b"x" * 5000)
except JournalError as error:
    print(error)
"""


def test_a_full_disk_keeps_the_old_state(tmp_path: Path) -> None:
    write_state(tmp_path, b"old")
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Cannot write {tmp_path / STATE_NAME}: File too large (error 27); make room")
    assert done.stdout.count("\n") == 1
    assert read_state(tmp_path) == b"old"
    assert not (tmp_path / NEW_NAME).exists()  # What it left would keep the disk full.


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for place in (file, file / "below"):
        with pytest.raises(LocalError, match="is a file, or lies in one: name a folder"):
            write_state(place, b"x")
        with pytest.raises(LocalError, match="is a file, or lies in one: name a folder"):
            read_state(place)
        with pytest.raises(LocalError, match="is a file, or lies in one: name a folder"), StateFolder(place):
            pytest.fail("entered")
    assert file.read_text() == "x"


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / STATE_NAME).mkdir()
    with pytest.raises(JournalError, match=r"Cannot read .*exchange\.json: Is a directory \(error 21\)"):
        read_state(tmp_path)
    with pytest.raises(JournalError, match=r"Cannot write .*exchange\.json: Is a directory"):
        write_state(tmp_path, b"x")
    assert not (tmp_path / NEW_NAME).exists()
    with pytest.raises(JournalError, match=r"Cannot write .*No such file or directory"):
        write_state(tmp_path / "gone", b"x")
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(JournalError, match=r"Cannot open .*exchange\.lock: Is a directory"), StateFolder(tmp_path):
        pytest.fail("entered")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_without_permission(tmp_path: Path) -> None:
    write_state(tmp_path, b"old")
    (tmp_path / STATE_NAME).chmod(0)
    with pytest.raises(JournalError, match=r"Cannot read .*Permission denied"):
        read_state(tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(JournalError, match=r"Cannot write .*Permission denied"):
            write_state(tmp_path, b"new")
        with pytest.raises(JournalError, match=r"Cannot open .*Permission denied"), StateFolder(tmp_path):
            pytest.fail("entered")
    finally:
        tmp_path.chmod(0o700)


def test_a_state_has_a_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_module, "STATE_BYTES_MAX", 10)
    write_state(tmp_path, b"x" * 10)
    with pytest.raises(LocalError, match="11 bytes are more than 10"):
        write_state(tmp_path, b"x" * 11)
    assert read_state(tmp_path) == b"x" * 10
    (tmp_path / STATE_NAME).write_bytes(b"x" * 11)
    with pytest.raises(LocalError, match="more than 10 bytes"):
        read_state(tmp_path)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with StateFolder(tmp_path):
        with pytest.raises(LocalError, match="another exchange keeps its state in"), StateFolder(tmp_path):
            pytest.fail("entered")
        write_state(tmp_path, b"mine")
    with StateFolder(tmp_path):
        assert read_state(tmp_path) == b"mine"


def test_one_run_at_a_time_across_processes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from fathom.store import StateFolder\n"
        "try:\n  with StateFolder(Path(sys.argv[1])): print('entered')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )

    def other() -> str:
        command = [sys.executable, "-c", script, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with StateFolder(tmp_path):
        assert other() == (
            f"LocalError state: another exchange keeps its state in {tmp_path}; stop it, or name another folder\n"
        )
    assert other() == "entered\n"


def test_a_run_that_fails_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), StateFolder(tmp_path):
        raise ZeroDivisionError
    with StateFolder(tmp_path):
        pass
