"""Commands of the client against an exchange in a process of its own: in this process, in another, in a terminal."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from select import select
from typing import Any

import pytest

from fathom.cli import main

ENDS_S_MAX = 2.0
WAIT_S_MAX = 30.0


@dataclass
class Said:
    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line of error that there is to be."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0].removeprefix("error: ")


def fathom(capfd: pytest.CaptureFixture[str], *words: str) -> Said:
    """Run one command line in this process."""
    capfd.readouterr()
    status = main(list(words))
    out, err = capfd.readouterr()
    return Said(status, out, err)


def control(url: str, path: str, body: Mapping[str, Any] | None = None, *, method: str | None = None) -> Any:
    """Ask the exchange's control API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data=data, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def open_orders(url: str, account: str) -> list[str]:
    """Return the ids of what is open at the exchange, as itself knows it."""
    found: list[str] = next(one for one in control(url, "/state")["accounts"] if one["name"] == account)["open_orders"]
    return found


@contextmanager
def faulty(url: str, **fault: Any) -> Iterator[None]:
    """Play a fault while inside."""
    added = control(url, "/faults", fault)
    try:
        yield
    finally:
        control(url, f"/faults/{added['id']}", method="DELETE")


@contextmanager
def started(*words: str, **more: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a command in a process of its own."""
    command = [sys.executable, "-m", "fathom", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, **{"stdin": subprocess.DEVNULL, "stdout": pipe, "stderr": pipe, **more}) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def stopped(process: "subprocess.Popen[bytes]", number: int = signal.SIGINT) -> tuple[int, bytes]:
    """Send it a signal, and insist that it ends in time."""
    process.send_signal(number)
    _, err = process.communicate(timeout=ENDS_S_MAX)
    return process.returncode, err


class Terminal:
    """A command in a terminal of its own, of so many columns and lines."""

    def __init__(self, *words: str, columns: int = 100, lines: int = 30) -> None:
        self.shown = ""
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "COLUMNS": str(columns), "LINES": str(lines), "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fathom", *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)

    def until(self, text: str) -> str:
        """Read until this is shown."""
        while text not in self.shown:
            assert self._more(), self.shown
        return self.shown

    def interrupt(self) -> None:
        """Do what Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)

    def type(self, text: str) -> None:
        """Type keys."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Read to the end; return the exit status."""
        until_s = time.monotonic() + WAIT_S_MAX
        while self._more():
            assert time.monotonic() < until_s, "it does not end"
        os.close(self._ours)
        return self.process.wait(timeout=WAIT_S_MAX)

    def _more(self) -> bool:
        ready, _, _ = select([self._ours], [], [], WAIT_S_MAX)
        try:
            piece = os.read(self._ours, 65_536) if ready else b""
        except OSError:  # The other end is closed.
            return False
        self.shown += piece.decode(errors="replace")
        return bool(piece)
