"""Durations are exact, and a fault says only what was said."""

import pytest
from msgspec import structs

from fathom.exchange.faults.spec import FaultSpec, seconds_ns


@pytest.mark.parametrize(
    ("seconds", "ns"),
    [
        (0, 0),
        (0.1, 100_000_000),
        (1.5, 1_500_000_000),
        (31_622_400.001, 31_622_400_001_000_000),
        (-2.5, -2_500_000_000),
    ],
)
def test_seconds_are_kept_to_the_ns(seconds: float, ns: int) -> None:
    assert seconds_ns(seconds) == ns


def test_what_is_not_said_is_none() -> None:
    said = {name: value for name, value in structs.asdict(FaultSpec(kind="drop")).items() if value is not None}
    assert said == {"kind": "drop"}
