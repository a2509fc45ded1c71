import pytest

from bank_desk import START_NS, CountedIds, Desk
from fathom.exchange.bank import ledger as ledger_module
from fathom.exchange.bank.ledger import FEES, LENDER, Ledger


def test_the_venue_has_two_accounts_of_its_own() -> None:
    ledger = Ledger(ids=CountedIds())
    assert list(ledger.accounts) == [FEES, LENDER]
    assert all(account.house for account in ledger.accounts.values())


def test_a_name_is_used_once() -> None:
    ledger = Ledger(ids=CountedIds())
    with pytest.raises(AssertionError):
        ledger.open(FEES, number="X", tier="pro", house=False)


def test_what_comes_in_is_expected_and_written() -> None:
    ledger = Ledger(ids=CountedIds())
    account = ledger.open("a", number="A", tier="pro", house=False)
    came = ledger.bring(account, "USD", 1_000, entry_type="deposit", now_ns=START_NS)
    went = ledger.bring(account, "USD", -300, entry_type="withdrawal", now_ns=START_NS + 1)
    assert (came.type, came.amount_units, came.fee_units, came.balance_units) == ("deposit", 1_000, 0, 1_000)
    assert (went.type, went.amount_units, went.balance_units, went.time_ns) == ("withdrawal", -300, 700, START_NS + 1)
    assert list(account.ledger) == [came, went]
    assert ledger.take_postings() == [(account, came), (account, went)]
    assert ledger.take_postings() == []
    assert ledger.totals() == ledger.expected() == {"USD": 700}


def test_what_an_earlier_run_left_is_of_no_history() -> None:
    ledger = Ledger(ids=CountedIds())
    account = ledger.open("a", number="A", tier="pro", house=False)
    for owner, asset, units in ((account, "USD", 500), (account, "BTC", -7), (ledger.lender, "BTC", 9)):
        ledger.put_back(owner, asset, units)
    assert account.balances == {"USD": 500, "BTC": -7}
    assert ledger.totals() == ledger.expected() == {"USD": 500, "BTC": 2}
    assert not account.ledger
    assert ledger.take_postings() == []


def test_a_leg_takes_its_fee_to_the_venue() -> None:
    ledger = Ledger(ids=CountedIds())
    account = ledger.open("a", number="A", tier="pro", house=False)
    entry_id = ledger.post(account, "USD", -100, fee_units=3, entry_type="trade", ref_id="T9", now_ns=START_NS)
    entry = account.ledger[-1]
    assert (entry.ledger_id, entry.ref_id, entry.amount_units, entry.fee_units) == (entry_id, "T9", -100, 3)
    assert entry.balance_units == account.balances["USD"] == -103
    assert ledger.fees.balances == {"USD": 3}
    ledger.move(ledger.lender, "USD", 100)
    assert ledger.totals() == {}


def test_a_house_account_has_no_history() -> None:
    desk = Desk()
    desk.bank.deposit(desk.house, "USD", 5, now_ns=START_NS)
    assert not desk.house.ledger
    assert not desk.bank.take_postings()
    desk.bank.check()


def test_postings_that_nobody_takes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "POSTINGS_MAX", 10)
    ledger = Ledger(ids=CountedIds())
    account = ledger.open("a", number="A", tier="pro", house=False)
    entries = [ledger.bring(account, "USD", 1, entry_type="deposit", now_ns=START_NS) for _ in range(25)]
    assert len(ledger.postings) <= 10
    assert ledger.postings[-1] == (account, entries[-1])
