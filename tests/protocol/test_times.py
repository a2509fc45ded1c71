import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError, RemoteError
from fathom.protocol.times import parse_time, time_text

FIRST_NS = -62_135_596_800 * 10**9  # 0001-01-01
LAST_NS = 253_402_300_800 * 10**9 - 1  # 9999-12-31, the last ns
TIMES_NS = st.integers(FIRST_NS, LAST_NS)


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2023-10-04T16:26:30.524394914Z", 1_696_436_790_524_394_914),
        ("2023-10-04T16:26:30.5Z", 1_696_436_790_500_000_000),
        ("2024-05-19T19:22:20Z", 1_716_146_540_000_000_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
        ("0001-01-01T00:00:00Z", FIRST_NS),
        ("9999-12-31T23:59:59.999999999Z", LAST_NS),
    ],
)
def test_known_times(text: str, time_ns: int) -> None:
    assert parse_time(text) == time_ns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "2023-10-04",
        "2023-10-04T16:26:30",
        "2022-06-13T08:09:10.7890123",
        "2023-10-04T16:26:30+00:00",
        "2023-10-04 16:26:30Z",
        "2023-10-04T16:26:30.Z",
        "2023-10-04T16:26:30.1234567890Z",
        "2023-13-04T16:26:30Z",
        "2023-02-29T16:26:30Z",
        "0000-01-01T00:00:00Z",
        "2023-10-04T24:00:00Z",
        "2023-10-04T16:60:30Z",
        "2023-10-04T16:26:60Z",
        "2023-10-04T16:26:30Z\n",
        "٢٠٢٣-10-04T16:26:30Z",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(RemoteError, match=re.escape(repr(text)[:8])):
        parse_time(text)


@given(TIMES_NS)
def test_nine_digits_lose_nothing(time_ns: int) -> None:
    assert parse_time(time_text(time_ns, digits=9)) == time_ns


@given(TIMES_NS, st.integers(0, 9))
def test_fewer_digits_cut_and_never_round_up(time_ns: int, digits: int) -> None:
    text = time_text(time_ns, digits=digits)
    assert len(text) == len("2023-10-04T16:26:30Z") + (digits + 1 if digits else 0)
    step = 10 ** (9 - digits)
    assert parse_time(text) == time_ns // step * step


@given(st.datetimes(timezones=st.just(UTC)))
def test_agrees_with_datetime(moment: datetime) -> None:
    text = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert time_text(parse_time(text)) == text
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    micros = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    assert parse_time(text) == micros * 1000


@pytest.mark.parametrize("time_ns", [FIRST_NS - 1, LAST_NS + 1])
def test_years_outside_four_digits_are_refused(time_ns: int) -> None:
    with pytest.raises(LocalError, match="years 1 to 9999"):
        time_text(time_ns)
