"""Lets the tests of this folder import the plain versions beside them, and finds the recorded frames."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from recorded import FIXTURES, Recorded

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def fixtures() -> Recorded:
    """The recorded frames, beside the repository."""
    return FIXTURES
