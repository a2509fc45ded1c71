"""The halt: a file by which a person stops every bot of this user on this machine, until it is taken away.

A bot reads it before it trades and while it does; `fathom kill` writes it, `fathom kill --resume` removes it. A file
that is there and cannot be read halts as well: whoever is in doubt does not trade.

Imports: domain, state_dir. Imported by: run; whoever trades.
"""

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from fathom.domain import LocalError
from fathom.net.state_dir import state_dir

NAME: Final = "halt.json"
REASON_MAX: Final = 500
FILE_BYTES_MAX: Final = 65_536


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """Why and since when nobody trades."""

    time_ns: int  # Since 1970, of this machine's clock.
    reason: str
    venue: str = ""  # What was cancelled on: the halt itself is for every venue.
    key: str = ""  # The fingerprint of the key by which it was.


def halt_file() -> Path:
    """Return where it is, if it is."""
    return state_dir() / NAME


def read_halt() -> Halt | None:
    """Return the halt, or None where bots may trade. Never raises: what cannot be read is a halt."""
    path = halt_file()
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(FILE_BYTES_MAX), type=Halt)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Halt(time_ns=0, reason=f"{path} cannot be read: {error.strerror or error}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Halt(time_ns=0, reason=f"{path} is there, and is not as fathom writes it")


def write_halt(reason: str, *, venue: str = "", key: str = "") -> Halt:
    """Halt every bot. Raises LocalError where the file cannot be written.

    An empty file is a halt, too: where the disk is full it may be all there is.
    """
    halt = Halt(time_ns=time.time_ns(), reason=reason[:REASON_MAX], venue=venue, key=key)
    path = halt_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, msgspec.json.encode(halt))
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise LocalError("halt", f"cannot write {path}: {error.strerror or error}") from None
    return halt


def remove_halt() -> Halt | None:
    """Let bots trade again; return the halt that there was. Raises LocalError where it cannot be removed."""
    halt = read_halt()
    try:
        halt_file().unlink(missing_ok=True)
    except OSError as error:
        raise LocalError("halt", f"cannot remove {halt_file()}: {error.strerror or error}") from None
    return halt
