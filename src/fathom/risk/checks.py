"""All pre-trade checks, in the order in which they are asked.

A refusal is a value. Pure. Imports: the checks by theme, limits, proposal. Imported by: risk/risk.
"""

from collections.abc import Callable
from typing import Final

from fathom.risk.account_checks import (
    free_min,
    funds,
    gross_exposure_share_max,
    group_share_max,
    position_share_max,
    valued,
)
from fathom.risk.limits import Limits, SymbolLimits
from fathom.risk.market_checks import book_verified, collar_share_max, spread_share_max, venue_open
from fathom.risk.order_checks import (
    amends_minute_max,
    lawful,
    open_orders_max,
    order_qty_max,
    order_value_max,
    orders_minute_max,
    turnover_day_max,
)
from fathom.risk.proposal import Proposal

Check = Callable[[Proposal, Limits, SymbolLimits], str | None]

# The first refusal is the answer; its name is that of the check.
CHECKS: Final[tuple[Check, ...]] = (
    venue_open,
    book_verified,
    valued,
    lawful,
    spread_share_max,
    collar_share_max,
    order_qty_max,
    order_value_max,
    open_orders_max,
    orders_minute_max,
    amends_minute_max,
    turnover_day_max,
    funds,
    free_min,
    position_share_max,
    group_share_max,
    gross_exposure_share_max,
)
NAMED: Final = tuple((check.__name__, check) for check in CHECKS)


def judge(proposal: Proposal, limits: Limits, own: SymbolLimits) -> tuple[str, str] | None:
    """Return (the limit it would break, by how much), or None where the order may be sent.

    `limits` and `own` are those at the proposal's symbol, as `limits_at` gives them. Reckons in the present context,
    which is to be exact.
    """
    for name, check in NAMED:
        if (detail := check(proposal, limits, own)) is not None:
            return name, detail
    return None
