from collections.abc import Iterator

import pytest

from fathom.run import packaged
from fathom.run.config import RunConfig
from local_exchange import LocalExchange, running_exchange


@pytest.fixture(scope="session")
def demo_config() -> RunConfig:
    return packaged.demo_config()


@pytest.fixture(scope="module")  # Not longer: others' tests find only their own exchange by its note.
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExchange]:
    """An exchange that `--venue local` finds, with a market that lives. Many commands in a row meet no limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))  # As every test has it.
        with running_exchange("--pairs", "BTC/USD", "ETH/USD", "--speed", "20", "--no-limits") as exchange:
            yield exchange
