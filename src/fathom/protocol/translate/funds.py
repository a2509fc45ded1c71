"""The account's money: the balances channel as our events (websocket-v2.md 7.2).

Pure. Imports: domain, messages, times. Imported by: the front door of translate.
"""

from fathom.domain import BalancesSeen, FundsMoved
from fathom.protocol.messages import BalancesSnapshot, BalancesUpdate, LedgerEntry
from fathom.protocol.times import parse_time


def balances_seen(message: BalancesSnapshot) -> BalancesSeen:
    """Return what the account holds, by asset and by wallet."""
    return BalancesSeen(
        tuple((row.asset, row.balance) for row in message.data),
        tuple((row.asset, wallet.type, wallet.balance) for row in message.data for wallet in row.wallets),
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
