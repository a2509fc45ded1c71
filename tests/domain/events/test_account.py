from decimal import Decimal

import msgspec

from event_round_trip import back
from fathom.domain import (
    AccountSeen,
    BalancesSeen,
    Event,
    FundsMoved,
    MarginPosition,
    MarginSeen,
    MarginUnknown,
    VenueFill,
    VenueOrder,
)


def test_an_account_comes_back_with_its_orders_and_fills() -> None:
    order = VenueOrder("mm-1-1", "O1", "fabc", "BTC/USD", "buy", "limit", 100, 5, 0, "new")
    fill = VenueFill("", "O2", "T1", "BTC/USD", "sell", 101, 2, "maker", Decimal("0.10"), "USD", 7)
    seen = AccountSeen(9, "venue", (order,), (), (fill,), (("BTC", Decimal("1.50")),))
    assert back(seen) == seen


def test_the_rows_of_the_ledger_come_back_to_the_digit() -> None:
    moved = FundsMoved("L1", "P1", "rollover", "USD", "spot", Decimal("0.00"), Decimal("0.0230"), 7)
    assert back(moved) == moved
    seen = MarginSeen((MarginPosition("P1", "BTC/USD", "buy", 5, Decimal("50.0"), Decimal(10), Decimal("0.1")),))
    assert back(seen) == seen
    assert back(MarginUnknown("why", waits=True)) == MarginUnknown("why", waits=True)


def test_balances_of_before_wallets_were_told_are_read_still() -> None:
    assert msgspec.msgpack.decode(
        msgspec.msgpack.encode(["BalancesSeen", [["BTC", "1.50"]]]), type=Event
    ) == BalancesSeen((("BTC", Decimal("1.50")),))
