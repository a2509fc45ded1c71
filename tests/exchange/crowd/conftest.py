"""Lets the tests of the crowd import `crowd_venue`, which builds venues to act on."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
