"""A rehearsal of hours in minutes: nine strategies on thirty pairs, in virtual time, against the local exchange.

    tools/rehearsal.py                               # eight hours, thirty pairs
    tools/rehearsal.py --hours 0.1 --pairs 6

Client, trader, gateway, account desk, timers, journal on disk and all components are those of `fathom run`; the loop
and the wires are those of `tools/chaos.py`, in fair weather. The exchange has a process of its own, so the memory told
is the bot's: its whole process, resident. The strategies are those of configs/, some of them quicker than there, so
that each of them trades within the hours.

It prints each half hour, and at the end compares the bot's books with the exchange's, to the last unit, and replays the
journal. Exit status 0: they agree, and memory stayed below its bound and flat.

Imports: chaos_loop, chaos_process, chaos_wire, rehearsal_bot, rehearsal_venue, rehearsal_world, and the core.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from chaos_loop import clocks_of
from chaos_process import Process
from chaos_wire import sockets_of
from rehearsal_bot import bot_of, symbols_of
from rehearsal_venue import SLOTS_MAX, Remote, remote_exchange
from rehearsal_world import FairWorld, fair_weather

from fathom.domain import Entry, OrderTraded, RunStarted, RunStopped
from fathom.engine import Engine, replay
from fathom.exchange import Settings
from fathom.run.bot import Bot, components_of
from fathom.run.config import config_json
from fathom.run.trading.status import Status
from fathom.sim import START_NS, Weather
from fathom.store import JournalReader, JournalWriter
from fathom.ui import Watch

SECOND_NS: Final = 1_000_000_000
HOUR_NS: Final = 3_600 * SECOND_NS
MODE: Final = "rehearsal"
SETTLE_S_MAX: Final = 120  # After the end was told, until nothing is open on either side and both agree.
RSS_MIB_MAX: Final = 300.0
# Flat: so much more at the end than after three quarters. By then the last thousand orders and fills, which each
# component keeps, are there; what is kept in larger numbers still fills, such as 5,000 orders in the client.
GROWTH_SHARE_MAX: Final = 0.08


class Rehearsal:
    """One of them."""

    def __init__(self, *, hours: float, pairs: int, seed: int, rate: float, folder: Path) -> None:
        self.hours = hours
        self.symbols = symbols_of(pairs)
        self.seed = seed
        self.settings = Settings(
            seed=seed, start_ns=START_NS, symbols=self.symbols, rate=rate, ladder_slots_max=SLOTS_MAX
        )
        self.file = bot_of(self.symbols)
        self.config = self.file.run_config(MODE)
        self.bot = Bot(self.config)
        self.folder = folder
        self.rss: list[float] = []
        self.fills: Counter[str] = Counter()  # By strategy.

    def weather(self) -> Weather:
        """Return what the lines do."""
        return fair_weather(self.seed)

    def play(self, tell: Callable[[str], None]) -> list[str]:
        """Play it; return what was wrong."""
        with ExitStack() as stack:
            exchange = stack.enter_context(remote_exchange(self.settings))
            world: Any = FairWorld(self.weather(), exchange)
            stack.enter_context(clocks_of(world))
            stack.enter_context(sockets_of(world, _Deaf()))
            writer = stack.enter_context(JournalWriter(self.folder, fsync="close"))
            return self._play(world, exchange, writer, tell, stack)

    def _play(
        self, world: Any, exchange: Remote, writer: JournalWriter, tell: Callable[[str], None], stack: ExitStack
    ) -> list[str]:
        process = Process(world, self.bot, _Deaf(), self.file)  # type: ignore[arg-type]  # A bot of its own.
        watch = Watch(self.bot.market, quote=self.config.quote)
        status = Status(watch, name=self.file.name, mode=MODE, venue="chaos", folder=str(self.folder))
        world.boot(process.loop)
        stack.callback(process.kill)
        started = RunStarted(f"rehearsal-{self.seed}", MODE, config_json(self.config), "0")
        process.begin(Engine(self.bot.components, writer), writer, [started])
        assert process.trader is not None
        process.trader.watch(watch.observe)
        process.trader.watch(status.observe)
        process.trader.watch(self._tally)
        gc.collect()
        gc.freeze()
        begun_s = time.monotonic()
        tell(
            f"{len(self.symbols)} pairs, {len(self.bot.hosts)} strategies, {self.hours:g} h; {rss_mib():.1f} MiB before"
        )
        tell("virtual     real      RSS   entries   orders  amends   fills      equity      profit   open  halts")
        step_ns = min(HOUR_NS // 2, max(int(self.hours * HOUR_NS) // 4, 1))
        end_ns = START_NS + int(self.hours * HOUR_NS)
        while world.now_ns < end_ns:
            self._until(world, process, min(world.now_ns + step_ns, end_ns))
            gc.collect()
            self.rss.append(rss_mib())
            tell(self._line(watch, status, (world.now_ns - START_NS) / HOUR_NS, time.monotonic() - begun_s))
        process.soon(RunStopped("the rehearsal is over"))
        settled = False
        for _ in range(SETTLE_S_MAX):
            self._until(world, process, world.now_ns + SECOND_NS)
            settled = not process.live.open_orders() and not self._differences(exchange)
            if settled:
                break
        wrong = self._differences(exchange)
        wrong += [f"still open in the log: {order_id}" for order_id in process.live.open_orders()]
        told = status.told()
        tell(f"fills by strategy: {', '.join(f'{name} {count:,}' for name, count in self.fills.most_common())}")
        tell(f"orders denied {told['denied']:,}, halts {told['halts']}, settled {settled}")
        return [*wrong, *self._memory()]

    def _until(self, world: Any, process: Process, until_ns: int) -> None:
        while world.turn(until_ns):
            process.check()
            if process.ended:
                raise AssertionError(f"the bot ended: {process.ended}")

    def _line(self, watch: Watch, status: Status, hours: float, real_s: float) -> str:
        told = status.told()
        equity, amends = told["equity"] or Decimal(0), watch.counts["AmendApproved"]
        return (
            f"{hours:6.2f} h {real_s:6.0f} s {self.rss[-1]:5.1f} MiB {watch.entries:>9,} "
            f"{told['orders']['approved']:>8,} {amends:>7,} {told['orders']['fills']:>7,} {equity:>11,.2f} "
            f"{told['profit']:>+11,.2f} {told['open_orders']:>6} {len(told['halts']):>6}"
        )

    def _tally(self, entry: Entry) -> None:
        if isinstance(entry.event, OrderTraded):
            self.fills[entry.event.order_id.partition("-")[0]] += 1

    def _differences(self, exchange: Remote) -> list[str]:
        """Return where the bot's books are not the venue's."""
        books, portfolio = exchange.books(), self.bot.risk.account.portfolio
        found = []
        for asset in sorted({*books.balances, *portfolio.balances}):
            ours, theirs = portfolio.balance(asset), books.balances.get(asset, Decimal(0))
            if ours != theirs:
                found.append(f"{asset}: {ours} in our books and {theirs} at the venue")
        for asset in sorted({*books.fees, *portfolio.fees}):
            ours, theirs = portfolio.fees.get(asset, Decimal(0)), books.fees.get(asset, Decimal(0))
            if ours != theirs:
                found.append(f"fees in {asset}: {ours} in our books and {theirs} at the venue")
        if books.open_orders:
            found.append(f"{books.open_orders} orders are open at the venue")
        if books.ledger:
            found.append("the venue's own ledger and balances differ")
        found += [f"unexplained: {amount} {asset}" for asset, amount in portfolio.unexplained.items() if amount]
        return found

    def _memory(self) -> list[str]:
        found = []
        if max(self.rss) > RSS_MIB_MAX:
            found.append(f"memory: {max(self.rss):.1f} MiB, more than {RSS_MIB_MAX:g}")
        growth = self.rss[-1] / self.rss[max(len(self.rss) * 3 // 4 - 1, 0)] - 1
        if growth > GROWTH_SHARE_MAX:
            found.append(f"memory: it grew by {growth:.1%} in the last quarter")
        return found


class _Deaf:
    """Listens to nothing of what goes over the wires."""

    def said(self, frame: bytes) -> None:
        """Not heard."""

    def heard(self, frame: bytes) -> None:
        """Not heard."""

    def answered(self, call: bytes, body: bytes) -> None:
        """Not heard."""


def replayed(folder: Path) -> str:
    """Replay the journal; return where it says something else, or nothing."""
    found = replay(JournalReader(folder), components_of)
    return "" if found.agrees else f"a replay that says something else at entry {found.difference}"


def rss_mib() -> float:
    """Return what of this process is in memory now."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main() -> int:
    """Play what the command line says; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=8.0, help="of the exchange's time")
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=20.0, help="acts of the market a second, over all pairs")
    parser.add_argument("--no-replay", action="store_true", help="do not replay the journal at the end")
    asked = parser.parse_args()

    def tell(text: str) -> None:
        print(text, flush=True)

    with tempfile.TemporaryDirectory(prefix="fathom-rehearsal-") as folder:
        place = Path(folder) / "journal"
        one = Rehearsal(hours=asked.hours, pairs=asked.pairs, seed=asked.seed, rate=asked.rate, folder=place)
        wrong = one.play(tell)
        if not asked.no_replay and (difference := replayed(place)):
            wrong.append(difference)
        size = sum(path.stat().st_size for path in place.iterdir())
    tell(f"journal: {size / 2**20:,.0f} MiB")
    for sentence in wrong:
        tell(f"WRONG: {sentence}")
    if not wrong:
        tell("the books agree with the exchange's to the last unit, and the journal replays to the same bytes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
