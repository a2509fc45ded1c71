"""Ledgers, QueryLedgers."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue, fixture, shape

S = START_NS / SECOND_NS


def test_entries_newest_first(venue: RestVenue) -> None:
    venue.wait(1)
    venue.limit("buy", "0.4", "10000.1")
    answer = venue.ask("Ledgers")
    assert answer["count"] == 4
    rows = list(answer["ledger"].values())
    assert {row["asset"]: (row["type"], row["amount"], row["fee"], row["balance"]) for row in rows[:2]} == {
        "XXBT": ("trade", "0.4000000000", "0.0000000000", "10.4000000000"),
        "ZUSD": ("trade", "-4000.0400", "16.0002", "95983.9598"),
    }
    assert rows[0]["refid"] == rows[1]["refid"]
    assert [row["type"] for row in rows[2:]] == ["deposit", "deposit"]
    recorded = next(iter(fixture("XChange", "account", "example-ledgerinfo-data.json")["ledger"].values()))
    assert set(recorded) == set(rows[0]) - {"subtype"}
    assert {key: shape(rows[2][key]) for key in recorded if key != "refid"} == {
        key: shape(value) for key, value in recorded.items() if key != "refid"
    }
    first = next(iter(answer["ledger"]))
    assert venue.ask("QueryLedgers", id=first) == {first: rows[0]}


FILTERS: list[tuple[dict[str, Any], int]] = [
    ({"asset": "all"}, 4),
    ({"asset": "XBT"}, 2),
    ({"asset": "BTC,ZUSD"}, 4),
    ({"type": "trade"}, 2),
    ({"type": "deposit", "asset": "XXBT"}, 1),
    ({"type": "withdrawal"}, 0),
    ({"start": S}, 2),
    ({"end": S}, 2),
    ({"aclass": "tokenized_asset"}, 0),
    ({"aclass": "currency", "ofs": 3}, 4),
]


@pytest.mark.parametrize(("fields", "count"), FILTERS)
def test_filters(venue: RestVenue, fields: dict[str, Any], count: int) -> None:
    venue.wait(1)
    venue.limit("buy", "0.4", "10000.1")
    assert venue.ask("Ledgers", **fields)["count"] == count


def test_pages_and_the_lag(venue: RestVenue) -> None:
    for _ in range(30):
        venue.limit("buy", "0.001", "10000.1")
    assert len(venue.ask("Ledgers")["ledger"]) == 50
    assert len(venue.ask("Ledgers", ofs=50)["ledger"]) == 12
    assert list(venue.ask("Ledgers", without_count=True)) == ["ledger"]
    venue.faults.lag_ns = SECOND_NS
    assert venue.ask("Ledgers")["count"] == 0


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Ledgers", {"asset": "nope"}, "EQuery:Unknown asset"),
    ("Ledgers", {"type": "magic"}, "EGeneral:Invalid arguments:type"),
    ("Ledgers", {"start": "LAAAAA-BBBBB-CCCCCC"}, "EGeneral:Invalid arguments:start"),
    ("QueryLedgers", {}, "EGeneral:Invalid arguments:id"),
    ("QueryLedgers", {"id": "LAAAAA-BBBBB-CCCCCC"}, "EGeneral:Invalid arguments:id"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


def test_nobody_sees_anothers_ledger(venue: RestVenue) -> None:
    mine = set(venue.ask("Ledgers")["ledger"])
    theirs = set(venue.private("Ledgers", signer=venue.bob)["result"]["ledger"])
    assert not mine & theirs
    assert venue.refusal("QueryLedgers", signer=venue.bob, id=next(iter(mine))) == "EGeneral:Invalid arguments:id"
