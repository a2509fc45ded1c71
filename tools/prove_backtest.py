"""The differential proof: a recorded rehearsal, run again as a backtest on the frames that it recorded.

    tools/prove_backtest.py                              # ten minutes of the exchange's time
    tools/prove_backtest.py --minutes 60 --seed 3

The rehearsal is that of tools/rehearsal.py: the client, gateway and components of `fathom run` against the local
exchange, in virtual time, over lines that take ten milliseconds to the venue and ten back. What it journaled is
compiled without its own orders, and the same bot is run over that: the same decisions at the same times must meet the
same queues, so that every order has the same fills, to the lot. What differs is told with its reason.

Exit status 0: all orders agree, or each that does not is one where an order of ours changed the market.

Imports: proof_bot by its name, rehearsal, rehearsal_world, and the core. Imported by: nobody.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import structs
from rehearsal import MODE, Rehearsal
from rehearsal_venue import SLOTS_MAX
from rehearsal_world import MS_NS, fair_weather

from fathom.domain import AccountSeen, FeesSeen, RunStopped
from fathom.exchange import Settings
from fathom.run.backtest.asked import Asked, config_of_backtest
from fathom.run.backtest.backtest import Backtest
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile
from fathom.run.comparing.comparison import compare
from fathom.run.comparing.finding import Bounds
from fathom.run.comparing.told import Told
from fathom.run.config import RunConfig
from fathom.run.history.compile_command import compile_recording
from fathom.run.loading import settled
from fathom.run.replay import replay_journal
from fathom.sim import START_NS, Weather
from fathom.sim.stepped import LatencyModel
from fathom.store import JournalReader, JournalWriter

SYMBOL: Final = "BTC/USD"
WAY_NS: Final = 10 * MS_NS
BOT: Final = """
name = "proof"
[symbols."BTC/USD"]
depth = 10
level3 = 10
[risk]
position_share_max = "0.90"
order_value_max = "100000"
orders_minute_max = 1000
turnover_day_max = "100000000"
[[strategies]]
name = "join"
strategy = "proof_bot.py:Joiner"
"""


class Recorded(Rehearsal):
    """A rehearsal of one bot on one pair, over lines that always take the same."""

    def __init__(self, *, minutes: float, seed: int, rate: float, folder: Path) -> None:
        super().__init__(hours=minutes / 60, pairs=1, seed=seed, rate=rate, folder=folder)
        self.symbols = (SYMBOL,)
        self.settings = Settings(
            seed=seed, start_ns=START_NS, symbols=self.symbols, rate=rate, ladder_slots_max=SLOTS_MAX
        )
        file = msgspec.toml.decode(BOT, type=BotFile)
        self.file = structs.replace(file, strategies=settled(file.strategies, folder=Path(__file__).parent))
        self.config = self.file.run_config(MODE)
        self.bot = Bot(self.config)

    def weather(self) -> Weather:
        """Return lines that take ten milliseconds, each way, always."""
        ways = (WAY_NS, WAY_NS)
        weather = fair_weather(self.seed)
        return msgspec.structs.replace(weather, out_ns=ways, public_ns=ways, private_ns=ways)


def backtest_of(journal: Path, data: Path, folder: Path, file: BotFile) -> Backtest:
    """Run the bot of a rehearsal over what it recorded, from its first moment to its last; return the run."""
    config = backtest_config(journal, data, file)
    run = Backtest(config, run_id=folder.name)
    with JournalWriter(folder, fsync="close") as log:
        run.run(log)
    run.close()
    return run


def backtest_config(journal: Path, data: Path, file: BotFile) -> RunConfig:
    """Return the backtest's configuration: with the account, the fees and the times of the rehearsal."""
    seen, fees, end_ns = None, None, 0
    for entry, _ in JournalReader(journal):
        match entry.event:
            case AccountSeen() as event if seen is None:
                seen = event
            case FeesSeen() as event if fees is None:
                fees = event
            case RunStopped():
                end_ns = entry.time_ns
    assert seen is not None, "the account was seen"
    assert fees is not None, "its fees were told"
    file = structs.replace(
        file,
        paper=structs.replace(file.paper, balances=dict(seen.balances)),
        backtest=structs.replace(file.backtest, tier="pro", volume_usd=int(fees.volume_usd)),
    )
    config = config_of_backtest(file, data, from_ns=None, to_ns=end_ns, asked=Asked())
    assert config.backtest is not None
    plan = structs.replace(config.backtest, from_ns=START_NS, to_ns=end_ns, latency=LatencyModel.constant(WAY_NS))
    return structs.replace(config, backtest=plan)


def prove(*, minutes: float, seed: int, rate: float, folder: Path, tell: Callable[[str], None]) -> Told:
    """Rehearse, compile, run again and compare."""
    journal, data, again = folder / "rehearsal", folder / "data", folder / "backtest"
    one = Recorded(minutes=minutes, seed=seed, rate=rate, folder=journal)
    for wrong in one.play(tell):
        if not wrong.startswith("memory"):
            raise AssertionError(wrong)
    compiled = compile_recording(journal, data, without_own=True)
    tell(
        f"recorded {compiled.frames:,} frames and {compiled.trades:,} trades; without {compiled.own_orders} own orders"
    )
    run = backtest_of(journal, data, again, one.file)
    tell(f"stepped over {run.world.frames:,} frames")
    replayed, _ = replay_journal(again)
    if not replayed.agrees:
        raise AssertionError(f"the backtest's journal does not replay: {replayed.difference}")
    return compare(journal, again, bounds=Bounds(latency_ns=MS_NS, within_ns=2_000 * MS_NS))


def main() -> int:
    """Prove it, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the exchange's time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=20.0, help="acts of the market a second")
    parser.add_argument("--keep", type=Path, help="leave both journals and the data in this folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fathom-proof-") as temporary:
        folder = asked.keep or Path(temporary)
        told = prove(minutes=asked.minutes, seed=asked.seed, rate=asked.rate, folder=folder, tell=print)
    print(f"{told.agree} of {told.orders} orders agree; fills {told.a.fills} and {told.b.fills}")
    for one in told.differences:
        print(msgspec.json.encode(one).decode())
    return 0 if told.agree == told.orders else 1


if __name__ == "__main__":
    sys.exit(main())
