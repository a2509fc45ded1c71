"""One local exchange for the tests of the clients that nobody here wrote."""

from collections.abc import Iterator

import pytest

from local_exchange import LocalExchange, running_exchange


@pytest.fixture(scope="module")
def venue() -> Iterator[LocalExchange]:
    """A living market of a few pairs; no limits, because the tests ask faster than a bot would."""
    pairs = ("BTC/USD", "ETH/USD", "ETH/BTC", "EUR/USD")
    with running_exchange("--seed", "7", "--speed", "5", "--no-limits", "--pairs", *pairs) as venue:
        yield venue
