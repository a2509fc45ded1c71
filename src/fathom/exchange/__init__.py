"""A Kraken on this machine: matching, accounts, market data and every door, without a socket or a clock.

Front door.

Pure. Imports: its own files. Imported by: run, sim.
"""

from fathom.exchange.access import ApiKey
from fathom.exchange.bank import RATE_ONE, VOLUME_DAYS, Tier, schedule_of_base
from fathom.exchange.core import Rules
from fathom.exchange.crowd import CsvTrades, Recorded, RecordedFrame, symbols_in
from fathom.exchange.exchange import Exchange
from fathom.exchange.faults import FaultSpec, read_fault, read_faults
from fathom.exchange.listing import Listing
from fathom.exchange.settings import Settings

__all__ = [
    "RATE_ONE",
    "VOLUME_DAYS",
    "ApiKey",
    "CsvTrades",
    "Exchange",
    "FaultSpec",
    "Listing",
    "Recorded",
    "RecordedFrame",
    "Rules",
    "Settings",
    "Tier",
    "read_fault",
    "read_faults",
    "schedule_of_base",
    "symbols_in",
]
