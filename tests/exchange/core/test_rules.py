"""core/rules.py: a run's settings are read from a table of them."""

import msgspec

from fathom.exchange.core import Rules


def test_defaults_are_what_a_client_finds_hardest() -> None:
    rules = Rules()
    assert rules.limits
    assert rules.cancels_limited
    assert rules.post_only_refused == "cancel"


def test_read_from_a_table() -> None:
    assert msgspec.convert({"limits": False, "ioc_rest": "expired"}, Rules) == Rules(limits=False, ioc_rest="expired")
