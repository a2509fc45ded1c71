"""Pre-trade checks, limits, circuit breakers."""

from fathom.risk.breakers import BREAKERS, Breaker, Breakers, Tripped
from fathom.risk.checks import CHECKS, Check, judge
from fathom.risk.limits import Group, Limits, SymbolLimits, changed_limits, limits_at, limits_json
from fathom.risk.proposal import GroupWorth, Proposal
from fathom.risk.risk import REASONS, Risk

__all__ = [
    "BREAKERS",
    "CHECKS",
    "REASONS",
    "Breaker",
    "Breakers",
    "Check",
    "Group",
    "GroupWorth",
    "Limits",
    "Proposal",
    "Risk",
    "SymbolLimits",
    "Tripped",
    "changed_limits",
    "judge",
    "limits_at",
    "limits_json",
]
