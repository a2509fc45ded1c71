"""Ledgers, QueryLedgers."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import ask, captured, read
from whole_exchange import Stage


def test_captured_entries() -> None:
    said = read(rest.Ledgers(), captured("XChange/account/example-ledgerinfo-data.json"))
    entry = said.ledger["LDVXGZ-2FJSK-FJWOGJ"]
    assert (entry.amount, entry.time, entry.type) == (
        Decimal("-350.0000000000"),
        1_549_990_357_125_000_000,
        "adjustment",
    )


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    said = ask(stage, rest.Ledgers(asset=("ZUSD",), type="deposit"))
    ((ledger_id, entry),) = said.ledger.items()
    assert (said.count, entry.asset, entry.amount, entry.balance) == (1, "ZUSD", 25000, 25000)
    assert ask(stage, rest.QueryLedgers(id=(ledger_id,))) == {ledger_id: entry}
    assert ask(stage, rest.Ledgers(start=ledger_id, without_count=True)).count is None
