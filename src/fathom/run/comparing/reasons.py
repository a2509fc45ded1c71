"""The difference of every pair: what both runs say of an order, or why one of them never wanted it.

Pure. Imports: differing, finding, lives, matching, words. Imported by: comparison.
"""

from collections.abc import Sequence

from msgspec import Struct

from fathom.run.comparing.differing import differing
from fathom.run.comparing.finding import Bounds, Finding
from fathom.run.comparing.lives import Life, Spell
from fathom.run.comparing.matching import Pair
from fathom.run.comparing.words import Words


class Difference(Struct):
    """A pair that does not agree. `cause` is the place of the first cause in the list of differences."""

    pair: Pair
    finding: Finding
    cause: int | None = None


class Around:
    """What held around the orders of both runs."""

    def __init__(self, a: Sequence[Spell], b: Sequence[Spell]) -> None:
        self._spells = {"A": a, "B": b}

    def only_in(self, name: str, symbol: str, time_ns: int) -> list[Spell]:
        """Return what held for a symbol in that run, and not in the other one."""
        other = "B" if name == "A" else "A"
        there = {spell.kind for spell in self._spells[other] if spell.holds(symbol, time_ns)}
        return [one for one in self._spells[name] if one.holds(symbol, time_ns) and one.kind not in there]

    def told(self, symbol: str, time_ns: int) -> str:
        """Return in words what held in one of the runs only; empty where nothing did."""
        return "; ".join(
            f"{'halted by ' if spell.kind == 'halt' else ''}{spell.what} in {name} only"
            for name in ("A", "B")
            for spell in self.only_in(name, symbol, time_ns)
        )


def finding_of(pair: Pair, *, bounds: Bounds, words: Words, around: Around) -> Finding | None:
    """Return what is to be said of a pair; None where it agrees."""
    a, b = pair.a, pair.b
    if a is not None and b is not None:
        found = differing(a, b, bounds=bounds, words=words)
        if found is None or found.reason not in {"price", "latency"}:
            return found
        return _with(found, around.told(pair.life.symbol, found.time_ns))
    if a is not None:
        return _unmatched(a, "A", "B", around)
    assert b is not None
    return _unmatched(b, "B", "A", around)


def _unmatched(life: Life, name: str, other: str, around: Around) -> Finding:
    halts = [spell for spell in around.only_in(other, life.symbol, life.wanted_ns) if spell.kind == "halt"]
    if halts:
        detail = f"never wanted in {other}, which was halted by {halts[0].what}"
        return Finding("limit", "order", life.wanted_ns, detail, follows=True)
    reason = "only in A" if name == "A" else "only in B"
    found = Finding(reason, "order", life.wanted_ns, f"never wanted in {other}", follows=True)  # type: ignore[arg-type]  # Both are reasons.
    return _with(found, around.told(life.symbol, life.wanted_ns))


def _with(found: Finding, more: str) -> Finding:
    detail = f"{found.detail} ({more})" if more else found.detail
    return Finding(found.reason, found.what, found.time_ns, detail, follows=found.follows)
