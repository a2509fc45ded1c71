import pytest

from event_round_trip import back
from fathom.domain import BookMoved, Candle, CandleClosed, Event, Level3Moved

CANDLE = Candle(60_000_000_000, 3, 5, 2, 4, 3, 100, 7, whole=False)


@pytest.mark.parametrize(
    "event",
    [BookMoved("BTC/USD", 3, True), Level3Moved("BTC/USD", 3, False), CandleClosed("BTC/USD", 60, CANDLE)],
    ids=lambda event: type(event).__name__,
)
def test_it_comes_back_as_it_was(event: Event) -> None:
    assert back(event) == event
