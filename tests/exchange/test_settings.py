"""What one run is made of."""

import pytest

from fathom.exchange.core import Rules
from fathom.exchange.settings import Settings


def test_the_usual_run_needs_nothing_but_its_beginning() -> None:
    usual = Settings(start_ns=5)
    assert usual == Settings(
        seed=1, start_ns=5, symbols=None, speed=1.0, rate=None, tier="pro", rules=Rules(), market=True
    )
    assert usual.rules.limits


def test_a_run_does_not_change_its_settings() -> None:
    with pytest.raises(AttributeError):
        Settings(start_ns=5).seed = 2  # type: ignore[misc]  # That is the point.
