"""The account's money: the balances channel as our events (websocket-v2.md 7.2).

Pure. Imports: domain, messages, times. Imported by: the front door of translate.
"""

from collections.abc import Iterable

from fathom.domain import BalancesSeen, FundsMoved
from fathom.protocol.messages import Balance, BalancesSnapshot, BalancesUpdate, LedgerEntry
from fathom.protocol.times import parse_time


def balances_seen(message: BalancesSnapshot) -> BalancesSeen:
    """Return what the account holds, by asset and by wallet."""
    return balances_of(message.data)


def balances_of(rows: Iterable[Balance]) -> BalancesSeen:
    """Return the same of rows."""
    rows = tuple(rows)
    return BalancesSeen(
        tuple((row.asset, row.balance) for row in rows),
        tuple((row.asset, wallet.type, wallet.balance) for row in rows for wallet in row.wallets),
    )


def funds_moved(message: BalancesUpdate) -> tuple[FundsMoved, ...]:
    """Return the rows of the ledger, in their order. Raises RemoteError where a time cannot be read."""
    return tuple(row_moved(row) for row in message.data)


def row_moved(row: LedgerEntry) -> FundsMoved:
    """Return one row of the ledger. Raises RemoteError where its time cannot be read."""
    return FundsMoved(
        row.ledger_id,
        row.ref_id,
        row.type,
        row.asset,
        row.wallet_type or "spot",
        row.amount,
        row.fee,
        parse_time(row.timestamp),
    )
