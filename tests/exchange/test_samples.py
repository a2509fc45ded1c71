"""The accounts that are there from the start."""

from decimal import Decimal

import pytest

from fathom.exchange.access import ApiKey, Keyring
from fathom.exchange.bank import Bank
from fathom.exchange.core import Ids
from fathom.exchange.listing import Listing
from fathom.exchange.samples import CASH, LOOK, SAMPLES, TRADE, WITHDRAW, open_account, open_samples

T0 = 1_770_000_000_000_000_000


def opened(symbols: tuple[str, ...] | None = None, *, seed: int = 1) -> tuple[Bank, list[ApiKey]]:
    listing = Listing.of(symbols)
    bank = Bank(listing, ids=Ids(seed))
    keys = open_samples(
        bank=bank, keyring=Keyring(seed=seed), listing=listing, tier="intermediate", seed=seed, now_ns=T0
    )
    return bank, keys


def test_four_trade_one_looks_and_one_may_withdraw() -> None:
    bank, keys = opened()
    assert [key.account for key in keys] == [sample.name for sample in SAMPLES]
    trading = [key for key in keys if key.may("modify-trades")]
    withdrawing = [key for key in keys if key.may("withdraw-funds")]
    assert len([key for key in trading if key not in withdrawing]) == 4
    assert [key.account for key in withdrawing] == ["treasurer"]
    assert [key.account for key in keys if key not in trading] == ["viewer"]
    assert all(key.may("query-funds") and key.may("create-ws-token") for key in keys)
    assert LOOK < TRADE < WITHDRAW
    for key in keys:
        account = bank.accounts[key.account]
        assert (account.tier, account.house, len(account.number)) == ("intermediate", False, 16)


def test_each_has_cash_and_a_little_of_everything() -> None:
    bank, keys = opened()
    for key in keys:
        balances = bank.accounts[key.account].balances
        assert set(balances) == set(bank.listing.assets)
        for asset, units in balances.items():
            amount = Decimal(bank.listing.asset(asset).amount_text(units))
            assert amount > 0, asset
            if asset in CASH:
                assert amount == CASH[asset]
    bank.check()


@pytest.mark.parametrize("symbols", [("BTC/USD",), ("ETH/BTC",), ("DOGE/USD", "SHIB/USD")])
def test_a_base_asset_is_worth_some_thousand_dollars_whatever_is_listed(symbols: tuple[str, ...]) -> None:
    bank, keys = opened(symbols)
    everything = Listing()
    for asset, units in bank.accounts["alice"].balances.items():
        path = everything.usd_path(asset)
        if path is None or asset in CASH:
            continue
        pair = everything.pairs[path[0]]
        amount = Decimal(bank.listing.asset(asset).amount_text(units))
        worth = amount / pair.reference_price if path[1] else amount * pair.reference_price
        assert 2_400 < worth <= 2_500, asset
    assert keys


def test_keys_hang_on_the_seed_and_the_name_alone() -> None:
    secrets = {key.account: (key.key, key.secret) for key in opened()[1]}
    assert len(set(secrets.values())) == len(SAMPLES)
    assert {key.account: (key.key, key.secret) for key in opened(("ETH/BTC",))[1]} == secrets
    assert {key.account: (key.key, key.secret) for key in opened(seed=2)[1]}.items().isdisjoint(secrets.items())


def test_an_account_may_begin_with_nothing() -> None:
    listing = Listing.of(("BTC/USD",))
    bank = Bank(listing, ids=Ids(1))
    key = open_account(
        "poor", LOOK, bank=bank, keyring=Keyring(seed=1), listing=listing, tier="pro", seed=1, now_ns=T0, funded=False
    )
    assert (key.account, key.label, key.permissions) == ("poor", "poor", LOOK)
    assert bank.accounts["poor"].balances == {}
