"""A day on a command line is one, or the option is named."""

from datetime import date

import pytest

from fathom.cli.data_days import day_of
from fathom.domain import LocalError


def test_a_day_is_read_and_nothing_is_nothing() -> None:
    assert day_of("--from", "2026-11-30") == date(2026, 11, 30)
    assert day_of("--from", None) is None


@pytest.mark.parametrize("text", ["", "monday", "2026-13-01", "30.11.2026"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(LocalError, match="--to: must be a day, such as 2026-11-30"):
        day_of("--to", text)
