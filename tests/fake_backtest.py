"""A backtest that is a known function of the parameters, under the name of the real one, in every process of a test.

For tests of `fathom sweep` as a command: the processes that it spawns begin with the same `sitecustomize`.
"""

import os
import sys
from pathlib import Path

import pytest

from fathom.kernel import rows as row_form
from fathom.store.history import TapeHead, TapeWriter, day_of, tape_path

MINUTE_NS = 60_000_000_000
BEGAN_NS = 1_800_000_000_000_000_000

# Each takes a moment, so that something is left to be interrupted.
FAKE = """
import math, random, sys, threading, types

def backtest(file, data, *, from_ns, to_ns):
    threading.Event().wait({seconds})
    params = file.strategies[0].params
    good = 1 - abs(math.log(params.get("entry_n", 20) / 40))
    chance, value, equity = random.Random(from_ns), 1000.0, []
    for time_ns in range(from_ns, to_ns + 1, 60_000_000_000):
        equity.append((time_ns, value))
        value *= 1 + 1e-5 * good + chance.gauss(0, 1e-4)
    told = types.SimpleNamespace
    summary = told(total=told(fills=5), equity=told(profit=value - 1000))
    return told(summary=summary, equity=equity)

module = types.ModuleType("fathom.run.backtest.backtest")
module.backtest = backtest
sys.modules["fathom.run.backtest.backtest"] = module
"""

BOT = """
name = "swept"
symbols = ["BTC/USD"]

[[strategies]]
name = "trend"
kind = "trend"
params = { symbol = "BTC/USD", risk_quote = "10", position_qty_max = "0.1" }
"""


def install(folder: Path, patch: pytest.MonkeyPatch, *, seconds: float = 0.0) -> None:
    """Let it stand in this process and in those to come."""
    site = folder / "site"
    site.mkdir()
    text = FAKE.replace("{seconds}", str(seconds))
    (site / "sitecustomize.py").write_text(text)
    patch.setenv("PYTHONPATH", os.pathsep.join([str(site), *sys.path]))
    patch.setitem(sys.modules, "fathom.run.backtest.backtest", sys)  # Brought back afterwards, whatever was there.
    exec(text, {})


def record(data: Path, *, symbol: str = "BTC/USD", first_ns: int = BEGAN_NS, minutes: int = 600) -> Path:
    """Write a tape that says that it is so long; what is in it nobody reads."""
    day, last_ns = day_of(first_ns), first_ns + minutes * MINUTE_NS - 1
    rows = row_form.Rows()
    rows.add(row_form.TRADE, first_ns, first_ns, 1, price=5, qty=6, order=7)
    writer = TapeWriter(tape_path(data, "l2", symbol, day, "fake"))
    writer.write(rows.drain()[0])
    writer.close(
        TapeHead(
            symbol=symbol, kind="l2", date=str(day), source="fake", rows=1, frames=1, verified=1, mismatched=0,
            unchecked=0, trades=1, gaps=0, first_ns=first_ns, last_ns=last_ns, whole=True,
        )
    )  # fmt: skip
    return data
