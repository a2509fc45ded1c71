from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.strategy import At, Every, OnBook, OnCandle, OnLevel3
from fathom.strategy.wakes import NS_PER_DAY


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


def test_a_wake_asks_for_little_unless_told() -> None:
    assert OnBook("BTC/USD").top_only
    assert not OnLevel3("BTC/USD").top_only  # Whoever wants queues wants to see them move.
    assert (Every(5).timer, At().timer, At().time) == ("tick", "at", "00:00")
    assert OnCandle("BTC/USD", 60).keep == 500


@pytest.mark.parametrize(
    ("at", "after", "due"),
    [
        (At("09:30"), "2023-11-15 09:29:59", "2023-11-15 09:30:00"),
        (At("09:30"), "2023-11-15 09:30:00", "2023-11-16 09:30:00"),  # After, not at.
        (At("00:00"), "2023-12-31 23:59:59", "2024-01-01 00:00:00"),
        (At("09:30", days=("mon",)), "2023-11-15 00:00:00", "2023-11-20 09:30:00"),  # A Wednesday.
        (At("09:30", days=("wed", "fri")), "2023-11-15 10:00:00", "2023-11-17 09:30:00"),
        (At("12:00", month_days=(1, 15)), "2023-11-15 12:00:00", "2023-12-01 12:00:00"),
        (At("12:00", days=("fri",), month_days=(13,)), "2023-11-15 12:00:00", "2024-09-13 12:00:00"),
        (At("12:00", month_days=(28,)), "2024-02-28 12:00:00", "2024-03-28 12:00:00"),
    ],
)
def test_the_next_time_of_the_calendar(at: At, after: str, due: str) -> None:
    assert at.next_ns(ns(after)) == ns(due)


@given(st.integers(0, 4 * 10**18), st.sampled_from([(), ("sun",), ("mon", "sat")]), st.integers(0, 1439))
def test_each_time_is_the_first_one_after(after_ns: int, days: tuple[str, ...], minute: int) -> None:
    at = At(f"{minute // 60:02d}:{minute % 60:02d}", days=days)
    due_ns = at.next_ns(after_ns)
    assert due_ns > after_ns
    assert due_ns - after_ns <= (7 if days else 1) * NS_PER_DAY
    due = datetime.fromtimestamp(due_ns // 10**9, UTC)
    assert f"{due:%H:%M:%S}" == f"{at.time}:00"
    assert not days or f"{due:%a}".lower() in days
    assert at.next_ns(due_ns - 1) == due_ns


@pytest.mark.parametrize(
    ("time", "days", "month_days", "said"),
    [
        ("9:30", (), (), "a time is HH:MM"),
        ("0930", (), (), "a time is HH:MM"),
        ("24:00", (), (), "there is no 24:00 on a clock"),
        ("09:60", (), (), "there is no 09:60 on a clock"),
        ("09:30", ("monday",), (), "a day is one of mon, tue"),
        ("09:30", (), (0,), "a day of the month is 1 to 28"),
        ("09:30", (), (31,), "a day of the month is 1 to 28"),
    ],
)
def test_a_time_that_never_comes_is_refused(
    time: str, days: tuple[str, ...], month_days: tuple[int, ...], said: str
) -> None:
    with pytest.raises(LocalError, match=said):
        At(time, days, month_days)


def test_a_day_of_the_week_that_never_falls_on_that_day_of_the_month_does_not_exist() -> None:
    for day in range(1, 29):
        assert At(days=("tue",), month_days=(day,)).next_ns(0) > 0
