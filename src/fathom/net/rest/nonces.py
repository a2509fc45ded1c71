"""Nonces: always above all that the key has used, over restarts and processes (rest.md 2).

A small file a key holds the last one, under a lock that is held for microseconds. A nonce is the time in ns, or one
more than the last where the clock is behind; so even without the file a key goes on after a restart. The file is not
synced to the disk: after a power cut the clock alone is ahead of all that was used.

Imports: domain; state_dir, turns. Imported by: client, the front door.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fathom.domain import LinkError, LocalError
from fathom.net.rest.turns import Turns
from fathom.net.state_dir import state_dir

NONCE_MAX: Final = 2**64 - 1
LOCK_S_MAX: Final = 2.0  # Others hold it for microseconds; for longer only a process that was stopped in the middle.
_LOCK_LOOK_S: Final = 0.002
_DIGITS: Final = 20


class NonceAuthority:
    """Gives out nonces, for all keys of this user. Clients of one process that use one key share one authority."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        clock_ns: Callable[[], int] = time.time_ns,
        lock_s_max: float = LOCK_S_MAX,
    ) -> None:
        self._folder = (state_dir() if folder is None else folder) / "nonces"
        self._clock_ns = clock_ns
        self._lock_s_max = lock_s_max
        self._turns: dict[str, Turns] = {}

    def turns(self, fingerprint: str) -> Turns:
        """Return the line of those who sign with this key."""
        return self._turns.setdefault(fingerprint, Turns())

    def path(self, fingerprint: str) -> Path:
        """Return the file of a key."""
        return self._folder / fingerprint

    async def next(self, fingerprint: str) -> int:
        """Return a nonce above all before.

        Raises LocalError where the file cannot be written, LinkError where another process does not let go of it.
        """
        path = self.path(fingerprint)
        deadline = time.monotonic() + self._lock_s_max
        while True:
            try:
                with _locked(path) as fd:
                    return self._take(fd, path)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LinkError(
                        f"another process has held the nonces of this key for {self._lock_s_max:g} s: "
                        f"is one of yours stopped? (the file is {path})"
                    ) from None
            except OSError as error:
                raise LocalError(
                    "state",
                    f"nonces must be kept in {path}, which cannot be written ({error.strerror or error}): "
                    f"set FATHOM_STATE_DIR to a folder that can",
                ) from None
            await asyncio.sleep(_LOCK_LOOK_S)

    def _take(self, fd: int, path: Path) -> int:
        nonce = max(self._clock_ns(), _read(fd) + 1)
        if nonce > NONCE_MAX:
            raise LocalError("nonce", f"{path} holds the highest nonce there is: make a new key at Kraken")
        os.pwrite(fd, b"%0*d\n" % (_DIGITS, nonce), 0)
        return nonce


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file under its lock. Raises BlockingIOError where somebody else has it just now."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    try:
        fd = os.open(path, flags, 0o600)
    except FileNotFoundError:  # The first time, or somebody tidied up.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, flags, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield fd
    finally:
        os.close(fd)


def _read(fd: int) -> int:
    """Return the last nonce; 0 where the file is new, or says something else: the clock is the better guess then."""
    digits = os.pread(fd, _DIGITS, 0)
    return int(digits) if digits.isdigit() and int(digits) <= NONCE_MAX else 0
