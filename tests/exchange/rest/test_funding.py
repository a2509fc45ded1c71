"""Funding: sane answers, money that really leaves, and permissions."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue

S = START_NS // SECOND_NS


def test_deposit_methods_and_addresses(venue: RestVenue) -> None:
    (method,) = venue.ask("DepositMethods", asset="XBT")
    assert method == {
        "method": "Bitcoin",
        "limit": False,
        "fee": "0.0000000000",
        "gen-address": True,
        "minimum": "0.0000000001",
    }
    (address,) = venue.ask("DepositAddresses", asset="XBT", method=method["method"], new=True)
    assert (address["expiretm"], address["new"]) == ("0", True)
    (theirs,) = venue.private("DepositAddresses", signer=venue.bob, asset="XBT", method=method["method"])["result"]
    assert theirs["address"] != address["address"]


def test_deposits_are_told(venue: RestVenue) -> None:
    rows = venue.ask("DepositStatus", cursor=False)
    assert {(row["asset"], row["amount"], row["status"], row["time"]) for row in rows} == {
        ("ZUSD", "100000.0000", "Success", S),
        ("XXBT", "10.0000000000", "Success", S),
    }
    assert [row["asset"] for row in venue.ask("DepositStatus", asset="XBT")] == ["XXBT"]
    assert venue.ask("DepositStatus", cursor="true") == {"deposit": rows, "next_cursor": None}
    assert [row["asset"] for row in venue.ask("DepositStatus", method="Bitcoin")] == ["XXBT"]
    assert venue.ask("DepositStatus", start=S) == []
    assert len(venue.ask("DepositStatus", limit=1)) == 1


def test_a_withdrawal_leaves_the_account(venue: RestVenue) -> None:
    info = venue.ask("WithdrawInfo", asset="XBT", key="main", amount="1")
    assert info == {"method": "Bitcoin", "limit": "10.0000000000", "amount": "1.0000000000", "fee": "0.0000000000"}
    ref_id = venue.ask("Withdraw", asset="XBT", key="main", amount="1")["refid"]
    assert venue.ask("Balance")["XXBT"] == "9.0000000000"
    (row,) = venue.ask("WithdrawStatus")
    assert (row["refid"], row["amount"], row["key"], row["status"]) == (ref_id, "1.0000000000", "main", "Success")
    assert venue.ask("WithdrawStatus", cursor="true")["withdrawals"] == [row]


def test_where_to_withdraw(venue: RestVenue) -> None:
    assert len(venue.ask("WithdrawMethods")) == len(venue.listing.assets)
    assert [row["asset"] for row in venue.ask("WithdrawMethods", asset="XBT")] == ["XXBT"]
    assert [row["key"] for row in venue.ask("WithdrawAddresses", asset="XBT")] == ["main"]
    assert venue.ask("WithdrawAddresses", key="other") == []
    assert [row["asset"] for row in venue.ask("WithdrawAddresses", method="Bitcoin", verified=True)] == ["XXBT"]
    assert venue.ask("WithdrawAddresses", verified=False) == []
    assert [row["asset"] for row in venue.ask("WithdrawMethods", network="BTC")] == ["XXBT"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("DepositMethods", {}, "EGeneral:Invalid arguments:asset"),
    ("DepositMethods", {"asset": "nope"}, "EQuery:Unknown asset"),
    ("DepositAddresses", {"asset": "XBT", "method": "pigeon"}, "EFunding:No funding method"),
    ("Withdraw", {"asset": "XBT", "key": "other", "amount": 1}, "EFunding:Unknown withdraw key"),
    ("Withdraw", {"asset": "XBT", "key": "main"}, "EFunding:Invalid amount"),
    ("Withdraw", {"asset": "XBT", "key": "main", "amount": "-1"}, "EFunding:Invalid amount"),
    ("Withdraw", {"asset": "XBT", "key": "main", "amount": "1e20"}, "EFunding:Invalid amount"),
    ("Withdraw", {"asset": "XBT", "key": "main", "amount": 11}, "EFunding:Insufficient funds"),
    ("Withdraw", {"asset": "XBT", "key": "main", "amount": 1, "max_fee": -1}, "EFunding:Max fee exceeded"),
    ("WithdrawCancel", {"asset": "XBT", "refid": "X"}, "EFunding:Unknown reference id"),
    ("WalletTransfer", {"asset": "XBT", "amount": 1, "from": "A", "to": "B"}, "EGeneral:Invalid arguments:from"),
    (
        "WalletTransfer",
        {"asset": "XBT", "amount": 1, "from": "Spot Wallet", "to": "Futures Wallet"},
        "EAccount:Invalid permissions",
    ),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


def test_what_an_order_holds_cannot_be_withdrawn(venue: RestVenue) -> None:
    venue.limit("sell", "10", "11000")
    assert venue.refusal("Withdraw", asset="XBT", key="main", amount=1) == "EFunding:Insufficient funds"
