"""A backtest from its plan to its outcome: the bot of a file over recorded markets, by itself or with a journal.

What it depends on stands in the first entry of the log, so that the same run can be made again from its journal.

I/O: reads recorded markets, writes a journal where one is wanted. Imports: domain, engine, market, portfolio, sim,
store, ui, bot, bot_file, config; everything in backtest. Imported by: command, rerun, run/sweep.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Final

from fathom.domain import BalancesSeen, Entry, RunStarted
from fathom.engine import Engine, Log, Nowhere
from fathom.market import StepMarket
from fathom.portfolio import LotMethod, Statistics, summary_of
from fathom.run.backtest.asked import Asked, config_of_backtest
from fathom.run.backtest.outcome import BacktestTold, HoldingTold, Outcome, queue_rows
from fathom.run.backtest.settings import BacktestConfig
from fathom.run.backtest.stepping import Stepping, candles_before
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile
from fathom.run.config import RunConfig, config_json
from fathom.sim.stepped import StepVenue, StepWorld
from fathom.ui import Drawing, RunTold
from fathom.version import VERSION

NS_PER_SECOND: Final = 1_000_000_000
LOOKS: Final = 5_000  # At equity and prices, besides those that entries of the log are for.
LOOK_NS_MIN: Final = 100_000_000


class Backtest:
    """One run over recorded markets."""

    def __init__(self, config: RunConfig, *, run_id: str, method: LotMethod = "fifo") -> None:
        """`config` has a `backtest`. Raises LocalError where the data is not what it says, or contradicts itself."""
        plan = config.backtest
        assert plan is not None, "the configuration of a backtest"
        self.config, self.plan = config, plan
        data = Path(plan.data)
        self._stack = ExitStack()
        self._stepping = self._stack.enter_context(
            Stepping(
                data, plan.tapes, queue=plan.queue, spread_bps=float(plan.spread_bps),
                volume_share=float(plan.volume_share),
            )
        )  # fmt: skip
        try:
            self.bot = self._bot(data)
            self.market = self.bot.market
            self.statistics = Statistics(self.market, quote=config.quote, method=method)
            self.drawing = Drawing(self.market, self.statistics)
            steps = self._stepping
            self.venue = StepVenue(
                self.market, {**steps.levels, **steps.orders}, balances=config.balances,
                fees=None if plan.schedule else config.fees, volume_usd=plan.volume_usd, tier=plan.tier,
            )  # fmt: skip
            self.world = self._world(run_id)
        except BaseException:
            self.close()
            raise
        self.run_id = run_id
        self.entries = 0
        self.on_look: Callable[[int], None] = lambda _: None
        self.held: list[tuple[int, float]] = []  # What holding would be worth, at each look.

    def run(self, log: Log, *, watch: Callable[[Entry], None] | None = None) -> Outcome:
        """Play it; `watch` is shown every entry of the log."""
        begun_s = time.perf_counter()
        engine = Engine(self.bot.components, log)

        def seen(entry: Entry) -> None:
            self.entries += 1
            self.statistics.observe(entry)
            self.drawing.observe(entry)
            if watch is not None:
                watch(entry)

        self.world.run(engine, seen)
        return self._outcome(time.perf_counter() - begun_s)

    def stop(self, reason: str) -> None:
        """End it at the next arrival."""
        self.world.stop(reason)

    def close(self) -> None:
        """Let go of the data."""
        self._stack.close()

    def _bot(self, data: Path) -> Bot:
        config, plan, steps = self.config, self.plan, self._stepping
        rules = {one.symbol: one for one in config.instruments}
        levels = {**steps.orders, **steps.levels}  # Where only orders are held, they show the levels too.
        market = StepMarket(
            config.instruments, depths=config.depths, level3=config.level3,
            steppers={symbol: levels[symbol] for symbol in config.depths},
            level3_steppers={symbol: steps.orders[symbol] for symbol in config.level3},
        )  # fmt: skip
        bot = Bot(config, market=market)
        scales = {symbol: (one.price_precision, one.qty_precision) for symbol, one in rules.items()}
        market.know_past(candles_before(data, market.candles_wanted(), until_ns=plan.from_ns, precisions=scales))
        return bot

    def _world(self, run_id: str) -> StepWorld:
        config, plan = self.config, self.plan
        assert isinstance(self.market, StepMarket), "what steps"
        self._stepping.skip_to(plan.from_ns)
        span_ns = max(1, plan.to_ns - plan.from_ns)
        return StepWorld(
            self.market, self.venue,
            openings=[
                RunStarted(run_id, "backtest", config_json(config), VERSION),
                BalancesSeen(tuple(sorted(config.balances.items()))),
            ],
            begin_ns=plan.from_ns, end_ns=plan.to_ns, latency=plan.latency, tier=plan.tier,
            maintenance=plan.maintenance, switch_ns=plan.switch_s * NS_PER_SECOND,
            look=self._look, look_every_ns=max(LOOK_NS_MIN, span_ns // LOOKS),
        )  # fmt: skip

    def _look(self, now_ns: int) -> None:
        """Look at equity and prices where the log has nothing to say."""
        self.statistics.pass_time(now_ns)
        self.drawing.look(now_ns)
        worth = self._worth()
        if worth is not None:
            self.held.append((now_ns, worth))
        self.on_look(now_ns)

    def _worth(self) -> float | None:
        """Return what the account began with is worth now."""
        worth = Decimal(0)
        for asset, amount in self.config.balances.items():
            price = self.statistics.portfolio.price_quote(asset)
            if amount and price is None:
                return None
            worth += amount * (price or 0)
        return float(worth)

    def _outcome(self, wall_s: float) -> Outcome:
        plan, statistics = self.plan, self.statistics
        statistics.look(max(statistics.last_ns, self.world.now_ns))
        summary = summary_of(statistics)
        told = RunTold(
            run_id=self.run_id, mode="backtest", version=VERSION, state="The run is whole.", entries=self.entries,
            summary=summary, notes=self.drawing.notes,
            notes_left_out=self.drawing.notes_count - len(self.drawing.notes),
        )  # fmt: skip
        first, last = (self.held[0][1] if self.held else None), self._worth()
        share = last / first - 1 if first and last is not None else None
        schedule = f"Kraken's schedule, from {plan.volume_usd:,} USD in 30 days on"
        fixed = f"maker {self.config.fees.maker_share:%}, taker {self.config.fees.taker_share:%}"
        return Outcome(
            told=BacktestTold(
                run=told, data=plan.data, from_ns=plan.from_ns, to_ns=plan.to_ns, frames=self.world.frames,
                wakes=self.world.wakes, wall_s=wall_s, queue=plan.queue, latency=plan.latency_words, tier=plan.tier,
                fees=schedule if plan.schedule else fixed,
                symbols=_kinds(plan), assumed=plan.assumed,
                holding=HoldingTold(
                    first=first, last=last, share=share,
                    better=None if share is None else summary.equity.share - share,
                ),
                queues=queue_rows(self.venue.queued), switched_off=self.world.switched,
                throttled=self.venue.pace.refused + self.world.gate.throttled,
            ),
            equity=[(time_ns, moment.equity) for time_ns, moment in statistics.curve.points],
        )  # fmt: skip


def backtest(
    file: BotFile, data: Path, *, from_ns: int | None = None, to_ns: int | None = None, asked: Asked | None = None
) -> Outcome:
    """Run the bot of a file over what is held in a folder, without a journal. Times are ns; None: all there is.

    Raises LocalError where the data is not there, or does not go with the file.
    """
    config = config_of_backtest(file, data, from_ns=from_ns, to_ns=to_ns, asked=asked or Asked())
    run = Backtest(config, run_id=f"{file.name}-backtest")
    try:
        return run.run(Nowhere())
    finally:
        run.close()


def _kinds(plan: BacktestConfig) -> dict[str, str]:
    kinds: dict[str, list[str]] = {}
    for one in plan.tapes:
        kinds.setdefault(one.symbol, [])
        if one.kind not in kinds[one.symbol]:
            kinds[one.symbol].append(one.kind)
    return {symbol: " and ".join(found) for symbol, found in kinds.items()}
