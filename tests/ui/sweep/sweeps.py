"""A sweep to look at."""

from typing import Any

from msgspec import structs

from fathom.ui import (
    DeflatedTold,
    DimensionTold,
    FailureTold,
    FoldTold,
    HeldOutTold,
    NeighbourhoodTold,
    NeighbourTold,
    SweepTold,
    TrialTold,
)

BEGAN_NS = 1_800_000_000_000_000_000


def trial(number: int, score: float | None) -> TrialTold:
    return TrialTold(
        number=number, params={"t.n": number + 1, "t.c": "red"}, score=score, tests=[score, score], train=2.0, fills=7,
        profit=1.5, growth=0.01, drawdown=0.02, seconds=0.1,
    )  # fmt: skip


def a_sweep(**changed: Any) -> SweepTold:
    trials = [trial(3, 1.5), trial(1, 0.5), trial(2, None)]
    fold = FoldTold(
        train_from_ns=BEGAN_NS, test_from_ns=BEGAN_NS + 10**12, test_to_ns=BEGAN_NS + 2 * 10**12, number=3, train=2.0,
        test=1.0, test_median=0.25,
    )  # fmt: skip
    told = SweepTold(
        name="bot", version="0", state="All of 4 trials are done.", whole=True, folder="sweeps/bot", objective="sharpe",
        sampler="tpe", seed=1, scheme="anchored", bar_s=60, from_ns=BEGAN_NS, to_ns=BEGAN_NS + 3 * 10**12,
        space=[
            DimensionTold(name="t.n", kind="int", low=1, high=10, log=True, choices=[]),
            DimensionTold(name="t.c", kind="choice", low=0, high=0, log=False, choices=["red", "blue"]),
        ],
        finished=3, failed=1, scored=2, refusals=2, refusal="strategy t: no",
        quantiles={"p0": 0.5, "p5": 0.5, "p50": 1.0, "p100": 1.5},
        best=trials[0], top=trials[:2], folds=[fold, structs.replace(fold, number=None, train=None, test=None)],
        held_out=HeldOutTold(
            from_ns=BEGAN_NS + 3 * 10**12, to_ns=BEGAN_NS + 4 * 10**12, score=-0.5, fills=2, profit=-1.0, growth=-0.001,
            drawdown=0.002, looks=2, why="",
        ),
        deflated=DeflatedTold(
            probability=0.42, sharpe=0.05, threshold=0.06, trials=3, variance=0.001, skew=-0.5, kurtosis=4.0,
            returns=500,
        ),
        neighbourhood=NeighbourhoodTold(
            neighbours=[
                NeighbourTold(name="t.n", value=3, score=1.0, why=""),
                NeighbourTold(name="t.c", value="blue", score=None, why="broke"),
            ],
            median=0.25, kept=0.1, verdict="peak", sentence="The best is a peak.", nearest={"t.n": [1], "t.c": [1]},
        ),
        failures=[FailureTold(why="it <b>broke</b> [red]", count=1, first=0)], trials=trials, trials_left_out=0,
    )  # fmt: skip
    return structs.replace(told, **changed)


def without_a_score() -> SweepTold:
    return a_sweep(
        scored=0, quantiles={}, best=None, top=[], held_out=None, deflated=None, neighbourhood=None,
        trials=[trial(2, None)],
    )  # fmt: skip
