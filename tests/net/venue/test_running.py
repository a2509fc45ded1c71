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


def test_a_note_is_there_while_its_owner_runs(tmp_path: Path) -> None:
    place = {"FATHOM_STATE_DIR": str(tmp_path / "state")}
    with left_note(some_note(), place) as path:
        assert path.parent == tmp_path / "state"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert running_exchanges(place) == [some_note()]
    assert running_exchanges(place) == []
    assert list(path.parent.iterdir()) == []


def test_the_newest_comes_first(tmp_path: Path) -> None:
    place = {"FATHOM_STATE_DIR": str(tmp_path)}
    with (
        left_note(some_note(started_ns=2, port=2000), place),
        left_note(some_note(started_ns=3, port=3000), place),
        left_note(some_note(started_ns=1, port=1000), place),
    ):
        assert [note.started_ns for note in running_exchanges(place)] == [3, 2, 1]


def test_the_note_of_one_that_was_killed_is_swept(tmp_path: Path) -> None:
    place = {"FATHOM_STATE_DIR": str(tmp_path)}
    path = os.pathsep.join(sys.path)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED],
        check=False,
        env={**os.environ, **place, "PYTHONPATH": path},
        capture_output=True,
        timeout=30,
    )
    assert (ended.stdout, ended.returncode) == (b"left\n", -9), ended.stderr
    assert len(list(tmp_path.iterdir())) == 1
    with left_note(some_note(port=2000), place):
        assert [note.rest for note in running_exchanges(place)] == ["http://127.0.0.1:2000"]
        assert len(list(tmp_path.iterdir())) == 1


def test_what_is_no_note_of_ours_is_passed_over(tmp_path: Path) -> None:
    place = {"FATHOM_STATE_DIR": str(tmp_path)}
    with left_note(some_note(), place) as path:
        path.write_text("{}")
        assert running_exchanges(place) == []
        path.write_text('{"pid":')
        assert running_exchanges(place) == []
    with left_note(some_note(), place) as path:
        path.chmod(0o666)
        assert running_exchanges(place) == []
        assert path.exists()
    other = tmp_path / "nonces.json"
    other.write_text("{}")
    assert running_exchanges(place) == []
    assert other.exists()


def test_the_folders_in_their_order(tmp_path: Path) -> None:
    home = Path("~").expanduser()
    assert folders({"FATHOM_STATE_DIR": "/x", "XDG_RUNTIME_DIR": "/run/user/1"}) == [Path("/x")]
    assert folders({"XDG_RUNTIME_DIR": "/run/user/1"}) == [Path("/run/user/1/fathom"), home / ".local/state/fathom"]
    assert folders({"XDG_STATE_HOME": "/s"}) == [Path("/s/fathom")]
    assert folders({}) == [home / ".local/state/fathom"]


def test_where_the_first_cannot_be_written_it_is_the_second(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")  # In the way of a folder.
    place = {"XDG_RUNTIME_DIR": str(tmp_path / "file"), "XDG_STATE_HOME": str(tmp_path)}
    with left_note(some_note(), place) as path:
        assert path.parent == tmp_path / "fathom"
        assert running_exchanges(place) == [some_note()]
    place = {"FATHOM_STATE_DIR": str(tmp_path / "file")}
    with pytest.raises(LocalError, match="cannot write to"), left_note(some_note(), place):
        pass


def test_it_gives_a_venue_and_keys_and_shows_no_secret() -> None:
    note = some_note()
    assert note.venue.is_loopback
    assert note.venue.name == "local"
    assert note.credentials("bob").key == some_key("bob")
    with pytest.raises(LocalError, match="has no zoe; it has alice, bob"):
        note.credentials("zoe")
    assert some_secret("alice") not in repr(note)
