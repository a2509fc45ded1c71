"""Lets the tests of the core import `core_scenario`, which plays tables of commands on a venue, and `order_words`."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

pytest.register_assert_rewrite("core_scenario", "core_chaos")
