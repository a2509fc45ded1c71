"""On a ray of this machine alone, where ray is installed: what comes back, what raises, what is late, what dies."""

import os
import sys
from collections.abc import Iterator

import pytest

from fake_market import SPAN, always_raise, bot, die, evaluate, never_end
from fathom.domain import LocalError
from fathom.run.sweep.cluster import Cluster
from fathom.run.sweep.trial import Done, Evaluate, Job

JOB = Job(1, bot(entry_n=40), [SPAN], 60)


def test_without_ray_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(LocalError, match=r"ray is not installed: pip install 'fathom-trader\[cluster\]'"):
        Cluster(evaluate, address="local", jobs=1, trial_s=60)


@pytest.fixture
def crews(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Cluster]]:
    pytest.importorskip("ray", reason="the extra `cluster` is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # Its processes import `fake_market` too.
    made: list[Cluster] = []
    yield made
    for one in made:
        one.close()


def first_done(crew: Cluster) -> Done:
    for _ in range(600):
        if found := crew.wait(0.2):
            return found[0]
    raise AssertionError("nothing came back")


@pytest.mark.filterwarnings("ignore")  # Of ray's own modules, on import.
@pytest.mark.parametrize(
    ("evaluate", "trial_s", "said"),
    [
        (evaluate, 120.0, ""),
        (always_raise, 120.0, "ZeroDivisionError: as ever"),
        (never_end, 0.5, "it took longer than --trial-seconds 0.5"),
        (die, 120.0, "WorkerCrashedError"),
    ],
)
def test_what_comes_of_a_job(crews: list[Cluster], evaluate: Evaluate, trial_s: float, said: str) -> None:
    crews.append(Cluster(evaluate, address="local", jobs=1, trial_s=trial_s))
    (crew,) = crews
    assert crew.free == 1
    crew.begin(JOB)
    assert (crew.free, crew.busy) == (0, 1)
    done = first_done(crew)
    assert (done.key, crew.busy) == (1, 0)
    assert done.why.startswith(said) if said else len(done.stretches[0].values) == 1001


@pytest.mark.filterwarnings("ignore")  # As above.
def test_an_address_that_nobody_has_is_one_sentence(crews: list[Cluster]) -> None:
    with pytest.raises(LocalError, match="cluster: nowhere cannot be reached"):
        Cluster(evaluate, address="nowhere", jobs=1, trial_s=60)
