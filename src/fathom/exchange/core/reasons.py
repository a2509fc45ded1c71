"""Why the venue says no, and why an order ended: Kraken's texts (errors.md 3 to 7, websocket-v2.md 7.1).

A refusal is the engine's own, as REST has it; a door that words one otherwise maps it. Of the reasons only `User
requested`, `Order replaced` and `Post only order` are known from Kraken. The others are the matching error without its
prefix, or plausible.

Pure. Imports: bank. Imported by: core.
"""

from typing import Final

from fathom.exchange.bank import Refusal

UNKNOWN_PAIR: Final = Refusal("EQuery:Unknown asset pair")
UNAVAILABLE: Final = Refusal("EService:Unavailable")
BUSY: Final = Refusal("EService:Busy")
CANCEL_ONLY: Final = Refusal("EService:Market in cancel_only mode")
POST_ONLY_MODE: Final = Refusal("EService:Market in post_only mode")
LIMIT_ONLY_MODE: Final = Refusal("EService:Market in limit_only mode")
CANNOT_OPEN: Final = Refusal("EOrder:Cannot open position")
DEADLINE_ELAPSED: Final = Refusal("EService:Deadline elapsed")
RATE_LIMIT: Final = Refusal("EOrder:Rate limit exceeded")
ORDERS_LIMIT: Final = Refusal("EOrder:Orders limit exceeded")
UNKNOWN_ORDER: Final = Refusal("EOrder:Unknown order")
NOT_EDITABLE: Final = Refusal("EOrder:Order not editable")
NOT_ENOUGH_LEAVES: Final = Refusal("EOrder:Not enough leaves qty")
INVALID_PRICE: Final = Refusal("EOrder:Invalid price")
TICK_SIZE: Final = Refusal("EOrder:Tick size check failed")
ORDER_MINIMUM: Final = Refusal("EOrder:Order minimum not met")
COST_MINIMUM: Final = Refusal("EOrder:Cost minimum not met")
POST_ONLY_REFUSED: Final = Refusal("EOrder:Post only order")
NO_POSITION: Final = Refusal("EOrder:Reduce only:No position exists")
NO_INDEX: Final = Refusal("EGeneral:Invalid arguments:Index unavailable")
NOTHING_ASKED: Final = Refusal("EGeneral:Invalid arguments")

USER: Final = "User requested"
REPLACED: Final = "Order replaced"
POST_ONLY: Final = "Post only order"
SELF_TRADE: Final = "Self trade prevention"
NO_FUNDS: Final = "Insufficient funds"
NO_LIQUIDITY: Final = "Insufficient liquidity"  # A market order's rest.
IMMEDIATE: Final = "Immediate or cancel"
FILL_OR_KILL: Final = "Fill or kill"
EXPIRED: Final = "Order expired"
POSITION_CLOSED: Final = "Reduce only:Position is closed"
SWITCHED_OFF: Final = "Dead man's switch"
DELISTED: Final = "Market delisted"
RESCALED: Final = "Precision changed"


def invalid(field: str) -> Refusal:
    """Return the refusal of one argument. Its names are REST's, which the engine's texts use on every door."""
    return Refusal(f"EGeneral:Invalid arguments:{field}")


def reason_of(refusal: Refusal) -> str:
    """Return a refusal as the reason for which an accepted order ended."""
    return refusal.error.partition(":")[2]
