"""What open orders hold of each asset: it is still ours, and already promised.

Pure. Imports: domain, lots. Imported by: the room's front door.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from fathom.domain import EXACT, Instrument, Side
from fathom.portfolio.lots import ZERO


class OpenOrder(Protocol):
    """What is asked of an order; `orders` has it so."""

    @property
    def symbol(self) -> str:
        """The pair."""

    @property
    def side(self) -> Side:
        """Buy or sell."""

    @property
    def left_lots(self) -> int:
        """What could still fill."""

    @property
    def price_ticks(self) -> int | None:
        """None: a market order, which holds what nobody knows before it fills."""


def held_by_orders(
    orders: Iterable[OpenOrder], instruments: Mapping[str, Instrument], *, fee_share: Decimal = ZERO
) -> dict[str, Decimal]:
    """Return what open orders hold, by asset: a sale its quantity, a purchase its cost and a fee of `fee_share` of it.

    Kraken takes fees in quote currency by default. A market purchase holds nothing here.
    """
    held: dict[str, Decimal] = {}
    for order in orders:
        instrument = instruments[order.symbol]
        if order.side == "sell":
            asset, amount = instrument.base, instrument.qty(order.left_lots)
        elif order.price_ticks is not None:
            cost = instrument.cost(price_ticks=order.price_ticks, qty_lots=order.left_lots)
            asset, amount = instrument.quote, EXACT.multiply(cost, EXACT.add(Decimal(1), fee_share))
        else:
            continue
        held[asset] = EXACT.add(held.get(asset, ZERO), amount)
    return held
