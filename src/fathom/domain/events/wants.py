"""What strategies want.

Pure. Imports: base. Imported by: decisions, union.
"""

from typing import Literal

from msgspec import Struct

from fathom.domain.events.base import Happening, OrderType, Side, TimeInForce


class Close(Struct, frozen=True, array_like=True, gc=False):
    """A conditional close: the opposite order that the venue itself places when the first one fills."""

    order_type: OrderType
    price_ticks: int | None = None
    trigger_ticks: int | None = None


class OrderWanted(Happening, frozen=True, tag=True):
    """An order that a strategy wants. `price_ticks` is None for a market order."""

    order_id: str
    symbol: str
    side: Side
    order_type: OrderType
    qty_lots: int
    price_ticks: int | None = None
    time_in_force: TimeInForce = "gtc"
    post_only: bool = False
    trigger_ticks: int | None = (
        None  # Of a stop or a take-profit, told by the last trade; of a trailing stop, its distance.
    )
    display_lots: int | None = None  # What an iceberg shows at a time.
    expire_ns: int | None = None  # Of `gtd`.
    close: Close | None = None  # What Kraken places for each fill of this order.
    reduce_only: bool = False
    on_behalf: str = ""  # Of an order that risk makes: the strategy whose position it closes; empty: its own author's.

    @property
    def signed_lots(self) -> int:
        """Quantity with the sign of its side."""
        return self.qty_lots if self.side == "buy" else -self.qty_lots


class AmendWanted(Happening, frozen=True, tag=True):
    """A new price and total quantity for an open order. `post_only`: refused where the new price would take.

    Of a stop or a take-profit at the market, which has no limit price, `price_ticks` is the new trigger; of a trailing
    stop its new distance.
    """

    order_id: str
    price_ticks: int
    qty_lots: int
    post_only: bool = False


class CancelWanted(Happening, frozen=True, tag=True):
    """An open order that a strategy wants gone."""

    order_id: str


class TimerWanted(Happening, frozen=True, tag=True):
    """Wake me at `at_ns`."""

    owner: str
    timer: str
    at_ns: int


class BracketWanted(Happening, frozen=True, tag=True):
    """An entry, and for what of it fills a target and a stop of which one cancels the other.

    `entry.order_id` names the whole: `execution` keeps both exits, under ids that begin with it.
    """

    entry: OrderWanted
    target_ticks: int | None
    stop_ticks: int | None  # The trigger.
    stop_limit_ticks: int | None = None  # The stop's limit; None: at the market.
    at_venue: bool = False  # Of a single exit: Kraken's own conditional close, one order for each fill of the entry.


class Twap(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The quantity in equal slices over a time; what of a slice is not filled at its end is taken."""

    duration_ns: int
    slices: int
    aggressive: bool = False  # Take at once, instead of resting first.


class Iceberg(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """One visible piece at a time at a limit price, the next when it is filled."""

    price_ticks: int
    show_lots: int


class Chase(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A post-only order that follows the best price of its side, no further than `worst_ticks`, until `until_ns`."""

    worst_ticks: int
    until_ns: int
    then: Literal["cancel", "take"] = "cancel"


class AlgoWanted(Happening, frozen=True, tag=True):
    """A quantity to be bought or sold by a plan. `algo_id` begins every order id that `execution` makes for it."""

    algo_id: str
    symbol: str
    side: Side
    qty_lots: int
    plan: Twap | Iceberg | Chase


class AlgoStopWanted(Happening, frozen=True, tag=True):
    """End an algorithm or a bracket: its open orders are cancelled, what is filled stays."""

    algo_id: str


class AlgoEnded(Happening, frozen=True, tag=True):
    """Said by `execution`: nothing of it is open any more."""

    algo_id: str
    filled_lots: int
    reason: str
