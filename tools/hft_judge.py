"""Which rule each difference between two lists of fills comes from: found by swapping rules in the plain simulator.

The first fill in which hftbacktest departs from us is taken; the rule is sought with which the plain simulator departs
no longer there, and so on to the end. A difference belongs to the rule found last before it: strategies look at what
they filled, so that one fill more or less has others in its wake. Pure. Imports: hft_rules.
Imported by: compare_hft, tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from hft_rules import OURS, RULES, Fill, Rule

UNEXPLAINED: Final = "unexplained"
TOGETHER_MAX: Final = 3  # Rules that are swapped at once to get past one fill.

Plain = Callable[[frozenset[Rule]], Sequence[Fill]]


@dataclass
class Judgement:
    """How two runs agree. What differs is counted by cause: where it began, and what came in its wake."""

    ours: int = 0
    theirs: int = 0
    same: int = 0
    begun: Counter[str] = field(default_factory=Counter)
    wake: Counter[str] = field(default_factory=Counter)

    @property
    def differing(self) -> int:
        """Fills of either that the other one has not."""
        return self.ours + self.theirs - 2 * self.same

    @property
    def unexplained(self) -> int:
        """Those for which no rule was found."""
        return self.begun[UNEXPLAINED] + self.wake[UNEXPLAINED]

    def add(self, other: Judgement) -> None:
        """Count another one among this."""
        self.ours += other.ours
        self.theirs += other.theirs
        self.same += other.same
        self.begun += other.begun
        self.wake += other.wake


def parting_ns(one: Sequence[Fill], other: Sequence[Fill]) -> int | None:
    """Return the time of the first fill in which two runs differ; None where they do not."""
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            return min(mine.time_ns, its.time_ns)
    if len(one) == len(other):
        return None
    longer = max(one, other, key=len)
    return longer[min(len(one), len(other))].time_ns


def causes(theirs: Sequence[Fill], plain: Plain, rules: Iterable[Rule] = RULES) -> list[tuple[int, str]]:
    """Return when which rule began to tell, in order; what stays unexplained is the last of them."""
    found: list[tuple[int, str]] = []
    active, known = OURS, {OURS: parting_ns(plain(OURS), theirs)}

    def until(swapped: frozenset[Rule]) -> int | None:
        if swapped not in known:
            known[swapped] = parting_ns(plain(swapped), theirs)
        return known[swapped]

    while (now_ns := until(active)) is not None:
        better = _past(now_ns, [rule for rule in rules if rule not in active], active, until)
        if not better:
            return [*found, (now_ns, UNEXPLAINED)]
        found.append((now_ns, " + ".join(better)))
        active |= set(better)
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


def judged(ours: Sequence[Fill], theirs: Sequence[Fill], found: Sequence[tuple[int, str]]) -> Judgement:
    """Count what is the same, and what differs by its cause."""
    mine, its = Counter(ours), Counter(theirs)
    told = Judgement(len(ours), len(theirs), sum((mine & its).values()))
    for fill in [*(mine - its).elements(), *(its - mine).elements()]:
        before = [(time_ns, cause) for time_ns, cause in found if time_ns <= fill.time_ns]
        time_ns, cause = before[-1] if before else (fill.time_ns, UNEXPLAINED)
        (told.begun if time_ns == fill.time_ns else told.wake)[cause] += 1
    return told
