"""What differs of two orders that were filled alike, or not at all."""

import pytest

from fathom.domain import AmendDenied, AmendWanted, OrderCanceled
from fathom.run.comparing.differing import differing
from fathom.run.comparing.finding import Finding
from fathom.run.comparing.words import Words
from two_runs import BOUNDS, Hand


def found(a: Hand, b: Hand) -> Finding | None:
    return differing(a.life(), b.life(), bounds=BOUNDS, words=Words())


def order(ms: float = 0, **terms: int) -> Hand:
    return Hand().order("maker-1", ms, **terms)  # type: ignore[arg-type]  # Terms of an order.


ORDER = order()
AMENDED = order().amend("maker-1", 1_000, price=1005)


@pytest.mark.parametrize(
    ("a", "b", "reason", "what"),
    [
        (ORDER, order(price=1001), "price", "decision"),
        (ORDER, order(qty=11), "price", "decision"),
        (ORDER, order(60), "latency", "time"),
        (ORDER, order(took=80), "latency", "time"),
        (ORDER, Hand().order("maker-1", 0, took=None), "latency", "time"),
        (ORDER, Hand().denied("maker-1", 0), "limit", "end"),
        (Hand().denied("maker-1", 0, "collar"), Hand().denied("maker-1", 0), "limit", "end"),
        (ORDER, Hand().rejected("maker-1", 0), "rejection", "end"),
        (Hand().rejected("maker-1", 0, "EOrder:Post only order"), Hand().rejected("maker-1", 0), "rejection", "end"),
        (AMENDED, ORDER, "price", "decision"),
        (AMENDED, order().amend("maker-1", 1_000, price=1006), "price", "decision"),
        (AMENDED, order().amend("maker-1", 1_100, price=1005), "latency", "time"),
        (AMENDED, order().amend("maker-1", 1_000, price=1005, took=300), "latency", "time"),
        (AMENDED, order().amend("maker-1", 1_000, price=1005, took=None), "latency", "time"),
        (
            AMENDED,
            order()
            .say(1_000, "maker", AmendWanted("maker-1", 1005, 10))
            .say(1_000, "risk", AmendDenied("maker-1", "collar", "")),
            "limit",
            "decision",
        ),
        (ORDER, order().cancel("maker-1", 1_000), "price", "end"),
        (ORDER, order().cancel("maker-1", 1_000, by="risk"), "limit", "end"),
        (ORDER, order().say(1_000, "world", OrderCanceled("maker-1", "expired")), "rejection", "end"),
        (order().cancel("maker-1", 1_000), order().cancel("maker-1", 1_100), "latency", "end"),
        (order().cancel("maker-1", 1_000), order().cancel("maker-1", 1_000, took=90), "latency", "end"),
    ],
)
def test_the_reason_of_each_difference(a: Hand, b: Hand, reason: str, what: str) -> None:
    for one in (found(a, b), found(b, a)):  # Whichever of the two is called A.
        assert one is not None
        assert (one.reason, one.what) == (reason, what)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (ORDER, order(40, took=30)),
        (AMENDED, order().amend("maker-1", 1_030, price=1005)),
        (Hand().denied("maker-1", 0), Hand().denied("maker-1", 10)),
        (Hand().rejected("maker-1", 0), Hand().rejected("maker-1", 10)),
        (order().cancel("maker-1", 1_000), order().cancel("maker-1", 1_010)),
        (order().fill("maker-1", 500), order().fill("maker-1", 510)),
        (Hand().order("maker-1", 0, took=None), Hand().order("maker-1", 0, took=None)),
        (
            order().amend("maker-1", 1_000, price=1005, took=None),
            order().amend("maker-1", 1_000, price=1005, took=None),
        ),
    ],
)
def test_what_is_no_difference(a: Hand, b: Hand) -> None:
    assert found(a, b) is None


def test_what_was_filled_comes_before_what_was_late() -> None:
    late = order(took=80).amend("maker-1", 1_000, price=1005).fill("maker-1", 5_000, price=1005)
    one = found(late, AMENDED)
    assert one is not None
    assert (one.reason, one.what) == ("missed fill", "fills")
