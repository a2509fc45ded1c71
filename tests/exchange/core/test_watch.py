"""core/watch.py: when an order that waits must be looked at."""

from decimal import Decimal

import pytest

from fathom.exchange.core import Order, Trigger
from fathom.exchange.core.watch import Watch


def waiting(name: str, actual_ticks: int, *, above: bool, peak_ticks: int | None = None) -> Order:
    return Order(
        order_id=name,
        account=None,  # type: ignore[arg-type] # nobody asks whose it is
        symbol="BTC/USD",
        side="sell",
        order_type="stop-loss",
        qty_lots=1,
        trigger=Trigger(
            reference="last",
            price=Decimal(1),
            price_type="static",
            actual_ticks=actual_ticks,
            above=above,
            peak_ticks=peak_ticks,
        ),
    )


@pytest.mark.parametrize(
    ("orders", "quiet", "disturbing"),
    [
        ([], [0, 5, 10**9], []),
        ([waiting("a", 10, above=True)], [0, 9], [10, 11]),
        ([waiting("a", 10, above=False)], [11, 99], [10, 1]),
        ([waiting("a", 10, above=False), waiting("b", 20, above=True)], [11, 19], [10, 20]),
        ([waiting("a", 10, above=False), waiting("b", 8, above=False)], [11], [10, 9, 8]),
        ([waiting("a", 10, above=False, peak_ticks=15)], [11, 15], [10, 16]),  # It follows a new peak.
        ([waiting("a", 20, above=True, peak_ticks=15)], [15, 19], [14, 20]),
    ],
)
def test_disturbed(orders: list[Order], quiet: list[int], disturbing: list[int]) -> None:
    watch = Watch()
    for order in orders:
        watch.add(order)
    assert [watch.disturbed(ticks) for ticks in quiet] == [False] * len(quiet)
    assert [watch.disturbed(ticks) for ticks in disturbing] == [True] * len(disturbing)


def test_bounds_are_found_anew() -> None:
    watch = Watch()
    first, second = waiting("a", 10, above=True), waiting("b", 20, above=True)
    watch.add(first)
    watch.add(second)
    watch.remove(first)
    watch.remove(first)  # Twice does no harm.
    assert watch.disturbed(15)  # Narrower than need be.
    watch.settle()
    assert not watch.disturbed(15)
    assert list(watch.orders) == ["b"]
