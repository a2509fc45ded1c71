"""The accounts that are there from the start: four that trade, one that may only look, one that may withdraw.

Pure. Imports: access, bank, listing. Imported by: exchange.
"""

from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Final

from msgspec import Struct

from fathom.exchange.access import ApiKey, Keyring, make_key_pair
from fathom.exchange.bank import Bank, Tier
from fathom.exchange.listing import Listing

LOOK: Final = frozenset({"query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "create-ws-token"})
TRADE: Final = LOOK | {"modify-trades", "close-trades", "export-data"}
WITHDRAW: Final = TRADE | {
    "add-funds",
    "withdraw-funds",
    "earn-funds",
    "add-withdraw-address",
    "update-withdraw-address",
}

# Enough for some days of rehearsal, little enough that "insufficient funds" is met.
CASH: Final = {"USD": Decimal(25_000), "EUR": Decimal(20_000), "GBP": Decimal(5_000)}
BASE_USD: Final = Decimal(2_500)  # Of each other asset, about so much worth.


class Sample(Struct, frozen=True):
    """One account to be opened."""

    name: str
    permissions: frozenset[str]


SAMPLES: Final = (
    Sample("alice", TRADE),
    Sample("bob", TRADE),
    Sample("carol", TRADE),
    Sample("dave", TRADE),
    Sample("viewer", LOOK),
    Sample("treasurer", WITHDRAW),
)


def open_samples(*, bank: Bank, keyring: Keyring, listing: Listing, tier: Tier, seed: int, now_ns: int) -> list[ApiKey]:
    """Open them all, with money and a key each; the keys hang on the seed alone."""
    return [
        open_account(sample.name, sample.permissions, bank=bank, keyring=keyring, listing=listing, tier=tier, seed=seed,
                     now_ns=now_ns)
        for sample in SAMPLES
    ]  # fmt: skip


def open_account(
    name: str,
    permissions: frozenset[str],
    *,
    bank: Bank,
    keyring: Keyring,
    listing: Listing,
    tier: Tier,
    seed: int,
    now_ns: int,
    funded: bool = True,
) -> ApiKey:
    """Open one account with one key."""
    chance = Random(f"{seed}/account/{name}")
    number = "AA" + "".join(chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(14))
    account = bank.open_account(name, number=number, tier=tier)
    if funded:
        for asset, amount in _funds(listing).items():
            bank.deposit(account, asset, listing.asset(asset).units(amount), now_ns=now_ns)
    key, secret = make_key_pair(chance)
    return keyring.add(name, key=key, secret=secret, permissions=permissions, label=name, now_ns=now_ns)


def _funds(listing: Listing) -> dict[str, Decimal]:
    """Return what an account starts with, by asset."""
    everything = Listing()  # Prices of what is not listed in this run, too.
    return {
        asset: CASH.get(asset) or _worth(everything, asset).quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
        for asset in listing.assets
    }


def _worth(listing: Listing, asset: str) -> Decimal:
    """Return how much of an asset costs about BASE_USD."""
    path = listing.usd_path(asset)
    if path is None:
        return BASE_USD
    symbol, inverted = path
    pair = listing.pair(symbol)
    assert pair is not None, symbol
    return BASE_USD * pair.reference_price if inverted else BASE_USD / pair.reference_price
