"""Who is whose partner: the orders of two runs, by strategy, symbol and side, in order and near in time and terms.

Ids do not say it: they hold places in the log, which differ. Pure. Imports: domain, alignment, lives. Imported by:
comparing/differing, comparing/comparison.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from fathom.domain import Side
from fathom.run.comparing.alignment import GAP, align
from fathom.run.comparing.lives import Change, Life

# What of a gap each distance costs at most. The sum is a little above two gaps: what is far in everything is no pair.
TIME_COST: Final = 800  # At the bound of time.
PRICE_COST: Final = 600  # At a hundredth of the price.
QTY_COST: Final = 300  # Where one quantity is nothing beside the other.
KIND_COST: Final = 400  # Another order type, time in force, or post-only: as much as half the time.
PRICE_SHARE: Final = 100  # One part in so many is far.

assert TIME_COST + PRICE_COST + QTY_COST + KIND_COST > 2 * GAP

Key = tuple[str, str, Side]
_Place = tuple[int, int | None, int, object]  # When, at which price, how much, and what it is.


class Pair(Struct, frozen=True):
    """An order of both runs, or of one of them."""

    a: Life | None
    b: Life | None

    @property
    def life(self) -> Life:
        """The order as A has it, or B where A has none."""
        life = self.a or self.b
        assert life is not None
        return life

    @property
    def wanted_ns(self) -> int:
        """When it was wanted first."""
        return min(life.wanted_ns for life in (self.a, self.b) if life is not None)


def matched(a: Iterable[Life], b: Iterable[Life], *, within_ns: int) -> list[Pair]:
    """Return every order of both, paired where it has a partner, in order of time."""
    of_a, of_b = _by_key(a), _by_key(b)
    pairs = []
    for key in sorted({*of_a, *of_b}):
        one, other = of_a.get(key, []), of_b.get(key, [])
        places = [[_place_of_life(life) for life in lives] for lives in (one, other)]
        for i, j in _aligned(*places, within_ns=within_ns):
            pairs.append(Pair(None if i is None else one[i], None if j is None else other[j]))
    pairs.sort(key=lambda pair: pair.wanted_ns)
    return pairs


def matched_changes(
    a: Sequence[Change], b: Sequence[Change], *, within_ns: int
) -> list[tuple[Change | None, Change | None]]:
    """Return the amends of one pair of orders, paired where they have a partner."""
    places = [[_place_of_change(change) for change in changes] for changes in (a, b)]
    return [
        (None if i is None else a[i], None if j is None else b[j]) for i, j in _aligned(*places, within_ns=within_ns)
    ]


def _by_key(lives: Iterable[Life]) -> dict[Key, list[Life]]:
    found: dict[Key, list[Life]] = defaultdict(list)
    for life in lives:
        found[life.strategy, life.symbol, life.side].append(life)
    return found


def _place_of_life(life: Life) -> _Place:
    wanted = life.wanted
    kind = (wanted.order_type, wanted.time_in_force, wanted.post_only)
    return life.wanted_ns, life.terms_ticks, wanted.qty_lots, kind


def _place_of_change(change: Change) -> _Place:
    return change.wanted_ns, change.price_ticks, change.qty_lots, None


def _aligned(a: Sequence[_Place], b: Sequence[_Place], *, within_ns: int) -> list[tuple[int | None, int | None]]:
    """Align two sequences. The cost is asked for millions of times: shares are rounded up, so what differs costs."""
    bound_ns = max(within_ns, 1)

    def cost(i: int, j: int) -> int:
        (a_ns, a_ticks, a_lots, a_kind), (b_ns, b_ticks, b_lots, b_kind) = a[i], b[j]
        total = -(-abs(a_ns - b_ns) * TIME_COST // bound_ns)
        if a_ticks != b_ticks:
            if a_ticks is None or b_ticks is None:
                total += PRICE_COST
            else:
                part = abs(a_ticks - b_ticks) * PRICE_SHARE
                total += min(PRICE_COST, -(-part * PRICE_COST // max(abs(a_ticks), abs(b_ticks))))
        if a_lots != b_lots:
            total += -(-abs(a_lots - b_lots) * QTY_COST // max(a_lots, b_lots))
        return total if a_kind == b_kind else total + KIND_COST

    return align([one[0] for one in a], [one[0] for one in b], cost, within_ns=within_ns)
