"""Lets the tests of this folder import `fake_market`; without the extra `sweep` they are not run."""

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

pytest.importorskip("optuna", reason="the extra `sweep` is not installed")
