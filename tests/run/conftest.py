import pytest

from fathom.run import packaged
from fathom.run.config import RunConfig


@pytest.fixture(scope="session")
def demo_config() -> RunConfig:
    return packaged.demo_config()
