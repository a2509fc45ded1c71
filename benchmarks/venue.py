"""The local exchange over loopback, beside a bare picows echo in the same run: round trips, orders, frames, memory.

Server and client are a process each; on a machine of two cores they have one each.

Imports: report, scale, socket_client, venue_process. Imported by: run.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import uvloop
from report import Floor, Part, Section, Table, times
from scale import Scale
from socket_client import SocketClient, connected
from venue_process import echo, exchange

TEXT = """\
`fathom exchange` as a user starts it, limits off, and clients over WebSocket on loopback. The echo is the least
that a WebSocket server on this machine can do: it reads no JSON, knows no account and keeps no book."""
TRIPS_TEXT = """\
A limit order that rests, then its cancel, one after the other: from the request sent to its answer read, as the
client's event loop sees it. *frames* are the market frames a second that the same client process received meanwhile
on another connection. The echo sends back frames of an order's size, with as many market frames beside them."""
MEMORY_TEXT = """\
The exchange's resident memory after so many orders of one client, each cancelled again. An hour of ten orders a
second is 36,000. The histories of an account are bounded; until they are full, memory grows with them."""
MARKET_RATE = 1_250  # So that more than a thousand frames a second come.
STORM_RATE = 20_000
PAIRS = ("BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "LTC/USD", "DOT/USD")
IN_FLIGHT = 100
CLIENTS = 10
WARM_UP = 200


@dataclass(frozen=True)
class Trips:
    """Round trips in us, and the market frames a second that came beside them."""

    trips_us: list[float]
    frames_rate: float

    def percentile(self, percent: float) -> float:
        """Return a percentile, us."""
        return self.trips_us[min(len(self.trips_us) - 1, int(len(self.trips_us) * percent / 100))]


@dataclass(frozen=True)
class Rate:
    """So many in so much time."""

    count: int
    seconds: float
    bytes: int = 0

    @property
    def a_second(self) -> float:
        """How many a second."""
        return self.count / self.seconds


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    trips = scale.of(4_000)
    bare = uvloop.run(_echo_trips(trips))
    quiet = uvloop.run(_order_trips(trips, rate=None))
    busy = uvloop.run(_order_trips(trips, rate=MARKET_RATE))
    orders = uvloop.run(_orders(scale.of(40_000)))
    frames = uvloop.run(_storm(3.0 if scale.quick else 15.0))
    memory = uvloop.run(_memory(scale.of(36_000)))
    return Section(
        "The local exchange",
        f"{TEXT}\n\nMeasured {datetime.now(UTC):%Y-%m-%d}, picows {version('picows')}, uvloop {version('uvloop')}.",
        [_trips_part(bare, quiet, busy), _rates_part(orders, frames), _memory_part(memory)],
        floors=[
            Floor("order round trip, p95, ms, with market traffic", busy.percentile(95) / 1000, 5.0, 1.0),
            Floor("orders a second, one client", orders.a_second, 3_000, 10_000, at_least=True),
            Floor(f"frames a second to {CLIENTS} clients", frames.a_second, 50_000, at_least=True),
        ],
    )


def _trips_part(bare: Trips, quiet: Trips, busy: Trips) -> Part:
    rows = [
        (
            name,
            *(f"{trips.percentile(percent):.0f}" for percent in (50, 95, 99)),
            times(trips.percentile(50) / bare.percentile(50)),
            f"{trips.frames_rate:,.0f}",
        )
        for name, trips in (("bare picows echo", bare), ("order, nobody else", quiet), ("order, living market", busy))
    ]
    return Part("Round trips", TRIPS_TEXT, Table(("what", "p50, us", "p95", "p99", "echo's p50", "frames"), rows))


def _rates_part(orders: Rate, frames: Rate) -> Part:
    mib = frames.bytes / frames.seconds / 2**20
    rows = [
        (f"orders accepted from one client, {IN_FLIGHT} in flight", f"{orders.count:,}", f"{orders.a_second:,.0f}", ""),
        (f"frames to {CLIENTS} clients in a storm", f"{frames.count:,}", f"{frames.a_second:,.0f}", f"{mib:.1f}"),
    ]  # fmt: skip
    text = f"The storm: book at depths 10, 100 and 1000, ticker and trade of {len(PAIRS)} pairs on each connection."
    return Part("Orders and frames a second", text, Table(("what", "counted", "a second", "MiB a second"), rows))


def _memory_part(memory: list[tuple[int, float]]) -> Part:
    rows = [
        (f"{count:,}", f"{mib:.1f}", "" if index == 0 else f"{mib - memory[0][1]:+.1f}")
        for index, (count, mib) in enumerate(memory)
    ]
    return Part("Memory", MEMORY_TEXT, Table(("orders", "RSS, MiB", "since the first"), rows))


async def _echo_trips(count: int) -> Trips:
    with echo(MARKET_RATE) as url:
        client, market = await connected(url), await connected(url)
        market.send(b"market")
        frame = _order("x" * 43, 12345.6)
        spent = await _trips(client, [frame] * count, answers=b"")
        trips = Trips(sorted(spent.trips_us), market.frames / spent.frames_rate)
        client.close()
        market.close()
        return trips


async def _order_trips(count: int, *, rate: int | None) -> Trips:
    options = ["--quiet-market"] if rate is None else ["--rate", str(rate), "--pairs", *PAIRS]
    with exchange(*options) as venue:
        client, token = await venue.trading()
        market = await connected(venue.said["ws_public"])
        if rate is not None:
            await _subscribe_all(market, depths=(10,))
        price = 20_000.0
        spent: list[float] = []
        begun_s, before = time.perf_counter(), market.frames
        for number in range(WARM_UP + count // 2):
            answer, trip_us = await _trip(client, _order(token, price), answers=b'"add_order"')
            order_id = json.loads(answer)["result"]["order_id"]
            cancel = {"method": "cancel_order", "params": {"order_id": [order_id], "token": token}, "req_id": number}
            _, cancel_us = await _trip(client, json.dumps(cancel).encode(), answers=b'"cancel_order"')
            if number >= WARM_UP:
                spent += [trip_us, cancel_us]
        seconds = time.perf_counter() - begun_s
        trips = Trips(sorted(spent), (market.frames - before) / seconds)
        client.close()
        market.close()
        return trips


async def _trips(client: SocketClient, frames: list[bytes], *, answers: bytes) -> Trips:
    """Return the trips, with the seconds they took in the place of a rate."""
    begun_s = time.perf_counter()
    spent = [(await _trip(client, frame, answers=answers))[1] for frame in frames]
    return Trips(spent, time.perf_counter() - begun_s)


async def _trip(client: SocketClient, frame: bytes, *, answers: bytes) -> tuple[bytes, float]:
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    begun_ns = time.perf_counter_ns()
    done_ns = 0

    def hear(heard: bytes) -> None:
        nonlocal done_ns
        if answers in heard and not future.done():
            done_ns = time.perf_counter_ns()
            future.set_result(heard)

    client.hear = hear
    client.send(frame)
    async with asyncio.timeout(30):
        answer = await future
    return answer, (done_ns - begun_ns) / 1000


async def _orders(count: int) -> Rate:
    """Keep so many in flight until so many are answered."""
    with exchange("--quiet-market") as venue:
        client, token = await venue.trading()
        rate = await _send_orders(client, token, count)
        client.close()
        return rate


async def _send_orders(client: SocketClient, token: str, count: int) -> Rate:
    done = asyncio.Event()
    answered = sent = 0
    frames = [_order(token, 20_000.0 + step / 10) for step in range(500)]
    cancel_all = json.dumps({"method": "cancel_all", "params": {"token": token}}).encode()

    def hear(heard: bytes) -> None:
        nonlocal answered, sent
        if b'"method":"add_order"' not in heard:
            return
        assert b'"success":true' in heard, heard
        answered += 1
        if sent < count:
            client.send(frames[sent % 500])
            sent += 1
            if sent % 500 == 0:
                client.send(cancel_all)  # What rests stays about as much.
        if answered == count:
            done.set()

    client.hear = hear
    begun_s = time.perf_counter()
    while sent < min(IN_FLIGHT, count):
        client.send(frames[sent % 500])
        sent += 1
    async with asyncio.timeout(300):
        await done.wait()
    return Rate(count, time.perf_counter() - begun_s)


async def _storm(seconds: float) -> Rate:
    with exchange("--rate", str(STORM_RATE), "--pairs", *PAIRS) as venue:
        clients = [await connected(venue.said["ws_public"]) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            await _subscribe_all(client, depths=((10, 100, 1000)[number % 3],))
        await asyncio.sleep(1.0)
        before, before_bytes = sum(one.frames for one in clients), sum(one.bytes for one in clients)
        begun_s = time.perf_counter()
        await asyncio.sleep(seconds)
        spent_s = time.perf_counter() - begun_s
        rate = Rate(
            sum(one.frames for one in clients) - before, spent_s, sum(one.bytes for one in clients) - before_bytes
        )
        for client in clients:
            client.close()
        return rate


async def _memory(count: int) -> list[tuple[int, float]]:
    """Return (orders so far, MiB) at four marks."""
    with exchange("--quiet-market") as venue:
        client, token = await venue.trading()
        marks: list[tuple[int, float]] = []
        for mark in range(1, 5):
            await _send_orders(client, token, count)
            marks.append((mark * count, venue.rss_mib()))
        client.close()
        return marks


async def _subscribe_all(client: SocketClient, *, depths: tuple[int, ...]) -> None:
    asked: list[dict[str, Any]] = [{"channel": "ticker", "event_trigger": "bbo"}, {"channel": "trade"}]
    asked += [{"channel": "book", "depth": depth} for depth in depths]
    for params in asked:
        frame = json.dumps({"method": "subscribe", "params": {**params, "symbol": list(PAIRS)}}).encode()
        await client.answer(frame, good=lambda heard: b'"method":"subscribe"' in heard and b'"success":true' in heard)


def _order(token: str, price: float) -> bytes:
    params = {
        "order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.0001, "limit_price": round(price, 1),
        "token": token,
    }  # fmt: skip
    return json.dumps({"method": "add_order", "params": params, "req_id": 1}).encode()
