"""Everybody's money at the venue: accounts, holds, fees, ledger, margin positions.

Front door of the bank.

Pure. Imports: its own files. Imported by: core, feeds, rest, sessions, v1, crowd, control.
"""

from fathom.exchange.bank.account import Account, LedgerEntry, Tier
from fathom.exchange.bank.bank import Bank
from fathom.exchange.bank.equity import TradeBalance
from fathom.exchange.bank.fees import RATE_ONE, VOLUME_DAYS, Schedule, schedule_of, schedule_of_base
from fathom.exchange.bank.fill import Fill
from fathom.exchange.bank.ledger import FEES, LENDER, IdSource
from fathom.exchange.bank.margin import Settled
from fathom.exchange.bank.position import Position
from fathom.exchange.bank.refusal import Refusal

__all__ = [
    "FEES",
    "LENDER",
    "RATE_ONE",
    "VOLUME_DAYS",
    "Account",
    "Bank",
    "Fill",
    "IdSource",
    "LedgerEntry",
    "Position",
    "Refusal",
    "Schedule",
    "Settled",
    "Tier",
    "TradeBalance",
    "schedule_of",
    "schedule_of_base",
]
