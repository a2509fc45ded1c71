"""A local exchange that the examples find by themselves, as a user's would."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_exchange import running_exchange

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def exchange_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run `fathom exchange`; give the folder in which it left its note."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(folder))
        with running_exchange("--pairs", "BTC/USD", "ETH/USD", "--speed", "20"):
            yield folder
