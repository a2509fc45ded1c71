"""Checks of the market that an order would meet: venue, book, spread, price.

Each is a pure function of a proposal and the limits at its symbol; what it returns says by how much it is refused.

Pure. Imports: amounts, limits, proposal. Imported by: risk/checks.
"""

from decimal import Decimal
from typing import Final

from fathom.risk.amounts import price_of
from fathom.risk.limits import Limits, SymbolLimits
from fathom.risk.proposal import Proposal
from fathom.risk.wording import percent

NS_PER_SECOND: Final = 1_000_000_000
# What takes no new order. Reducing a margin position is none of our trades, so `reduce_only` is closed to us.
CLOSED: Final = frozenset({"cancel_only", "delisted", "maintenance", "work_in_progress", "reduce_only"})


def venue_open(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """The venue takes such orders, of this pair too (websocket-v2.md 5.1 and 6.5)."""
    venue, pair = proposal.venue_status, proposal.instrument.status
    if venue == "online" == pair:
        return None
    for who, status in (("the venue", venue), (proposal.instrument.symbol, pair)):
        if status in CLOSED:
            return f"{who} is {status}"
        if status == "limit_only" and proposal.wanted.order_type != "limit":
            return f"{who} is limit_only and takes no {proposal.wanted.order_type} order"
        if status == "post_only" and not proposal.post_only:
            return f"{who} is post_only and takes no order that may take"
    return None


def book_verified(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """The book verified, has two sides, holds the order, and is not stale."""
    if not proposal.book_trusted:
        return f"the book is not verified: {proposal.book_reason or 'no snapshot yet'}"
    if proposal.mid is None:
        return "a side of the book is empty"
    if proposal.worst_ticks is None:
        return "the book does not hold what the order takes at once"
    age_ns = proposal.now_ns - proposal.book_moved_ns
    if age_ns > limits.book_age_s_max * NS_PER_SECOND:
        return f"the book last moved {age_ns / NS_PER_SECOND:.1f} s ago, more than {limits.book_age_s_max} s"
    return None


def spread_share_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """The best prices are not so far apart that the mid means nothing. What reduces passes."""
    mid, spread_ticks = proposal.mid, proposal.spread_ticks
    if not proposal.adds or mid is None or spread_ticks is None:
        return None
    spread = price_of(proposal.instrument, spread_ticks)
    if spread > limits.spread_share_max * mid:
        return f"the spread is {percent(spread, mid)} of the mid, more than {limits.spread_share_max:.2%}"
    return None


def collar_share_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No price too far on the wrong side of the mid, or of the trigger: a bid too high, an ask too low."""
    ticks, start = proposal.worst_ticks, proposal.start_twice
    if ticks is None:
        return None  # `book_verified` has refused it.
    wrong = 2 * ticks - start if proposal.wanted.side == "buy" else start - 2 * ticks
    if wrong > 0 and wrong > start * limits.collar_share_max:
        where = "the mid" if proposal.wanted.trigger_ticks is None else "where it triggers"
        away = percent(Decimal(wrong), Decimal(start))
        return f"the price is {away} beyond {where}, more than {limits.collar_share_max:.2%}"
    return None
