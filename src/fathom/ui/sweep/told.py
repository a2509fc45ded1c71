"""A sweep as it is told: what `--json` writes, the tables show, and the page draws.

Pure. Imports: nothing of ours. Imported by: ui/sweep, run.
"""

from msgspec import Struct

Value = bool | int | float | str


class DimensionTold(Struct, frozen=True, kw_only=True):
    """One parameter that is searched. Of a choice `choices` are all there is."""

    name: str
    kind: str
    low: float
    high: float
    log: bool
    choices: list[Value]


class TrialTold(Struct, frozen=True, kw_only=True):
    """One trial. `train` and the others are None where there is no score."""

    number: int
    params: dict[str, Value]
    score: float | None
    tests: list[float | None]
    train: float | None  # The mean of its train windows.
    fills: int
    profit: float
    growth: float
    drawdown: float
    seconds: float


class FoldTold(Struct, frozen=True, kw_only=True):
    """One step of the walk: the trial that its train window chose, and what that did in the test window."""

    train_from_ns: int
    test_from_ns: int
    test_to_ns: int
    number: int | None
    train: float | None
    test: float | None
    test_median: float | None  # Of all trials in that test window.


class HeldOutTold(Struct, frozen=True, kw_only=True):
    """The best trial in the time that the search never saw."""

    from_ns: int
    to_ns: int
    score: float | None
    fills: int
    profit: float
    growth: float
    drawdown: float
    looks: int  # How many trials were run there so far: each look after the first makes it worth less.
    why: str  # Why it failed; empty where it did not.


class DeflatedTold(Struct, frozen=True, kw_only=True):
    """The deflated Sharpe ratio with all that goes into it. Ratios are of one bar, not annualised."""

    probability: float | None
    sharpe: float
    threshold: float  # What the best of as many worthless trials would have.
    trials: int
    variance: float
    skew: float
    kurtosis: float
    returns: int


class NeighbourTold(Struct, frozen=True, kw_only=True):
    """The best trial with one parameter a step aside."""

    name: str
    value: Value
    score: float | None
    why: str


class NeighbourhoodTold(Struct, frozen=True, kw_only=True):
    """Whether what is around the best trial is good too."""

    neighbours: list[NeighbourTold]
    median: float | None  # Of the neighbours; those without a score are below all others.
    kept: float | None  # The part of the best trial's lead over the median trial that the median neighbour keeps.
    verdict: str  # plateau, slope, peak, or unknown
    sentence: str
    nearest: dict[str, list[int]]  # For each parameter the trials that are nearest in all the others.


class FailureTold(Struct, frozen=True, kw_only=True):
    """Why trials failed, and how many for this reason."""

    why: str
    count: int
    first: int  # The number of the first of them.


class SweepTold(Struct, frozen=True, kw_only=True):
    """All of it. Scores are of the objective: higher is better."""

    name: str
    version: str
    state: str  # One sentence: how far it went.
    whole: bool  # Whether it went to its end.
    folder: str
    objective: str
    sampler: str
    seed: int
    scheme: str
    bar_s: int
    from_ns: int
    to_ns: int
    space: list[DimensionTold]
    finished: int
    failed: int
    scored: int
    refusals: int  # Draws that a strategy refused: no trials, drawn again.
    refusal: str
    quantiles: dict[str, float]
    best: TrialTold | None
    top: list[TrialTold]
    folds: list[FoldTold]
    held_out: HeldOutTold | None
    deflated: DeflatedTold | None
    neighbourhood: NeighbourhoodTold | None
    failures: list[FailureTold]
    trials: list[TrialTold]
    trials_left_out: int
