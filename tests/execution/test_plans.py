import msgspec
import pytest

from fathom.domain import AlgoWanted, BracketWanted, Chase, Close, Iceberg, OrderWanted, Twap
from fathom.execution.bracket import Bracket
from fathom.execution.plans import algorithm_of, flaw_of
from fathom.execution.running import Running
from market_feed import BTC, T0

ENTRY = OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 10, 999)
FIVES = msgspec.structs.replace(BTC, price_increment_ticks=5, qty_lots_min=2)


@pytest.mark.parametrize(
    ("plan", "flaw"),
    [
        (Twap(60, 6), ""),
        (Twap(0, 6), "a time above 0"),
        (Twap(60, 0), "1 to 10000 slices"),
        (Twap(60, 10_001), "1 to 10000 slices"),
        (Iceberg(1000, 2), ""),
        (Iceberg(1001, 2), "multiple of the tick, 5"),
        (Iceberg(0, 2), "multiple of the tick, 5"),
        (Iceberg(1000, 1), "below the pair's minimum"),
        (Chase(1000, T0 + 1), ""),
        (Chase(0, T0 + 1), "a worst price above 0"),
        (Chase(1000, T0), "an end that is yet to come"),
    ],
)
def test_a_plan_that_cannot_work_is_told_as_it_begins(plan: Twap | Iceberg | Chase, flaw: str) -> None:
    found = flaw_of(AlgoWanted("a-1-1", "BTC/USD", "buy", 10, plan), FIVES, now_ns=T0)
    assert (flaw in found) if flaw else not found


def test_a_quantity_below_the_minimum_and_a_pair_nobody_knows_cannot_work() -> None:
    wanted = AlgoWanted("a-1-1", "BTC/USD", "buy", 1, Twap(60, 6))
    assert flaw_of(wanted, FIVES, now_ns=T0) == "1 lots are below the pair's minimum, 2"
    assert flaw_of(wanted, None, now_ns=T0) == "the pair is not known"


@pytest.mark.parametrize(
    ("bracket", "flaw"),
    [
        (BracketWanted(ENTRY, 1100, 900), ""),
        (BracketWanted(ENTRY, None, 900, at_venue=True), ""),
        (BracketWanted(ENTRY, None, None), "neither"),
        (BracketWanted(ENTRY, 1100, 900, at_venue=True), "not both"),
        (BracketWanted(ENTRY, 900, 900), "wrong sides"),
        (BracketWanted(msgspec.structs.replace(ENTRY, side="sell"), 1100, 900), "wrong sides"),
        (BracketWanted(msgspec.structs.replace(ENTRY, close=Close("limit", 1)), 1100, 900), "of its own"),
        (BracketWanted(msgspec.structs.replace(ENTRY, qty_lots=0), 1100, 900), "no quantity"),
        (BracketWanted(ENTRY, 1100, None, 890), "has not"),
        (BracketWanted(ENTRY, 1100, -1), "not above 0"),
    ],
)
def test_a_bracket_that_cannot_work_is_told_as_it_begins(bracket: BracketWanted, flaw: str) -> None:
    found = flaw_of(bracket, BTC, now_ns=T0)
    assert (flaw in found) if flaw else not found


@pytest.mark.parametrize("plan", [Twap(60, 6), Iceberg(1000, 2), Chase(1000, T0 + 1)])
def test_each_want_has_what_carries_it_out(plan: Twap | Iceberg | Chase) -> None:
    assert isinstance(algorithm_of(AlgoWanted("a-1-1", "BTC/USD", "buy", 10, plan), now_ns=T0), Running)
    assert isinstance(algorithm_of(BracketWanted(ENTRY, 1100, 900), now_ns=T0), Bracket)
