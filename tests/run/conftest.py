from importlib import resources

import pytest

from fathom.run.config import RunConfig, read_config


@pytest.fixture(scope="session")
def demo_config() -> RunConfig:
    text = (resources.files("fathom.run") / "recordings" / "demo.toml").read_bytes()
    return read_config(text, where="demo.toml")
