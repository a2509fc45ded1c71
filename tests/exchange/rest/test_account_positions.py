"""OpenPositions: by id, by pair, and without any."""

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue

S = START_NS // SECOND_NS


@pytest.fixture
def positions(venue: RestVenue) -> RestVenue:
    """Two long positions."""
    for qty in ("0.1", "0.2"):
        venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume=qty, leverage=2)
    return venue


def test_without_positions_it_is_a_list(venue: RestVenue) -> None:
    assert venue.ask("OpenPositions") == []
    assert venue.ask("OpenPositions", consolidation="market", docalcs="true") == []


def test_by_id(positions: RestVenue) -> None:
    rows = positions.ask("OpenPositions")
    assert len(rows) == 2
    row = next(iter(rows.values()))
    order_id = next(fill.order_id for fill in positions.account().fills)
    assert row == {
        "ordertxid": order_id,
        "posstatus": "open",
        "pair": "XXBTZUSD",
        "time": S,
        "type": "buy",
        "ordertype": "market",
        "cost": "1000.01000",
        "fee": row["fee"],
        "vol": "0.10000000",
        "vol_closed": "0.00000000",
        "margin": "500.00500",
        "terms": row["terms"],
        "rollovertm": str(S + 4 * 3600),
        "misc": "",
        "oflags": "",
    }
    assert row["terms"].endswith("% per 4 hours")
    (one,) = positions.ask("OpenPositions", txid=list(rows)[1])
    assert one == list(rows)[1]


def test_calculations(positions: RestVenue) -> None:
    positions.take("sell", "0.1")  # At 9999.9.
    row = next(iter(positions.ask("OpenPositions", docalcs="True").values()))
    assert (row["value"], row["net"]) == ("999.9900", "-0.0200")


def test_by_pair(positions: RestVenue) -> None:
    (row,) = positions.ask("OpenPositions", consolidation="market", docalcs=True)
    assert row["pair"] == "XXBTZUSD"
    assert (row["positions"], row["type"], row["leverage"], row["vol"]) == ("2", "buy", "2.00000", "0.30000000")
    assert row["net"][0] in "+-"
    assert list(row)[:9] == ["pair", "positions", "type", "leverage", "cost", "fee", "vol", "vol_closed", "margin"]


def test_what_is_refused(venue: RestVenue) -> None:
    assert venue.refusal("OpenPositions", consolidation="all") == "EGeneral:Invalid arguments:consolidation"


def test_nobody_sees_anothers_positions(positions: RestVenue) -> None:
    assert positions.private("OpenPositions", signer=positions.bob)["result"] == []
