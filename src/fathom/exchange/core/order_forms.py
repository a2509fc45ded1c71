"""What goes with which type of order: the table of websocket-v2.md 8.1, and what follows from it.

Pure. Imports: protocol's words. Imported by: core.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from fathom.protocol.messages import OrderSide, WireOrderType, WireTimeInForce


class OrderForm(Struct, frozen=True, kw_only=True):
    """One type of order."""

    limit: bool = False  # Has a limit price.
    trigger: bool = False  # Waits for a price first.
    trailing: bool = False  # Which follows the market.
    above_for_buy: bool = True  # Whether a buy waits for a price above; a sell for one below. Or the other way round.
    display: bool = False
    times: frozenset[WireTimeInForce] = frozenset(("gtc", "gtd"))


FORMS: Final[Mapping[WireOrderType, OrderForm]] = {
    "market": OrderForm(times=frozenset(("gtc", "ioc"))),
    "limit": OrderForm(limit=True, times=frozenset(("gtc", "gtd", "ioc", "fok"))),
    "iceberg": OrderForm(limit=True, display=True),
    "stop-loss": OrderForm(trigger=True),
    "stop-loss-limit": OrderForm(trigger=True, limit=True),
    "take-profit": OrderForm(trigger=True, above_for_buy=False),
    "take-profit-limit": OrderForm(trigger=True, limit=True, above_for_buy=False),
    "trailing-stop": OrderForm(trigger=True, trailing=True),
    "trailing-stop-limit": OrderForm(trigger=True, trailing=True, limit=True),
    "settle-position": OrderForm(times=frozenset(("gtc",))),
}
CONDITIONAL_TYPES: Final = frozenset(FORMS) - {"market", "iceberg", "settle-position"}


def waits_above(order_type: WireOrderType, side: OrderSide) -> bool:
    """Tell whether such an order is set off by a price at or above its trigger, or else by one at or below."""
    return FORMS[order_type].above_for_buy == (side == "buy")
