"""CancelOrder, CancelAll, CancelAllOrdersAfter, CancelOrderBatch in its forms."""

from typing import Any

import pytest
from rest_venue import RestVenue, recorded_line, shape


@pytest.fixture
def ids(venue: RestVenue) -> list[str]:
    """Three orders: one plain, one with a userref, one with a client's own id."""
    return [
        venue.limit("buy", "0.1", "9000"),
        venue.limit("buy", "0.1", "9001", userref=7),
        venue.limit("buy", "0.1", "9002", cl_ord_id="mine"),
    ]


def test_each_kind_of_id(venue: RestVenue, ids: list[str]) -> None:
    recorded = recorded_line("rest-trading.jsonl", "get_cancel_order_json")
    assert venue.ask("CancelOrder", txid=ids[0]) == recorded
    assert venue.ask("CancelOrder", txid=7, as_json=True) == {"count": 1}
    assert venue.ask("CancelOrder", cl_ord_id="mine") == {"count": 1}
    assert not venue.account().orders


def test_a_userref_cancels_all_that_have_it(venue: RestVenue, ids: list[str]) -> None:
    venue.limit("buy", "0.1", "9003", userref=7)
    assert venue.ask("CancelOrder", txid="7") == {"count": 2}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "EGeneral:Invalid arguments:txid"),
    ({"txid": "OAAAAA-BBBBB-CCCCCC"}, "EOrder:Unknown order"),
    ({"txid": "nonsense"}, "EOrder:Unknown order"),
    ({"txid": "8"}, "EOrder:Unknown order"),
    ({"txid": "9999999999"}, "EGeneral:Invalid arguments:txid"),
    ({"cl_ord_id": "theirs"}, "EOrder:Unknown order"),
]


@pytest.mark.parametrize(("fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, ids: list[str], fields: dict[str, Any], error: str) -> None:
    assert venue.refusal("CancelOrder", **fields) == error
    assert len(venue.account().orders) == 3


def test_nobody_cancels_anothers_order(venue: RestVenue, ids: list[str]) -> None:
    for fields in ({"txid": ids[0]}, {"txid": "7"}, {"cl_ord_id": "mine"}):
        assert venue.refusal("CancelOrder", signer=venue.bob, **fields) == "EOrder:Unknown order"
    assert venue.private("CancelAll", signer=venue.bob)["result"] == {"count": 0}
    assert len(venue.account().orders) == 3


def test_an_order_that_is_gone(venue: RestVenue, ids: list[str]) -> None:
    venue.ask("CancelOrder", txid=ids[0])
    assert venue.refusal("CancelOrder", txid=ids[0]) == "EOrder:Unknown order"


def test_cancel_all(venue: RestVenue, ids: list[str]) -> None:
    assert venue.ask("CancelAll") == {"count": 3}
    assert venue.ask("CancelAll") == {"count": 0}


def test_the_dead_mans_switch(venue: RestVenue, ids: list[str]) -> None:
    answer = venue.ask("CancelAllOrdersAfter", timeout=60)
    assert answer == {"currentTime": "2026-01-05T12:00:00Z", "triggerTime": "2026-01-05T12:01:00Z"}
    assert shape(answer) == shape(recorded_line("rest-trading.jsonl", "get_cancel_all_orders_after_json"))
    venue.wait(59)
    assert len(venue.ask("OpenOrders")["open"]) == 3
    venue.wait(1)
    assert venue.ask("OpenOrders") == {"open": {}}


def test_the_switch_turned_off(venue: RestVenue, ids: list[str]) -> None:
    venue.ask("CancelAllOrdersAfter", timeout=60)
    assert venue.ask("CancelAllOrdersAfter", timeout="0")["triggerTime"] == "0"
    venue.wait(100)
    assert len(venue.account().orders) == 3


@pytest.mark.parametrize("timeout", ["", "86400", "-1", "soon", "1.5"])
def test_timeouts_that_are_none(venue: RestVenue, timeout: str) -> None:
    assert venue.refusal("CancelAllOrdersAfter", timeout=timeout) == "EGeneral:Invalid arguments:timeout"


FORMS: list[tuple[str, bool]] = [
    ("mixed texts", True),
    ("objects", True),
    ("two lists", True),
    ("form", False),
]


@pytest.mark.parametrize(("form", "as_json"), FORMS)
def test_batches_in_their_forms(venue: RestVenue, ids: list[str], form: str, as_json: bool) -> None:
    plain, tagged, _ = ids
    forms: dict[str, dict[str, Any]] = {
        "mixed texts": {"orders": [plain, 7, "mine"]},
        "objects": {"orders": [{"txid": plain}, {"txid": "7"}, {"cl_ord_id": "mine"}]},
        "two lists": {"orders": [plain, tagged], "cl_ord_ids": ["mine"]},
        "form": {"orders[0]": plain, "orders[1]": tagged, "cl_ord_ids[0]": "mine"},
    }
    assert venue.ask("CancelOrderBatch", **forms[form], as_json=as_json) == {"count": 3}
    assert not venue.account().orders


def test_a_batch_of_one(venue: RestVenue, ids: list[str]) -> None:
    assert [venue.ask("CancelOrderBatch", orders=[name], as_json=True) for name in (ids[0], 7, "mine")] == [
        {"count": 1}
    ] * 3
    assert venue.refusal("CancelOrderBatch", orders=["mine"], as_json=True) == "EOrder:Unknown order"


@pytest.mark.parametrize("orders", [[], ["x"] * 51, "x", [[1]], [{}], [None]])
def test_batches_that_are_refused(venue: RestVenue, ids: list[str], orders: Any) -> None:
    assert venue.refusal("CancelOrderBatch", orders=orders, as_json=True) == "EGeneral:Invalid arguments:orders"


def test_nobody_cancels_anothers_batch(venue: RestVenue, ids: list[str]) -> None:
    venue.private("CancelOrderBatch", signer=venue.bob, orders=[*ids, "7", "mine"], as_json=True)
    assert len(venue.account().orders) == 3
