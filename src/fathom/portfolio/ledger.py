"""Double entry: every amount leaves one account and enters another, so each transaction sums to zero in each asset.

What is held is in the two wallets, `spot` and `earn`; the other accounts say where it came from and where it went, with
the opposite sign. Pure. Imports: domain, lots. Imported by: portfolio/account.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from fathom.domain import EXACT
from fathom.portfolio.lots import ZERO

AccountName = Literal[
    "spot",  # The wallets. What is in them is ours.
    "earn",
    "opening",  # What was there when the venue spoke first.
    "trading",  # The other side of our own fills.
    "fees",
    "foreign",  # The other side of fills that are not ours; their fees too.
    "deposits",
    "withdrawals",
    "transfers",  # Between wallets, or accounts: zero once both legs are told.
    "rollover",
    "margin",
    "rewards",
    "adjustments",  # Whatever else the venue's ledger says, and differences that a person has accepted.
    "rounding",  # What the venue's ledger is coarser than price times quantity.
    "unexplained",  # The venue's word less ours. Anything here is an alarm.
]
ACCOUNTS: Final[tuple[AccountName, ...]] = AccountName.__args__  # type: ignore[attr-defined]  # A Literal has them.
WALLETS: Final[tuple[AccountName, ...]] = ("spot", "earn")

# The venue's word for a row of its ledger -> the other side of it (websocket-v2.md 7.2, rest.md Ledgers).
KINDS: Final[Mapping[str, AccountName]] = {
    "deposit": "deposits",
    "withdrawal": "withdrawals",
    "transfer": "transfers",
    "custodytransfer": "transfers",
    "rollover": "rollover",
    "margin": "margin",
    "settled": "margin",
    "staking": "rewards",
    "reward": "rewards",
    "dividend": "rewards",
    "credit": "rewards",
    "trade": "rounding",  # Its fill is told apart: what both say in common cancels out.
}


class Ledger:
    """What each account holds, by asset. Bounded by accounts and assets: the log keeps the history."""

    __slots__ = ("accounts",)

    def __init__(self) -> None:
        self.accounts: dict[AccountName, dict[str, Decimal]] = {name: {} for name in ACCOUNTS}

    def move(self, asset: str, amount: Decimal, *, source: AccountName, target: AccountName) -> None:
        """Move an amount, of either sign, from one account into another."""
        giving, taking = self.accounts[source], self.accounts[target]
        giving[asset] = EXACT.subtract(giving.get(asset, ZERO), amount)
        taking[asset] = EXACT.add(taking.get(asset, ZERO), amount)

    def held(self, account: AccountName) -> dict[str, Decimal]:
        """Return what is not zero in an account, by asset."""
        return {asset: amount for asset, amount in self.accounts[account].items() if amount}

    def sums(self) -> dict[str, Decimal]:
        """Return the sum over all accounts, by asset: zero, all of them."""
        totals: dict[str, Decimal] = {}
        for account in self.accounts.values():
            for asset, amount in account.items():
                totals[asset] = EXACT.add(totals.get(asset, ZERO), amount)
        return totals
