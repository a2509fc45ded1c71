"""Which rule each difference between two lists of fills comes from: found by swapping rules in the plain simulator.

The first fill in which hftbacktest departs from us is taken; the rule is sought with which the plain simulator departs
no longer there, and so on until there is no difference. A fill that differs belongs to the rule whose swap made it so:
also where it only comes in the wake of another one, as strategies look at what they filled. Pure. Imports: hft_rules.
Imported by: compare_hft, tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from hft_rules import OURS, RULES, Fill, Rule

UNEXPLAINED: Final = "unexplained"
TOGETHER_MAX: Final = 3  # Rules that are swapped at once to get past one fill.

Plain = Callable[[frozenset[Rule]], Sequence[Fill]]


@dataclass
class Judgement:
    """How runs agree. What differs is counted by cause; `runs` are those in which a cause told at all."""

    ours: int = 0
    theirs: int = 0
    same: int = 0
    fills: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)

    @property
    def differing(self) -> int:
        """Fills of either that the other one has not."""
        return self.ours + self.theirs - 2 * self.same

    @property
    def unexplained(self) -> int:
        """Those for which no rule was found."""
        return self.fills[UNEXPLAINED]

    def add(self, other: Judgement) -> None:
        """Count another one among this."""
        self.ours += other.ours
        self.theirs += other.theirs
        self.same += other.same
        self.fills += other.fills
        self.runs += other.runs


class Stage(NamedTuple):
    """A cause that was found, and what is filled once it is swapped, and those before it."""

    cause: str
    fills: Sequence[Fill]


def parting_ns(one: Sequence[Fill], other: Sequence[Fill]) -> int | None:
    """Return the time of the first fill in which two runs differ; None where they do not."""
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            return min(mine.time_ns, its.time_ns)
    if len(one) == len(other):
        return None
    longer = max(one, other, key=len)
    return longer[min(len(one), len(other))].time_ns


def causes(theirs: Sequence[Fill], plain: Plain, rules: Iterable[Rule] = RULES) -> list[Stage]:
    """Return the rules that tell, in the order of the fills at which they begin to; the last one has their fills."""
    found: list[Stage] = []
    active, played = OURS, {OURS: plain(OURS)}

    def until(swapped: frozenset[Rule]) -> int | None:
        if swapped not in played:
            played[swapped] = plain(swapped)
        return parting_ns(played[swapped], theirs)

    while (now_ns := until(active)) is not None:
        better = _past(now_ns, [rule for rule in rules if rule not in active], active, until)
        if not better:
            return [*found, Stage(UNEXPLAINED, theirs)]
        active |= set(better)
        found.append(Stage(" + ".join(better), played[active]))
    return found


def _past(
    now_ns: int, left: Sequence[Rule], active: frozenset[Rule], until: Callable[[frozenset[Rule]], int | None]
) -> tuple[Rule, ...]:
    """Return the fewest rules whose swap gets past a time; of as few, those that get farthest. Empty: none do."""
    for count in range(1, TOGETHER_MAX + 1):
        reached: list[tuple[float, tuple[Rule, ...]]] = []
        for some in combinations(left, count):
            then_ns = until(active | set(some))
            reached.append((float("inf") if then_ns is None else then_ns, some))
        best = max(reached, key=lambda one: one[0], default=(0.0, ()))
        if best[0] > now_ns:
            return best[1]
    return ()


def judged(ours: Sequence[Fill], theirs: Sequence[Fill], stages: Sequence[Stage]) -> Judgement:
    """Count what is the same, and what differs by the cause that made it so last."""
    counts = [Counter(ours), *(Counter(stage.fills) for stage in stages)]
    mine, its = counts[0], Counter(theirs)
    told = Judgement(len(ours), len(theirs), sum((mine & its).values()))
    told.runs.update({stage.cause for stage in stages})
    for fill in [*(mine - its).elements(), *(its - mine).elements()]:
        changed = [
            stage.cause for stage, (old, new) in zip(stages, pairwise(counts), strict=True) if old[fill] != new[fill]
        ]
        told.fills[changed[-1] if changed else UNEXPLAINED] += 1
    return told
