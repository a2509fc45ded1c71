"""What differs between the two lives of one order, and the one reason for it. docs/compare.md defines each.

What was filled comes first, for it is money; else the difference that came first in time. Pure. Imports: domain,
filling, lives, matching, words. Imported by: comparison.
"""

from collections.abc import Iterator

from fathom.run.comparing.filling import fee_finding, fill_finding
from fathom.run.comparing.finding import Bounds, Finding, apart, ended_by
from fathom.run.comparing.lives import Change, Life
from fathom.run.comparing.matching import matched_changes
from fathom.run.comparing.words import Words


def differing(a: Life, b: Life, *, bounds: Bounds, words: Words) -> Finding | None:
    """Return the difference of a pair; None where it agrees."""
    return fill_finding(a, b, bounds=bounds, words=words) or min(
        _others(a, b, bounds, words), key=lambda found: found.time_ns, default=None
    )


def _others(a: Life, b: Life, bounds: Bounds, words: Words) -> Iterator[Finding]:
    """Yield what differs besides the fills; of what is of one time the first counts."""
    yield from _decided(a, b, bounds, words)
    yield from _refused(a, b)
    yield from _acknowledged(a, b, bounds, words)
    yield from _changed(a, b, bounds, words)
    if (found := fee_finding(a, b)) is not None:
        yield found
    yield from _ended(a, b, bounds, words)


def _decided(a: Life, b: Life, bounds: Bounds, words: Words) -> Iterator[Finding]:
    one, other = a.wanted, b.wanted
    time_ns = min(a.wanted_ns, b.wanted_ns)
    later = words.later(a.wanted_ns, b.wanted_ns)
    said = []
    if a.terms_ticks != b.terms_ticks or one.trigger_ticks != other.trigger_ticks:
        said.append(f"{words.price(a.symbol, a.terms_ticks)} in A, {words.price(b.symbol, b.terms_ticks)} in B")
    if one.qty_lots != other.qty_lots:
        said.append(f"{words.qty(a.symbol, one.qty_lots)} in A, {words.qty(b.symbol, other.qty_lots)} in B")
    kinds = ("order_type", "time_in_force", "post_only", "display_lots", "reduce_only")
    apart_in = [name for name in kinds if getattr(one, name) != getattr(other, name)]
    said += [f"{name} {getattr(one, name)} in A, {getattr(other, name)} in B" for name in apart_in]
    if said:
        yield Finding(
            "price", "decision", time_ns, f"decided at {'; '.join(said)}{later and f', {later}'}", follows=True
        )
    elif apart(a.wanted_ns, b.wanted_ns) > bounds.latency_ns:
        yield Finding("latency", "time", time_ns, f"decided {later}", follows=True)


def _refused(a: Life, b: Life) -> Iterator[Finding]:
    """Risk denied it, or the venue refused it, in one run, or in both with other words."""
    for end, reason, who in (("denied", "limit", "risk denied it"), ("rejected", "rejection", "the venue refused it")):
        ends = [life.end == end for life in (a, b)]
        if not any(ends) or (all(ends) and a.reason == b.reason):
            continue
        if all(ends):
            detail = f"{who}: {a.reason} in A, {b.reason} in B"
        else:
            life = a if ends[0] else b
            detail = f"{who} in {'A' if ends[0] else 'B'} only: {_why(life)}"
        time_ns = min(life.ended_ns or life.wanted_ns for life in (a, b) if life.end == end)
        yield Finding(reason, "end", time_ns, detail, follows=True)  # type: ignore[arg-type]  # Both are reasons.


def _acknowledged(a: Life, b: Life, bounds: Bounds, words: Words) -> Iterator[Finding]:
    if "rejected" in {a.end, b.end} or "denied" in {a.end, b.end}:
        return
    if a.accepted_ns is None or b.accepted_ns is None:
        life = b if a.accepted_ns is None else a
        if life.accepted_ns is not None and not (a.fills or b.fills):
            where = "A" if a.accepted_ns is None else "B"
            yield Finding("latency", "time", life.accepted_ns, f"never acknowledged in {where}", follows=False)
        return
    took = [life.accepted_ns - (life.approved_ns or life.wanted_ns) for life in (a, b) if life.accepted_ns is not None]
    if apart(*took) > bounds.latency_ns:
        said = f"acknowledged after {words.span(took[0])} in A, {words.span(took[1])} in B"
        yield Finding("latency", "time", min(a.accepted_ns, b.accepted_ns), said, follows=False)


def _changed(a: Life, b: Life, bounds: Bounds, words: Words) -> Iterator[Finding]:
    """Yield what differs of the first amend of which anything does."""
    for one, other in matched_changes(a.changes, b.changes, within_ns=bounds.within_ns):
        if one is None or other is None:
            change, where = (one, "A") if one is not None else (other, "B")
            assert change is not None
            said = f"amended to {words.price(a.symbol, change.price_ticks)} in {where} only"
            yield Finding("price", "decision", change.wanted_ns, said, follows=True)
            return
        found = _change_finding(one, other, a.symbol, bounds, words)
        if found is not None:
            yield found
            return


def _change_finding(a: Change, b: Change, symbol: str, bounds: Bounds, words: Words) -> Finding | None:
    time_ns, later = min(a.wanted_ns, b.wanted_ns), words.later(a.wanted_ns, b.wanted_ns)
    if (a.price_ticks, a.qty_lots) != (b.price_ticks, b.qty_lots):
        terms = [f"{words.qty(symbol, one.qty_lots)} at {words.price(symbol, one.price_ticks)}" for one in (a, b)]
        said = f"amended to {terms[0]} in A, {terms[1]} in B{later and f', {later}'}"
        return Finding("price", "decision", time_ns, said, follows=True)
    if apart(a.wanted_ns, b.wanted_ns) > bounds.latency_ns:
        return Finding("latency", "time", time_ns, f"amended {later}", follows=True)
    for state, reason, who in (("denied", "limit", "risk denied"), ("rejected", "rejection", "the venue refused")):
        if (a.state == state) != (b.state == state):
            change, where = (a, "A") if a.state == state else (b, "B")
            said = f"{who} an amend to {words.price(symbol, change.price_ticks)} in {where} only: {change.reason}"
            return Finding(reason, "decision", change.at_ns or time_ns, said, follows=True)  # type: ignore[arg-type]  # Both are reasons.
    if a.at_ns is None or b.at_ns is None:
        if a.at_ns == b.at_ns:
            return None
        where = "A" if a.at_ns is None else "B"
        return Finding("latency", "time", time_ns, f"an amend was never answered in {where}", follows=False)
    took = (a.at_ns - a.wanted_ns, b.at_ns - b.wanted_ns)
    if apart(*took) > bounds.latency_ns:
        said = f"an amend took {words.span(took[0])} in A, {words.span(took[1])} in B"
        return Finding("latency", "time", min(a.at_ns, b.at_ns), said, follows=False)
    return None


def _ended(a: Life, b: Life, bounds: Bounds, words: Words) -> Iterator[Finding]:
    """Yield how a pair that filled alike ended otherwise."""
    if {a.end, b.end} & {"denied", "rejected"}:
        return
    times = [life.ended_ns for life in (a, b) if life.ended_ns is not None]
    if not times or (a.end == b.end == "filled"):
        return
    by = (ended_by(a), ended_by(b))
    if by[0] != by[1]:
        life, where = (a, "A") if by[0] in {"risk", "venue"} or b.end == "open" else (b, "B")
        said = f"{_how(life)} in {where}, {_how(b if life is a else a)} in {'B' if life is a else 'A'}"
        time_ns = life.ended_ns or min(times)
        if "risk" in by:
            yield Finding("limit", "end", time_ns, said, follows=True)
        elif "venue" in by:
            yield Finding("rejection", "end", time_ns, said, follows=True)
        else:
            yield Finding("price", "end", time_ns, said, follows=True)
        return
    asked = [life.cancel_wanted_ns for life in (a, b) if life.cancel_wanted_ns is not None]
    if len(asked) == 2 and apart(*asked) > bounds.latency_ns:
        yield Finding("latency", "end", min(asked), f"its cancel was decided {words.later(*asked)}", follows=True)
    elif len(times) == 2 and apart(*times) > bounds.latency_ns:
        yield Finding("latency", "end", min(times), f"gone {words.later(*times)}", follows=False)


def _why(life: Life) -> str:
    return f"{life.reason} ({life.detail})" if life.detail else life.reason or "no reason was told"


def _how(life: Life) -> str:
    match ended_by(life):
        case "":
            return "still open"
        case "filled":
            return "filled"
        case "risk":
            return f"cancelled by risk ({life.reason})"
        case "venue":
            return f"cancelled by the venue ({life.reason or 'no reason was told'})"
        case _:
            return "cancelled by the strategy"
