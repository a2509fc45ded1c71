"""`fathom demo`: a bot with two strategies on a living Kraken on this machine, two faults on the way, the reckoning.

The exchange is a process of its own and the bot trades on it over real sockets, with real signatures and checksums. In
the middle its connections are cut, and an answer to an order is lost; in the end the bot's books are compared with the
exchange's, to the last digit.

I/O: starts a process, asks it over HTTP, writes a journal and stdout. Imports: domain, net; bot_file, report, replay,
trading. Imported by: cli/demo.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from select import select
from typing import Any, Final

import aiohttp
import msgspec
from rich.console import Console
from rich.table import Table

from fathom.domain import LinkError, LocalError
from fathom.net import Credentials, GivenSource, choose_venue, keys, run_loop
from fathom.run.bot_file import BotFile
from fathom.run.packaged import rehearsal_text
from fathom.run.replay import replay_journal, told
from fathom.run.trading.control import writable
from fathom.run.trading.live_world import LiveWorld
from fathom.run.trading.session import Ended, Plan, Session

START_S_MAX: Final = 60.0
STOP_S_MAX: Final = 15.0
ASK_S_MAX: Final = 5.0
ACCOUNT: Final = "alice"
SPEED: Final = 5  # Of the exchange's market: a minute of it is five of ours.
# When, as a share of the run, and what goes wrong.
FAULTS: Final[tuple[tuple[float, str, dict[str, Any]], ...]] = (
    (0.35, "every connection is cut", {"kind": "close", "code": 1006, "count": 3}),
    (0.50, "the answer to an order is lost", {"kind": "lost_answer", "method": "add_order", "count": 1}),
)


def rehearse(*, seconds: float, journal: Path | None, console: Console) -> bool:
    """Play it in about `seconds`; return whether the books agree and the journal replays."""
    folder = journal or Path("runs") / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if folder.exists() and any(folder.iterdir()):
        raise LocalError("journal", f"{folder} holds a journal already, or other files: name a new folder")
    writable(folder)
    with _exchange() as said:
        console.print(f"a Kraken of your own: {said['rest']}, its market at {SPEED} times the pace", soft_wrap=True)
        rehearsal = _Rehearsal(said, folder, seconds=seconds, console=console)
        ended = run_loop(rehearsal.run())
        return rehearsal.reckon(ended)


class _Rehearsal:
    """One run on one exchange."""

    def __init__(self, said: dict[str, Any], folder: Path, *, seconds: float, console: Console) -> None:
        self._said = said
        self._folder = folder
        self._seconds = seconds
        self._console = console
        self._theirs: dict[str, Decimal] = {}
        self._faults: list[tuple[str, str]] = []  # What was switched on, and the exchange's name of it.
        self._counts: dict[str, int] = {}  # How often each may strike, and has struck.
        self._struck: dict[str, int] = {}

    async def run(self) -> Ended:
        """Run the bot, and play the faults meanwhile."""
        file = msgspec.toml.decode(rehearsal_text(), type=BotFile)
        choice = await choose_venue(self._said["rest"])
        account = next(one for one in self._said["accounts"] if one["name"] == ACCOUNT)
        credentials = Credentials(key=account["key"], secret=account["secret"])
        found = keys.Found(credentials, GivenSource(credentials))
        plan = Plan(
            file=file,
            mode="rehearsal",
            folder=self._folder,
            venue="a Kraken on this machine",
            make_world=lambda arrive, bot, complaint: LiveWorld(
                arrive, bot, file, venue=choice.venue, found=found, complaint=complaint
            ),
            form="screen" if self._console.is_terminal else "plain",
            seconds=self._seconds,
        )
        session = Session(plan, self._console)
        session.stop_on_signals()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_S_MAX)) as http:
            playing = asyncio.create_task(self._play(http, session))
            ended = await session.run()
            playing.cancel()
            await asyncio.wait([playing])
            state = await self._ask(http, "GET", "/state")
            # One that is not listed any more is over: it has struck as often as it may.
            listed = await self._ask(http, "GET", "/faults")
            on = {fault["id"]: fault["hits"] for fault in listed["faults"]}
            self._struck = {name: on.get(name, count) for name, count in self._counts.items()}
        balances = next(one for one in state["accounts"] if one["name"] == ACCOUNT)["balances"]
        self._theirs = {asset: Decimal(amount) for asset, amount in balances.items()}
        return ended

    def reckon(self, ended: Ended) -> bool:
        """Print what came of it; return whether all agrees."""
        status = ended.status
        ours: dict[str, Decimal] = status["balances"]
        differ = sorted(
            asset
            for asset in {*ours, *self._theirs}
            if ours.get(asset, Decimal(0)) != self._theirs.get(asset, Decimal(0))
        )
        replayed, _ = replay_journal(self._folder)
        counts = status["orders"]
        table = Table(title="What happened", title_justify="left", show_header=False, box=None, padding=(0, 2))
        table.add_row("orders", f"{counts['approved']:,} approved by risk, {status['denied']:,} denied")
        table.add_row("fills", f"{counts['fills']:,}, {status['fees']:.4f} {status['quote']} in fees")
        table.add_row("PnL after fees", f"{status['profit']:+.4f} {status['quote']}, of our own fills")
        for words, fault_id in self._faults:
            struck = self._struck.get(fault_id, 0)
            often = {0: "it never struck", 1: "struck once"}.get(struck, f"struck {struck} times")
            table.add_row("fault", f"{words}: {often}")
        table.add_row("still open", ", ".join(ended.left_open) or "nothing")
        agree = "agree with the exchange's to the last digit" if not differ else f"DIFFER in {', '.join(differ)}"
        table.add_row("our books", agree)
        table.add_row("replay", told(replayed).removeprefix("replay "))
        table.add_row("ended", ended.reason + (f"; {ended.remark}" if ended.remark else ""))
        self._console.print(table)
        program = sys.argv[0] if Path(sys.argv[0]).name == "fathom" else "fathom"
        self._console.print(f"Look at it: [bold]{program} report {self._folder} --html report.html[/]", soft_wrap=True)
        return not differ and replayed.agrees and not ended.left_open and not ended.failed

    async def _play(self, http: aiohttp.ClientSession, session: Session) -> None:
        begun_s = asyncio.get_running_loop().time()
        for share, words, fault in FAULTS:
            await asyncio.sleep(max(0.0, begun_s + share * self._seconds - asyncio.get_running_loop().time()))
            added = await self._ask(http, "POST", "/faults", **fault)
            self._faults.append((f"{words}, at {share * self._seconds:.0f} s", added["id"]))
            self._counts[added["id"]] = fault["count"]
            session.remark(f"FAULT: {words}")

    async def _ask(self, http: aiohttp.ClientSession, verb: str, path: str, **body: Any) -> Any:
        try:
            async with http.request(verb, self._said["control"] + path, json=body or None) as answer:
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LinkError(f"the exchange does not answer: {error!r}") from None


@contextmanager
def _exchange() -> Iterator[dict[str, Any]]:
    """Start an exchange in a process of its own, on free ports; yield what it says of itself."""
    command = [sys.executable, "-m", "fathom", "exchange", "--json", "--port", "0", "--speed", str(SPEED)]
    with subprocess.Popen(  # noqa: S603 - It is this program itself.
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            ready, _, _ = select([process.stdout], [], [], START_S_MAX)
            line = process.stdout.readline() if ready else ""
            if not line:
                process.kill()
                raise LocalError("exchange", f"did not start: {process.stderr.read().strip() or 'no word'}")
            said: dict[str, Any] = json.loads(line)
            yield said
        finally:
            process.terminate()
            try:
                process.communicate(timeout=STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
