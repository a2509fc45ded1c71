from decimal import Decimal

from event_round_trip import back
from fathom.domain import AccountSeen, VenueFill, VenueOrder


def test_an_account_comes_back_with_its_orders_and_fills() -> None:
    order = VenueOrder("mm-1-1", "O1", "fabc", "BTC/USD", "buy", "limit", 100, 5, 0, "new")
    fill = VenueFill("", "O2", "T1", "BTC/USD", "sell", 101, 2, "maker", Decimal("0.10"), "USD", 7)
    seen = AccountSeen(9, "venue", (order,), (), (fill,), (("BTC", Decimal("1.50")),))
    assert back(seen) == seen
