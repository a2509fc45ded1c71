"""Rows become columns: every int as it was, what is missing as null."""

from typing import Any

import pytest

from fathom.kernel import L2Book, L3Book
from fathom.kernel import rows as form
from fathom.store.history import COLUMNS, SCHEMAS, book_columns, order_columns, plain_columns, row_type
from level3_feed import Feed3
from market_feed import Feed


def listed(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_a_row_of_numpy_is_a_row_of_the_kernel() -> None:
    assert row_type().itemsize == form.ROW_BYTES
    assert row_type().isnative


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_a_schema_has_its_columns_and_says_what_may_be_missing(kind: str) -> None:
    schema = SCHEMAS[kind]
    assert schema.names == list(COLUMNS[kind])
    assert {field.name for field in schema if field.nullable} == {
        name for name, what in COLUMNS[kind].items() if what.endswith("?")
    }


def test_levels_become_columns_without_what_is_no_level() -> None:
    feed, rows = Feed(bids=[(999, 5)], asks=[(1001, 6), (1002, 7)]), form.Rows()
    rows.add(form.TRADE, 1, 2, 0, price=1, qty=1)
    rows.take_levels(L2Book(10, 1, 2), feed.snapshot(), 123, 1)
    found = listed(book_columns(rows.drain()[0], precisions=(1, 2)))
    assert [(one["side"], one["price_ticks"], one["qty_lots"], one["last"]) for one in found] == [
        ("bid", 999, 5, False),
        ("ask", 1001, 6, False),
        ("ask", 1002, 7, True),
    ]
    first = found[0]
    assert (first["frame"], first["local_ns"], first["venue_ns"]) == (1, 123, feed.time_ns)
    assert (first["snapshot"], first["seed"], first["verdict"]) == (True, False, "verified")
    assert (first["price_precision"], first["qty_precision"]) == (1, 2)


def test_orders_become_columns_with_their_ids() -> None:
    feed, rows, book = Feed3(), form.Rows(True), L3Book(10, 1, 2)
    feed.rest("OAAAAA-AAAAA-AAAAAA", "buy", 999, 5)
    rows.take_orders(book, feed.snapshot(), 1, 1)
    rows.take_orders(book, feed.add("OB", "sell", 1001, 6), 2, 2)
    rows.take_orders(book, feed.modify("OB", 3), 3, 3)
    rows.take_orders(book, feed.delete("OAAAAA-AAAAA-AAAAAA"), 4, 4)
    rows.add(form.GAP, 5, -1, 5)
    found = listed(order_columns(*rows.drain(), precisions=(1, 2)))
    assert [(one["event"], one["side"], one["order_id"], one["order"], one["qty_lots"]) for one in found] == [
        ("add", "bid", "OAAAAA-AAAAA-AAAAAA", 1, 5),
        ("add", "ask", "OB", 2, 6),
        ("modify", "ask", "OB", 2, 3),
        ("delete", "bid", "OAAAAA-AAAAA-AAAAAA", 1, 1),
    ]
    assert all(one["order_ns"] > 0 for one in found)


def test_a_time_that_nobody_told_is_null() -> None:
    rows = form.Rows()
    book = L2Book(10, 1, 2)
    frame = Feed(bids=[(999, 5)]).snapshot()
    rows.take_levels(book, frame[: frame.index(b',"timestamp"')] + b"}]}", 1, 1)
    assert [one["venue_ns"] for one in listed(book_columns(rows.drain()[0], precisions=(1, 2)))] == [None]


def test_plain_rows_become_columns() -> None:
    trade = {"venue_ns": 1, "local_ns": 2, "price_ticks": 3, "qty_lots": 4, "price_precision": 1, "qty_precision": 2}
    table = plain_columns("trades", [{**trade, "side": "buy", "trade_id": 2**53 + 1}, trade])
    assert table.schema.equals(SCHEMAS["trades"])
    assert [one["trade_id"] for one in listed(table)] == [2**53 + 1, None]
    assert [one["side"] for one in listed(table)] == ["buy", None]
    assert plain_columns("gaps", []).num_rows == 0
