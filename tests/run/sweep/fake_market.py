"""A bot, and evaluators that are known functions of its parameters, in place of a backtest.

They stand in a module, so that another process can import them. A score is highest where `entry_n` is 40 and
`signal` is donchian: what the search must find.
"""

import math
import os
import random
from decimal import Decimal
from types import SimpleNamespace

from fathom.run.bot_file import BotFile, PaperTable
from fathom.run.config import StrategyConfig
from fathom.run.sweep.folder import Settings, bot_print
from fathom.run.sweep.scoring import bar_s_of
from fathom.run.sweep.space import space_of
from fathom.run.sweep.splits import Window, splits_of
from fathom.run.sweep.trial import Done, Evaluate, Job, do

MINUTE_NS = 60_000_000_000
BEGAN_NS = 1_700_000_000_000_000_000
SPAN = Window(BEGAN_NS, BEGAN_NS + 1_000 * MINUTE_NS)


def bot(**params: object) -> BotFile:
    given = {"symbol": "BTC/USD", "risk_quote": "10", "position_qty_max": "0.1", **params}
    trend = StrategyConfig(name="trend", kind="trend", params=given)
    return BotFile(
        name="fake", symbols=["BTC/USD"], strategies=[trend], paper=PaperTable(balances={"USD": Decimal(1000)})
    )


def settings_of(file: BotFile, *, only: tuple[str, ...] = (), **changed: object) -> Settings:
    splits = splits_of(SPAN, folds=3, held_out=0.2, scheme="anchored")
    given: dict[str, object] = {
        "bot": bot_print(file), "data": "d", "space": space_of(file, only), "objective": "sharpe", "splits": splits,
        "bar_s": bar_s_of(splits), "sampler": "tpe", "seed": 1,
    }  # fmt: skip
    return Settings(**{**given, **changed})  # type: ignore[arg-type]  # The fields of Settings.


def goodness(file: BotFile) -> float:
    """1 at the best parameters, less elsewhere."""
    params = file.strategies[0].params
    entry_n = float(str(params.get("entry_n", 20)))
    return 1.0 - abs(math.log(entry_n / 40)) - 0.5 * (params.get("signal") == "crossing")


def outcome(good: float, from_ns: int, to_ns: int, *, seed: int = 7, fills: int = 5) -> SimpleNamespace:
    """A wandering equity of which the mean return grows with `good`."""
    chance, value, equity = random.Random(f"{from_ns} {seed}"), 1000.0, []
    for time_ns in range(from_ns, to_ns, MINUTE_NS):
        equity.append((time_ns, value))
        value *= 1 + 1e-5 * good + chance.gauss(0, 1e-4)
    equity.append((to_ns, value))
    total = SimpleNamespace(fills=fills)
    return SimpleNamespace(
        summary=SimpleNamespace(total=total, equity=SimpleNamespace(profit=value - 1000)), equity=equity
    )


def evaluate(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
    assert from_ns is not None
    assert to_ns is not None
    return outcome(goodness(file), from_ns, to_ns)


def troubled(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
    """By `entry_n`: 41 raises, 42 never ends, 43 takes its process with it, 44 never trades."""
    assert from_ns is not None
    assert to_ns is not None
    match file.strategies[0].params.get("entry_n"):
        case 41:
            raise ZeroDivisionError("as ever")
        case 42:
            while True:
                os.sched_yield()
        case 43:
            os._exit(3)
        case 44:
            return outcome(0.0, from_ns, to_ns, fills=0)
    return evaluate(file, from_ns, to_ns)


def always_raise(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
    raise ZeroDivisionError("as ever")


def raise_for_crossing(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
    if file.strategies[0].params.get("signal") == "crossing":
        raise ZeroDivisionError("nothing was traded")
    return evaluate(file, from_ns, to_ns)


def never_trade(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
    assert from_ns is not None
    assert to_ns is not None
    return outcome(0.0, from_ns, to_ns, fills=0)


class InThisProcess:
    """A crew of one that does its job when it is waited for: quick, and nothing of it is left to chance."""

    def __init__(self, evaluate: Evaluate) -> None:
        self.evaluate = evaluate
        self.did: list[Job] = []
        self.job: Job | None = None

    @property
    def free(self) -> int:
        return int(self.job is None)

    @property
    def busy(self) -> int:
        return 1 - self.free

    def begin(self, job: Job) -> None:
        self.job = job

    def wait(self, seconds: float) -> list[Done]:
        assert self.job is not None
        job, self.job = self.job, None
        self.did.append(job)
        return [do(self.evaluate, job)]

    def close(self) -> None:
        pass


def no_progress(_what: str, _done: int, _of: int) -> None:
    pass


def never() -> bool:
    return False
