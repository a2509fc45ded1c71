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
        for i, j in align(
            [life.wanted_ns for life in one],
            [life.wanted_ns for life in other],
            lambda i, j, one=one, other=other: _life_cost(one[i], other[j], within_ns),  # type: ignore[misc]  # mypy cannot infer defaults.
            within_ns=within_ns,
        ):
            pairs.append(Pair(None if i is None else one[i], None if j is None else other[j]))
    pairs.sort(key=lambda pair: pair.wanted_ns)
    return pairs


def matched_changes(
    a: Sequence[Change], b: Sequence[Change], *, within_ns: int
) -> list[tuple[Change | None, Change | None]]:
    """Return the amends of one pair of orders, paired where they have a partner."""
    return [
        (None if i is None else a[i], None if j is None else b[j])
        for i, j in align(
            [change.wanted_ns for change in a],
            [change.wanted_ns for change in b],
            lambda i, j: _change_cost(a[i], b[j], within_ns),
            within_ns=within_ns,
        )
    ]


def _by_key(lives: Iterable[Life]) -> dict[Key, list[Life]]:
    found: dict[Key, list[Life]] = defaultdict(list)
    for life in lives:
        found[life.strategy, life.symbol, life.side].append(life)
    return found


def _life_cost(a: Life, b: Life, within_ns: int) -> int:
    one, other = a.wanted, b.wanted
    alike = (one.order_type, one.time_in_force, one.post_only) == (
        other.order_type,
        other.time_in_force,
        other.post_only,
    )
    return (
        _time_cost(a.wanted_ns, b.wanted_ns, within_ns)
        + _price_cost(a.terms_ticks, b.terms_ticks)
        + _qty_cost(one.qty_lots, other.qty_lots)
        + (0 if alike else KIND_COST)
    )


def _change_cost(a: Change, b: Change, within_ns: int) -> int:
    return (
        _time_cost(a.wanted_ns, b.wanted_ns, within_ns)
        + _price_cost(a.price_ticks, b.price_ticks)
        + _qty_cost(a.qty_lots, b.qty_lots)
    )


def _time_cost(a_ns: int, b_ns: int, within_ns: int) -> int:
    return _share_up(abs(a_ns - b_ns), within_ns, TIME_COST)


def _price_cost(a_ticks: int | None, b_ticks: int | None) -> int:
    if a_ticks is None or b_ticks is None:
        return 0 if a_ticks == b_ticks else PRICE_COST
    return _share_up(abs(a_ticks - b_ticks) * PRICE_SHARE, max(abs(a_ticks), abs(b_ticks), 1), PRICE_COST)


def _qty_cost(a_lots: int, b_lots: int) -> int:
    return _share_up(abs(a_lots - b_lots), max(a_lots, b_lots, 1), QTY_COST)


def _share_up(part: int, whole: int, cost: int) -> int:
    """Return that share of the cost, at most all of it, rounded up: what differs at all is not free."""
    return min(cost, -(-part * cost // max(whole, 1)))
