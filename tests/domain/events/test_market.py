from event_round_trip import back
from fathom.domain import BookMoved


def test_it_comes_back_as_it_was() -> None:
    event = BookMoved("BTC/USD", 3, True)
    assert back(event) == event
