"""The state of an exchange in a folder: one file, replaced whole, and a lock so that two runs cannot share it.

A reader finds the old state or the new one, whenever the power goes: the new one is written beside the old and synced
before it takes its name. Only the owner may read it, because it holds secrets.

I/O: reads and writes files. Imports: domain, folder, segment. Imported by: run, through the room's front door.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fathom.domain import JournalError, LocalError
from fathom.store.folder import remove_half, sync_folder
from fathom.store.segment import os_sentence

STATE_NAME: Final = "exchange.json"
LOCK_NAME: Final = "exchange.lock"
NEW_NAME: Final = "exchange.json.new"  # Left behind by a crash, it is overwritten by the next state.
STATE_BYTES_MAX: Final = 2**30  # A longer one is refused, read or written: full histories of 50 accounts have half.


class StateFolder:
    """Keeps the folder for one run, and makes it where it is missing.

    Raises LocalError where another run has it or it is a file, JournalError where the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock_fd = -1

    def __enter__(self) -> Self:
        path = self.folder / LOCK_NAME
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except (FileExistsError, NotADirectoryError):
            raise _no_folder(self.folder) from None
        except OSError as error:
            raise JournalError(os_sentence("open", path, error)) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise LocalError(
                "state", f"another exchange keeps its state in {self.folder}; stop it, or name another folder"
            ) from None
        except OSError as error:
            os.close(fd)
            raise JournalError(os_sentence("lock", path, error)) from error
        self._lock_fd = fd
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock_fd)
        self._lock_fd = -1


def write_state(folder: Path, content: bytes) -> None:
    """Replace the state in a folder that is there. When it returns, the disk has it.

    Raises LocalError where the folder is a file or the state too long, JournalError where the disk refuses; then the
    old state is still there.
    """
    if len(content) > STATE_BYTES_MAX:
        raise LocalError("state", f"{len(content)} bytes are more than {STATE_BYTES_MAX}: begin anew in another folder")
    path, new = folder / STATE_NAME, folder / NEW_NAME
    try:
        new.unlink(missing_ok=True)
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(fd)
        new.replace(path)
        sync_folder(folder)
    except NotADirectoryError:
        raise _no_folder(folder) from None
    except OSError as error:
        remove_half(new)
        raise JournalError(os_sentence("write", path, error)) from error


def read_state(folder: Path) -> bytes | None:
    """Return the state in a folder; None where none was ever written, or the folder is not there.

    Raises LocalError where the folder is a file or the state too long, JournalError where the disk refuses.
    """
    path = folder / STATE_NAME
    try:
        with path.open("rb") as file:
            content = file.read(STATE_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise _no_folder(folder) from None
    except OSError as error:
        raise JournalError(os_sentence("read", path, error)) from error
    if len(content) > STATE_BYTES_MAX:
        raise LocalError("state", f"{path} has more than {STATE_BYTES_MAX} bytes, which no exchange writes")
    return content


def _no_folder(folder: Path) -> LocalError:
    return LocalError("state", f"{folder} is a file, or lies in one: name a folder")
