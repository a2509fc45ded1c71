"""Tests of times as the feeds write them."""

from feed_venue import T0
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.feeds.time_texts import micros_text, nanos_text, unix_text
from fathom.protocol import parse_time


def test_times_are_cut_not_rounded() -> None:
    assert micros_text(T0 + 1_999) == "2023-11-15T00:00:00.000001Z"
    assert nanos_text(T0 + 97_010_033) == "2023-11-15T00:00:00.097010033Z"
    assert unix_text(T0 + 123_456_999) == "1700006400.123456"


@given(st.integers(0, 4_000_000_000 * 10**9))
def test_times_read_back(time_ns: int) -> None:
    assert parse_time(nanos_text(time_ns)) == time_ns
    assert parse_time(micros_text(time_ns)) == time_ns // 1000 * 1000
