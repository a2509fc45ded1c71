"""The terms of a REST client."""

import pytest

from fathom.domain import LocalError
from fathom.net.rest import RestTerms


def test_a_cancel_always_finds_a_connection() -> None:
    terms = RestTerms()
    assert terms.connections_max >= terms.public_at_once_max + terms.private_at_once_max
    with pytest.raises(LocalError, match="connections_max: must be at least 10: a cancel waits for no connection"):
        RestTerms(connections_max=9)


@pytest.mark.parametrize("name", ["deadline_s", "order_deadline_s", "tries_max", "backoff_s", "waiting_max"])
def test_nothing_is_zero(name: str) -> None:
    with pytest.raises(LocalError, match=f"{name}: must be above 0, not 0"):
        RestTerms(**{name: 0})


def test_an_order_is_not_waited_for_as_long_as_a_look() -> None:
    assert RestTerms().order_deadline_s < RestTerms().attempt_s < RestTerms().deadline_s
