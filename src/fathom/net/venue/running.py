"""The note that a running exchange leaves, so that clients on this machine find it.

Imports: domain, keys, state_dir, venue. Imported by: the front door, choosing.

A file a process, mode 0600, in the first of these folders that can be written:

    $FATHOM_STATE_DIR               alone, where it is set
    $XDG_RUNTIME_DIR/fathom
    $XDG_STATE_HOME/fathom          ~/.local/state/fathom without that

Its owner holds a lock on it for as long as it lives: the system lets go of that however the process ends, so a note
without one is of a dead exchange, whoever has its pid by now.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.domain import LocalError
from fathom.net.keys import Credentials
from fathom.net.keys.guarded import read_private
from fathom.net.state_dir import state_dir
from fathom.net.venue.venue import Venue

NOTE_BYTES_MAX: Final = 1_000_000
NOTES_MAX: Final = 256  # More in one folder are not looked at.
_PATTERN: Final = "exchange-*.json"


class SampleKey(msgspec.Struct, frozen=True):
    """One account that anybody on this machine may use."""

    name: str
    key: str
    secret: str

    def __repr__(self) -> str:
        return f"<sample key of {self.name}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Rich asks here and not there."""
        return [("name", self.name)]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange says of itself."""

    pid: int
    started_ns: int
    rest: str
    ws_public: str
    ws_private: str
    ws_level3: str
    control: str
    authority: str | None = None
    accounts: list[SampleKey]

    @property
    def venue(self) -> Venue:
        """Return its URLs. Raises LocalError where they are none."""
        return Venue(
            name="local",
            rest=self.rest,
            ws_public=self.ws_public,
            ws_private=self.ws_private,
            ws_level3=self.ws_level3,
            authority=None if self.authority is None else Path(self.authority),
            plain_allowed=True,  # It is a process of ours on this machine, whatever address it listens on.
        )

    def credentials(self, account: str) -> Credentials:
        """Return the key of a sample account."""
        for sample in self.accounts:
            if sample.name == account:
                return Credentials(key=sample.key, secret=sample.secret)
        names = ", ".join(sample.name for sample in self.accounts)
        raise LocalError("account", f"the local exchange has no {account}; it has {names}")


def folders() -> list[Path]:
    """Return where notes may be, the best place first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if os.environ.get("FATHOM_STATE_DIR") or not runtime:
        return [state_dir()]
    return [Path(runtime) / "fathom", state_dir()]


@contextmanager
def left_note(note: Note) -> Iterator[Path]:
    """Leave a note while inside. Raises LocalError where none of the folders can be written."""
    path, handle = _write(note, folders())
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def running_exchanges() -> list[Note]:
    """Return the notes of every exchange of ours that runs, the newest first; those of dead ones are swept."""
    notes: list[Note] = []
    for folder in folders():
        try:
            paths = sorted(folder.glob(_PATTERN))[:NOTES_MAX]
        except OSError:
            continue
        notes += [note for path in paths if (note := _read(path)) is not None]
    return sorted(notes, key=lambda note: note.started_ns, reverse=True)


def _write(note: Note, places: list[Path]) -> tuple[Path, int]:
    problem = ""
    for folder in places:
        path = folder / f"exchange-{note.pid}-{time.time_ns()}.json"
        fresh = path.with_suffix(".new")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError as error:
            problem = f"cannot write to {folder}: {error.strerror or error}"
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)  # Before it has the name by which others find it.
            os.write(handle, msgspec.json.encode(note))
            fresh.rename(path)
        except OSError as error:
            os.close(handle)
            fresh.unlink(missing_ok=True)
            problem = f"cannot write to {folder}: {error.strerror or error}"
            continue
        return path, handle
    raise LocalError("FATHOM_STATE_DIR", problem)


def _read(path: Path) -> Note | None:
    """Return a note whose writer lives, or None. One of nobody is removed; one that is not ours alone is left."""
    try:
        content = read_private(path, bytes_max=NOTE_BYTES_MAX)
    except LocalError:
        return None
    if content is None or _swept(path):
        return None
    try:
        note = msgspec.json.decode(content.reveal(), type=Note)
        _ = note.venue
    except (msgspec.DecodeError, LocalError):
        return None
    return note


def _swept(path: Path) -> bool:
    """Remove the note if nobody holds its lock; tell whether that was so."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    except OSError:  # A folder that cannot be written: it is of nobody all the same.
        return True
    finally:
        os.close(handle)
    return True
