"""How often this machine may knock: one budget of connection attempts for all connections of all processes.

Kraken bans an address for ten minutes after about 150 attempts within ten minutes (websocket-v2.md 2.1). Processes of
one user share a small file a host, under a lock that is held for a moment only.

Imports: state_dir. Imported by: link, and the front door.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fathom.net.state_dir import state_dir

BUDGET: Final = 120  # As Kraken's own client: a margin to 150 for whoever else knocks from this address.
SPAN_NS: Final = 600_000_000_000
LOCKED_WAIT_NS: Final = 20_000_000  # Another process holds the file: it does so for microseconds.
LINE_BYTES: Final = 20  # One time a line, padded, so that a torn write shows.


class Attempts:
    """The budget of one host. `path` None keeps it in this process: for hosts on this machine, which ban nobody."""

    def __init__(self, path: Path | None, *, budget: int = BUDGET, span_ns: int = SPAN_NS) -> None:
        self._path = path
        self._budget = budget
        self._span_ns = span_ns
        self._own: list[int] = []  # Bounded by the budget.
        self.unshared = ""  # Why the file could not be used: then only this process's own attempts are counted.

    def take(self, *, now_ns: int) -> int:
        """Take one attempt. Return 0 where it was granted, else when to ask again, in ns since 1970."""
        if self._path is None:
            return self._decide(self._own, now_ns=now_ns)
        try:
            with _locked(self._path) as fd:
                times = _read(fd)
                wait_ns = self._decide(times, now_ns=now_ns)
                _write(fd, times)
        except BlockingIOError:
            return now_ns + LOCKED_WAIT_NS
        except OSError as error:
            self.unshared = f"{self._path}: {error.strerror or error}"
            return self._decide(self._own, now_ns=now_ns)
        self.unshared = ""
        return wait_ns

    def _decide(self, times: list[int], *, now_ns: int) -> int:
        """Forget what is too old, and add `now_ns` if there is room."""
        # A time ahead of us was written before the clock was set back: it counts from now.
        times[:] = sorted(min(time, now_ns) for time in times if time + self._span_ns > now_ns)
        if len(times) < self._budget:
            times.append(now_ns)
            return 0
        return times[len(times) - self._budget] + self._span_ns


def attempts_for(url: str) -> Attempts:
    """Return the budget for the host of `url`, shared with this user's other processes."""
    host = urlsplit(url).hostname or ""
    return Attempts(None if _is_this_machine(host) else state_dir() / "attempts" / host)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file under its lock. Raises BlockingIOError where somebody else has it just now."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield fd
    finally:
        os.close(fd)


def _read(fd: int) -> list[int]:
    """Return the times in the file. What is no time is left out: a crash may have torn the last line."""
    content = os.read(fd, LINE_BYTES * (BUDGET * 10))
    lines = (content[start : start + LINE_BYTES].strip() for start in range(0, len(content), LINE_BYTES))
    return [int(line) for line in lines if line.isdigit()]


def _write(fd: int, times: list[int]) -> None:
    content = b"".join(b"%*d\n" % (LINE_BYTES - 1, time) for time in times)
    os.pwrite(fd, content, 0)
    os.ftruncate(fd, len(content))
