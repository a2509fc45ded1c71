from typing import get_args

import pytest

from fathom.protocol.messages import ConditionalType, WireOrderType
from fathom.protocol.rules.order_types import ORDER_TYPES

# The table of websocket-v2.md 8.1, as the page has it: limit_price, triggers, display_qty, post_only, tif.
TABLE = """
market              | no     | no       | no  | no  | gtc, ioc
limit               | yes    | no       | no  | yes | gtc, gtd, ioc, fok
iceberg             | yes    | no       | yes | yes | gtc, gtd
stop-loss           | no     | price    | no  | no  | gtc, gtd
take-profit         | no     | price    | no  | no  | gtc, gtd
stop-loss-limit     | yes    | price    | no  | yes | gtc, gtd
take-profit-limit   | yes    | price    | no  | yes | gtc, gtd
trailing-stop       | no     | distance | no  | no  | gtc, gtd
trailing-stop-limit | offset | distance | no  | yes | gtc, gtd
settle-position     | no     | no       | no  | no  |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
LIMIT_PRICE = {"no": "none", "yes": "price", "offset": "offset"}
TRIGGERS = {"no": {"none"}, "price": {"stop", "profit"}, "distance": {"trailing"}}


@pytest.mark.parametrize("cells", ROWS, ids=lambda cells: cells[0])
def test_the_table_is_the_page(cells: list[str]) -> None:
    name, limit_price, triggers, display_qty, post_only, tif = cells
    row = {str(order_type): row for order_type, row in ORDER_TYPES.items()}[name]
    assert row.limit_price == LIMIT_PRICE[limit_price]
    assert row.trigger in TRIGGERS[triggers]
    assert row.display_qty == (display_qty == "yes")
    assert row.post_only == (post_only == "yes")
    assert set(row.time_in_force) == {word.strip() for word in tif.split(",") if word.strip()}


def test_every_type_has_a_row() -> None:
    assert set(ORDER_TYPES) == set(get_args(WireOrderType)) == {row[0] for row in ROWS}


def test_what_may_be_secondary() -> None:
    assert {name for name, row in ORDER_TYPES.items() if row.secondary} == set(get_args(ConditionalType))


def test_stops_hurt_and_profits_please() -> None:
    for name, row in ORDER_TYPES.items():
        if row.trigger == "stop":
            assert name.startswith("stop-loss")
        if row.trigger == "profit":
            assert name.startswith("take-profit")
