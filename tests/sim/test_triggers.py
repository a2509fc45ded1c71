import pytest

from fathom.domain import OrderType, OrderWanted, Side
from fathom.sim.triggers import trigger_of


def wanted(order_type: OrderType, side: Side, trigger_ticks: int | None) -> OrderWanted:
    return OrderWanted("a-1", "BTC/USD", side, order_type, 1, trigger_ticks=trigger_ticks)


@pytest.mark.parametrize(
    ("order_type", "side", "sets_off", "leaves"),
    [
        ("stop-loss", "sell", 900, 901),
        ("stop-loss", "buy", 900, 899),
        ("stop-loss-limit", "sell", 899, 1000),
        ("take-profit", "sell", 900, 899),
        ("take-profit", "buy", 900, 901),
        ("take-profit-limit", "buy", 1, 1000),
    ],
)
def test_each_type_waits_on_its_side_of_the_price(
    order_type: OrderType, side: Side, sets_off: int, leaves: int
) -> None:
    trigger = trigger_of(wanted(order_type, side, 900), last_ticks=1000)
    assert trigger is not None
    assert trigger.reached(sets_off)
    assert not trigger.reached(leaves)
    assert trigger.past_ticks(sets_off) == abs(sets_off - 900)
    trigger.follow(5_000)
    assert trigger.ticks == 900


def test_an_order_without_one_waits_for_nothing() -> None:
    assert trigger_of(wanted("limit", "buy", None), last_ticks=1000) is None


@pytest.mark.parametrize(
    ("side", "prices", "ticks"),
    [
        ("sell", [], 980),
        ("sell", [1010, 995, 1005], 990),
        ("sell", [981], 980),
        ("buy", [], 1020),
        ("buy", [990, 1005, 995], 1010),
    ],
)
def test_a_trailing_stop_stays_its_distance_behind_the_best_price(side: Side, prices: list[int], ticks: int) -> None:
    trigger = trigger_of(wanted("trailing-stop", side, 20), last_ticks=1000)
    assert trigger is not None
    for price_ticks in prices:
        assert not trigger.reached(price_ticks)
        trigger.follow(price_ticks)
    assert trigger.ticks == ticks
    assert trigger.reached(ticks)
