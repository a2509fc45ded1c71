"""Tests of what a book shows of itself, against plain computations."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_market import l2_frame, l3_frame

from fathom.kernel import L2Book, L3Book

UNITS = st.integers(1, 2**62)
SIDE = st.dictionaries(UNITS, UNITS, max_size=6)


def books(bids: dict[int, int], asks: dict[int, int]) -> list[L2Book | L3Book]:
    """Return both books with the same levels; for level 3 an order each."""
    l2, l3 = L2Book(10, 0, 0), L3Book(10, 0, 0)
    l2.apply(l2_frame("snapshot", list(bids.items()), list(asks.items()), None, places=(0, 0)))
    orders = [
        [{"order_id": f"{name}{price}"[:36], "price": price, "qty": qty, "time_ns": 0} for price, qty in side.items()]
        for name, side in (("B", bids), ("A", asks))
    ]
    if sum(bids.values()) + sum(asks.values()) < 2**63:
        l3.apply(l3_frame("snapshot", orders[0], orders[1], None, places=(0, 0)))
        return [l2, l3]
    return [l2]


@given(SIDE, SIDE, st.integers(0, 7), st.integers(-1, 2**63 - 1))
def test_views_are_what_the_levels_say(bids: Any, asks: Any, n: int, qty: int) -> None:
    plain_bids = sorted(bids.items(), reverse=True)
    plain_asks = sorted(asks.items())
    for book in books(bids, asks):
        assert (book.bids(), book.asks()) == (plain_bids, plain_asks)
        assert (book.bids(n), book.asks(n)) == (plain_bids[:n], plain_asks[:n])
        assert (book.bid_count, book.ask_count) == (len(bids), len(asks))
        assert (book.best_bid, book.best_ask) == (max(bids, default=None), min(asks, default=None))
        assert (book.best_bid_qty, book.best_ask_qty) == (
            bids[max(bids)] if bids else 0,
            asks[min(asks)] if asks else 0,
        )
        assert book.imbalance(n) == pytest.approx(imbalance(plain_bids[:n], plain_asks[:n]))
        assert book.microprice() == pytest.approx(microprice(plain_bids, plain_asks))
        assert book.cost_to_fill("buy", qty) == cost(plain_asks, qty)
        assert book.cost_to_fill("sell", qty) == cost(plain_bids, qty)
        assert {price: book.level_qty("buy", price) for price in bids} == bids
        assert {price: book.level_qty("ask", price) for price in asks} == asks


Levels = list[tuple[int, int]]


def imbalance(bids: Levels, asks: Levels) -> float | None:
    bid, ask = sum(qty for _, qty in bids), sum(qty for _, qty in asks)
    return float(Fraction(bid - ask, bid + ask)) if bid + ask else None


def microprice(bids: Levels, asks: Levels) -> float | None:
    if not bids or not asks:
        return None
    (bid, bid_qty), (ask, ask_qty) = bids[0], asks[0]
    return float(Fraction(bid * ask_qty + ask * bid_qty, bid_qty + ask_qty))


def cost(levels: Levels, qty: int) -> tuple[int, int, int | None]:
    filled, paid, worst = 0, 0, None
    for price, there in levels:
        part = min(there, qty - filled)
        if part <= 0:
            break
        filled, paid, worst = filled + part, paid + part * price, price
    return filled, paid, worst


def test_an_empty_book_shows_nothing() -> None:
    for book in (L2Book(10, 1, 8), L3Book(10, 1, 8)):
        assert (book.bids(), book.asks(), book.best_bid, book.best_ask) == ([], [], None, None)
        assert (book.best_bid_qty, book.best_ask_qty, book.microprice(), book.imbalance()) == (0, 0, None, None)
        assert (book.cost_to_fill("buy", 5), book.level_qty("sell", 5)) == ((0, 0, None), 0)
        assert (book.depth, book.price_precision, book.qty_precision) == (10, 1, 8)
        assert (book.checksum(), book.flaws, book.top_changed, book.time_ns) == (0, 0, False, None)


@pytest.mark.parametrize("side", ["", "Buy", "bids", "asks"])
def test_other_sides_there_are_none(side: str) -> None:
    for book in (L2Book(10, 1, 8), L3Book(10, 1, 8)):
        with pytest.raises(ValueError, match="side is buy or sell"):
            book.level_qty(side, 1)
        with pytest.raises(ValueError, match="side is buy or sell"):
            book.cost_to_fill(side, 1)


def test_all_levels_unless_told() -> None:
    book = books(dict.fromkeys(range(1, 11), 1), {20: 5})[0]
    assert len(book.bids()) == 10
    assert book.bids(-1) == []
    assert book.imbalance() == pytest.approx(5 / 15)
    assert book.imbalance(1) == pytest.approx(-4 / 6)
