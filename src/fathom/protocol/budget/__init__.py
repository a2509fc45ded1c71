"""The rate ledger: what the venue counts, guessed so that it is never less, and who may spend what is left.

One `Ledger` for REST and WebSocket; a `WaitingLine` for those who wait for room; `cheaper_change` for how to change.

Pure. Imports: domain, messages, refusals, times. Imported by: the front door.
"""

from fathom.protocol.budget.action import Action, Call, Charge, Lack, Priority, Quote
from fathom.protocol.budget.call_counter import CallCounter, call_parts
from fathom.protocol.budget.changes import AMENDABLE, EDITABLE, Option, Way, cheaper_change, ways_to_change
from fathom.protocol.budget.costs import ADDS, CANCELS, Method, Step
from fathom.protocol.budget.engine_counter import EngineCounter, room_at_ns
from fathom.protocol.budget.ledger import Ledger
from fathom.protocol.budget.order_ages import OrderAges
from fathom.protocol.budget.tiers import INTERMEDIATE, PARTS, PRO, STARTER, TIERS, Tier, points, tier_of
from fathom.protocol.budget.waiting import Taken, Waiter, WaitingLine

__all__ = [
    "ADDS",
    "AMENDABLE",
    "CANCELS",
    "EDITABLE",
    "INTERMEDIATE",
    "PARTS",
    "PRO",
    "STARTER",
    "TIERS",
    "Action",
    "Call",
    "CallCounter",
    "Charge",
    "EngineCounter",
    "Lack",
    "Ledger",
    "Method",
    "Option",
    "OrderAges",
    "Priority",
    "Quote",
    "Step",
    "Taken",
    "Tier",
    "Waiter",
    "WaitingLine",
    "Way",
    "call_parts",
    "cheaper_change",
    "points",
    "room_at_ns",
    "tier_of",
    "ways_to_change",
]
