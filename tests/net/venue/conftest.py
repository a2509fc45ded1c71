"""Lets the tests of this folder import `venue_notes`, and the samples of keys."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "keys"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
