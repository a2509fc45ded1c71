"""`fathom run` in a process of its own, on a local exchange: for tests that watch, stop or kill a bot."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from fathom.run.replay import replay_journal, told

WAIT_S_MAX = 60.0
LOOK_S = 0.05
MAKER = """
name = "{name}"
symbols = ["BTC/USD"]

[account]
rehearsal = "{account}"

[risk]
position_share_max = "1"
order_value_max = "100000"

[stop]
seconds = 10

[[strategies]]
name = "mm"
kind = "market_maker"

[strategies.params]
symbol = "BTC/USD"
order_qty = "0.01"
position_qty_max = "1"
half_spread = 500
reprice = 2000
"""

SAVER = """
name = "{name}"
symbols = ["BTC/USD"]

[account]
rehearsal = "{account}"

[risk]
position_share_max = "1"

[[strategies]]
name = "dca"
kind = "dca"
params = {{ symbol = "BTC/USD", spend_quote = "1500", every_s = 1 }}
"""


def wait_until(done: Callable[[], object]) -> None:
    """Wait for a condition that nobody of ours brings about."""
    deadline = time.monotonic() + WAIT_S_MAX
    while not done():
        assert time.monotonic() < deadline, f"not within {WAIT_S_MAX} s"
        threading.Event().wait(LOOK_S)


class BotProcess:
    """One bot; what it says is kept in a file."""

    def __init__(self, folder: Path, *options: str, mode: str = "rehearsal") -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.log = folder / "said.log"
        words = [sys.executable, "-m", "fathom", "run", str(folder / "bot.toml"), "--mode", mode, "--plain"]
        if mode != "rehearsal":
            words += ["--venue", "local"]
        self._file = self.log.open("a")
        self.process = subprocess.Popen(
            [*words, "--journal", str(self.journal), *options],
            stdout=self._file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def ask(self, question: str, *words: str) -> Any:
        """Return what `fathom QUESTION --json` says of it; None while it does not answer."""
        command = [sys.executable, "-m", "fathom", question, str(self.journal), *words]
        told = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S_MAX, check=False)
        return json.loads(told.stdout) if told.stdout.startswith(("{", "[")) else None

    def status(self) -> dict[str, Any]:
        """Return its status; empty while there is none."""
        return self.ask("status", "--json") or {}

    def until(self, done: Callable[[], object]) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + WAIT_S_MAX
        while not done():
            assert self.process.poll() is None or done(), f"it ended: {self.said()}"
            assert time.monotonic() < deadline, f"not within {WAIT_S_MAX} s: {self.said()}"
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(LOOK_S)

    def said(self) -> str:
        """Return all that it printed so far."""
        return self.log.read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(WAIT_S_MAX)

    def close(self) -> None:
        """Keep nothing open."""
        self._file.close()


@contextmanager
def running_bot(folder: Path, text: str | None = None, *options: str, **more: Any) -> Iterator[BotProcess]:
    """Start a bot; whatever happens, it is gone in the end, and what it journaled replays to the same bytes.

    `text`: its file; None: as it is.
    """
    folder.mkdir(exist_ok=True)
    if text is not None:
        (folder / "bot.toml").write_text(text)
    bot = BotProcess(folder, *options, **more)
    try:
        yield bot
    finally:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait(WAIT_S_MAX)
        bot.close()
    if any(bot.journal.glob("journal-*.fathom")):
        replayed, torn = replay_journal(bot.journal)
        assert replayed.agrees, told(replayed, torn)
