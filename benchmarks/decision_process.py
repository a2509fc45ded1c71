"""One bot, or a bare connection, that answers frames: `python benchmarks/decision_process.py bot|stages|echo`.

Terms come in as a line of JSON, the answer goes out as another. The bot is what `fathom run` runs: session, trader,
gateway, client, journal. Its times are taken at the client's tap, which is told when the frame was read from the
socket, and from the client's own record of when the order was with the transport.

Imports: decision_stages, client_process, client_traders, fathom. Imported by: nothing; decision runs it.
"""

import asyncio
import dataclasses
import gc
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from client_traders import ORDER, account_of
from decision_stages import Stages
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from rich.console import Console

from fathom.net import Credentials, GivenSource, choose_venue, clock_ns
from fathom.net.keys import Found
from fathom.protocol.budget import PARTS, TIERS
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile, read_bot_file
from fathom.run.trading.client_path import ClientPath
from fathom.run.trading.live_world import LiveWorld
from fathom.run.trading.market_feed import MarketFeed
from fathom.run.trading.order_path import Request, Sent
from fathom.run.trading.resuming import resume
from fathom.run.trading.session import Plan, Session
from fathom.ui import Watch

BOOK = b'{"channel":"book"'
STAMP = slice(-27 - 4, -4)  # Where the firehose writes when it sent a frame.
WARM_S_MAX = 60.0  # More than that is a machine with too much else to do.
BOT = """
name = "decision"
symbols = [{symbols}]

[risk] # Raised only where the benchmark's pace, or a machine with much else to do, would be denied.
position_share_max = "1"
orders_minute_max = 1000000
amends_minute_max = 1000000
volatility_share_max = "1"
loop_lag_ms_max = 60000
journal_lag_ms_max = 60000

[journal]
sync = "{sync}"

[[strategies]]
name = "answer"
strategy = "{strategy}:Answerer"
params = {{ symbol = "{symbol}", every_us = {every_us} }}
"""


class Pauses:
    """How long the garbage collector stopped everything, each time."""

    def __init__(self) -> None:
        self.spent_us: list[float] = []
        self._begun_ns = 0
        gc.callbacks.append(self._heard)

    def _heard(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._begun_ns = time.perf_counter_ns()
        else:
            self.spent_us.append((time.perf_counter_ns() - self._begun_ns) / 1000)

    def told(self) -> dict[str, Any]:
        """Return how many there were, those above a millisecond, and the longest."""
        longest = max(self.spent_us, default=0.0)
        return {"count": len(self.spent_us), "long": sum(one > 1_000 for one in self.spent_us), "longest_us": longest}


class Clocked:
    """Notes of each answer when its frame was sent and read, and when the order was with the transport."""

    def __init__(self) -> None:
        self.frame = b""
        self.read_ns = 0
        self.frames = 0
        self.answers: list[tuple[str, bytes, int, int]] = []  # (kind, frame, read, sent)
        self.errors: list[str] = []

    def install(self) -> None:
        """Look over the shoulders of the feed and of the order path."""
        tap, send = MarketFeed.tap, ClientPath.send

        def tapped(feed: MarketFeed, link: str, frame: bytes, now_ns: int) -> None:
            self.frame, self.read_ns = frame, now_ns
            self.frames += 1
            tap(feed, link, frame, now_ns)
            self.frame = b""

        def sent(path: ClientPath, request: Request, on_sent: Any) -> None:
            frame, read_ns = self.frame, self.read_ns

            def told(sent: Sent) -> None:
                if sent.error is not None:
                    self.errors.append(str(sent.error))
                elif sent.sent_ns and frame.startswith(BOOK):  # Else a timer asked for it.
                    self.answers.append((type(request).__name__, frame, read_ns, sent.sent_ns))
                on_sent(sent)

            send(path, request, told)

        MarketFeed.tap = tapped  # type: ignore[method-assign]  # A look from outside: the bot has no such hook.
        ClientPath.send = sent  # type: ignore[method-assign]  # As above.

    def told(self, since: int) -> dict[str, Any]:
        """Return the times in us of all answers but the first ones, in the order in which they were made."""
        answers = self.answers[since:]
        return {
            "kinds": [kind for kind, *_ in answers],
            "inside": [(sent_ns - read_ns) / 1000 for _, _, read_ns, sent_ns in answers],
            "whole": [(sent_ns - stamp_ns(frame)) / 1000 for _, frame, _, sent_ns in answers],
        }


async def bot(terms: dict[str, Any], *, stages: Stages | None = None) -> dict[str, Any]:
    """Run a bot for some seconds; return its times."""
    for tier in TIERS:  # The exchange has no limits: what is counted is over at once.
        msgspec.structs.force_setattr(tier, "decay", PARTS)
    account = account_of(terms["exchange"], "alice")
    credentials = Credentials(key=account["key"], secret=account["secret"])
    found = Found(credentials, GivenSource(credentials))
    choice = await choose_venue(terms["exchange"]["rest"])
    venue = dataclasses.replace(choice.venue, ws_public=terms["ws_public"])
    folder = Path(terms["folder"])
    file = _file(folder, terms)
    clocked = Clocked()
    clocked.install()
    if stages is not None:
        stages.install()

    def world(arrive: Any, made: Bot, complaint: Any) -> LiveWorld:
        if stages is not None:
            stages.watch(made)
        return LiveWorld(arrive, made, file, venue=venue, found=found, complaint=complaint)

    plan = Plan(
        file=file, mode="rehearsal", folder=folder / "journal", venue="benchmark", make_world=world, form="plain"
    )
    session = Session(plan, Console(quiet=True))
    running = asyncio.create_task(session.run())
    warm = terms["warm"]
    async with asyncio.timeout(WARM_S_MAX):
        while len(clocked.answers) < warm and not running.done():
            await asyncio.sleep(0.05)
    pauses = Pauses()
    frames, begun_s, cpu_s = clocked.frames, time.perf_counter(), time.process_time()
    if stages is not None:
        stages.begin()
    await asyncio.wait([running], timeout=terms["seconds"])
    spent_s = time.perf_counter() - begun_s
    found_ = {
        **clocked.told(warm),
        "frames": (clocked.frames - frames) / spent_s,
        "cpu": (time.process_time() - cpu_s) / spent_s,
        "gc": pauses.told(),
        "stages": None if stages is None else stages.told(),
    }
    session.stop("measured")
    ended = await running
    if ended.failed or clocked.errors:
        raise AssertionError(f"{ended.reason}: {clocked.errors[:3]}")
    return {**found_, "denied": ended.status["denied"], "replay": replayed(plan)}


def replayed(plan: Plan) -> dict[str, float]:
    """Replay the journal as a restart does; return its entries and how many a second of the processor's time."""
    gc.collect()
    begun_s, cpu_s = time.perf_counter(), time.process_time()
    config = plan.file.run_config(plan.mode)
    found = resume(plan.folder, config, plan.mode, lambda made: [Watch(made.market, quote=config.quote).observe])
    cpu_s, spent_s = time.process_time() - cpu_s, time.perf_counter() - begun_s
    return {"entries": found.entries, "by_cpu": found.entries / cpu_s, "by_wall": found.entries / spent_s}


async def stages(terms: dict[str, Any]) -> dict[str, Any]:
    """As `bot`, with a look at the clock around each part."""
    return await bot(terms, stages=Stages())


def _file(folder: Path, terms: dict[str, Any]) -> BotFile:
    path = folder / "bot.toml"
    symbols = ", ".join(f'"{symbol}"' for symbol in terms["symbols"])
    text = BOT.format(
        symbols=symbols,
        sync=terms["sync"],
        strategy=Path(__file__).with_name("answerer.py"),
        symbol=terms["symbol"],
        every_us=terms["every_us"],
    )
    path.write_text(text)
    return read_bot_file(path, {})


class Bare(WSListener):
    """Reads what the bot reads, and answers as often with a frame as long as an order's."""

    def __init__(self, every_ns: int, symbol: bytes) -> None:
        super().__init__()
        self.every_ns = every_ns
        self.symbol = symbol
        self.out: WSTransport | None = None
        self.wire: WSTransport | None = None
        self.frames = 0
        self.stamp_ns = 0
        self.next_ns = 0
        self.answers: list[tuple[bytes, int, int]] = []

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.wire = transport

    def on_ws_frame(self, _transport: WSTransport, frame: WSFrame) -> None:
        now_ns = self.stamp_ns
        if not now_ns:
            now_ns = self.stamp_ns = clock_ns()
        self.frames += 1
        whole = frame.get_payload_as_bytes()
        if self.out is not None and now_ns >= self.next_ns and self.symbol in whole[:90]:
            self.next_ns = now_ns + self.every_ns
            self.out.send(WSMsgType.TEXT, ORDER)
            self.answers.append((whole, now_ns, clock_ns()))
        if frame.last_in_buffer:
            self.stamp_ns = 0


class Out(WSListener):
    """Where the bare answers go; what comes back is dropped."""


async def echo(terms: dict[str, Any]) -> dict[str, Any]:
    """The same frames and as many answers, and nothing in between."""
    symbol = f'"symbol":"{terms["symbol"]}"'.encode()
    _, bare = await ws_connect(lambda: Bare(terms["every_us"] * 1000, symbol), terms["ws_public"])
    out, _ = await ws_connect(Out, terms["echo"])
    params = {"channel": "book", "depth": 10, "symbol": terms["symbols"]}
    assert bare.wire is not None
    bare.wire.send(WSMsgType.TEXT, msgspec.json.encode({"method": "subscribe", "params": params}))
    while bare.frames < 3 * len(terms["symbols"]):
        await asyncio.sleep(0.05)
    bare.out = out
    while len(bare.answers) < terms["warm"]:
        await asyncio.sleep(0.05)
    pauses, warm = Pauses(), len(bare.answers)
    gc.disable()
    frames, begun_s, cpu_s = bare.frames, time.perf_counter(), time.process_time()
    await asyncio.sleep(terms["seconds"])
    spent_s = time.perf_counter() - begun_s
    answers = bare.answers[warm:]
    return {
        "kinds": ["echo"] * len(answers),
        "inside": [(sent_ns - read_ns) / 1000 for _, read_ns, sent_ns in answers],
        "whole": [(sent_ns - stamp_ns(frame)) / 1000 for frame, _, sent_ns in answers],
        "frames": (bare.frames - frames) / spent_s,
        "cpu": (time.process_time() - cpu_s) / spent_s,
        "gc": pauses.told(),
    }


def stamp_ns(frame: bytes) -> int:
    """Return when the firehose sent a frame."""
    moment = datetime.fromisoformat(frame[STAMP].decode())
    return int(moment.replace(microsecond=0, tzinfo=UTC).timestamp()) * 10**9 + moment.microsecond * 1000


def main() -> None:
    """Do it; what the bot prints goes nowhere."""
    terms = json.loads(sys.stdin.readline())
    said = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    told = uvloop.run(TASKS[sys.argv[1]](terms))
    os.write(said, json.dumps(told).encode() + b"\n")
    os._exit(0)


TASKS = {"bot": bot, "stages": stages, "echo": echo}

if __name__ == "__main__":
    main()
