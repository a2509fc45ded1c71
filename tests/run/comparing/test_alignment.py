"""The banded alignment against one that tries everything."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from fathom.run.comparing.alignment import GAP, Pair, align

times = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=7).map(sorted)
Items = list[tuple[int, int]]


def cost_between(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Time counts up to a bound of 10, the price besides; the worst is beyond two gaps."""
    return 80 * abs(a[0] - b[0]) + 500 * abs(a[1] - b[1])


def cheapest(a: Items, b: Items, *, within: int) -> int:
    @cache
    def of(i: int, j: int) -> int:
        if i == len(a) or j == len(b):
            return GAP * (len(a) - i + len(b) - j)
        ways = [GAP + of(i + 1, j), GAP + of(i, j + 1)]
        if abs(a[i][0] - b[j][0]) <= within:
            ways.append(cost_between(a[i], b[j]) + of(i + 1, j + 1))
        return min(ways)

    return of(0, 0)


def aligned(a: Items, b: Items, *, within: int, band_max: int = 256) -> list[Pair]:
    return align(
        [time for time, _ in a],
        [time for time, _ in b],
        lambda i, j: cost_between(a[i], b[j]),
        within_ns=within,
        band_max=band_max,
    )


def total(pairs: list[Pair], a: Items, b: Items) -> int:
    return sum(GAP if i is None or j is None else cost_between(a[i], b[j]) for i, j in pairs)


def check_whole(pairs: list[Pair], a: Items, b: Items) -> None:
    assert [i for i, _ in pairs if i is not None] == list(range(len(a)))
    assert [j for _, j in pairs if j is not None] == list(range(len(b)))


@given(times, times, st.integers(0, 12))
def test_it_is_as_cheap_as_the_cheapest_of_all(a: Items, b: Items, within: int) -> None:
    pairs = aligned(a, b, within=within)
    check_whole(pairs, a, b)
    assert all(abs(a[i][0] - b[j][0]) <= within for i, j in pairs if i is not None and j is not None)
    assert total(pairs, a, b) == cheapest(a, b, within=within)


@given(times, times, st.integers(0, 4))
def test_a_narrow_band_still_gives_everyone_a_place(a: Items, b: Items, band_max: int) -> None:
    check_whole(aligned(a, b, within=12, band_max=band_max), a, b)


def test_one_missing_at_the_front_does_not_shift_the_rest() -> None:
    a = [(time, time % 3) for time in range(0, 100, 5)]
    assert aligned(a, a[1:], within=10) == [(0, None), *((k + 1, k) for k in range(len(a) - 1))]
    assert aligned(a[1:], a, within=10) == [(None, 0), *((k, k + 1) for k in range(len(a) - 1))]


def test_far_in_time_is_no_pair_however_alike() -> None:
    assert aligned([(0, 1)], [(20, 1)], within=10) == [(0, None), (None, 0)]


def test_work_grows_with_the_band_and_not_with_the_square() -> None:
    asked = 0

    def cost(i: int, j: int) -> int:
        nonlocal asked
        asked += 1
        return 1 + abs(i - j)

    count = 2_000
    pairs = align(range(count), range(count), cost, within_ns=10**9, band_max=16)
    assert len(pairs) == count
    assert asked < count * 20
