import pytest

from fathom.domain import OrderTimed
from fathom.portfolio import OrderTimes

# Approved at 100, ready at 130, sent at 150, in at 1,000 and out at 1,300 of a clock 500 ahead, received at 900.
TIMED = OrderTimed("mm-1-1", "add", 150, 900, 1_000, 1_300, 130)


def told(times: OrderTimes) -> dict[str, int]:
    return {f"{request} {stage}": one.total for (request, stage), one in times.histograms.items()}


def test_every_stage_adds_up_to_the_whole() -> None:
    times = OrderTimes()
    times.offset_ns = 500
    times.timed(TIMED, approved_ns=100)
    found = told(times)
    assert found == {
        "add decide": 30,
        "add send": 20,
        "add answer": 750,
        "add venue": 300,
        "add out": 350,
        "add back": 100,
    }
    assert found["add out"] + found["add venue"] + found["add back"] == found["add answer"]


@pytest.mark.parametrize(
    ("timed", "approved_ns", "offset_ns", "stages"),
    [
        (TIMED, None, None, {"send", "answer", "venue"}),  # Without the clock offset, no way between two clocks.
        (OrderTimed("mm-1-1", "add", 150, 900), 100, 500, {"decide", "answer"}),
        (OrderTimed("mm-1-1", "add", 150, 900), None, None, {"answer"}),
        (OrderTimed("mm-1-1", "fly", 150, 900), 100, 500, set()),
    ],
)
def test_what_was_not_told_is_not_counted(
    timed: OrderTimed, approved_ns: int | None, offset_ns: int | None, stages: set[str]
) -> None:
    times = OrderTimes()
    times.offset_ns = offset_ns
    times.timed(timed, approved_ns=approved_ns)
    assert {stage for _, stage in times.histograms} == stages
