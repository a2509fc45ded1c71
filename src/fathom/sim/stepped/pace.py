"""What Kraken lets an account send: transaction counters with what an order's age costs, and how many may be open.

Ours guesses and keeps a reserve for cancels, as the client does live; the venue's counts what reaches it.

Pure. Imports: domain, protocol. Imported by: step_venue, world.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from fathom.domain import AmendApproved, CancelApproved, OrderApproved
from fathom.protocol import budget

TierName = Literal["starter", "intermediate", "pro"]
TIERS: Final[Mapping[TierName, budget.Tier]] = {tier.name: tier for tier in budget.TIERS}
RATE_LIMIT: Final = "EOrder:Rate limit exceeded"
ORDERS_LIMIT: Final = "EOrder:Orders limit exceeded"
NO_ROOM: Final = "rate: no room"

Sent = OrderApproved | AmendApproved | CancelApproved


class Pace:
    """One counter of an account's requests: the venue's own, or the client's guess at it."""

    def __init__(
        self, tier: TierName | budget.Tier, *, symbol_of: Callable[[str], str | None], reserve: int | None = None
    ) -> None:
        """`tier`: by name, or the limits of none that Kraken has; `symbol_of` knows the pair of an order.

        `reserve`, in points: for cancels alone; by default a quarter.
        """
        self.ledger = budget.Ledger(TIERS[tier] if isinstance(tier, str) else tier, reserve=reserve)
        self.refused = 0
        self._symbol_of = symbol_of

    def refusal(self, sent: Sent, now_ns: int) -> str:
        """Count a request; return why it may not be, and is not counted: empty where it may."""
        action = self._action(sent)
        if action.symbol is None:
            return ""  # Of an order that nobody knows: it is refused for that, and costs a cancel nothing.
        charge = self.ledger.take(action, now_ns=now_ns)
        if charge is None:
            self.refused += 1
            return ORDERS_LIMIT if self.ledger.quote(action, now_ns=now_ns).lack == "open_orders" else RATE_LIMIT
        self.ledger.settle(charge, now_ns=now_ns, order_ids=action.orders)
        return ""

    def count(self, sent: Sent, now_ns: int) -> None:
        """Count a request that goes whatever the counter says."""
        action = self._action(sent)
        if action.symbol is not None:
            self.ledger.settle(self.ledger.charge(action, now_ns=now_ns), now_ns=now_ns, order_ids=action.orders)

    def gone(self, order_id: str) -> None:
        """An order is not open any more."""
        self.ledger.gone(order_id)

    def _action(self, sent: Sent) -> budget.Action:
        match sent:
            case OrderApproved():
                return budget.Action(method="add_order", symbol=sent.order.symbol, orders=(sent.order.order_id,))
            case AmendApproved():
                order_id = sent.amend.order_id
                return budget.Action(method="amend_order", symbol=self._symbol_of(order_id), orders=(order_id,))
            case CancelApproved():
                symbol = self._symbol_of(sent.order_id)
                return budget.Action(method="cancel_order", symbol=symbol, orders=(sent.order_id,))
