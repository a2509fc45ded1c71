from decimal import Decimal

import pytest

from fathom.domain import OrderWanted
from fathom.portfolio import strategy_of
from fathom.portfolio.tracks import TRACKS_MAX, Tracks

D = Decimal


def wanted(order_id: str) -> OrderWanted:
    return OrderWanted(order_id, "BTC/USD", "buy", "limit", 1, 1000)


@pytest.mark.parametrize(
    ("order_id", "strategy"), [("mm-12-1", "mm"), ("mm-12-1-stop", "mm"), ("my_bot-1-2", "my_bot"), ("risk", "risk")]
)
def test_an_order_is_of_the_strategy_that_its_id_begins_with(order_id: str, strategy: str) -> None:
    assert strategy_of(order_id) == strategy


def test_a_request_is_answered_once() -> None:
    tracks = Tracks()
    track = tracks.begin(wanted("mm-1-1"), D(100))
    tracks.asked(track, "add", 10)
    assert tracks.answered(track, "add", 25) == 15
    assert tracks.answered(track, "add", 30) is None
    assert tracks.answered(track, "cancel", 30) is None
    assert track.approved_ns == {"add": 10}


def test_what_is_known_of_an_order_stays_when_it_is_approved() -> None:
    tracks = Tracks()
    first = tracks.begin(wanted("mm-1-1"), D(100))
    assert tracks.begin(wanted("mm-1-1"), D(200)) is first
    assert first.mid == 100
    tracks.forget("mm-1-1")
    assert tracks.get("mm-1-1") is None


def test_the_oldest_is_forgotten() -> None:
    tracks = Tracks()
    for number in range(TRACKS_MAX + 1):
        tracks.begin(wanted(f"mm-{number}-1"), None)
    assert tracks.get("mm-0-1") is None
    assert tracks.get("mm-1-1") is not None
