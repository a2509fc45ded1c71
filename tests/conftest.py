"""Lets every test import `market_feed`, which writes the venue's frames, and `recorded`, which has real ones.

What fathom keeps on a machine goes to a folder of the test's own, and no key of the machine's user is found.
"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("fathom", deadline=None)
settings.load_profile("fathom")

WORKERS_BESIDE = 2  # Half of the tests wait for a server, a process or a clock: more workers than cores.
KEY_VARIABLES = ("FATHOM_API_KEY", "FATHOM_API_SECRET", "FATHOM_API_OTP", "FATHOM_KEY_FILE", "FATHOM_KEY_DIR")


def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means here: two cores are busy with four workers, and idle half of the time with two."""
    return (os.cpu_count() or 1) + WORKERS_BESIDE


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both for this process and for those that a test starts."""
    folder = tmp_path_factory.getbasetemp() / "state"
    monkeypatch.setenv("FATHOM_STATE_DIR", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
