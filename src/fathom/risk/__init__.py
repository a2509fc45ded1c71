"""Pre-trade checks, limits, circuit breakers."""

from fathom.risk.checks import CHECKS, Proposal, judge
from fathom.risk.limits import Limits
from fathom.risk.risk import Risk

__all__ = ["CHECKS", "Limits", "Proposal", "Risk", "judge"]
