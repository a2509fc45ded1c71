"""One account: its balances, what is held for its orders, its history.

Amounts are ints of the asset's decimals: units. Histories are bounded: the oldest go.

Pure. Imports: nothing. Imported by: bank, core, feeds, rest, sessions, v1, crowd.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:  # An order names its account and the account its orders.
    from fathom.exchange.bank.fill import Fill
    from fathom.exchange.bank.position import Position
    from fathom.exchange.core.order import Order

Tier = Literal["starter", "intermediate", "pro"]
# Closed orders and positions, fills, ledger entries an account; beyond it the oldest are forgotten.
HISTORY_MAX: Final = 10_000


class LedgerEntry(Struct, frozen=True, kw_only=True, gc=False):
    """One change of one balance. The balance changed by `amount_units - fee_units`."""

    ledger_id: str  # L?????-?????-??????
    ref_id: str  # The fill's exec id for a trade; groups the legs.
    time_ns: int
    type: str  # deposit, withdrawal, trade, margin, rollover, transfer, ...
    subtype: str = ""
    asset: str  # v2's name.
    amount_units: int
    fee_units: int
    balance_units: int  # After it.


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """One client of the venue. Only `bank` changes its money, only `core` its orders."""

    name: str
    number: str  # Public account id, such as AA96N74GCGEFN8KI.
    tier: Tier = "pro"
    house: bool = False  # The market's own: no funds asked for, no limits, no fees, no private events, no history.
    balances: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)  # Open margin positions by id, oldest first.
    positions_closed: deque[Position] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
    margin_holds: dict[str, int] = field(default_factory=dict)  # Kept for open margin orders, by id: units of USD.
    volumes: dict[int, int] = field(default_factory=dict)  # What it traded, in units of USD, by day since 1970.
    volumes_day: int = 0  # Until when older ones are forgotten.
    volume_units: int = 0  # Their sum over the last 30 days.
    orders: dict[str, Order] = field(default_factory=dict)  # Open ones by id, oldest first.
    closed: deque[Order] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
    fills: deque[Fill] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
    ledger: deque[LedgerEntry] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
