"""The venue's books: every account, and the only code that changes a balance.

What one account loses another gains, but for deposits and withdrawals: `check` proves it.

Pure. Imports: account. Imported by: bank.
"""

from typing import Final, Protocol

from fathom.exchange.bank.account import Account, LedgerEntry, Tier

FEES: Final = "fees"  # The venue's own: takes fees and rollover.
LENDER: Final = "lender"  # The venue's own: lends for margin, and keeps what was bought with it.
ACCOUNTS_MAX: Final = 10_000  # Beyond it no account is opened.
# Drained after each command. Where nobody drains, the oldest go.
POSTINGS_MAX: Final = 100_000


class IdSource(Protocol):
    """Where new ids come from."""

    def execution(self) -> str:
        """Return a new id of one side of a trade."""

    def ledger(self) -> str:
        """Return a new id of a ledger entry."""

    def position(self) -> str:
        """Return a new id of a margin position."""


class Ledger:
    """All accounts, and what ever came in from outside."""

    def __init__(self, *, ids: IdSource) -> None:
        self.ids = ids
        self.accounts: dict[str, Account] = {}
        self.postings: list[tuple[Account, LedgerEntry]] = []
        self._inflows: dict[str, int] = {}  # Deposits less withdrawals.
        self.fees = self.open(FEES, number="FEES", tier="pro", house=True)
        self.lender = self.open(LENDER, number="LENDER", tier="pro", house=True)

    def open(self, name: str, *, number: str, tier: Tier, house: bool) -> Account:
        """Open an account. Its name must be new."""
        assert name not in self.accounts, name
        assert len(self.accounts) < ACCOUNTS_MAX
        account = Account(name=name, number=number, tier=tier, house=house)
        self.accounts[name] = account
        return account

    def bring(self, account: Account, asset: str, units: int, *, entry_type: str, now_ns: int) -> LedgerEntry:
        """Bring money in from outside, or take it out (below 0)."""
        self._inflows[asset] = self._inflows.get(asset, 0) + units
        balance = account.balances.get(asset, 0) + units
        account.balances[asset] = balance
        ledger_id = self.ids.ledger()
        entry = LedgerEntry(
            ledger_id=ledger_id,
            ref_id=ledger_id,
            time_ns=now_ns,
            type=entry_type,
            asset=asset,
            amount_units=units,
            fee_units=0,
            balance_units=balance,
        )
        if not account.house:
            self._keep(account, entry)
        return entry

    def put_back(self, account: Account, asset: str, units: int) -> None:
        """Give an account what it had in an earlier run: as if from outside, but of no history."""
        self._inflows[asset] = self._inflows.get(asset, 0) + units
        self.move(account, asset, units)

    def post(
        self,
        account: Account,
        asset: str,
        amount_units: int,
        *,
        fee_units: int = 0,
        entry_type: str,
        ref_id: str,
        now_ns: int,
        subtype: str = "",
    ) -> str:
        """Write one leg of a client's account: the balance changes by amount less fee. Returns the entry's id.

        The fee goes to the venue. The amount's other side is the caller's: another leg, or `move`.
        """
        balances = account.balances
        balance = balances.get(asset, 0) + amount_units - fee_units
        balances[asset] = balance
        if fee_units:
            fees = self.fees.balances
            fees[asset] = fees.get(asset, 0) + fee_units
        ledger_id = self.ids.ledger()
        entry = LedgerEntry(
            ledger_id=ledger_id,
            ref_id=ref_id,
            time_ns=now_ns,
            type=entry_type,
            subtype=subtype,
            asset=asset,
            amount_units=amount_units,
            fee_units=fee_units,
            balance_units=balance,
        )
        self._keep(account, entry)
        return ledger_id

    def move(self, account: Account, asset: str, units: int) -> None:
        """Change a house account, whose history nobody keeps."""
        account.balances[asset] = account.balances.get(asset, 0) + units

    def take_postings(self) -> list[tuple[Account, LedgerEntry]]:
        """Return what was written since the last call."""
        taken = self.postings
        self.postings = []
        return taken

    def totals(self) -> dict[str, int]:
        """Return the sum of all accounts by asset, without zeros."""
        sums: dict[str, int] = {}
        for account in self.accounts.values():
            for asset, units in account.balances.items():
                sums[asset] = sums.get(asset, 0) + units
        return {asset: units for asset, units in sums.items() if units}

    def expected(self) -> dict[str, int]:
        """Return deposits less withdrawals by asset, without zeros."""
        return {asset: units for asset, units in self._inflows.items() if units}

    def _keep(self, account: Account, entry: LedgerEntry) -> None:
        account.ledger.append(entry)
        self.postings.append((account, entry))
        if len(self.postings) > POSTINGS_MAX:
            del self.postings[: POSTINGS_MAX // 2]
