"""Symbols are spread over connections: none above its bound, the quietest first, no more of them than needed."""

import pytest
from client_parts import Ground
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.net.client.feeds import fleet as fleets
from fathom.net.client.feeds.fleet import Fleet
from fathom.net.link import Link

NAMES = [f"P{number}/USD" for number in range(40)]


def fleet(count_max: int = 3, rate_max: float = 100.0) -> Fleet:
    return Ground(count_max=count_max, rate_max=rate_max).public


def counts(fleet: Fleet) -> list[int]:
    return [load.count for load in fleet.loads]


def test_it_grows_as_it_must_and_fills_what_there_is_first() -> None:
    three = fleet()
    assert [len(some) for _, some in three.place(NAMES[:2])] == [2]
    assert [len(some) for _, some in three.place(NAMES[2:7])] == [3, 2] or counts(three) == [3, 3, 1]
    assert sum(counts(three)) == 7
    assert len(three.links) == 3
    three.leave(three.links[0], 3)
    assert three.place(NAMES[7:8])[0][0] is three.links[0]
    assert len(three.links) == 3


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 7), st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=20))
def test_none_is_above_its_bound_and_every_symbol_is_placed_once(bound: int, acts: list[tuple[bool, int]]) -> None:
    ground = fleet(bound)
    carried: list[tuple[Link, str]] = []
    serial = 0
    for comes, number in acts:
        if comes:
            names = [f"N{serial + at}/USD" for at in range(number)]
            serial += number
            placed = [(link, name) for link, some in ground.place(names) for name in some]
            assert [name for _, name in placed] == names
            carried += placed
        elif carried:
            link, _ = carried.pop(number % len(carried))
            ground.leave(link, 1)
        assert counts(ground) == [sum(where is link for where, _ in carried) for link in ground.links]
        assert all(count <= bound for count in counts(ground))
    assert len({id(link) for link in ground.links}) == len(ground.links)


def test_the_quietest_is_first_and_one_that_is_too_busy_gets_no_more() -> None:
    three = fleet(rate_max=100.0)
    three.place(NAMES[:9])
    for load, frames in zip(three.loads, (5_000, 50, 200), strict=True):
        load.count = 1
        load.link._frames_before = frames
    assert [load.link for load in three.measure(seconds=1.0)] == []  # One symbol alone cannot be made quieter.
    three.loads[0].count = 2
    for load in three.loads:
        load.frames = 0
    assert [load.link for load in three.measure(seconds=10.0)] == [three.links[0]]
    assert [load.rate for load in three.loads] == [500.0, 5.0, 20.0]
    placed = three.place(NAMES[10:16])
    assert [link for link, _ in placed] == [three.links[1], three.links[2], three.links[3]] or [
        link for link, _ in placed
    ] == [three.links[3], three.links[1], three.links[2]]
    assert three.links[0] not in [link for link, _ in placed]
    assert three.measure(seconds=1.0) == []  # Nothing came since.


def test_one_that_is_not_to_be_used_is_not() -> None:
    three = fleet()
    link = three.first()
    assert three.first() is link
    assert three.place(NAMES[:1], but=link)[0][0] is not link


def test_too_many_connections_are_refused_and_nothing_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "LINKS_MAX", 2)
    three = fleet()
    three.place(NAMES[:5])
    with pytest.raises(LocalError, match=r"2 more need over 2 connections"):
        three.place(NAMES[5:7])
    assert sorted(counts(three)) == [2, 3]
    three.place(NAMES[5:6])
    assert counts(three) == [3, 3]
