"""What our own fills brought in, by strategy and asset: what there is to sell when all is to be sold.

Fees count where they are taken, so that nobody sells more than came in. Pure. Imports: domain, amounts. Imported by:
risk/account.
"""

from decimal import Decimal

from fathom.domain import Instrument, OrderTraded
from fathom.risk.amounts import ZERO


class Holdings:
    """Amounts since the start of the run; below zero: sold or spent out of what was there before."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], Decimal] = {}  # (strategy, asset) -> amount.
        self.total: dict[str, Decimal] = {}

    def take_in(self, fill: OrderTraded, instrument: Instrument, *, owner: str) -> None:
        """Count one fill that was not told before."""
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        qty = instrument.qty(fill.qty_lots)
        bought = fill.side == "buy"
        self._post(owner, instrument.base, qty, up=bought)
        self._post(owner, instrument.quote, cost, up=not bought)
        if fill.fee:
            self._post(owner, fill.fee_asset, fill.fee, up=False)

    def _post(self, owner: str, asset: str, amount: Decimal, *, up: bool) -> None:
        change = amount if up else -amount
        self.of[owner, asset] = self.of.get((owner, asset), ZERO) + change
        self.total[asset] = self.total.get(asset, ZERO) + change


def owner_of(order_id: str) -> str:
    """Return whose order an id is: every id begins with its strategy's name."""
    return order_id.partition("-")[0]
