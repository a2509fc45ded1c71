"""The recorded frames that tests read, in ../shared beside the repository. A clone alone skips what needs them."""

from pathlib import Path

import pytest


class Recorded:
    """A folder that may not be there: naming a file in it then skips the test, and says why."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __truediv__(self, name: str) -> Path:
        if not self.folder.exists():
            pytest.skip(f"reads {name} in ../shared/{self.folder.name}, which is not there")
        return self.folder / name


SHARED = Path(__file__).resolve().parents[2] / "shared"
FIXTURES = Recorded(SHARED / "fixtures")
DOCUMENTS = Recorded(SHARED / "kraken")
