"""Runs clients as processes of their own, round after round, against the servers that they need.

Imports: firehose_process, venue_process. Imported by: client.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from firehose_process import Playing, firehose
from venue_process import echo, exchange

CHILD_S_MAX = 300.0
WARM_S = 0.5
WARM_ORDERS = 100
MARKET_RATE = 1_250  # So that more than a thousand frames a second come.
PAIRS = ("BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "LTC/USD", "DOT/USD")
Found = dict[str, list[dict[str, Any]]]  # By client, what each round found.


def child(task: str, name: str, **terms: Any) -> dict[str, Any]:
    """Run one task of `client_process.py`. It shares no budget of attempts to connect: every server here is new."""
    command = [sys.executable, str(Path(__file__).with_name("client_process.py")), task, name]
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as state:
        done = subprocess.run(
            command,
            input=json.dumps(terms) + "\n",
            env={**os.environ, "FATHOM_STATE_DIR": state},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=CHILD_S_MAX,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rate_rounds(
    names: Sequence[str],
    *,
    tls: bool,
    depth: int,
    rounds: int,
    seconds: float,
    updates: int,
    paces: Mapping[str, float],
) -> Found:
    """Frames and processor's time in some seconds, of each client in turn; whoever has a pace is sent so many."""
    found: Found = {name: [] for name in names}
    with ExitStack() as stack:
        servers = {
            pace: stack.enter_context(firehose(tls=tls, rate=pace, updates=updates, rest=True))
            for pace in {paces.get(name, 0.0) for name in names}
        }
        for _ in range(rounds):
            for name in names:
                terms = _terms(servers[paces.get(name, 0.0)], depth=depth)
                found[name].append(child("rate", name, terms=terms, warm_s=WARM_S, seconds=seconds))
    return found


def books_checked(names: Sequence[str], *, pace: float, depth: int, seconds: float, updates: int) -> Found:
    """How many books that the user saw were right, by our own arithmetic."""
    with firehose(rate=pace, updates=updates, rest=True) as server:
        terms = _terms(server, depth=depth)
        return {name: [child("check", name, terms=terms, seconds=seconds)] for name in names}


def latencies(names: Sequence[str], *, pace: float, rounds: int, seconds: float, updates: int) -> Found:
    """Socket to callback, of each client in turn."""
    found: Found = {name: [] for name in names}
    with firehose(rate=pace, updates=updates, rest=True) as server:
        for _ in range(rounds):
            for name in names:
                terms = _terms(server, depth=10)
                found[name].append(child("latency", name, terms=terms, warm_s=2 * WARM_S, seconds=seconds))
    return found


def order_rounds(names: Sequence[str], *, market: bool, rounds: int, count: int) -> Found:
    """Calls to their responses, of each client in turn, at one exchange and one echo."""
    found: Found = {name: [] for name in names}
    options = ["--rate", str(MARKET_RATE), "--pairs", *PAIRS] if market else ["--quiet-market"]
    with exchange(*options) as venue, echo(MARKET_RATE) as url:
        said = {**venue.said, "echo": url}
        for _ in range(rounds):
            for name in names:
                symbols = list(PAIRS) if market else []
                terms = {"said": said, "symbols": symbols, "count": count, "warm": WARM_ORDERS}
                found[name].append(child("orders", name, **terms))
    return found


def memory(*, seconds: float) -> dict[str, Any]:
    """Resident memory of a client that hears everything of the exchange."""
    with exchange() as venue:
        return child("memory", "fathom", rest=venue.said["rest"], seconds=seconds)


def _terms(server: Playing, *, depth: int) -> dict[str, Any]:
    authority = None if server.authority is None else str(server.authority)
    return {
        "ws_public": server.ws_public, "authority": authority, "symbols": server.symbols, "exchange": server.exchange,
        "depth": depth, "tell": "nothing",
    }  # fmt: skip
