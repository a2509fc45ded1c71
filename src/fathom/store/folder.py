"""A folder that one writer has to itself, and files in it that appear whole or not at all.

I/O: writes files. Imports: domain, segment. Imported by: journal, segment_file, recording, state.
"""

import fcntl
import os
from pathlib import Path
from typing import Final

from fathom.domain import JournalError, LocalError
from fathom.store.segment import os_sentence

LOCK_NAME: Final = "journal.lock"
HALF_SUFFIX: Final = ".part"  # What a crash left under such a name is no file of ours: it is removed or written over.


def lock_folder(directory: Path) -> int:
    """Make the folder where it is missing, and take its lock; closing the returned descriptor lets go.

    Raises LocalError where another writer has it, JournalError where the disk refuses.
    """
    path = directory / LOCK_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise JournalError(os_sentence("open", path, error)) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise LocalError(
            str(directory),
            "another run is writing this journal; stop it, or give this run another directory",
        ) from None
    except OSError as error:
        os.close(fd)
        raise JournalError(os_sentence("lock", path, error)) from error
    return fd


def being_written(directory: Path) -> bool:
    """Return whether a writer has the folder's lock now. Changes nothing.

    The lock is shared for a moment where nobody has it: a writer that opens in that very moment is refused.
    """
    try:
        fd = os.open(directory / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return False


def sync_folder(directory: Path) -> None:
    """Wait until the disk has the names in the folder. Raises OSError."""
    fd = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def half_name(path: Path) -> Path:
    """Return where a file is written before it takes its name."""
    return path.with_name(path.name + HALF_SUFFIX)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the file's place; whenever the power goes, the old one is there or the new one.

    Raises JournalError where the disk refuses; then the old one is still there.
    """
    half = half_name(path)
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        remove_half(half)
        raise JournalError(os_sentence("write", path, error)) from error


def remove_half(half: Path) -> None:
    """Make room again. Where even that is refused, the next writer does it."""
    try:
        half.unlink(missing_ok=True)
    except OSError:
        return
