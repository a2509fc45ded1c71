"""The cheapest alignment of two sequences in time, like a diff: pairs in order, and what has no partner.

A pair may not be further apart than a bound of time, so a row of the table has a band, and only that is computed: work
grows with the length times the band. Costs are ints, so equal costs are equal on every machine. Pure. Imports: nothing
of ours. Imported by: matching, steps.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Final

GAP: Final = 1_000  # What an element without a partner costs: a pair is made where it costs at most two of these.
# Of the candidates for one element only the nearest so many in time are tried, half of them on each side.
BAND_MAX: Final = 128

Pair = tuple[int | None, int | None]
# Of one row: its first state before B's are left and which states are come to by that; then its first state after that,
# and which are come to by a pair.
_Row = tuple[int, bytearray, int, bytearray]


def align(
    a_ns: Sequence[int],
    b_ns: Sequence[int],
    cost: Callable[[int, int], int],
    *,
    within_ns: int,
    band_max: int = BAND_MAX,
) -> list[Pair]:
    """Return the pairs (i, j) of the cheapest alignment, with None for who has no partner, in order.

    `a_ns` and `b_ns` are sorted; `cost(i, j)` is 0 only for what could not be nearer. Of equally cheap alignments the
    one with more pairs early is taken.
    """
    head = 0
    while head < min(len(a_ns), len(b_ns)) and a_ns[head] == b_ns[head] and cost(head, head) == 0:
        head += 1  # A free pair at the front is part of some cheapest alignment.
    a_end, b_end = len(a_ns), len(b_ns)
    while min(a_end, b_end) > head and a_ns[a_end - 1] == b_ns[b_end - 1] and cost(a_end - 1, b_end - 1) == 0:
        a_end, b_end = a_end - 1, b_end - 1  # And so is one at the end.
    tail: list[Pair] = [(a_end + k, b_end + k) for k in range(len(a_ns) - a_end)]
    middle = _banded(a_ns, b_ns, cost, head=head, a_end=a_end, b_end=b_end, within_ns=within_ns, band_max=band_max)
    return [(k, k) for k in range(head)] + middle + tail


def _banded(
    a_ns: Sequence[int],
    b_ns: Sequence[int],
    cost: Callable[[int, int], int],
    *,
    head: int,
    a_end: int,
    b_end: int,
    within_ns: int,
    band_max: int,
) -> list[Pair]:
    """Align a[head:a_end] with b[head:b_end].

    A row's states are how many of B are behind us before one of A is decided on: from those that are too early for it,
    which may as well be left now, to those that are too late, which may as well wait.
    """
    rows: list[_Row] = []
    low, costs = head, [0]
    for i in range(head, a_end):
        first, last = _band(a_ns[i], b_ns, head, b_end, within_ns=within_ns, band_max=band_max)
        reached, by_b = _left_of_b(costs, last=last - low)
        before = reached[first - low :]
        after, paired = [cost_before + GAP for cost_before in before], bytearray(len(before))
        for k in range(len(before) - 1):
            cost_paired = before[k] + cost(i, first + k)
            if cost_paired <= after[k + 1]:
                after[k + 1], paired[k + 1] = cost_paired, 1
        rows.append((low, by_b, first, paired))
        low, costs = first, after
    _, by_b = _left_of_b(costs, last=b_end - low)
    rows.append((low, by_b, b_end, bytearray(1)))
    return _walked_back(rows, a_end=a_end, b_end=b_end)


def _band(
    time_ns: int, b_ns: Sequence[int], head: int, b_end: int, *, within_ns: int, band_max: int
) -> tuple[int, int]:
    """Return the first and last state of the row of an element at this time. Both only grow from row to row."""
    middle = bisect_left(b_ns, time_ns, head, b_end)
    first = max(bisect_left(b_ns, time_ns - within_ns, head, b_end), middle - band_max // 2)
    last = min(bisect_right(b_ns, time_ns + within_ns, head, b_end), middle + band_max // 2)
    return first, max(first, last)


def _left_of_b(costs: list[int], *, last: int) -> tuple[list[int], bytearray]:
    """Return the costs of the states up to `last` where some of B may be left first, and which are come to by that."""
    reached = costs[:1]
    by_b = bytearray(last + 1)
    for k in range(1, last + 1):
        here, left = (costs[k] if k < len(costs) else None), reached[-1] + GAP
        by_b[k] = here is None or left < here
        reached.append(left if here is None or left < here else here)
    return reached, by_b


def _walked_back(rows: list[_Row], *, a_end: int, b_end: int) -> list[Pair]:
    """Return the way that led to the end."""
    pairs: list[Pair] = []
    i, j = a_end, b_end
    while True:
        low, by_b, _, _ = rows.pop()
        while by_b[j - low]:
            j -= 1
            pairs.append((None, j))
        if not rows:
            return pairs[::-1]
        i -= 1
        _, _, first, paired = rows[-1]
        if paired[j - first]:
            j -= 1
            pairs.append((i, j))
        else:
            pairs.append((i, None))
