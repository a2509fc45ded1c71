"""Times as they are told; what is no time is none."""

import pytest

from fathom.net.link.timing import RequestTiming


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("2026-01-05T12:00:00.000001Z", 1_767_614_400_000_001_000),
        ("", None),
        ("half past twelve", None),
    ],
)
def test_the_venues_times(text: str, time_ns: int | None) -> None:
    timing = RequestTiming(time_in=text, time_out=text)
    assert (timing.time_in_ns, timing.time_out_ns) == (time_ns, time_ns)
