import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from key_samples import some_key, some_secret
from venue_notes import some_note

from fathom.domain import LocalError
from fathom.net.venue.running import folders, left_note, running_exchanges

# Leaves a note and is killed before it can remove it.
KILLED = """
import os, signal
from venue_notes import some_note
from fathom.net.venue.running import left_note
with left_note(some_note()):
    print("left", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where notes are in these tests."""
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_note_is_there_while_its_owner_runs(tmp_path: Path) -> None:
    with left_note(some_note()) as path:
        assert path.parent == tmp_path / "state"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert running_exchanges() == [some_note()]
    assert running_exchanges() == []
    assert list(path.parent.iterdir()) == []


def test_the_newest_comes_first() -> None:
    with (
        left_note(some_note(started_ns=2, port=2000)),
        left_note(some_note(started_ns=3, port=3000)),
        left_note(some_note(started_ns=1, port=1000)),
    ):
        assert [note.started_ns for note in running_exchanges()] == [3, 2, 1]


def test_the_note_of_one_that_was_killed_is_swept(place: Path) -> None:
    path = os.pathsep.join(sys.path)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED],
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        timeout=30,
    )
    assert (ended.stdout, ended.returncode) == (b"left\n", -9), ended.stderr
    assert len(list(place.iterdir())) == 1
    with left_note(some_note(port=2000)):
        assert [note.rest for note in running_exchanges()] == ["http://127.0.0.1:2000"]
        assert len(list(place.iterdir())) == 1


def test_what_is_no_note_of_ours_is_passed_over(place: Path) -> None:
    with left_note(some_note()) as path:
        path.write_text("{}")
        assert running_exchanges() == []
        path.write_text('{"pid":')
        assert running_exchanges() == []
    with left_note(some_note()) as path:
        path.chmod(0o666)
        assert running_exchanges() == []
        assert path.exists()
    other = place / "nonces.json"
    other.write_text("{}")
    assert running_exchanges() == []
    assert other.exists()


def test_the_folders_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("FATHOM_STATE_DIR", "/x")
    assert folders() == [Path("/x")]
    monkeypatch.delenv("FATHOM_STATE_DIR")
    assert folders() == [Path("/run/user/1/fathom"), Path("/s/fathom")]
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert folders() == [Path("/s/fathom")]


def test_where_the_first_cannot_be_written_it_is_the_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")  # In the way of a folder.
    monkeypatch.delenv("FATHOM_STATE_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with left_note(some_note()) as path:
        assert path.parent == tmp_path / "fathom"
        assert running_exchanges() == [some_note()]
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(LocalError, match="cannot write to"), left_note(some_note()):
        pass


def test_it_gives_a_venue_and_keys_and_shows_no_secret() -> None:
    note = some_note()
    assert note.venue.is_loopback
    assert note.venue.name == "local"
    assert note.credentials("bob").key == some_key("bob")
    with pytest.raises(LocalError, match="has no zoe; it has alice, bob"):
        note.credentials("zoe")
    assert some_secret("alice") not in repr(note)
