"""What is asked of a backtest, put together with the bot's file and with what is held: one configuration to keep.

I/O: lists and reads files. Imports: domain, store; bot_file, config, latency_told, recorded, rules, settings, stepping.
Imported by: backtest, command.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from fathom.domain import Instrument, LocalError
from fathom.run.backtest.latency_told import measured_latency
from fathom.run.backtest.recorded import Held, held_of, span_of
from fathom.run.backtest.rules import rules_of
from fathom.run.backtest.settings import BacktestConfig, BacktestTable, Kind, UsedTape, latency_of
from fathom.run.backtest.stepping import Stepping
from fathom.run.bot_file import BotFile
from fathom.run.config import RunConfig
from fathom.sim.stepped import LatencyModel, Queue, TierName, Window
from fathom.store.history import need_history

MADE: Final[Mapping[Kind, str]] = {
    "trades": "no book is held: one is made around its trades, with a spread of {} bps, and {} of what was traded",
    "candles": "no book is held: one is made around its candles, the low before the high, with a spread of {} bps, and "
    "{} of what was traded",
}
NS_PER_MS: Final = 1_000_000
NS_PER_SECOND: Final = 1_000_000_000
LOOKS_A_CANDLE: Final = 12
LOOK_S_MAX: Final = 300
TRADES_APART_S: Final = 3_600  # Of a market of trades alone: so long the last one stands for now.
ACCOUNT_S: Final = 3_600  # Nobody but the bot can touch it here.


class Asked(Struct, frozen=True, kw_only=True):
    """What a command line says beside the file; None: as the file has it."""

    source: str | None = None  # The recording's name.
    queue: Queue | None = None
    tier: TierName | None = None
    latency: str | None = None


def config_of_backtest(file: BotFile, data: Path, *, from_ns: int | None, to_ns: int | None, asked: Asked) -> RunConfig:
    """Return everything that the run depends on. Raises LocalError, in one sentence, where it cannot be run."""
    table = file.backtest
    config = file.run_config("paper")
    if not any(config.balances.values()):
        raise LocalError(
            "paper.balances", "the account has nothing to trade with: give [paper.balances] in the bot's file"
        )
    held = held_of(data, config.depths, first_ns=from_ns, last_ns=to_ns, source=asked.source)
    used = [tape for symbol, kinds in held.items() for tape in _used(symbol, kinds, level3=symbol in config.level3)]
    first_ns, last_ns = span_of(used)
    begin_ns = first_ns if from_ns is None else max(from_ns, first_ns)
    end_ns = last_ns if to_ns is None else min(to_ns, last_ns)
    candle_s = _longest(data, used)
    if candle_s:  # They are told by their beginning: the last one goes on, and is closed a moment after its end.
        over_ns = last_ns + candle_s * NS_PER_SECOND + 2 * NS_PER_SECOND
        end_ns = over_ns if to_ns is None else min(to_ns, over_ns)
    if begin_ns >= end_ns:
        raise LocalError("--from, --to", "nothing is held between them")
    queue = asked.queue or table.queue
    instruments, assumed = _ruled(data, used, begin_ns, queue, table)
    latency, words = _latency(file, asked)
    plan = BacktestConfig(
        data=str(data.resolve()), from_ns=begin_ns, to_ns=end_ns, tapes=used, queue=queue, latency=latency,
        latency_words=words, tier=asked.tier or table.tier, schedule=table.fees == "schedule",
        volume_usd=table.volume_usd, maintenance=[_window(*one) for one in table.maintenance],
        switch_s=file.switch.timeout_s, spread_bps=table.spread_bps, volume_share=table.volume_share, assumed=assumed,
    )  # fmt: skip
    limits = config.limits
    if any(one.kind in MADE for one in used):  # Between two of them the book that is made stands still.
        age_s = max(limits.book_age_s_max, candle_s, TRADES_APART_S)
        limits = structs.replace(limits, book_age_s_max=age_s)
        assumed.append(f"a book may be as old as {age_s:,} s: it is made anew only when something is told")
    look_s = min(max(candle_s // LOOKS_A_CANDLE, 1), LOOK_S_MAX)
    if look_s > 1:
        assumed.append(f"limits are looked at each {look_s} s: nothing is known within a candle")
    return structs.replace(
        config, instruments=list(instruments.values()), look_s=look_s, limits=limits, account_s=ACCOUNT_S, backtest=plan
    )


def time_of(name: str, text: str | None) -> int | None:
    """Return a time of a command line in ns: a day, or a day and a time, of UTC. Raises LocalError where it is none."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        raise LocalError(name, f"must be a day or a time, such as 2026-11-30 or 2026-11-30T09:30, not {text}") from None
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    return int(told.timestamp()) * 1_000_000_000 + told.microsecond * 1_000


def _used(symbol: str, kinds: Mapping[Kind, Held], *, level3: bool) -> list[UsedTape]:
    """Return what is stepped over of a pair: levels, and orders besides where they are held."""
    if level3 and not {"l2", "l3"} <= kinds.keys():
        raise LocalError(symbol, "the bot looks at its level 3 book: it needs recordings of both its books")
    for kind in ("l2", "l3", "trades", "candles"):
        if kind in kinds:
            also = kinds["l3"].tapes if "l3" in kinds and kind == "l2" else []
            return [*kinds[kind].tapes, *also]
    raise AssertionError(kinds)


def _longest(data: Path, used: list[UsedTape]) -> int:
    """Return how many seconds the longest candle lasts; 0 where there are none."""
    parquet, compute = need_history("pyarrow.parquet"), need_history("pyarrow.compute")
    longest = 0
    for one in used:
        if one.kind == "candles":
            column = parquet.read_table(data / one.path, columns=["interval_s"], partitioning=None)["interval_s"]
            longest = max(longest, compute.max(column).as_py())
    return longest


def _ruled(
    data: Path, used: list[UsedTape], at_ns: int, queue: Queue, table: BacktestTable
) -> tuple[dict[str, Instrument], list[str]]:
    """Return what each pair allows, and what had to be assumed."""
    instruments, assumed = {}, []
    spread, share = float(table.spread_bps), float(table.volume_share)
    with Stepping(data, used, queue=queue, spread_bps=spread, volume_share=share) as steps:
        for symbol, precisions in steps.precisions.items():
            ruled = rules_of(data, symbol, at_ns=at_ns, precisions=precisions)
            instruments[symbol] = ruled.instrument
            if ruled.assumed:
                assumed.append(ruled.assumed)
            kind = next(one.kind for one in used if one.symbol == symbol)
            if kind in MADE:
                assumed.append(f"{symbol}: {MADE[kind].format(table.spread_bps, f'{table.volume_share:%}')}")
            elif symbol in steps.orders:
                assumed.append(f"{symbol}: the place in the queue is exact, from the recorded orders")
            else:
                assumed.append(f"{symbol}: the place in the queue is estimated from levels, by the model {queue}")
    return instruments, assumed


def _latency(file: BotFile, asked: Asked) -> tuple[LatencyModel, str]:
    text = asked.latency or file.backtest.latency
    if not text:
        ms = file.paper.latency_ms
        return LatencyModel.constant(ms * NS_PER_MS), f"{ms} ms each way"
    told = latency_of(text, seed=file.backtest.seed)
    if told is not None:
        return told, f"{text} each way"
    if not os.path.isdir(text):  # noqa: PTH112 - It may be anything.
        raise LocalError("latency", f"{text} is no duration, such as 20ms or 5ms..80ms, and no journal of a live run")
    return measured_latency(Path(text), seed=file.backtest.seed)


def _window(begin: str, end: str) -> Window:
    from_ns, to_ns = time_of("backtest.maintenance", begin), time_of("backtest.maintenance", end)
    assert from_ns is not None
    assert to_ns is not None
    if from_ns >= to_ns:
        raise LocalError("backtest.maintenance", f"{begin} is not before {end}")
    return Window(from_ns, to_ns)
