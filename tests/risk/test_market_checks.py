from decimal import Decimal

import msgspec
import pytest

from fathom.risk import Limits
from fathom.risk.market_checks import book_verified, collar_share_max, spread_share_max, venue_open
from market_feed import BTC, T0, S
from risk_proposals import EDGE, NOTHING_OWN, at_the_edge, of, passes

LIMITS = Limits(collar_share_max=Decimal("0.05"), spread_share_max=Decimal("0.02"), book_age_s_max=30)
MARKET: dict[str, object] = {"w_order_type": "market", "w_price_ticks": None, "price_ticks": None}


@pytest.mark.parametrize("of_the_venue", [True, False])
@pytest.mark.parametrize(
    ("status", "limit", "post_only", "market"),
    [
        ("online", True, True, True),
        ("limit_only", True, True, False),
        ("post_only", False, True, False),
        ("cancel_only", False, False, False),
        ("maintenance", False, False, False),
        ("delisted", False, False, False),
        ("work_in_progress", False, False, False),
        ("reduce_only", False, False, False),
    ],
)
def test_what_the_venue_takes_in_each_status(
    status: str, limit: bool, post_only: bool, market: bool, of_the_venue: bool
) -> None:
    pair = msgspec.structs.replace(BTC, status=status)
    where: dict[str, object] = {"venue_status": status} if of_the_venue else {"instrument": pair}
    kinds: tuple[dict[str, object], ...] = ({}, {"post_only": True}, MARKET)
    assert [passes(venue_open, LIMITS, **where, **kind) for kind in kinds] == [limit, post_only, market]


def test_a_book_is_stale_one_instant_after_its_age() -> None:
    ages = (T0 - 30 * S + 1, T0 - 30 * S, T0 - 30 * S - 1)
    assert at_the_edge(book_verified, LIMITS, "book_moved_ns", ages) == EDGE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"book_trusted": False, "book_reason": "crossed book"}, "the book is not verified: crossed book"),
        ({"book_trusted": False, "mid": None}, "the book is not verified: no snapshot yet"),
        ({"mid": None, "worst_ticks": None}, "a side of the book is empty"),
        ({"worst_ticks": None}, "the book does not hold what the order takes at once"),
    ],
)
def test_a_book_that_cannot_be_relied_on_is_refused_with_its_cause(changes: dict[str, object], said: str) -> None:
    assert book_verified(of(**changes), LIMITS, NOTHING_OWN) == said


def test_a_spread_may_be_just_so_wide() -> None:
    assert at_the_edge(spread_share_max, LIMITS, "spread_ticks", (19, 20, 21)) == EDGE  # 2 % of 100 USD: 20 ticks.


def test_what_reduces_passes_any_spread() -> None:
    assert passes(spread_share_max, LIMITS, spread_ticks=500, adds=False)


@pytest.mark.parametrize(
    ("side", "prices", "start_twice"),
    [
        ("buy", (1049, 1050, 1051), 2000),
        ("sell", (951, 950, 949), 2000),
        ("buy", (1049, 1050, 1051), 2001),  # The mid lies between two ticks: 105.0525 is the most.
        ("buy", (1154, 1155, 1156), 2200),  # From its trigger on.
    ],
)
def test_no_price_lies_beyond_the_collar(side: str, prices: tuple[int, int, int], start_twice: int) -> None:
    found = at_the_edge(collar_share_max, LIMITS, "worst_ticks", prices, w_side=side, start_twice=start_twice)
    assert found == EDGE


@pytest.mark.parametrize(("side", "ticks"), [("buy", 1), ("sell", 100_000)])
def test_a_price_may_be_as_modest_as_it_likes(side: str, ticks: int) -> None:
    assert passes(collar_share_max, LIMITS, w_side=side, worst_ticks=ticks)


def test_a_refusal_says_by_how_much() -> None:
    said = collar_share_max(of(worst_ticks=1051), LIMITS, NOTHING_OWN)
    assert said == "the price is 5.10% beyond the mid, more than 5.00%"
    said = collar_share_max(of(worst_ticks=1051, w_trigger_ticks=1000), LIMITS, NOTHING_OWN)
    assert said == "the price is 5.10% beyond where it triggers, more than 5.00%"
