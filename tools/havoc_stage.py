"""The processes of one stage: an exchange with a living market, the network to it, a bot with two busy strategies."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from havoc_proxy import Proxy

from fathom.domain import LocalError
from fathom.net import venue
from fathom.run.trading.control import ask
from fathom.store import read_state

ACCOUNT: Final = "alice"
SYMBOLS: Final = ("BTC/USD", "ETH/USD")
ENDPOINTS: Final = ("rest", "ws_public", "ws_private", "ws_level3")
TIMEOUT_S: Final = 10  # Of the dead man's switch, and how often it is renewed.
RENEW_S: Final = 3
LAG_S: Final = 3  # What the local exchange's REST may be behind, in this rehearsal: it is not.
START_S_MAX: Final = 120.0
END_S_MAX: Final = 120.0
ASK_S_MAX: Final = 10.0
LOOK_S: Final = 0.1
MARKET: Final = ("--rate", "30", "--speed", "2")  # Actions a second, and how fast values walk.
BOT: Final = """
name = "havoc"
symbols = ["BTC/USD", "ETH/USD"]

[account]
rehearsal = "{account}"

[venue]
rehearsal_lag_s = {lag_s}

[switch]
timeout_s = {timeout_s}
renew_s = {renew_s}

[stop]
seconds = 30

[risk]
position_share_max = "1"
order_value_max = "100000"
orders_minute_max = 1000
amends_minute_max = 5000
daily_loss_share_max = "1"
drawdown_share_max = "1"
turnover_day_max = "100000000"

[[strategies]]
name = "maker"
kind = "market_maker"

[strategies.params]
symbol = "BTC/USD"
order_qty = "0.001"
position_qty_max = "0.02"

[[strategies]]
name = "grid"
kind = "grid"

[strategies.params]
symbol = "ETH/USD"
lower = "{lower}"
upper = "{upper}"
levels = 200
order_qty = "0.01"
rests_max = 4
"""


class Exchange:
    """`fathom exchange` in a process of its own, with its state in a folder; it may be ended and started again."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.state = folder / "exchange"
        self._environment = {**os.environ, "FATHOM_STATE_DIR": str(folder / "exchange-note")}
        self._seed = seed
        self._said = (folder / "exchange.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None
        self.told: dict[str, Any] = {}

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        words = ["exchange", "--json", "--port", "0", "--state", str(self.state), "--seed", str(self._seed)]
        words += [*MARKET, "--pairs", *SYMBOLS]
        command = [sys.executable, "-m", "fathom", *words]
        self.process = process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._said, env=self._environment, stdin=subprocess.DEVNULL
        )
        assert process.stdout is not None
        line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), START_S_MAX)
        self.told = json.loads(line)

    async def end(self, number: int) -> int:
        """Send it a signal; return its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return await ended(self.process)

    def written_ns(self) -> int:
        """Return as of when the state is that the next start goes on from; 0 where there is none."""
        with suppress(LocalError):
            content = read_state(self.state)
            if content is not None:
                saved: int = json.loads(content)["saved_ns"]
                return saved
        return 0

    def ports(self) -> dict[str, int]:
        """Return where it listens."""
        return {name: urlsplit(self.told[name]).port or 0 for name in ENDPOINTS}

    async def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the control API, past the proxy."""
        timeout = aiohttp.ClientTimeout(total=ASK_S_MAX)
        verb = "GET" if body is None else "POST"
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.request(verb, self.told["control"] + path, json=body) as answer,
        ):
            return json.loads(await answer.read(), parse_float=Decimal)


class Bot:
    """`fathom run` in a process of its own, on one journal, as often as it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, file_bytes_max: int | None = None) -> None:
        """Start it. `file_bytes_max`: no file of its may grow beyond this, as if the disk were full there."""
        self.starts += 1
        words = ["run", str(self.folder / "bot.toml"), "--mode", "rehearsal", "--plain", "--journal", str(self.journal)]
        with self.said(self.starts).open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fathom", *words],
                stdout=said,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        if file_bytes_max is not None:
            self.limit_files(file_bytes_max)

    def limit_files(self, bytes_max: int) -> None:
        """Let no file of the process that runs grow beyond this."""
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

    def segment_bytes(self) -> int:
        """Return how long the journal's newest file is."""
        return max(self.journal.glob("journal-*.fathom")).stat().st_size

    def said(self, start: int) -> Path:
        """Return where one start's words are."""
        return self.folder / f"bot-{start:03}.log"

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def end(self, number: int) -> int:
        """Send it a signal; return its exit status."""
        self.signal(number)
        return await self.wait()

    async def wait(self) -> int:
        """Return its exit status, once it has ended."""
        assert self.process is not None
        return await ended(self.process)

    async def status(self) -> dict[str, Any] | None:
        """Return what it says of itself; None while it does not answer."""
        try:
            told: dict[str, Any] = await ask(self.journal, "status")
        except (LocalError, OSError, ValueError):
            return None
        return told

    def tail(self) -> str:
        """Return the last that it said."""
        lines = self.said(self.starts).read_text(errors="replace").splitlines()
        return "\n".join(lines[-12:])


class Stage:
    """Exchange, network and bot, in a folder of their own."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True)
        os.environ["FATHOM_STATE_DIR"] = str(folder / "bot-state")  # Where the bot finds the exchange's note: ours.
        self.folder = folder
        self.exchange = Exchange(folder, seed)
        self.proxy = Proxy()
        self.bot = Bot(folder)
        self._left = ExitStack()

    async def open(self) -> None:
        """Start all of it. The note by which the bot finds the exchange leads to the proxy."""
        await self.exchange.start()
        await self.proxy.open(ENDPOINTS)
        self.proxy.lead_to(self.exchange.ports())
        told = self.exchange.told
        urls = {name: _moved(told[name], self.proxy.ports[name]) for name in ENDPOINTS}
        accounts = [venue.SampleKey(name=one["name"], key=one["key"], secret=one["secret"]) for one in told["accounts"]]
        note = venue.Note(
            pid=os.getpid(), started_ns=time.time_ns(), control=told["control"], accounts=accounts, **urls
        )
        self._left.enter_context(venue.left_note(note))
        state = await self.exchange.control("/state")
        (last,) = (Decimal(pair["last"]) for pair in state["pairs"] if pair["symbol"] == "ETH/USD")
        text = BOT.format(
            account=ACCOUNT,
            lag_s=LAG_S,
            timeout_s=TIMEOUT_S,
            renew_s=RENEW_S,
            lower=round(last * Decimal("0.97"), 2),
            upper=round(last * Decimal("1.03"), 2),
        )
        (self.folder / "bot.toml").write_text(text)
        self.bot.start()

    async def restart_exchange(self) -> None:
        """Start the exchange again after its end."""
        await self.exchange.start()
        self.proxy.lead_to(self.exchange.ports())

    async def truth(self, *, whole: bool = True) -> dict[str, Any]:
        """Return the account as the exchange has it: all of its orders and fills, or without history."""
        if whole:
            told: dict[str, Any] = await self.exchange.control(f"/accounts/{ACCOUNT}")
            return told
        state = await self.exchange.control("/state")
        (told,) = (one for one in state["accounts"] if one["name"] == ACCOUNT)
        return told

    async def pause(self, *, paused: bool) -> None:
        """Let the market stand still, or move again."""
        await self.exchange.control("/market", {"paused": paused})

    async def close(self) -> None:
        """Whatever still runs ends."""
        for process in (self.bot.process, self.exchange.process):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                await ended(process)
        await self.proxy.close()
        self._left.close()


async def ended(process: "subprocess.Popen[bytes]") -> int:
    """Return the exit status of a process that is about to end. Raises TimeoutError where it does not."""
    async with asyncio.timeout(END_S_MAX):
        while (status := process.poll()) is None:
            await asyncio.sleep(LOOK_S / 2)
    return status


async def until(done: Callable[[], Any], *, seconds: float, what: Callable[[], str]) -> Any:
    """Wait for a condition, and return what it gave. Raises TimeoutError saying `what` lacks."""
    deadline_s = time.monotonic() + seconds
    while not (found := await done()):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not within {seconds:g} s: {what()}")
        await asyncio.sleep(LOOK_S)
    return found


def _moved(url: str, port: int) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()
