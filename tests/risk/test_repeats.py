"""How often a cancel that did not help is repeated."""

from fathom.domain import OrderAccepted, OrderApproved, OrderWanted
from fathom.orders import Order, OrderTable
from fathom.risk.repeats import Repeats

S = 1_000_000_000


def order(order_id: str) -> Order:
    table = OrderTable()
    table.apply(OrderApproved(OrderWanted(order_id, "BTC/USD", "buy", "limit", 10, 100)))
    found = table.apply(OrderAccepted(order_id, "O1"))
    assert found is not None
    return found


def asked_at(repeats: Repeats, seconds: range, *orders: Order) -> list[int]:
    """The seconds at which all of these are asked for, looking each second."""
    return [second for second in seconds if len(repeats.due(orders, now_ns=second * S)) == len(orders)]


def test_it_is_asked_for_at_once_and_then_later_each_time_up_to_half_a_minute() -> None:
    assert asked_at(Repeats(), range(130), order("a-1")) == [0, 1, 3, 7, 15, 31, 61, 91, 121]


def test_each_order_has_its_own_pace() -> None:
    repeats, first, second = Repeats(), order("a-1"), order("a-2")
    assert asked_at(repeats, range(4), first) == [0, 1, 3]
    assert repeats.due([first, second], now_ns=4 * S) == [second]


def test_what_was_gone_begins_anew() -> None:
    repeats, one = Repeats(), order("a-1")
    assert asked_at(repeats, range(4), one) == [0, 1, 3]
    assert repeats.due([], now_ns=4 * S) == []
    assert repeats.due([one], now_ns=5 * S) == [one]


def test_after_all_is_known_again_it_is_asked_for_at_once() -> None:
    repeats, one = Repeats(), order("a-1")
    assert asked_at(repeats, range(4), one) == [0, 1, 3]
    assert repeats.due([one], now_ns=4 * S) == []
    repeats.forget()
    assert repeats.due([one], now_ns=4 * S) == [one]
