"""Checks of the account after an order: what it binds, and what the account would be exposed to.

Each is a pure function of a proposal and the limits at its symbol, as in market_checks.

Pure. Imports: amounts, limits, proposal. Imported by: risk/checks.
"""

from decimal import Decimal

from fathom.risk.amounts import ZERO
from fathom.risk.limits import Limits, SymbolLimits
from fathom.risk.proposal import Proposal
from fathom.risk.wording import percent


def valued(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """The pair's quote currency has a price in the account's currency, in which the limits are told."""
    if proposal.rate is None:
        return f"no pair tells what a {proposal.instrument.quote} is worth, so the limits cannot be applied"
    return None


def funds(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """The account holds what the order and all open orders may give; spot never sells what it has not."""
    needed = proposal.bound_given + proposal.given
    if proposal.grows and needed > proposal.held_given:
        return f"{needed:f} {proposal.gives} would be bound and {proposal.held_given:f} is held"
    return None


def free_min(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """So much of the asset stays free."""
    least = limits.free_min.get(proposal.gives)
    if least is None or not proposal.grows:
        return None
    free = proposal.held_given - proposal.bound_given - proposal.given
    if free < least:
        return f"{free:f} {proposal.gives} would stay free, less than {least:f}"
    return None


def position_share_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """Were all our orders filled, what the order takes is not worth more than its share of equity.

    Taking the account's own currency is always allowed.
    """
    if not proposal.adds:
        return None
    price = proposal.taken_price
    if price is None:
        return _unvalued(proposal)
    return _over(proposal, proposal.after_taken * price, limits.position_share_max, "the position")


def group_share_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """Nor is all that moves together with it."""
    if not proposal.adds:
        return None
    for group in proposal.groups:
        if group.exposure is None:
            return _unvalued(proposal)
        worth = group.exposure + _added(proposal)
        if refusal := _over(proposal, worth, group.share_max, f"the group {group.name}"):
            return refusal
    return None


def gross_exposure_share_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """Nor is all together but the account's currency."""
    if not proposal.adds:
        return None
    if proposal.gross is None:
        return _unvalued(proposal)
    return _over(proposal, proposal.gross + _added(proposal), limits.gross_exposure_share_max, "the exposure")


def _unvalued(proposal: Proposal) -> str:
    why = f": no verified book tells what a {proposal.unpriced} is worth" if proposal.unpriced else ""
    return f"the account cannot be valued now{why}"


def _added(proposal: Proposal) -> Decimal:
    return proposal.taken * (proposal.taken_price or ZERO)


def _over(proposal: Proposal, worth: Decimal, share_max: Decimal, what: str) -> str | None:
    equity = proposal.equity
    if equity is None or equity <= 0:
        return _unvalued(proposal)
    if worth > share_max * equity:
        return f"{what} would be {percent(worth, equity)} of equity, more than {share_max:.2%}"
    return None
