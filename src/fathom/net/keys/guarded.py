"""Files that hold secrets are read only where nobody else can read or replace them.

Imports: domain, secret. Imported by: key_file, mounted.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.net.keys.secret import Secret

_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # A pipe must not hold us up.


def read_private(path: Path, *, bytes_max: int) -> Secret | None:
    """Return the text of a file that is ours and nobody else's; None where there is none."""
    real = _real(path)
    if real is None:
        return None
    _check_way(path, real)

    def check(status: os.stat_result) -> None:
        if status.st_uid != os.geteuid():
            raise LocalError("key", f"{path} belongs to another user: chown {os.geteuid()} {path}")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise LocalError("key", f"others may read {path}: chmod 600 {path}")

    return _read(real, shown=path, bytes_max=bytes_max, check=check)


def read_mounted(path: Path, *, bytes_max: int) -> Secret | None:
    """Return the text of a secret that was mounted: root's or ours, a link perhaps, and not for the whole world."""
    real = _real(path)
    if real is None:
        return None

    def check(status: os.stat_result) -> None:
        if status.st_uid not in {0, os.geteuid()}:
            raise LocalError("key", f"{path} belongs to another user than root and us: mount it anew")
        if stat.S_IMODE(status.st_mode) & 0o007:
            raise LocalError(
                "key",
                f"everybody may read {path}: mount it with `defaultMode: 0440` and an fsGroup, or chmod o= {path}",
            )

    return _read(real, shown=path, bytes_max=bytes_max, check=check)


def _real(path: Path) -> Path | None:
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, in Python 3.11 and 3.12.
        told = _unreadable(path, error)
    raise told


def _check_way(path: Path, real: Path) -> None:
    """Refuse a file that others could have put there."""
    for folder in real.parents:
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise LocalError(
                "key", f"anybody can replace {path}, as everybody may write to {folder}: chmod o-w {folder}"
            )
    if real != Path(os.path.abspath(path)) and real.parent.stat().st_mode & stat.S_IWOTH:  # noqa: PTH100 - `absolute` leaves `..` in.
        raise LocalError("key", f"{path} is a link into {real.parent}, to which everybody may write: move the file")


def _read(real: Path, *, shown: Path, bytes_max: int, check: Callable[[os.stat_result], None]) -> Secret | None:
    try:
        handle = os.open(real, _FLAGS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(shown, error) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise LocalError("key", f"{shown} is no file")
        check(status)
        if status.st_size > bytes_max:
            raise LocalError("key", f"{shown} has more than {bytes_max} bytes: that is no key")
        content = _text(handle, bytes_max)
    finally:
        os.close(handle)
    if content is None:
        raise LocalError("key", f"{shown} is not plain text")
    return content


def _text(handle: int, bytes_max: int) -> Secret | None:
    try:
        return Secret(os.read(handle, bytes_max).decode())
    except UnicodeDecodeError:
        return None


def _unreadable(path: Path, error: OSError | RuntimeError) -> LocalError:
    return LocalError("key", f"cannot read {path}: {getattr(error, 'strerror', None) or error}")
