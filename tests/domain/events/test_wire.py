from event_round_trip import back
from fathom.domain import LinkOpened


def test_it_comes_back_as_it_was() -> None:
    event = LinkOpened("private")
    assert back(event) == event
