"""A plain simulator of the two strategies agrees with our world fill by fill, over some hundreds of seeded markets.

FATHOM_MARKETS says how many; a failure names its seed.
"""

import os

import hft_ours
import hft_plain
import pytest
from hft_bots import MAKER, TAKER, Job
from hft_market import MS, T0_NS, Ways, recorded
from hft_rules import MODELS, OURS, RULES, Fill, Model, Rule, rows_of

MARKETS = int(os.environ.get("FATHOM_MARKETS", "200"))
SECONDS = 8
SECOND = 1_000 * MS


def market(seed: int) -> tuple[bytes, dict[int, Job]]:
    rounded = seed % 4 == 3
    tape = recorded(seed, Ways(seconds=SECONDS, rounded=rounded, snapshots=2 if seed % 5 == 4 else 0, gap_ms=10))
    begin_ns, end_ns = T0_NS + SECOND // 2, T0_NS + (SECONDS - 1) * SECOND
    latency_ns = (1, 10, 45)[seed % 3] * MS + (0 if rounded else 3)
    jobs = {
        kind: Job(
            kind=kind,
            begin_ns=begin_ns,
            end_ns=end_ns,
            close_ns=end_ns + SECOND // 2,
            latency_ns=latency_ns,
            offset_ticks=seed % 2,
            slack_ticks=1 + seed % 3,
            regular=10,
        )
        for kind in (MAKER, TAKER)
    }
    return tape, jobs


@pytest.mark.parametrize("part", range(4))
def test_it_is_what_our_world_does(part: int) -> None:
    count = 0
    for seed in range(part, MARKETS, 4):
        tape, jobs = market(seed)
        rows = rows_of(tape)
        for kind, job in jobs.items():
            for model in MODELS:
                ours = hft_ours.played([tape], job, model)
                plain = hft_plain.played(rows, job, model, OURS)
                assert plain == ours, f"seed {seed}, strategy {kind}, {model}"
                count += len(ours)
    assert count > MARKETS


def changed_by(rule: Rule, *, kind: int, model: Model) -> int:
    """In how many of some markets the fills are others where a rule of hftbacktest's holds."""
    changed = 0
    for seed in range(40):
        tape, jobs = market(seed)
        rows = rows_of(tape)
        changed += played(rows, jobs[kind], model, {rule}) != played(rows, jobs[kind], model, set())
    return changed


def played(rows: list, job: Job, model: Model, rules: set[Rule]) -> list[Fill]:  # type: ignore[type-arg]
    return hft_plain.played(rows, job, model, frozenset(rules))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in {"snapshot", "unseen"}])
def test_each_rule_of_theirs_tells_somewhere(rule: Rule) -> None:
    model: Model = {"clamp": "trades", "estimate": "proportional"}.get(rule, "pessimistic")  # type: ignore[assignment]
    assert changed_by(rule, kind=TAKER if rule == "forgets" else MAKER, model=model)


def test_rules_that_speak_of_queues_say_nothing_of_a_taker() -> None:
    for rule in ("through", "crossing", "twice", "clamp", "estimate", "snapshot"):
        assert not changed_by(rule, kind=TAKER, model="proportional")  # type: ignore[arg-type]
