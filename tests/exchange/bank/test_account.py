from fathom.exchange.bank import Account
from fathom.exchange.bank.account import HISTORY_MAX


def test_a_new_account_is_empty_and_a_clients() -> None:
    account = Account(name="a", number="A")
    assert not account.house
    assert account.tier == "pro"
    assert not any((account.balances, account.held, account.positions, account.orders, account.ledger, account.volumes))


def test_histories_forget_the_oldest() -> None:
    account = Account(name="a", number="A")
    for history in (account.ledger, account.fills, account.closed, account.positions_closed):
        assert history.maxlen == HISTORY_MAX
