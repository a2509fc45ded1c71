import pytest

from event_round_trip import back
from fathom.domain import AlgoWanted, Chase, Iceberg, OrderWanted, Side, Twap


@pytest.mark.parametrize(("side", "signed_lots"), [("buy", 7), ("sell", -7)])
def test_a_quantity_has_the_sign_of_its_side(side: Side, signed_lots: int) -> None:
    assert OrderWanted("nibble-4-1", "BTC/USD", side, "market", 7).signed_lots == signed_lots


@pytest.mark.parametrize("plan", [Twap(60, 6), Iceberg(100, 5), Chase(101, 9)])
def test_a_plan_is_told_from_the_others_when_it_is_read(plan: Twap | Iceberg | Chase) -> None:
    wanted = AlgoWanted("mm-1-1", "BTC/USD", "buy", 60, plan)
    assert back(wanted) == wanted
