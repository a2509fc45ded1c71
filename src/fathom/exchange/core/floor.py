"""What all parts of the venue work on: markets, bank, timers, and the record of what happened.

Pure. Imports: bank, listing, and the core's parts that hold state. Imported by: core.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from fathom.exchange.bank import Account, Bank, Fill
from fathom.exchange.core.events import Event, OrderTold, Posted, SystemStatus
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import ExecType, Order
from fathom.exchange.core.rate_counter import RateCounters
from fathom.exchange.core.registry import Registry
from fathom.exchange.core.rules import Rules
from fathom.exchange.core.timers import Timers
from fathom.exchange.listing import Listing


@dataclass(slots=True, kw_only=True)
class Floor:
    """The venue's state. Times are the venue's."""

    listing: Listing
    bank: Bank
    rules: Rules
    ids: Ids
    markets: Mapping[str, Market]
    rates: RateCounters
    now_ns: int
    system: SystemStatus = "online"
    registry: Registry = field(default_factory=Registry)
    timers: Timers = field(default_factory=Timers)
    events: list[Event] = field(default_factory=list)
    # Orders that come of other orders: to be entered, or set off. One after the other, once the one at hand is done.
    work: deque[tuple[Literal["enter", "run"], Order]] = field(default_factory=deque)
    marks_moved: bool = False  # A trade, a fee or a withdrawal since positions were last looked at.

    def tell(self, order: Order, exec_type: ExecType, *, reason: str | None = None, fill: Fill | None = None) -> None:
        """Say one row of a client's executions, with the order as it is now."""
        self.events.append(
            OrderTold(
                order,
                exec_type,
                order.status,
                self.now_ns,
                order.cum_lots,
                order.cum_cost_units,
                order.cum_fee_units,
                reason,
                fill,
                order.shown_lots,
                replace(order.trigger) if exec_type == "status" and order.trigger is not None else None,
            )
        )

    def tell_postings(self) -> None:
        """Say what the bank wrote."""
        for account, entry in self.bank.take_postings():
            self.events.append(Posted(account, entry))

    def market_of(self, order: Order) -> Market:
        """Return the order's market."""
        return self.markets[order.symbol]

    def charge(self, account: Account, symbol: str, *, half_points: int, always: bool = False) -> bool:
        """Count a request of a client; tell whether it may go on."""
        return account.house or self.rates.charge(account, symbol, self.now_ns, half_points=half_points, always=always)
