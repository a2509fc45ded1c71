"""What the decision benchmark reckons from the times that its processes tell; `make bench-quick` runs the processes."""

import gc
import time
from typing import Any

import decision
import decision_process
import pytest
import report
from decision_stages import Stages


def told(kinds: list[str], inside: list[float]) -> dict[str, Any]:
    return {"kinds": kinds, "inside": inside}


def test_cancels_do_not_count_and_rounds_are_taken_together() -> None:
    rounds = [told(["AddOrder", "CancelOrder"], [30.0, 1.0]), told(["AmendOrder", "AmendOrder"], [10.0, 20.0])]
    found = decision.figures(rounds, "inside")
    assert found == {"p50": 20.0, "p95": 30.0, "p99": 30.0, "p99.9": 30.0, "max": 30.0, "count": 3}


def test_the_percentiles_are_of_all_answers() -> None:
    spent = [float(us) for us in range(1, 1_001)]
    found = decision.figures([told(["AmendOrder"] * 1_000, spent[::-1])], "inside")
    assert [found[name] for name in ("p50", "p95", "p99", "p99.9", "max")] == [501.0, 951.0, 991.0, 1_000.0, 1_000.0]


def test_a_frame_tells_when_the_firehose_sent_it() -> None:
    frame = b'{"channel":"book","type":"update","data":[{"timestamp":"2026-01-01T00:00:01.000250Z"}]}'
    assert decision_process.stamp_ns(frame) == 1_767_225_601_000_250_000


def test_pauses_of_the_collector_are_counted() -> None:
    pauses = decision_process.Pauses()
    try:
        for _ in range(3):
            gc.collect()
    finally:
        gc.callbacks.pop()
    found = pauses.told()
    assert found["count"] >= 3
    assert found["longest_us"] > 0


def test_a_part_holds_no_other() -> None:
    stages = Stages()

    def busy() -> None:
        until_ns = time.thread_time_ns() + 2_000_000
        while time.thread_time_ns() < until_ns:
            pass

    inner = stages._timed(busy, "inner")

    def both() -> None:
        busy()
        inner()
        inner()

    stages._timed(both, "outer")()
    spent = stages._spent
    assert 4_000_000 <= spent["inner"] < 6_000_000
    assert 2_000_000 <= spent["outer"] < 4_000_000


def test_a_part_that_yields_is_measured_when_it_is_read() -> None:
    stages = Stages()
    assert stages._timed(lambda: iter([1, 2]), "component")() == [1, 2]
    assert stages._timed(tuple, "component")() == ()


OLD = """# Performance

## Floors

| what | measured |
| :--- | ---: |
| a, us | 1 |
| b, us | 2 |

## A decision

old

## Last

end
"""


@pytest.mark.parametrize(("row", "place"), [("| b, us | 9 |", 1), ("| c, us | 9 |", 2)])
def test_promises_that_one_benchmark_does_not_measure_stay(row: str, place: int) -> None:
    floors = f"## Floors\n\n| what | measured |\n| :--- | ---: |\n{row}"
    new = f"# Performance\n\n{floors}\n\n## How to read it\n\n## Machine\n\n"
    page = report.merged(OLD, new + "## A decision\n\nnew\n")
    rows = [line for line in page.splitlines() if line.startswith("|")][2:]
    assert rows[0] == "| a, us | 1 |"
    assert rows[place] == row
    assert page.endswith("## A decision\n\nnew\n\n## Last\n\nend\n")
