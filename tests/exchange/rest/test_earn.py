"""Earn: something to look at, nothing allocated."""

from typing import Any

import pytest
from rest_venue import RestVenue


def test_strategies(venue: RestVenue) -> None:
    answer = venue.ask("Earn/Strategies")
    assert answer["next_cursor"] is None
    assert {item["asset"] for item in answer["items"]} == {"XBT", "ETH", "XDG", "OMG"}
    (item,) = venue.ask("Earn/Strategies", asset="XBT")["items"]
    assert item["lock_type"]["type"] == "instant"
    assert not item["can_allocate"]
    assert venue.ask("Earn/Strategies", lock_type="bonded")["items"] == []
    assert len(venue.ask("Earn/Strategies", **{"lock_type[]": "instant", "limit": 2})["items"]) == 2
    ascending = venue.ask("Earn/Strategies", ascending=True)["items"]
    assert ascending == answer["items"][::-1]


def test_allocations(venue: RestVenue) -> None:
    answer = venue.ask("Earn/Allocations", converted_asset="EUR")
    assert (answer["converted_asset"], answer["total_allocated"], answer["items"]) == ("EUR", "0.0000", [])


@pytest.mark.parametrize("method", ["Earn/AllocateStatus", "Earn/DeallocateStatus"])
def test_nothing_is_pending(venue: RestVenue, method: str) -> None:
    strategy = venue.ask("Earn/Strategies", asset="XBT")["items"][0]["id"]
    assert venue.ask(method, strategy_id=strategy) == {"pending": False}


DENIED = "EEarnings:Permission denied:The user's tier is not high enough"
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Earn/Strategies", {"asset": "nope"}, "EQuery:Unknown asset"),
    ("Earn/Strategies", {"lock_type": "x"}, "EGeneral:Invalid arguments:lock_type"),
    ("Earn/Allocate", {"amount": 1}, "EGeneral:Invalid arguments:strategy_id"),
    ("Earn/Allocate", {"amount": 1, "strategy_id": "x"}, "EGeneral:Invalid arguments:Invalid strategy ID"),
    ("Earn/AllocateStatus", {"strategy_id": "x"}, "EGeneral:Invalid arguments:Invalid strategy ID"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


@pytest.mark.parametrize("method", ["Earn/Allocate", "Earn/Deallocate"])
def test_nobody_may_allocate(venue: RestVenue, method: str) -> None:
    strategy = venue.ask("Earn/Strategies", asset="XBT")["items"][0]["id"]
    assert venue.refusal(method, strategy_id=strategy, amount="1") == DENIED
    assert venue.refusal(method, strategy_id=strategy) == "EGeneral:Invalid arguments:amount"
