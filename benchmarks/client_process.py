"""One client, measured in a process of its own: `python benchmarks/client_process.py TASK CLIENT`.

Terms come in as a line of JSON, the answer goes out as another.

Imports: client_books, client_traders, memory, fathom. Imported by: nothing; client runs it.
"""

import asyncio
import json
import os
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import uvloop
from client_books import CLIENTS, Books, Sides, Terms
from client_traders import TRADERS

import fathom

OPEN_S_MAX = 60.0


async def rate(name: str, *, terms: dict[str, Any], warm_s: float, seconds: float) -> dict[str, Any]:
    """Frames applied in some seconds, and the processor's time for it."""
    client = await opened(name, terms)
    await asyncio.sleep(warm_s)
    frames, begun_s, cpu_s = client.frames, time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    frames, cpu_s, spent_s = client.frames - frames, time.process_time() - cpu_s, time.perf_counter() - begun_s
    return {"frames": frames, "cpu_s": cpu_s, "seconds": spent_s}


async def check(name: str, *, terms: dict[str, Any], seconds: float) -> dict[str, Any]:
    """How many of the books that its user saw had the checksum of the last frame before, as we compute it."""
    client = await opened(name, {**terms, "tell": "books"})
    await asyncio.sleep(seconds)
    seen = list(client.seen)
    await client.close()
    last: dict[str, int] = {}
    told, right = 0, 0
    for _, symbol, count, sides in seen:
        last.update({name_: checksum for name_, _, checksum in client.sent[told:count]})
        told = count
        right += crc(sides) == last[symbol]
    return {"seen": len(seen), "right": right, "sent": told}


async def latency(name: str, *, terms: dict[str, Any], warm_s: float, seconds: float) -> dict[str, Any]:
    """Microseconds from a frame's sending to the first call of the user that has it."""
    client = await opened(name, {**terms, "tell": "times"})
    await asyncio.sleep(warm_s)
    begun_ns, begun, sent = time.time_ns(), len(client.seen), len(client.sent)
    await asyncio.sleep(seconds)
    spent_s, seen, sent = (time.time_ns() - begun_ns) / 1e9, client.seen[begun:], len(client.sent) - sent
    await client.close()
    waiting: dict[str, list[str]] = defaultdict(list)
    told = seen[0][2]
    spent: list[float] = []
    for now_ns, symbol, count, _ in seen:
        for name_, stamp, _ in client.sent[told:count]:
            waiting[name_].append(stamp)
        told = count
        spent += [(now_ns - ns_of(stamp)) / 1000 for stamp in waiting.pop(symbol, ()) if stamp]
    return {**percentiles(spent), "frames": sent / spent_s, "count": len(spent)}


async def orders(name: str, *, said: dict[str, Any], symbols: list[str], count: int, warm: int) -> dict[str, Any]:
    """Microseconds from a call to its response, for adds and cancels, one after the other."""
    trader = TRADERS[name](said)
    async with asyncio.timeout(OPEN_S_MAX):
        await trader.open()
        if symbols:
            await trader.market(symbols)
    adds, cancels = [], []
    begun_s, frames = time.perf_counter(), trader.frames()
    for number in range(warm + count):
        if number == warm:
            begun_s, frames = time.perf_counter(), trader.frames()
        before_ns = time.perf_counter_ns()
        order_id = await trader.add()
        between_ns = time.perf_counter_ns()
        await trader.cancel(order_id)
        after_ns = time.perf_counter_ns()
        if number >= warm:
            adds.append((between_ns - before_ns) / 1000)
            cancels.append((after_ns - between_ns) / 1000)
    frames_a_second = (trader.frames() - frames) / (time.perf_counter() - begun_s)
    await trader.close()
    return {"add": percentiles(adds), "cancel": percentiles(cancels), "frames": frames_a_second}


async def memory(_name: str, *, rest: str, seconds: float) -> dict[str, Any]:
    """Resident MiB before, once every pair's book, trades and ticker have come, and some time later."""
    imported = rss_mib()
    async with fathom.connect(rest, public_only=True) as kraken:
        connected = rss_mib()
        symbols = list(kraken.instruments)
        heard = {"trades": 0, "ticker": 0}

        def count(what: str) -> Any:
            def hear(_: object) -> None:
                heard[what] += 1

            return hear

        kraken.book(*symbols, callback=lambda _: None)
        kraken.trades(*symbols, callback=count("trades"))
        kraken.ticker(*symbols, trigger="bbo", callback=count("ticker"))
        async with asyncio.timeout(OPEN_S_MAX):
            while not all((book := kraken.book_of(symbol)) and book.verified for symbol in symbols):
                await asyncio.sleep(0.05)
        begun = rss_mib()
        await asyncio.sleep(seconds)
        return {
            "pairs": len(symbols), "imported": imported, "connected": connected, "begun": begun, "ended": rss_mib(),
            "frames": sum(link.frames for link in kraken.links()), **heard,
        }  # fmt: skip


async def opened(name: str, terms: dict[str, Any]) -> Books:
    """Return a client to which updates come."""
    client = CLIENTS[name](Terms(**terms))
    async with asyncio.timeout(OPEN_S_MAX):
        await client.open()
        while client.frames <= 2 * len(client.terms.symbols):
            await asyncio.sleep(0.01)
    return client


def crc(sides: Sides) -> int:
    """Return Kraken's checksum of the ten best levels."""
    levels = (level for side in sides for level in side)
    text = "".join(number.replace(".", "").lstrip("0") for level in levels for number in level)
    return zlib.crc32(text.encode())


def ns_of(stamp: str) -> int:
    """Return a firehose's timestamp as ns since 1970."""
    moment = datetime.fromisoformat(stamp)
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1_000


def percentiles(spent: list[float]) -> dict[str, float]:
    """Return what is shown of many times."""
    ordered = sorted(spent)
    found = {f"p{percent}": ordered[int(len(ordered) * percent / 100)] for percent in (50, 95, 99)}
    return {**found, "max": ordered[-1]}


def rss_mib() -> float:
    """Return what of this process is in memory now."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def main(task: str, name: str) -> None:
    """Do it, say what was found, and be gone: one of the clients does not end when it is told to."""
    terms = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps(await TASKS[task](name, **terms)) + "\n")
    sys.stdout.flush()
    os._exit(0)


TASKS: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    "rate": rate,
    "check": check,
    "latency": latency,
    "orders": orders,
    "memory": memory,
}

if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
