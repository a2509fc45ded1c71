"""On a ray of this machine alone, where ray is installed: what comes back, what raises, what is late, what dies."""

import os
import sys

import pytest
from fake_market import SPAN, bot, evaluate, troubled

from fathom.domain import LocalError
from fathom.run.sweep.cluster import Cluster
from fathom.run.sweep.trial import Done, Job


def test_without_ray_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(LocalError, match=r"ray is not installed: pip install 'fathom-trader\[cluster\]'"):
        Cluster(evaluate, address="local", jobs=1, trial_s=60)


def first_done(crew: Cluster) -> Done:
    for _ in range(600):
        if found := crew.wait(0.2):
            return found[0]
    raise AssertionError("nothing came back")


@pytest.mark.filterwarnings("ignore")  # Of ray's own modules, on import.
def test_what_comes_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="the extra `cluster` is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # Its processes import `fake_market` too.
    crew = Cluster(troubled, address="local", jobs=1, trial_s=20)
    try:
        said = []
        for entry_n in (40, 41, 43, 42):
            assert (crew.free, crew.busy) == (1, 0)
            crew._trial_s = 0.5 if entry_n == 42 else 60
            crew.begin(Job(entry_n, bot(entry_n=entry_n), [SPAN], 60))
            assert (crew.free, crew.busy) == (0, 1)
            done = first_done(crew)
            assert done.key == entry_n
            said.append(done.why or len(done.stretches[0].values))
        assert said[:2] == [1001, "ZeroDivisionError: as ever"]
        assert str(said[2]).startswith("WorkerCrashedError")
        assert said[3] == "it took longer than --trial-seconds 0.5"
    finally:
        crew.close()


@pytest.mark.filterwarnings("ignore")  # As above.
def test_an_address_that_nobody_has_is_one_sentence() -> None:
    pytest.importorskip("ray", reason="the extra `cluster` is not installed")
    with pytest.raises(LocalError, match="cluster: nowhere cannot be reached"):
        Cluster(evaluate, address="nowhere", jobs=1, trial_s=60)
