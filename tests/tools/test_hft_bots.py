"""What the two simple strategies decide."""

import pytest
from hft_bots import CANCEL, impulse, quote


@pytest.mark.parametrize(
    ("sign", "live", "position", "offset", "does"),
    [
        (1, 0, 0, 0, 100),
        (1, 0, 0, 1, 99),
        (-1, 0, 0, 1, 101),
        (1, 98, 0, 0, 0),  # Two ticks off are few enough.
        (1, 97, 0, 0, CANCEL),
        (-1, 103, 0, 0, CANCEL),
        (1, 0, 15, 0, 100),
        (1, 0, 16, 0, 0),  # Five more would be past the limit.
        (-1, 0, 16, 0, 100),
        (-1, 0, -16, 0, 0),
    ],
)
def test_the_maker_rests_near_the_best(*, sign: int, live: int, position: int, offset: int, does: int) -> None:
    assert quote(sign, 100, live, position, 5, 20, offset, 2) == does


@pytest.mark.parametrize(
    ("step", "bids", "asks", "position", "does"),
    [
        (1, 90, 10, 0, 0),
        (1, 91, 9, 0, 1),
        (1, 9, 91, 0, -1),
        (1, 91, 9, 16, 0),
        (0, 50, 50, 0, 1),
        (10, 50, 50, 0, -1),
        (20, 50, 50, 0, 1),
        (20, 9, 91, 0, -1),
    ],
)
def test_the_taker_takes_where_the_book_leans_and_now_and_then(
    *, step: int, bids: int, asks: int, position: int, does: int
) -> None:
    assert impulse(step, bids, asks, position, 5, 20, 80, 10) == does
