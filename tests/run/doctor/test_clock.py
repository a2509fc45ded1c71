from random import Random

import pytest

from fathom.net.venue import ClockSample
from fathom.run.doctor.clock import judge_clock, offset_of

SECOND = 10**9


def samples_of(offset_ns: int, *, step_ns: int, count: int, seed: int) -> list[ClockSample]:
    """What a venue would say whose clock is so far ahead, over a network that takes 5 to 60 ms either way."""
    chance = Random(seed)
    now_ns = 1_780_000_000 * SECOND + chance.randrange(SECOND)
    samples: list[ClockSample] = []
    for _ in range(count):
        there, back = chance.randrange(5_000_000, 60_000_000), chance.randrange(5_000_000, 60_000_000)
        theirs_ns = now_ns + there + offset_ns
        samples.append(ClockSample(now_ns, theirs_ns // step_ns * step_ns, now_ns + there + back))
        now_ns += 1_200_000_000 + chance.randrange(50_000_000)
    return samples


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("offset_ns", [0, 3_700_000, -420_000_000, 61 * SECOND])
@pytest.mark.parametrize("step_ns", [1, SECOND])
def test_the_true_offset_is_within_the_bounds(offset_ns: int, step_ns: int, seed: int) -> None:
    offset = offset_of(samples_of(offset_ns, step_ns=step_ns, count=6, seed=seed), step_ns=step_ns)
    assert offset is not None
    assert offset.low_ns <= offset_ns <= offset.high_ns
    assert offset.certain_ns <= abs(offset_ns)


def test_whole_seconds_at_several_moments_tell_more_than_a_second_does() -> None:
    widths = []
    for seed in range(100):
        offset = offset_of(samples_of(0, step_ns=SECOND, count=6, seed=seed), step_ns=SECOND)
        assert offset is not None
        widths.append(offset.high_ns - offset.low_ns)
    assert sum(widths) / len(widths) < 0.35 * SECOND


def test_one_sample_is_the_round_trip_halved() -> None:
    offset = offset_of([ClockSample(1_000, 5_000, 1_400)], step_ns=0)
    assert offset is not None
    assert (offset.low_ns, offset.high_ns) == (3_600, 4_000)


def test_where_no_offset_fits_all_it_is_the_quickest_answers() -> None:
    samples = [ClockSample(0, 10_000, 300), ClockSample(1_000, 1_000, 1_100), ClockSample(2_000, 90_000, 2_300)]
    offset = offset_of(samples, step_ns=0)
    assert offset is not None
    assert (offset.low_ns, offset.high_ns) == (-100, 0)


@pytest.mark.parametrize(
    ("offset_s", "level", "says"),
    [
        (0.0, "ok", "give or take"),
        (0.4, "ok", "behind"),
        (0.8, "warning", "behind"),
        (-0.8, "warning", "ahead of"),
        (60.0, "error", "60.000 s behind"),
        (-60.0, "error", "60.000 s ahead of"),
    ],
)
def test_what_an_offset_means(offset_s: float, level: str, says: str) -> None:
    sent_ns = 1_780_000_000 * SECOND
    theirs_ns = sent_ns + int(offset_s * SECOND) + 1_000_000
    (finding,) = judge_clock("websocket", [ClockSample(sent_ns, theirs_ns, sent_ns + 2_000_000)], step_ns=0)
    assert finding.level == level
    assert says in finding.found
    assert ("timedatectl" in finding.advice) == (level != "ok")


def test_what_is_not_certain_is_no_warning() -> None:
    """A slow network alone makes no clock wrong."""
    sent_ns = 1_780_000_000 * SECOND
    (finding,) = judge_clock("rest", [ClockSample(sent_ns, sent_ns, sent_ns + 5 * SECOND)], step_ns=SECOND)
    assert finding.level == "ok"


def test_nobody_asked_is_nothing_said() -> None:
    assert judge_clock("rest", [], step_ns=SECOND) == []
