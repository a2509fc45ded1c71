"""Real processes: what comes back, what raises, what is late, what dies; and that none is left."""

import multiprocessing

import pytest
from fake_market import SPAN, bot, troubled

from fathom.run.sweep.processes import Processes
from fathom.run.sweep.trial import Done, Job


def job(entry_n: int) -> Job:
    return Job(entry_n, bot(entry_n=entry_n), [SPAN], 60)


def first_done(crew: Processes) -> Done:
    for _ in range(600):
        if found := crew.wait(0.2):
            return found[0]
    raise AssertionError("nothing came back")


def test_what_comes_of_jobs() -> None:
    crew = Processes(troubled, jobs=1, trial_s=60)
    try:
        said: list[object] = []
        for entry_n in (40, 41, 43, 40):  # After one that died another process takes over.
            crew.begin(job(entry_n))
            assert (crew.free, crew.busy) == (0, 1)
            done = first_done(crew)
            assert (done.key, crew.free) == (entry_n, 1)
            said.append(done.why or len(done.stretches[0].values))
        assert said == [1001, "ZeroDivisionError: as ever", "its process ended by itself, with status 3", 1001]
    finally:
        crew.close()
    assert not multiprocessing.active_children()


def test_what_is_late_has_failed_and_the_next_one_runs() -> None:
    crew = Processes(troubled, jobs=1, trial_s=0.3)
    try:
        crew.begin(job(42))
        assert first_done(crew).why == "it took longer than --trial-seconds 0.3"
        assert crew.free == 1
    finally:
        crew.close()


def test_what_the_system_kills_is_told_so() -> None:
    crew = Processes(troubled, jobs=1, trial_s=60)
    try:
        crew.begin(job(42))
        crew._workers[0].process.kill()
        assert first_done(crew).why.startswith("its process was ended by SIGKILL (the system kills")
    finally:
        crew.close()


def test_more_than_one_at_a_time_and_none_is_left() -> None:
    crew = Processes(troubled, jobs=2, trial_s=60)
    crew.begin(job(42))
    crew.begin(job(42))
    assert crew.free == 0
    with pytest.raises(AssertionError, match="nobody is free"):
        crew.begin(job(40))
    crew.close()
    assert not multiprocessing.active_children()
    assert (crew.wait(0.0), crew.free) == ([], 2)
