"""Lets the tests of this folder, and those of the client, import `loop_stage`, `raw_venue` and `listening`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
