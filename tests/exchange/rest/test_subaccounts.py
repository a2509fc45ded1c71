"""Subaccounts: nobody here is an institution."""

from typing import Any

import pytest
from rest_venue import RestVenue

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("CreateSubaccount", {}, "EGeneral:Invalid arguments:username"),
    ("CreateSubaccount", {"username": "x", "email": "y"}, "EAccount:Invalid permissions"),
    ("AccountTransfer", {"asset": "nope"}, "EQuery:Unknown asset"),
    ("AccountTransfer", {"asset": "XBT", "amount": 1, "from": "a"}, "EGeneral:Invalid arguments:to"),
    ("AccountTransfer", {"asset": "XBT", "amount": 1, "from": "a", "to": "b"}, "EAccount:Invalid permissions"),
]


@pytest.mark.parametrize(("method", "fields", "error"), CASES)
def test_each_is_refused_in_krakens_words(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error
