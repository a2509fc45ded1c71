"""Lets the tests of this folder import `held_data`; without the extra `history` they are not run."""

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")
