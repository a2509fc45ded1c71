from event_round_trip import back
from fathom.domain import HealthSeen


def test_it_comes_back_as_it_was() -> None:
    event = HealthSeen(1, 2, None)
    assert back(event) == event
