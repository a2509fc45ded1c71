"""Which difference follows from which: as long as two runs are not in the same state, what they decide may differ.

A strategy's state in a symbol is apart from its first difference on, until its inventory is the same in both runs,
every order that differed has ended, and the bound of time has passed. What is decided otherwise in that time follows
from the first difference. Pure. Imports: finding, lives, matching, reasons. Imported by: comparison.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final

from msgspec import Struct

from fathom.run.comparing.finding import Bounds
from fathom.run.comparing.lives import Life
from fathom.run.comparing.matching import Pair
from fathom.run.comparing.reasons import Difference

Place = tuple[str, str]  # Strategy and symbol.
HAPPENED: Final = frozenset({"fills", "fee", "end"})


class _Apart(Struct):
    """A place whose two states are apart: since which difference, and until when."""

    root: int
    since_ns: int
    happened: bool  # The first difference was the venue's doing: what is decided at that very moment follows from it.
    until_ns: int


class Inventories:
    """Where the inventory of a strategy in a symbol differs between two runs: stretches of time."""

    def __init__(self, pairs: Iterable[Pair], *, end_ns: int) -> None:
        moves: dict[Place, list[tuple[int, int]]] = defaultdict(list)
        for pair in pairs:
            for life, sign in ((pair.a, 1), (pair.b, -1)):
                if life is not None:
                    signed = sign if life.side == "buy" else -sign
                    moves[life.strategy, life.symbol] += [(one.time_ns, signed * one.qty_lots) for one in life.fills]
        self._stretches = {place: _stretches(made, end_ns) for place, made in moves.items()}

    def same_from(self, place: Place, time_ns: int) -> int:
        """Return from when on, at or after this time, the inventories are the same; the time itself where they are."""
        stretches = self._stretches.get(place, [])
        at = bisect_right(stretches, time_ns, key=itemgetter(0)) - 1
        return max(time_ns, stretches[at][1]) if at >= 0 else time_ns

    def next_apart(self, place: Place, time_ns: int) -> int | None:
        """Return when they differ next, after this time."""
        stretches = self._stretches.get(place, [])
        at = bisect_right(stretches, time_ns, key=itemgetter(0))
        return stretches[at][0] if at < len(stretches) else None


def tell_causes(differences: list[Difference], pairs: Sequence[Pair], *, bounds: Bounds, end_ns: int) -> None:
    """Put the differences in order of time, and name the first cause of each that follows from one."""
    differences.sort(
        key=lambda one: (
            one.finding.time_ns,
            one.finding.what not in HAPPENED,
            one.pair.life.strategy,
            one.pair.life.symbol,
        )
    )
    inventories = Inventories(pairs, end_ns=end_ns)
    apart: dict[Place, _Apart] = {}
    for number, one in enumerate(differences):
        life, time_ns = one.pair.life, one.finding.time_ns
        place = (life.strategy, life.symbol)
        open_apart = {where: it for where, it in apart.items() if time_ns <= it.until_ns}
        if one.finding.follows:
            one.cause = _cause(open_apart, place, time_ns, everywhere=one.finding.reason == "limit")
        until_ns = _until(inventories, place, _last_ns(one, end_ns), bounds.within_ns)
        known = open_apart.get(place)
        if known is None:
            root = number if one.cause is None else one.cause
            open_apart[place] = _Apart(root, time_ns, one.finding.what in HAPPENED, until_ns)
        else:
            known.until_ns = max(known.until_ns, until_ns)
        apart = open_apart


def _cause(apart: dict[Place, _Apart], place: Place, time_ns: int, *, everywhere: bool) -> int | None:
    """Return the first cause: of the same symbol, else of the same strategy, else, for what risk says, of any.

    What was decided at the same moment was decided together: neither follows from the other.
    """
    here = [it for where, it in apart.items() if where == place]
    strategy = [it for where, it in apart.items() if where[0] == place[0]]
    for candidates in (here, strategy, list(apart.values()) if everywhere else []):
        before = [it for it in candidates if it.since_ns < time_ns or (it.happened and it.since_ns == time_ns)]
        if before:
            return min(it.root for it in before)
    return None


def _last_ns(one: Difference, end_ns: int) -> int:
    """Return when the last of both orders was gone; the end of what was read where one is open."""
    lives: list[Life] = [life for life in (one.pair.a, one.pair.b) if life is not None]
    ended = [end_ns if life.ended_ns is None else life.ended_ns for life in lives]
    return max(one.finding.time_ns, *ended)


def _until(inventories: Inventories, place: Place, time_ns: int, within_ns: int) -> int:
    """Return until when a state may be apart that was so at this time."""
    until_ns = inventories.same_from(place, time_ns) + within_ns
    while (again_ns := inventories.next_apart(place, until_ns - within_ns)) is not None and again_ns <= until_ns:
        until_ns = inventories.same_from(place, again_ns) + within_ns
    return until_ns


def _stretches(moves: list[tuple[int, int]], end_ns: int) -> list[tuple[int, int]]:
    """Return where the sum of the moves is not 0."""
    stretches: list[tuple[int, int]] = []
    held, since_ns = 0, 0
    for time_ns, lots in sorted(moves, key=itemgetter(0)):
        before, held = held, held + lots
        if not before and held:
            since_ns = time_ns
        elif before and not held and time_ns > since_ns:
            stretches.append((since_ns, time_ns))
    if held:
        stretches.append((since_ns, max(end_ns, since_ns)))
    return stretches
