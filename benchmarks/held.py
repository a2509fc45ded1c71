"""A recording on disk, as `fathom data compile` leaves it, and bots' files to be run over it.

Imports: stepping_tapes, streams, fathom. Imported by: stepping_bots, stepping_day, stepping_day_process, sweeping.
"""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import streams
from stepping_tapes import Recorded

from fathom.engine import Nowhere
from fathom.kernel import rows as form
from fathom.run.backtest.asked import Asked, config_of_backtest
from fathom.run.backtest.backtest import Backtest
from fathom.run.backtest.outcome import BacktestTold
from fathom.run.bot_file import read_bot_file
from fathom.store import JournalWriter
from fathom.store.history import DAY_NS, TapeHead, TapeWriter, day_of, row_type, tape_path

WATCHERS = Path(__file__).with_name("watchers.py")
MAKER = """\
kind = "market_maker"
params = { symbol = "BTC/USD", order_qty = "0.05", position_qty_max = "5", half_spread = 10, skew = 20, reprice = 10 }
"""
CALM = """\
kind = "market_maker"
params = { symbol = "BTC/USD", order_qty = "0.05", position_qty_max = "5", half_spread = 60, skew = 100, reprice = 60 }
"""
MODELLED = """\
kind = "market_maker"

[strategies.params]
symbol = "BTC/USD"
order_qty = "0.05"
position_qty_max = "5"
model = "glft"
half_spread = 5
reprice = 5
"""
BOT = """\
name = "benched"
symbols = ["BTC/USD"]

[paper.balances]
USD = "10000000"
BTC = "100"

[risk]
position_share_max = "1"
order_value_max = "500000"
turnover_day_max = "1000000000"

[[strategies]]
name = "s"
"""


def watcher(name: str) -> str:
    """Return the seat of one of `watchers.py`."""
    return f'strategy = "{WATCHERS}:{name}"\n'


def hold(data: Path, tape: Recorded, *, source: str = "seeded") -> list[Path]:
    """Write the tapes of a recording, one a day; return where they are."""
    rows = np.frombuffer(tape.rows, row_type())
    days = rows["local_ns"] // DAY_NS
    paths = []
    for day in np.unique(days):
        part = rows[days == day]
        first_ns, last_ns = int(part["local_ns"][0]), int(part["local_ns"][-1])
        date = day_of(first_ns)
        writer = TapeWriter(tape_path(data, "l2", streams.SYMBOL, date, source))
        writer.write(part.tobytes())
        trades = int(((part["kind"] & 254) == form.TRADE).sum())
        frames = int(((part["flags"] & form.LAST) != 0).sum())
        writer.close(
            TapeHead(
                symbol=streams.SYMBOL, kind="l2", date=str(date), source=source, rows=len(part), frames=frames,
                verified=frames, mismatched=0, unchecked=0, trades=trades, gaps=0, first_ns=first_ns, last_ns=last_ns,
                whole=True,
            )
        )  # fmt: skip
        paths.append(writer.path)
    return paths


def bot_file(path: Path, seat: str) -> Path:
    """Write a bot's file with one strategy."""
    path.write_text(BOT + seat)
    return path


def backtest_of(bot: Path, data: Path, *, journal: Path | None = None) -> BacktestTold:
    """Run a bot over what is held, as `fathom backtest` does, with a journal or without; return what is told of it."""
    config = config_of_backtest(read_bot_file(bot, {}), data, from_ns=None, to_ns=None, asked=Asked())
    run = Backtest(config, run_id="benched")
    try:
        with nullcontext(Nowhere()) if journal is None else JournalWriter(journal, fsync="close") as log:
            return run.run(log).told
    finally:
        run.close()
