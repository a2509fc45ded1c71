"""Lets every test import `market_feed`, which writes the venue's frames, and `recorded`, which has real ones."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
