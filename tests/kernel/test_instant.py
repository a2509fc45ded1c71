"""Tests of instants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.kernel.instant import time_ns

DAY_NS = 86_400 * 10**9


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("2024-05-19T16:45:24.204654Z", 1_716_137_124_204_654_000),
        ("2023-10-06T18:21:00.097010033Z", 1_696_616_460_097_010_033),
        ("2024-05-19t16:45:24.2z", 1_716_137_124_200_000_000),
        ("2024-05-19T18:15:24.2+01:30", 1_716_137_124_200_000_000),
        ("2024-05-19T15:15:24.2-01:30", 1_716_137_124_200_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
        ("2024-02-29T00:00:00Z", 19_782 * DAY_NS),
        ("2000-02-29T00:00:00Z", 11_016 * DAY_NS),
    ],
)
def test_instants(text: str, ns: int) -> None:
    assert time_ns(f'"{text}"'.encode()) == ns


@pytest.mark.parametrize(
    "text",
    [
        '"2024-05-19T16:45:24.2046540001Z"', '"2024-05-19T16:45:24.Z"', '"2024-05-19T16:45:24"',
        '"2024-05-19T16:45:61Z"',
        '"2024-05-19T16:60:24Z"', '"2024-05-19T24:00:00Z"', '"2024-13-19T16:45:24Z"', '"2024-00-19T16:45:24Z"',
        '"2024-04-31T16:45:24Z"', '"2023-02-29T16:45:24Z"', '"2100-02-29T16:45:24Z"', '"2024-05-00T16:45:24Z"',
        '"1969-12-31T23:59:59Z"', '"2262-01-01T00:00:00Z"', '"2024-05-19 16:45:24Z"', '"2024/05/19T16:45:24Z"',
        '"20240519T164524Z     "', '"2024-05-19T16:45:24.20465aZ"', '"2024-05-19T16:45:24+24:00"',
        '"2024-05-19T16:45:24+01:60"',
        '"2024-05-19T16:45:24+0100"', '"1970-01-01T00:00:00+01:00"', '"2024-05-19T16:45:24Z', "1716137124",
        '""', "null", "",
        '"2024-05-19T16:45:2\\u0034Z"', '"2024-05-19T16:45:24.20465\u0664Z"', '"202a-05-19T16:45:24Z"',
        '"2024-05-19T16-45:24Z"',
        '"2024-05-19T16:45-24Z"',
    ],
)  # fmt: skip
def test_what_tells_none(text: str) -> None:
    for _ in range(2):  # The memory of the last minute must not remember a bad one.
        with pytest.raises(ValueError, match="a time is malformed at byte"):
            time_ns(text.encode())


@given(st.integers(0, 2**63 - 1 - 366 * DAY_NS), st.integers(0, 9))
def test_any_instant_of_any_precision(ns: int, digits: int) -> None:
    ns -= ns % 10 ** (9 - digits)
    whole = datetime.fromtimestamp(ns // 10**9, UTC)
    part = f".{ns % 10**9:09d}"[: digits + 1] if digits else ""
    assert time_ns(f'"{whole:%Y-%m-%dT%H:%M:%S}{part}Z"'.encode()) == ns
