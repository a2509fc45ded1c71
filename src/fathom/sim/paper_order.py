"""One order at the venue on paper, from its arrival to its end.

Pure. Imports: domain, fills, triggers. Imported by: sim/paper, sim/paper_records, sim/purse.
"""

from msgspec import Struct

from fathom.domain import OrderWanted, VenueOrder
from fathom.sim.fills import Resting
from fathom.sim.triggers import Trigger


class PaperOrder(Struct):
    """What the venue knows of it. Quantities in lots, prices in ticks."""

    wanted: OrderWanted
    venue_order_id: str
    qty_lots: int
    price_ticks: int | None
    trigger: Trigger | None = None  # While it waits for a price.
    resting: Resting | None = None  # While it stands in a queue.
    fired: bool = False  # Its trigger was reached, and it begins when there is a book to trade on.
    filled_lots: int = 0
    closes: int = 0  # Conditional closes that its fills made.
    ended: str = ""  # filled, canceled or expired.
    ended_ns: int = 0
    reason: str = ""

    @property
    def order_id(self) -> str:
        """Our id of it."""
        return self.wanted.order_id

    @property
    def symbol(self) -> str:
        """The pair."""
        return self.wanted.symbol

    @property
    def left_lots(self) -> int:
        """What could still fill."""
        return self.qty_lots - self.filled_lots

    @property
    def shown_lots(self) -> int:
        """What of that the market sees."""
        display = self.wanted.display_lots
        return self.left_lots if display is None else min(display, self.left_lots)

    def told(self) -> VenueOrder:
        """Return it as the venue tells of it. Its client id is our own id: nothing here needs another."""
        wanted = self.wanted
        status = self.ended or ("partially_filled" if self.filled_lots else "new")
        return VenueOrder(
            order_id=wanted.order_id,
            venue_order_id=self.venue_order_id,
            client_id=wanted.order_id,
            symbol=wanted.symbol,
            side=wanted.side,
            order_type=wanted.order_type,
            price_ticks=self.price_ticks,
            qty_lots=self.qty_lots,
            filled_lots=self.filled_lots,
            status=status,
            reason=self.reason,
        )
