"""TradesHistory, QueryTrades."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue, fixture, shape

S = START_NS / SECOND_NS


def test_a_fill(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "0.4", "10000.1")
    answer = venue.ask("TradesHistory", ledgers="True")
    assert answer["count"] == 1
    ((exec_id, row),) = answer["trades"].items()
    ledger = venue.ask("Ledgers")["ledger"]
    assert sorted(row.pop("ledgers")) == sorted(key for key, entry in ledger.items() if entry["refid"] == exec_id)
    assert row == {
        "ordertxid": order_id,
        "postxid": "TKH2SE-M7IF5-CFI7LT",
        "pair": "XXBTZUSD",
        "time": S,
        "type": "buy",
        "ordertype": "limit",
        "price": "10000.10000",
        "cost": "4000.04000",
        "fee": "16.00020",
        "vol": "0.40000000",
        "margin": "0.00000",
        "leverage": "0",
        "misc": "",
        "trade_id": 1,
        "maker": False,
    }
    (recorded, _) = fixture("Kraken.Net", "Endpoints", "Spot", "Trading", "GetUserTrades.txt")["trades"].values()
    assert shape(recorded).items() <= shape(row).items()
    assert venue.ask("QueryTrades", txid=exec_id) == {exec_id: row}


def test_a_makers_fill(venue: RestVenue) -> None:
    venue.limit("buy", "0.1", "10000.0")
    venue.take("sell", "0.1")
    (row,) = venue.ask("TradesHistory")["trades"].values()
    assert (row["maker"], row["type"], row["fee"]) == (True, "buy", "2.50000")


def test_newest_first_in_pages(venue: RestVenue) -> None:
    for _ in range(55):
        venue.limit("buy", "0.001", "10000.1")
        venue.wait(1)
    first, second = venue.ask("TradesHistory"), venue.ask("TradesHistory", ofs="50")
    times = [row["time"] for answer in (first, second) for row in answer["trades"].values()]
    assert times == sorted(times, reverse=True)
    assert (len(first["trades"]), len(second["trades"]), first["count"]) == (50, 5, 55)
    assert venue.ask("TradesHistory", ofs=55)["trades"] == {}
    assert "count" not in venue.ask("TradesHistory", without_count="true")
    tenth = list(first["trades"])[9]
    assert len(venue.ask("TradesHistory", start=tenth)["trades"]) == 9
    assert len(venue.ask("TradesHistory", start=S, end=S + 10)["trades"]) == 10


@pytest.fixture
def positions(venue: RestVenue) -> RestVenue:
    """A spot trade, a position opened and half closed."""
    venue.limit("buy", "0.1", "10000.1")
    for side, qty in (("buy", "0.2"), ("sell", "0.1")):
        venue.wait(1)
        venue.ask("AddOrder", pair="XBTUSD", type=side, ordertype="market", volume=qty, leverage=2)
    return venue


@pytest.mark.parametrize(
    ("kind", "vols"),
    [
        ("all", ["0.10000000", "0.20000000", "0.10000000"]),
        ("no position", ["0.10000000"]),
        ("any position", ["0.10000000", "0.20000000"]),
        ("closing position", ["0.10000000"]),
        ("closed position", []),
    ],
)
def test_fills_by_what_they_did(positions: RestVenue, kind: str, vols: list[str]) -> None:
    assert [row["vol"] for row in positions.ask("TradesHistory", type=kind)["trades"].values()] == vols


def test_what_became_of_a_position(positions: RestVenue) -> None:
    closing, opening, _ = positions.ask("TradesHistory", trades="true")["trades"].values()
    assert (closing["misc"], closing["leverage"], "posstatus" in closing) == ("closing", "2", False)
    assert opening["postxid"] == closing["postxid"] != "TKH2SE-M7IF5-CFI7LT"
    assert (opening["posstatus"], opening["cvol"], opening["cprice"]) == ("open", "0.10000000", "9999.9")
    assert opening["net"] == "-0.02000"
    assert len(opening["trades"]) >= 1
    positions.ask("AddOrder", pair="XBTUSD", type="sell", ordertype="market", volume="0", leverage=2)
    (row,) = positions.ask("TradesHistory", type="closed position")["trades"].values()
    assert row["posstatus"] == "closed"


def test_fills_within_the_lag_are_hidden(venue: RestVenue) -> None:
    venue.faults.lag_ns = 30 * SECOND_NS
    venue.limit("buy", "0.1", "10000.1")
    (exec_id,) = [fill.exec_id for fill in venue.account().fills]
    assert venue.ask("TradesHistory") == {"count": 0, "trades": {}}
    assert venue.refusal("QueryTrades", txid=exec_id) == "EGeneral:Invalid arguments:txid"
    venue.wait(30)
    assert venue.ask("TradesHistory")["count"] == 1


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("TradesHistory", {"type": "some"}, "EGeneral:Invalid arguments:type"),
    ("TradesHistory", {"start": "TAAAAA-BBBBB-CCCCCC"}, "EGeneral:Invalid arguments:start"),
    ("QueryTrades", {}, "EGeneral:Invalid arguments:txid"),
    ("QueryTrades", {"txid": "TAAAAA-BBBBB-CCCCCC"}, "EGeneral:Invalid arguments:txid"),
    ("QueryTrades", {"txid": ",".join(["T"] * 21)}, "EGeneral:Invalid arguments:txid"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


def test_nobody_sees_anothers_fills(venue: RestVenue) -> None:
    venue.limit("buy", "0.1", "10000.1")
    (exec_id,) = venue.ask("TradesHistory")["trades"]
    assert venue.private("TradesHistory", signer=venue.bob)["result"] == {"count": 0, "trades": {}}
    assert venue.refusal("QueryTrades", signer=venue.bob, txid=exec_id) == "EGeneral:Invalid arguments:txid"
