"""The dead man's switch against the exchange: the process is killed, its loop stalls, its network is cut."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fathom.exchange.core import Order
from fathom.net.client import LinkDown, SwitchChanged
from faulty_venue import Stage, Trader, plays, staged

SECOND_NS = 1_000_000_000
TIMEOUT_S = 2
RENEW_S = 0.5
FIRED = "Dead man's switch"
LATE_NS = 2 * SECOND_NS  # This machine may be busy; the venue's timers are looked at within 20 ms otherwise.

# A client of its own. It says what it does, a line each, and does what its standard input tells.
PROGRAM = """
import asyncio, sys, time
import fathom
from fathom.net.client import SwitchChanged

def told(event):
    if isinstance(event, SwitchChanged):
        print("switch", event.state, event.until_ns, event.reason, flush=True)

async def main():
    async with fathom.connect(sys.argv[1]) as kraken:
        kraken.events(told)
        await kraken.guard(timeout_s=2, renew_s=0.5)
        for price in ("50000", "49990"):
            await kraken.add_order("BTC/USD", "buy", "limit", order_qty="0.01", limit_price=price)
        print("placed", flush=True)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while (line := await lines.readline()) != b"stop\\n":
            print("stalling", time.time_ns(), flush=True)
            time.sleep(float(line))
            print("awake", flush=True)

asyncio.run(main())
"""


class Client:
    """The program, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def line(self, begins: str) -> str:
        """Read on until a line that begins so."""
        assert self.process.stdout is not None
        while True:
            line = (await self.process.stdout.readline()).decode().strip()
            assert line, ("it ended", self.lines)
            self.lines.append(line)
            if line.startswith(begins):
                return line

    async def tell(self, line: str) -> None:
        """Say one line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()


def with_client(use: Callable[[Stage, Client], Awaitable[None]], *, renewed: bool = False) -> None:
    """Run the program against an exchange; it is alice, and has two open orders, `renewed` where that is waited for."""

    async def prepared(stage: Stage) -> None:
        key = next(key for key in stage.exchange.samples if key.account == "alice")
        environment = {**os.environ, "FATHOM_API_KEY": key.key, "FATHOM_API_SECRET": key.secret}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, stage.server.urls.rest),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        client = Client(process)
        try:
            await client.line("placed")
            await stage.until(lambda: len(open_orders(stage)) == 2)
            if renewed:
                opened_ns = time.time_ns()
                await stage.until(lambda: time.time_ns() > opened_ns + (TIMEOUT_S + 1) * SECOND_NS)
                assert len(open_orders(stage)) == 2  # By now it would have fired.
            await use(stage, client)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    staged(prepared, market=False, symbols=("BTC/USD",))


def open_orders(stage: Stage) -> dict[str, Order]:
    return stage.exchange.bank.accounts["alice"].orders


def closed_orders(stage: Stage) -> list[Order]:
    return list(stage.exchange.bank.accounts["alice"].closed)


async def insist_fired(stage: Stage, *, silent_ns: int) -> None:
    """The venue cancels everything when the last renewal before `silent_ns` says."""
    await stage.until(lambda: not open_orders(stage))
    for order in closed_orders(stage):
        assert order.reason == FIRED
        earliest_ns = silent_ns + int((TIMEOUT_S - RENEW_S - 0.3) * SECOND_NS)
        assert earliest_ns <= order.closed_ns <= silent_ns + TIMEOUT_S * SECOND_NS + LATE_NS


def test_a_process_that_is_killed_leaves_no_order() -> None:
    async def use(stage: Stage, client: Client) -> None:
        client.process.kill()
        await insist_fired(stage, silent_ns=time.time_ns())

    with_client(use)


def test_a_loop_that_stalls_leaves_no_order_and_says_so_when_it_wakes() -> None:
    async def use(stage: Stage, client: Client) -> None:
        await client.tell("3.5")
        silent_ns = int((await client.line("stalling")).split()[1])
        await insist_fired(stage, silent_ns=silent_ns)
        await client.line("awake")
        assert "its time was up" in await client.line("switch failing")
        await client.line("switch armed")
        await client.tell("stop")
        await client.process.wait()
        assert client.process.returncode == 0

    with_client(use)


def test_a_clean_stop_disarms_and_leaves_the_orders() -> None:
    async def use(stage: Stage, client: Client) -> None:
        await client.tell("stop")
        await client.line("switch off")
        await client.process.wait()
        assert client.process.returncode == 0
        stopped_ns = time.time_ns()
        await stage.until(lambda: time.time_ns() > stopped_ns + (TIMEOUT_S + 1) * SECOND_NS)
        assert len(open_orders(stage)) == 2, [
            (order.reason, order.closed_ns - stopped_ns) for order in closed_orders(stage)
        ]

    with_client(use, renewed=True)


@plays("upgrade_refused", "close", "rest_drop")
def test_a_network_that_is_cut_leaves_no_order_and_we_know() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        switch = await stage.kraken.guard(timeout_s=TIMEOUT_S, renew_s=RENEW_S)
        for price in ("50000", "49990"):
            await trader.add("buy", price)
        silent_ns = time.time_ns()
        stage.fault("upgrade_refused", status=503)
        stage.fault("rest_drop")
        stage.fault("close")
        await insist_fired(stage, silent_ns=silent_ns)
        assert stage.told(LinkDown)
        await stage.until(lambda: switch.fired)
        states = [event.state for event in stage.told(SwitchChanged)]
        assert "held" in states
        stage.no_more_faults()
        await stage.until(lambda: switch.state == "armed")
        reasons = [event.reason for event in stage.told(SwitchChanged)]
        assert sum("its time was up" in reason for reason in reasons) == 1
        await trader.end()
        assert switch.state == "armed"

    staged(use, trading=True, market=False)


@plays("lost_answer", "error_after_accept", "rest_drop", "invalid_session")
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("lost_answer", {"method": "cancel_all_orders_after", "every": 2}),
        ("error_after_accept", {"method": "cancel_all_orders_after", "every": 2}),
        ("invalid_session", {"method": "cancel_all_orders_after", "count": 1}),
        ("rest_drop", {}),
    ],
)
def test_a_renewal_that_is_not_answered_is_repeated(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await stage.kraken.guard(timeout_s=4, renew_s=1.0)
        await trader.add("buy", "50000")
        stage.fault(kind, **table)
        begun_ns = time.time_ns()
        await stage.until(lambda: time.time_ns() > begun_ns + 6 * SECOND_NS)
        assert len(open_orders(stage)) == 1
        await trader.end()

    staged(use, trading=True, market=False)


def test_what_is_not_well_holds_it() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        ailing = ""
        switch = await stage.kraken.guard(lambda: ailing, timeout_s=TIMEOUT_S, renew_s=RENEW_S)
        await trader.add("buy", "50000")
        silent_ns = time.time_ns()
        ailing = "the journal is full"
        await insist_fired(stage, silent_ns=silent_ns)
        assert switch.state == "held"
        assert any(event.reason == "the journal is full" for event in stage.told(SwitchChanged))
        ailing = ""
        await stage.until(lambda: switch.state == "armed")
        await switch.disarm()
        again = await stage.kraken.guard(timeout_s=TIMEOUT_S, renew_s=RENEW_S)
        assert again.state == "armed"
        await trader.end()

    staged(use, trading=True, market=False)
