"""The orders that one algorithm made, and the most that they may come to.

An order counts from the moment it is wanted, an amend too: between a want and risk's word on it other news may come.

Pure. Imports: domain, orders. Imported by: work.
"""

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendWanted,
    ClosePlaced,
    Happening,
    OrderApproved,
    OrderDenied,
    OrderWanted,
)
from fathom.orders import FINAL, Order, OrderTable, order_id_of


class Children:
    """A replica of the algorithm's own orders. Quantities in lots."""

    def __init__(self) -> None:
        self._table = OrderTable()
        self._wanted: dict[str, OrderWanted] = {}  # Said, and not yet judged.
        self._amends: dict[str, AmendWanted] = {}
        self._untold: dict[str, int] = {}  # Filled by the venue's word, fills not yet told.
        self._told = 0

    @property
    def filled_lots(self) -> int:
        """What was filled, counting what the venue calls filled but has not told fill by fill."""
        return self._told + sum(self._untold.values())

    @property
    def worst_lots(self) -> int:
        """What all of them may come to: filled, open whichever amend is taken, and wanted."""
        return (
            self.filled_lots
            + sum(order.qty_lots for order in self._wanted.values())
            + sum(self.left_worst_lots(order) for order in self._table.open())
        )

    @property
    def idle(self) -> bool:
        """Whether nothing is open, on its way, or not known to have ended."""
        return not self._wanted and not self._table.open()

    @property
    def judging(self) -> bool:
        """Whether an order was wanted and not yet judged."""
        return bool(self._wanted)

    def open(self) -> list[Order]:
        """Return those that may still fill, oldest first."""
        return self._table.open()

    def ours(self, order_id: str) -> bool:
        """Whether this is one of them."""
        return order_id in self._wanted or self._table.get(order_id) is not None

    def left_lots(self, order_id: str) -> int:
        """Return what one of them could still fill."""
        order = self._table.get(order_id)
        return 0 if order is None else order.left_lots

    def left_worst_lots(self, order: Order) -> int:
        """Return what an order may still fill, whichever of its amends is taken, those not yet judged too."""
        amend = self._amends.get(order.order_id)
        left = order.left_lots_worst
        return left if amend is None else max(left, amend.qty_lots - order.filled_lots)

    def may_change(self, order: Order) -> bool:
        """Whether an amend may be asked for: the order is known to rest, and no other change is on its way."""
        return order.state == "open" and not order.changing and order.order_id not in self._amends

    def want(self, order: OrderWanted) -> OrderWanted:
        """Note an order that is about to be said."""
        self._wanted[order.order_id] = order
        return order

    def want_amend(self, amend: AmendWanted) -> AmendWanted:
        """Note an amend that is about to be said."""
        self._amends[amend.order_id] = amend
        return amend

    def apply(self, event: Happening) -> Order | None:
        """Take news of one of them in; return the order, None where it never became one."""
        order_id = order_id_of(event)
        match event:
            case OrderDenied():
                self._wanted.pop(event.order_id, None)
                return None
            case AmendDenied():
                self._amends.pop(event.order_id, None)
                return self._table.get(event.order_id)
            case OrderApproved() | ClosePlaced():
                self._wanted.pop(event.order.order_id, None)
            case AmendApproved():
                self._amends.pop(event.amend.order_id, None)
            case _:
                pass
        known = None if order_id is None else self._table.get(order_id)
        before = 0 if known is None else known.filled_lots
        order = self._table.apply(event)
        if order is None:
            return None
        self._told += order.filled_lots - before
        if order.untold_lots:
            self._untold[order.order_id] = order.untold_lots
        else:
            self._untold.pop(order.order_id, None)
        if order.state in FINAL:
            self._amends.pop(order.order_id, None)
        return order
