from itertools import pairwise

import pytest
from msgspec import structs

from fathom.exchange.crowd.ladder import Ladder
from fathom.exchange.crowd.parameters import pair_style
from fathom.exchange.listing import PAIRS

BTC = next(pair for pair in PAIRS if pair.symbol == "BTC/USD")


def test_near_slots_are_dense_and_far_ones_sparse() -> None:
    style = pair_style(BTC)
    ladder = Ladder(style, fair_ticks=970_000.0)
    distances = [ladder.distance(slot, jitter=0.0) for slot in range(ladder.slots)]
    gaps = [after - before for before, after in pairwise(distances[1:])]
    assert distances == sorted(distances)
    assert gaps[-1] / gaps[0] == pytest.approx(29, rel=0.1)
    assert distances[-1] == pytest.approx(970_000 * style.span, rel=0.01)
    assert ladder.distance(100, jitter=1.0) == pytest.approx(distances[101], rel=0.02)


def test_slots_near_the_touch_are_looked_at_most() -> None:
    ladder = Ladder(pair_style(BTC), fair_ticks=970_000.0)
    slots = [ladder.slot(number / 1000) for number in range(1000)]
    assert min(slots) == 0
    assert max(slots) < ladder.slots
    assert sum(slot < ladder.slots // 10 for slot in slots) > 500


def test_where_a_tick_is_coarse_many_share_a_level() -> None:
    ladder = Ladder(structs.replace(pair_style(BTC), span=0.1), fair_ticks=165.0)
    assert ladder.gap_ticks == 1.0
    assert ladder.distance(0, jitter=0.0) == 1.0
    assert ladder.distance(ladder.slots - 1, jitter=0.0) < 17.0
