"""Level3: every visible order, queue by queue."""

from typing import Any

import pytest
from rest_venue import START_NS, RestVenue


def test_orders_by_level_and_queue(venue: RestVenue) -> None:
    venue.wait(1)
    order_id = venue.limit("buy", "0.2", "9999.9")
    answer = venue.ask("Level3", pair="BTC/USD", depth=10, as_json=True)
    assert answer["pair"] == "BTC/USD"
    first, second, *_ = answer["bids"]
    assert (first["price"], first["qty"]) == ("9999.9", "0.50000000")
    assert second == {"price": "9999.9", "qty": "0.20000000", "order_id": order_id, "timestamp": START_NS + 10**9}
    assert [row["price"] for row in answer["asks"]] == ["10000.1", "10001.0", "10010.0"]


def test_the_depth_counts_levels(venue: RestVenue) -> None:
    for tick in range(30):
        venue.rest("sell", f"{10020 + tick}.0", "1")
    assert len(venue.ask("Level3", pair="XBTUSD", depth=10)["asks"]) == 10
    assert len(venue.ask("Level3", pair="XBTUSD", depth=0)["asks"]) == 33
    assert len(venue.ask("Level3", pair="XBTUSD")["asks"]) == 33


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"pair": "nope"}, "EQuery:Unknown asset pair"),
    ({"pair": "XBTUSD", "depth": 11}, "EGeneral:Invalid arguments:depth"),
]


@pytest.mark.parametrize(("fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal("Level3", **fields) == error
