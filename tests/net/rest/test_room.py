"""Room in the counters: history calls cost four, public ones are paced, orders cost nothing here."""

from decimal import Decimal

import pytest

from fathom.net.rest.room import Room
from fathom.protocol import budget, rest
from fathom.protocol.refusals import refusal_of

SECOND_NS = 10**9


class Clock:
    def __init__(self) -> None:
        self.now_ns = 1_796_000_000 * SECOND_NS

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> Room:
    return Room(budget.Ledger(budget.STARTER), clock_ns=clock)


def made(room: Room, facts: rest.Endpoint, most: int = 100) -> int:
    """Make calls until there is no room; return how many."""
    count = 0
    while room.wait_s(facts) == 0 and count < most:
        room.give(room.take(facts))
        count += 1
    return count


@pytest.mark.parametrize(
    ("request_", "count"), [(rest.Balance, 15), (rest.Ledgers, 3), (rest.EarnStrategies, 15), (rest.Time, 5)]
)
def test_so_many_at_once(room: Room, request_: type[rest.RestRequest[object]], count: int) -> None:
    assert made(room, request_.endpoint) == count


def test_room_comes_back_with_time(room: Room, clock: Clock) -> None:
    made(room, rest.Balance.endpoint)
    wait_s = room.wait_s(rest.Balance.endpoint)
    assert 3.0 < wait_s < 3.1  # A point at 0.33 a second.
    clock.now_ns += int(wait_s * SECOND_NS) + 1
    assert made(room, rest.Balance.endpoint) == 1


def test_public_calls_go_on_at_one_a_second(room: Room, clock: Clock) -> None:
    made(room, rest.Time.endpoint)
    clock.now_ns += 3 * SECOND_NS
    assert made(room, rest.Depth.endpoint) == 3


def test_orders_have_another_limit_and_private_and_public_calls_their_own(room: Room) -> None:
    made(room, rest.Balance.endpoint)
    assert made(room, rest.AddOrder.endpoint) == 100
    assert made(room, rest.Time.endpoint) == 5


def test_one_ledger_for_all(clock: Clock) -> None:
    ledger = budget.Ledger(budget.STARTER)
    made(Room(ledger, clock_ns=clock), rest.Balance.endpoint)
    assert made(Room(ledger, clock_ns=clock), rest.Balance.endpoint) == 0
    assert budget.points(ledger.call_count_parts(now_ns=clock.now_ns)) == Decimal(15)


@pytest.mark.parametrize("request_", [rest.Balance, rest.Time])
def test_the_venues_word_counts(room: Room, request_: type[rest.RestRequest[object]]) -> None:
    facts = request_.endpoint
    room.give(room.take(facts), refusal_of("EService:Unavailable"))
    assert room.wait_s(facts) == 0
    room.give(room.take(facts), refusal_of("EAPI:Rate limit exceeded"))
    assert room.wait_s(facts) > 5


@pytest.mark.parametrize("request_", rest.ENDPOINTS.values(), ids=lambda request: request.endpoint.name)
def test_the_ledger_and_the_endpoints_agree_on_costs(request_: type[rest.RestRequest[object]]) -> None:
    facts = request_.endpoint
    costs = {"call": 1, "history": 4, "order": 0}
    if facts.private:
        assert budget.call_parts(facts.name.rpartition("/")[2]) == costs[facts.counter] * budget.PARTS
