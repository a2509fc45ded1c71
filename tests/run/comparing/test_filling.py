"""Why a fill was not made in the other run: a table of what was going on there."""

import pytest

from fathom.domain import AmendRejected, OrderCanceled
from fathom.run.comparing.filling import fee_finding, fill_finding
from fathom.run.comparing.finding import Finding
from fathom.run.comparing.words import Words
from two_runs import BOUNDS, Hand


def found(a: Hand, b: Hand) -> Finding | None:
    return fill_finding(a.life(), b.life(), bounds=BOUNDS, words=Words())


def order(**terms: int) -> Hand:
    return Hand().order("maker-1", 0, **terms)  # type: ignore[arg-type]  # Terms of an order.


FILLED = order().fill("maker-1", 3_000)


@pytest.mark.parametrize(
    ("a", "b", "reason", "follows"),
    [
        (FILLED, order(), "missed fill", False),
        (FILLED, order().fill("maker-1", 3_000, qty=4, whole=False), "queue", False),
        (FILLED, order().fill("maker-1", 9_000), "queue", False),
        (FILLED, order(took=120), "latency", False),
        (FILLED, Hand().order("maker-1", 100), "latency", True),
        (FILLED, order(took=3_200).fill("maker-1", 3_300), "latency", False),
        (FILLED, order().amend("maker-1", 2_900, price=990), "latency", True),
        (FILLED, order().amend("maker-1", 100, price=990), "price", True),
        (FILLED, order().cancel("maker-1", 1_000), "price", True),
        (FILLED, order().cancel("maker-1", 1_000, by="risk"), "limit", True),
        (FILLED, order().say(1_000, "world", OrderCanceled("maker-1", "expired")), "rejection", True),
        (FILLED, Hand().denied("maker-1", 0), "limit", True),
        (FILLED, Hand().rejected("maker-1", 0), "rejection", True),
        (FILLED, order(qty=6).fill("maker-1", 3_000, qty=6), "price", True),
        (
            order().amend("maker-1", 2_000, price=1005).fill("maker-1", 3_000, price=1005),
            order()
            .amend("maker-1", 2_000, price=1005, took=None)
            .say(2_020, "world", AmendRejected("maker-1", "EOrder:Post only order")),
            "rejection",
            True,
        ),
        (order().fill("maker-1", 30, liquidity="taker"), order(), "price", False),
        (order().fill("maker-1", 30, liquidity="taker"), order(took=100), "latency", False),
        (
            order().fill("maker-1", 30, liquidity="taker", price=999),
            order().fill("maker-1", 30, liquidity="taker", price=998),
            "price",
            False,
        ),
        (
            order().fill("maker-1", 30, liquidity="taker", price=999),
            order(took=100).fill("maker-1", 100, liquidity="taker", price=998),
            "latency",
            False,
        ),
        (
            order().amend("maker-1", 2_950, price=1005, took=100).fill("maker-1", 3_000),
            order().amend("maker-1", 2_950, price=1005).fill("maker-1", 3_000, price=1005),
            "latency",
            True,
        ),
    ],
)
def test_why_it_was_not_filled_alike(a: Hand, b: Hand, reason: str, follows: bool) -> None:
    for one in (found(a, b), found(b, a)):  # Whichever of the two is called A.
        assert one is not None
        assert (one.reason, one.follows) == (reason, follows)


def test_how_a_fill_is_cut_in_pieces_makes_no_difference() -> None:
    pieces = order().fill("maker-1", 3_000, qty=4, whole=False).fill("maker-1", 3_010, qty=6)
    assert found(FILLED, pieces) is None
    assert found(order(), order()) is None


@pytest.mark.parametrize(
    ("fee", "liquidity", "differs"),
    [("0.25", "maker", False), ("0.25004", "maker", False), ("0.26", "maker", True), ("0.25", "taker", True)],
)
def test_fees_differ_by_more_than_rounding(fee: str, liquidity: str, differs: bool) -> None:
    other = order().fill("maker-1", 3_000, fee=fee, liquidity=liquidity)  # type: ignore[arg-type]  # Of the table.
    said = fee_finding(FILLED.life(), other.life())
    assert (said is not None) == differs
    if said is not None:
        assert said.reason == "fee"
        assert f"with a fee of {fee} USD in B" in said.detail
