"""`fathom exchange` in a process of its own, as a user starts it: for tests of clients that nobody here wrote."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from select import select
from typing import Any

START_S_MAX = 60.0
STOP_S_MAX = 20.0


class LocalExchange:
    """Its URLs and accounts, as the first line of `--json` says them."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.accounts = {account["name"]: account for account in said["accounts"]}

    def __getattr__(self, name: str) -> str:
        try:
            return self.said[name]
        except KeyError:
            raise AttributeError(name) from None

    def key(self, name: str) -> tuple[str, str]:
        """Key and secret of an account."""
        account = self.accounts[name]
        return account["key"], account["secret"]


@contextmanager
def running_exchange(*options: str) -> Iterator[LocalExchange]:
    """Start one on free ports; stop it with Ctrl-C, and insist that it ends well."""
    command = [sys.executable, "-m", "fathom", "exchange", "--json", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield LocalExchange(_first_line(process, command))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                _, complaints = process.communicate(timeout=STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert (process.returncode, complaints) == (0, ""), complaints


def _first_line(process: "subprocess.Popen[str]", command: Sequence[str]) -> dict[str, Any]:
    assert process.stdout is not None
    assert process.stderr is not None
    ready, _, _ = select([process.stdout], [], [], START_S_MAX)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        raise AssertionError(f"{' '.join(command)} said nothing: {process.stderr.read()}")
    said: dict[str, Any] = json.loads(line)
    return said
