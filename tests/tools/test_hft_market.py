"""The seeded market that both programs are played on: it is one, and it shows what the feed would."""

from collections import Counter
from itertools import pairwise

import pytest
from hft_market import DEPTH, MS, Ways, recorded
from hft_rules import CLEAR, LEVEL, TRADE, Row, rows_of

from fathom.kernel.stepper import END, FRAME, Stepper

WAYS = [Ways(seconds=10), Ways(seconds=10, rounded=True), Ways(seconds=10, snapshots=3)]


def frames(rows: list[Row]) -> list[list[Row]]:
    found: list[list[Row]] = [[]]
    for row in rows:
        found[-1].append(row)
        if row.last:
            found.append([])
    return found[:-1]


@pytest.mark.parametrize("ways", WAYS, ids=["plain", "rounded", "anew"])
def test_a_seed_is_a_market(ways: Ways) -> None:
    assert recorded(5, ways) == recorded(5, ways) != recorded(6, ways)
    rows = rows_of(recorded(5, ways))
    kinds = Counter(row.kind for row in rows)
    assert kinds[CLEAR] == 1 + ways.snapshots
    assert kinds[LEVEL] > 300 < 10 * kinds[TRADE]
    assert all(row.venue_ns < row.local_ns for row in rows)
    times = [row.local_ns for row in rows]
    assert times == sorted(times)
    assert not ways.rounded or all(one % MS == 0 for one in times)


@pytest.mark.parametrize("ways", WAYS, ids=["plain", "rounded", "anew"])
def test_its_book_is_one_and_takers_empty_it(ways: Ways) -> None:
    whole = recorded(7, ways)
    stepper, seen = Stepper([whole]), 0
    while stepper.step(wants=FRAME) != END:
        bid, ask = stepper.best_bid, stepper.best_ask
        assert bid is not None
        assert ask is not None
        assert bid < ask
        assert len(stepper.bids()) == len(stepper.asks()) == DEPTH
        seen += 1
    assert seen > 100
    shown: dict[tuple[int, int], int] = {}
    taken = 0
    told = frames(rows_of(whole))
    for frame, after in pairwise(told):
        for row in frame:
            if row.kind == LEVEL:
                shown[row.side, row.price] = row.qty
            elif row.kind == TRADE and after[0].kind == LEVEL:  # Told before its level.
                left = {one.price: one.qty for one in after if one.side == 1 - row.side}
                taken += left.get(row.price) == shown.get((1 - row.side, row.price), 0) - row.qty
    assert taken > 10
