"""core/client_ids.py: the three forms of a client's id."""

import pytest

from fathom.exchange.core.client_ids import is_client_id, is_userref


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True),
        ("eighteen characters"[:18], True),
        ("nineteen characters", False),
        ("", False),
        ("ä", False),
        ("a\n", False),
        ("6d1b345e-2821-40e2-ad83-4ecb18a06876", True),
        ("6D1B345E-2821-40E2-AD83-4ECB18A06876", True),
        ("6d1b345e282140e2ad834ecb18a06876", True),
        ("6d1b345e282140e2ad834ecb18a0687g", False),
        ("6d1b345e-2821-40e2-ad83-4ecb18a0687", False),
        ("6d1b345e-2821-40e2-ad83-4ecb18a06876\n", False),
        ("6d1b345e28-2140-e2ad-834e-cb18a06876", False),
    ],
)
def test_client_ids(text: str, good: bool) -> None:
    assert is_client_id(text) == good


@pytest.mark.parametrize(("number", "good"), [(0, True), (-(2**31), True), (2**31 - 1, True), (2**31, False)])
def test_userrefs(number: int, good: bool) -> None:
    assert is_userref(number) == good
