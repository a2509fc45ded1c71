"""The common form of every event, and the words that several kinds share.

Pure. Imports: nothing of ours. Imported by: every file of events.
"""

from typing import Literal

from msgspec import Struct

Side = Literal["buy", "sell"]
OrderType = Literal[
    "limit", "market", "stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit", "trailing-stop"
]
TimeInForce = Literal["gtc", "ioc", "fok", "gtd"]
Liquidity = Literal["maker", "taker"]
VenueStatus = Literal["online", "post_only", "limit_only", "cancel_only", "maintenance"]


class Happening(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The common form of every event: an immutable array, told apart by its name."""
