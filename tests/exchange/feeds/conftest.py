"""Lets the tests of the feeds import `feed_venue`, which has books to publish."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
