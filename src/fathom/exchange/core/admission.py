"""What a market lets in: by the engine's state and the pair's.

Pure. Imports: market, order, reasons, ticket. Imported by: intake, amending, cancelling.
"""

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.market import Market
from fathom.protocol.messages import OrderSide, WireOrderType


def refuse_new(
    market: Market, *, order_type: WireOrderType, side: OrderSide, post_only: bool, reduces: bool, on_margin: bool
) -> Refusal | None:
    """Return why a new order may not come in now. Called where the market is not online."""
    mode = market.mode
    if mode == "delisted":
        return reasons.UNKNOWN_PAIR
    if mode == "maintenance":
        return reasons.UNAVAILABLE
    if mode == "cancel_only":
        return reasons.CANCEL_ONLY
    if mode == "post_only" and not (post_only and order_type in {"limit", "iceberg"}):
        return reasons.POST_ONLY_MODE
    if mode == "limit_only" and order_type not in {"limit", "iceberg"}:
        return reasons.LIMIT_ONLY_MODE
    # A pair in reduce_only lets go of what somebody has: positions are reduced, coins are sold.
    if mode == "reduce_only" and not (reduces or (not on_margin and side == "sell")):
        return reasons.CANNOT_OPEN
    return None


def refuse_cancel(market: Market) -> Refusal | None:
    """Return why nothing may be cancelled now."""
    return reasons.UNAVAILABLE if market.mode == "maintenance" else None


def refuse_amend(market: Market) -> Refusal | None:
    """Return why nothing may be amended now, whatever it is."""
    if market.mode in {"maintenance", "delisted"}:
        return reasons.UNAVAILABLE
    return reasons.CANCEL_ONLY if market.mode == "cancel_only" else None
