"""The matching engine: orders, books, triggers, timers, validation, the engine's rate counter.

Front door of the core. Beside it, those who only name its words may import single files, such as `rules` or `order`.

Pure. Imports: its own files. Imported by: access, feeds, faults, rest, sessions, v1, crowd, control, exchange.
"""

from fathom.exchange.bank import Account, Fill, LedgerEntry, Refusal
from fathom.exchange.core.book import Level, Side
from fathom.exchange.core.events import (
    Event,
    MarketMode,
    OrderTold,
    PairChanged,
    Posted,
    QueueMoved,
    SystemChanged,
    SystemStatus,
    TradeDone,
)
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import AmendRow, ExecType, Order, OrderStatus, Trigger
from fathom.exchange.core.outcomes import Amended, Edited
from fathom.exchange.core.rate_counter import THRESHOLDS, RateCounters
from fathom.exchange.core.rules import Rules
from fathom.exchange.core.ticket import Amendment, Conditional, Replacement, Ticket
from fathom.exchange.core.venue import Venue

__all__ = [
    "THRESHOLDS",
    "Account",
    "AmendRow",
    "Amended",
    "Amendment",
    "Conditional",
    "Edited",
    "Event",
    "ExecType",
    "Fill",
    "Ids",
    "LedgerEntry",
    "Level",
    "Market",
    "MarketMode",
    "Order",
    "OrderStatus",
    "OrderTold",
    "PairChanged",
    "Posted",
    "QueueMoved",
    "RateCounters",
    "Refusal",
    "Replacement",
    "Rules",
    "Side",
    "SystemChanged",
    "SystemStatus",
    "Ticket",
    "TradeDone",
    "Trigger",
    "Venue",
]
