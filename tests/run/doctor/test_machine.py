import asyncio
import resource

import pytest

from fathom.domain import Finding
from fathom.net import run_loop
from fathom.run.doctor.machine import judge_cores, judge_files, judge_loop, judge_python, look_at_machine


async def here() -> list[Finding]:
    return look_at_machine(asyncio.get_running_loop())


def test_it_looks_at_this_very_process() -> None:
    found = {finding.check: finding for finding in run_loop(here())}
    assert set(found) == {"open files", "core dumps", "python", "loop"}
    assert found["python"].level == "ok"
    assert found["loop"].found == "the event loop is uvloop"
    assert {finding.check: finding.level for finding in asyncio.run(here())}["loop"] == "note"


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (judge_files(1_024), "ok"),
        (judge_files(resource.RLIM_INFINITY), "ok"),
        (judge_files(1_023), "warning"),
        (judge_files(255), "error"),
        (judge_cores(0), "ok"),
        (judge_cores(1), "note"),
        (judge_python((3, 13, 1), asserts=True), "ok"),
        (judge_python((3, 10, 9), asserts=True), "error"),
        (judge_python((3, 13, 1), asserts=False), "error"),
        (judge_loop("uvloop"), "ok"),
        (judge_loop("asyncio.unix_events"), "note"),
    ],
)
def test_what_is_enough(finding: Finding, level: str) -> None:
    assert (finding.level, bool(finding.advice)) == (level, level != "ok")
