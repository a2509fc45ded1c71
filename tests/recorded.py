"""Where the recorded frames are that tests read: beside the repository. Without them those tests are skipped."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
FIXTURES = SHARED / "fixtures"
