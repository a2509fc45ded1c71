"""Which fields go with which order type: the table of websocket-v2.md 8.1, as a table.

Pure. Imports: messages. Imported by: order.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from fathom.protocol.messages import WireOrderType, WireTimeInForce

LimitPrice = Literal["none", "price", "offset"]
Trigger = Literal["none", "stop", "profit", "trailing"]


class OrderTypeRow(Struct, frozen=True, kw_only=True):
    """What an order type needs and allows. What is needed must be there, what is not must be absent."""

    limit_price: LimitPrice = "none"  # `offset`: from the trigger price, and may be relative.
    trigger: Trigger = "none"  # Tells also on which side of the market a relative price lies.
    display_qty: bool = False
    post_only: bool = False
    time_in_force: tuple[WireTimeInForce, ...] = ()
    secondary: bool = False  # May be the `conditional` of another order.


_RESTING: Final[tuple[WireTimeInForce, ...]] = ("gtc", "gtd")

ORDER_TYPES: Final[Mapping[WireOrderType, OrderTypeRow]] = {
    "market": OrderTypeRow(time_in_force=("gtc", "ioc")),
    "limit": OrderTypeRow(
        limit_price="price", post_only=True, time_in_force=("gtc", "gtd", "ioc", "fok"), secondary=True
    ),
    "iceberg": OrderTypeRow(limit_price="price", display_qty=True, post_only=True, time_in_force=_RESTING),
    "stop-loss": OrderTypeRow(trigger="stop", time_in_force=_RESTING, secondary=True),
    "stop-loss-limit": OrderTypeRow(
        limit_price="price", trigger="stop", post_only=True, time_in_force=_RESTING, secondary=True
    ),
    "take-profit": OrderTypeRow(trigger="profit", time_in_force=_RESTING, secondary=True),
    "take-profit-limit": OrderTypeRow(
        limit_price="price", trigger="profit", post_only=True, time_in_force=_RESTING, secondary=True
    ),
    "trailing-stop": OrderTypeRow(trigger="trailing", time_in_force=_RESTING, secondary=True),
    "trailing-stop-limit": OrderTypeRow(
        limit_price="offset", trigger="trailing", post_only=True, time_in_force=_RESTING, secondary=True
    ),
    "settle-position": OrderTypeRow(),
}
