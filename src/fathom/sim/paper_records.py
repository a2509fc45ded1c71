"""What the venue on paper remembers of orders that ended, and of fills: for whoever asks afterwards.

Pure. Imports: domain, paper_order. Imported by: sim/paper.
"""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    VenueFill,
)
from fathom.sim.paper_order import PaperOrder

# Ended orders, and fills, that are remembered; the oldest is forgotten beyond this, and asked for it is absent.
RECORDS_MAX: Final = 20_000


class Records:
    """Ended orders by our id, and all fills, oldest first."""

    def __init__(self) -> None:
        self._ended: dict[str, PaperOrder] = {}
        self._refused: dict[str, str] = {}
        self._fills: deque[tuple[OrderTraded, VenueFill]] = deque(maxlen=RECORDS_MAX)

    def refused(self, order_id: str, reason: str) -> None:
        """Remember an order that was never taken."""
        self._refused[order_id] = reason
        _forget(self._refused)

    def ended(self, order: PaperOrder) -> None:
        """Remember an order that is over."""
        self._ended[order.order_id] = order
        _forget(self._ended)

    def order(self, order_id: str) -> PaperOrder | None:
        """Return an order that is over; None where it is forgotten."""
        return self._ended.get(order_id)

    def filled(self, fill: OrderTraded, *, venue_order_id: str, time_ns: int) -> None:
        """Remember a fill."""
        told = VenueFill(
            order_id=fill.order_id,
            venue_order_id=venue_order_id,
            exec_id=fill.exec_id,
            symbol=fill.symbol,
            side=fill.side,
            price_ticks=fill.price_ticks,
            qty_lots=fill.qty_lots,
            liquidity=fill.liquidity,
            fee=fill.fee,
            fee_asset=fill.fee_asset,
            time_ns=time_ns,
        )
        self._fills.append((fill, told))

    def account(
        self,
        asked: AccountWanted,
        open_orders: Iterable[PaperOrder],
        *,
        balances: tuple[tuple[str, Decimal], ...],
        now_ns: int,
    ) -> AccountSeen:
        """Return the whole account as of now."""
        closed = [
            order
            for order in self._ended.values()
            if order.ended_ns >= asked.since_ns or order.order_id in asked.order_ids
        ]
        return AccountSeen(
            as_of_ns=now_ns,
            source="paper",
            orders=tuple(order.told() for order in open_orders),
            closed=tuple(order.told() for order in closed),
            fills=tuple(told for _, told in self._fills if told.time_ns >= asked.since_ns),
            balances=balances,
        )

    def lookup(self, order_id: str, open_order: PaperOrder | None) -> list[Event]:
        """Return what became of one order, fills first told again; whoever heard of them counts them once."""
        order = open_order or self._ended.get(order_id)
        if order is None:
            refused = self._refused.get(order_id)
            return [OrderAbsent(order_id) if refused is None else OrderRejected(order_id, refused)]
        said: list[Event] = [OrderAccepted(order_id, order.venue_order_id)]
        said += [fill for fill, _ in self._fills if fill.order_id == order_id]
        if order.ended == "filled":
            said.append(OrderFilled(order_id))
        elif order.ended:
            said.append(OrderCanceled(order_id, order.reason))
        return said


def _forget(kept: dict[str, PaperOrder] | dict[str, str]) -> None:
    if len(kept) > RECORDS_MAX:
        del kept[next(iter(kept))]
