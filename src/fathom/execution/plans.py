"""Which algorithm serves a want, and what is wrong with a want that none can serve.

Pure. Imports: domain, bracket, chase, iceberg, running, twap. Imported by: execution.
"""

from fathom.domain import AlgoWanted, BracketWanted, Chase, Iceberg, Instrument, Twap
from fathom.execution.bracket import Bracket, exits_of
from fathom.execution.chase import ChasePlan
from fathom.execution.iceberg import IcebergPlan
from fathom.execution.running import Algorithm, Plan, Running
from fathom.execution.sizes import least_lots
from fathom.execution.twap import TwapPlan

# Slices of one plan: more would be one request after the other.
SLICES_MAX = 10_000


def algorithm_of(wanted: AlgoWanted | BracketWanted, *, now_ns: int) -> Algorithm:
    """Return what carries it out. It has no flaw."""
    if isinstance(wanted, BracketWanted):
        return Bracket(wanted)
    plan: Plan
    match wanted.plan:
        case Twap():
            plan = TwapPlan(wanted.plan, begun_ns=now_ns)
        case Iceberg():
            plan = IcebergPlan(wanted.plan)
        case Chase():
            plan = ChasePlan(wanted.plan)
    return Running(wanted, plan)


def flaw_of(wanted: AlgoWanted | BracketWanted, instrument: Instrument | None, *, now_ns: int) -> str:
    """Return what makes no sense of it, empty where nothing does."""
    if instrument is None:
        return "the pair is not known"
    if isinstance(wanted, BracketWanted):
        return _flaw_of_bracket(wanted)
    if wanted.qty_lots < instrument.qty_lots_min:
        return f"{wanted.qty_lots} lots are below the pair's minimum, {instrument.qty_lots_min}"
    match wanted.plan:
        case Twap(duration_ns, slices):
            if duration_ns <= 0 or not 0 < slices <= SLICES_MAX:
                return f"it needs a time above 0 and 1 to {SLICES_MAX} slices, not {duration_ns} ns and {slices}"
        case Iceberg(price_ticks, show_lots):
            if price_ticks <= 0 or price_ticks % instrument.price_increment_ticks:
                return f"the price is not a positive multiple of the tick, {instrument.price_increment_ticks}"
            if show_lots < least_lots(instrument, price_ticks):
                return f"the {show_lots} lots that it shows are below the pair's minimum"
        case Chase(worst_ticks, until_ns):
            if worst_ticks <= 0 or until_ns <= now_ns:
                return "it needs a worst price above 0, and an end that is yet to come"
    return ""


def _flaw_of_bracket(wanted: BracketWanted) -> str:
    exits = exits_of(wanted)
    if not exits:
        return "it has neither a target nor a stop"
    if wanted.at_venue and len(exits) > 1:
        return "the venue's conditional close is one exit: give a target or a stop, not both"
    if wanted.entry.close is not None:
        return "its entry has a conditional close of its own"
    if wanted.entry.qty_lots <= 0:
        return "its entry has no quantity"
    target, stop = wanted.target_ticks, wanted.stop_ticks
    sign = 1 if wanted.entry.side == "buy" else -1
    if target is not None and stop is not None and sign * (target - stop) <= 0:
        return "its target and its stop are on the wrong sides of each other"
    if wanted.stop_limit_ticks is not None and stop is None:
        return "it has a limit for a stop that it has not"
    if any(ticks is not None and ticks <= 0 for ticks in (target, stop, wanted.stop_limit_ticks)):
        return "a price of it is not above 0"
    return ""
