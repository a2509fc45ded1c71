import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fathom.run import packaged
from fathom.run.config import RunConfig
from local_exchange import LocalExchange, running_exchange

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))  # `client_commands`, beside this file.


@pytest.fixture(scope="session")
def demo_config() -> RunConfig:
    return packaged.demo_config()


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExchange]:
    """An exchange that `--venue local` finds, with a market that lives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))  # As every test has it.
        with running_exchange("--pairs", "BTC/USD", "ETH/USD", "--speed", "20") as exchange:
            yield exchange
