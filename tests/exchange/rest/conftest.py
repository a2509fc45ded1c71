"""Lets the tests of REST import `rest_venue`, which has clients that sign their calls."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from rest_venue import RestVenue  # noqa: E402 - the path comes first.


@pytest.fixture
def venue() -> RestVenue:
    """A venue with two traders, a quiet book and no limits."""
    return RestVenue()
