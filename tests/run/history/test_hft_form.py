"""Tapes as hftbacktest reads them."""

from __future__ import annotations

import numpy as np
import pytest

from fathom.domain import LocalError
from fathom.kernel import L2Book, L3Book
from fathom.kernel import rows as tape
from fathom.run.history.hft_form import AT_THE_VENUE, BUY, HERE, SELL, event_type, events_of
from level3_feed import Feed3
from market_feed import T0, Feed

BOTH = AT_THE_VENUE | HERE


def rows_of(rows: tape.Rows) -> memoryview:
    return memoryview(rows.drain()[0])


def test_an_event_has_64_bytes_in_the_order_of_its_library() -> None:
    kind = event_type()
    assert kind.itemsize == 64
    assert kind.names == ("ev", "exch_ts", "local_ts", "px", "qty", "order_id", "ival", "fval")
    assert len(events_of([], cut=True)) == 0


def test_a_book_and_its_trades() -> None:
    feed, rows, book = Feed(bids=[(999, 5)], asks=[(1001, 6)]), tape.Rows(), L2Book(10, 1, 2)
    rows.take_levels(book, feed.snapshot(), T0 + 5, 1)
    rows.add(tape.TRADE + 1, T0 + 7, T0 + 6, 2, price=999, qty=3, order=77)
    feed.time_ns = T0 + 8000
    rows.take_levels(book, feed.update(asks=[(1001, 0)]), T0 + 9000, 3)
    events = events_of([rows_of(rows)], cut=True)
    assert events["ev"].tolist() == [
        3 | BUY | BOTH, 3 | SELL | BOTH, 4 | BUY | BOTH, 4 | SELL | BOTH, 2 | SELL | BOTH, 1 | SELL | BOTH,
    ]  # fmt: skip
    assert np.isnan(events["px"][:2]).all()
    assert events["px"][2:].tolist() == [99.9, 100.1, 99.9, 100.1]
    assert events["qty"].tolist() == [0.0, 0.0, 0.05, 0.06, 0.03, 0.0]
    assert events["local_ts"].tolist() == [T0 + 5, T0 + 5, T0 + 5, T0 + 5, T0 + 7, T0 + 9000]
    assert events["exch_ts"].tolist() == [T0, T0, T0, T0, T0 + 6, T0 + 8000]
    assert events["ival"].tolist() == [0, 0, 0, 0, 77, 0]


def test_orders_have_their_numbers_and_what_nobody_knew_is_left_out() -> None:
    feed, rows, book = Feed3(), tape.Rows(), L3Book(10, 1, 2)
    feed.rest("OA", "buy", 999, 5)
    rows.take_orders(book, feed.snapshot(), T0, 1)
    rows.take_orders(book, feed.add("OB", "sell", 1001, 6), T0 + 1, 2)
    rows.take_orders(book, feed.modify("OB", 3), T0 + 2, 3)
    rows.take_orders(book, feed.delete("OA"), T0 + 3, 4)
    rows.take_orders(book, feed.update("delete", "OGHOST", "buy", 999, 1), T0 + 4, 5)
    events = events_of([rows_of(rows)], cut=True)
    assert (events["ev"] & 0xFF).tolist() == [3, 3, 10, 10, 12, 11]
    assert events["order_id"].tolist() == [0, 0, 1, 2, 2, 1]


def test_what_falls_out_of_the_depth_is_deleted_where_that_is_asked_for() -> None:
    feed, rows, book = Feed(bids=[(990 - step, 5) for step in range(10)]), tape.Rows(), L2Book(10, 1, 2)
    rows.take_levels(book, feed.snapshot(), T0, 1)
    rows.take_levels(book, feed.update(bids=[(991, 5)]), T0 + 1, 2)
    taken = rows_of(rows)
    told, cut = events_of([taken], cut=False), events_of([taken], cut=True)
    assert cut[:-1].tolist()[2:] == told.tolist()[2:]  # The first two clear: at no price, which is not even itself.
    assert (cut["ev"][-1], cut["px"][-1], cut["qty"][-1]) == (1 | BUY | BOTH, 98.1, 0)


def test_times_never_go_back_and_the_venue_is_never_later_than_we() -> None:
    rows = tape.Rows()
    for local_ns, venue_ns in ((10, -1), (11, 15), (12, 5), (13, 12)):
        rows.add(tape.TRADE, local_ns, venue_ns, 1, price=1, qty=1)
    events = events_of([rows_of(rows)], cut=True)
    assert events["exch_ts"].tolist() == [10, 11, 11, 12]
    assert events["local_ts"].tolist() == [10, 11, 12, 13]


def test_what_is_doubted_is_left_out_until_the_next_snapshot() -> None:
    feed, rows, book = Feed(bids=[(999, 5)]), tape.Rows(), L2Book(10, 1, 2)
    rows.take_levels(book, feed.snapshot(), T0, 1)
    rows.take_levels(book, feed.update(bids=[(998, 5)], crc=1), T0 + 1, 2)
    rows.take_levels(book, feed.update(bids=[(997, 5)]), T0 + 2, 3)
    rows.add(tape.GAP, T0 + 3, -1, 4)
    rows.take_levels(book, feed.snapshot(), T0 + 4, 5)
    events = events_of([rows_of(rows)], cut=True)
    assert events["local_ts"].tolist() == [T0, T0, T0, *[T0 + 4] * 5]


def test_several_days_are_one_and_a_precision_that_changes_is_refused() -> None:
    pieces = []
    for places in ((1, 2), (1, 2), (2, 2)):
        rows = tape.Rows()
        rows.take_levels(L2Book(10, *places), Feed(bids=[(999, 5)]).snapshot(), T0, 1)
        pieces.append(rows_of(rows))
    assert len(events_of(pieces[:2], cut=True)) == 6
    with pytest.raises(LocalError, match="precision changes"):
        events_of(pieces, cut=True)
