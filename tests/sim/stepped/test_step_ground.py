"""The kernel's stepper in the floor's words."""

from fathom.domain import OrderWanted
from fathom.kernel.stepper import OWN, Stepper
from fathom.sim.paper_order import PaperOrder
from fathom.sim.stepped import QUEUES, StepGround
from fathom.sim.triggers import Trigger
from market_feed import BTC, T0, S
from step_stage import MS, Recording, still


def ground_over(recording: Recording) -> tuple[StepGround, Stepper]:
    stepper = Stepper([recording.rows], QUEUES["pessimistic"])
    ground = StepGround({BTC.symbol: stepper})
    ground.now_ns = T0
    return ground, stepper


def order(order_id: str, price_ticks: int, qty_lots: int = 5, *, side: str = "buy") -> PaperOrder:
    wanted = OrderWanted(order_id, BTC.symbol, side, "limit", qty_lots, price_ticks)  # type: ignore[arg-type]
    return PaperOrder(wanted, f"V{order_id}", qty_lots, price_ticks)


def test_it_shows_the_venue_as_of_its_own_time() -> None:
    ground, _ = ground_over(still(late_ns=S).levels([], [(1001, 0)]).trade("buy", 1002, 1))
    assert ground.trusted(BTC.symbol)
    assert not ground.trusted("ETH/USD")
    assert (ground.crosses(BTC.symbol, "buy", 1001), ground.last_ticks(BTC.symbol)) == (True, 1000)
    ground.now_ns = T0 + 200 * MS
    assert (ground.crosses(BTC.symbol, "buy", 1001), ground.traded_ticks(BTC.symbol)) == (False, 1002)
    assert ground.reachable_lots(BTC.symbol, "buy", None) == 20


def test_what_is_filled_is_told_once_with_the_order_it_is_of() -> None:
    ground, stepper = ground_over(still().trade("sell", 999, 12).trade("sell", 998, 30))
    near, far = order("a-1", 999), order("a-2", 998)
    ground.rest(near)
    ground.rest(far)
    assert near.resting is not None
    assert near.resting.ahead_lots == 10
    assert stepper.step(T0 + S) == OWN
    assert [(one.order_id, take.qty_lots) for one, take in ground.filled(BTC.symbol)] == [("a-1", 2)]
    assert near.resting.left_lots == 3
    assert list(ground.filled(BTC.symbol)) == []
    while stepper.step(T0 + S) == OWN:
        pass
    assert [(one.order_id, take.qty_lots) for one, take in ground.filled(BTC.symbol)] == [("a-1", 3), ("a-2", 5)]


def test_an_order_that_left_is_filled_by_nothing() -> None:
    ground, stepper = ground_over(still().trade("sell", 990, 100))
    one = order("a-1", 999)
    ground.rest(one)
    ground.leave(one)
    ground.leave(one)
    assert (stepper.resting, stepper.step(T0 + S)) == (0, 0) or stepper.resting == 0
    assert ground.place(one) is None


def test_a_price_that_is_reached_is_told_with_the_order_that_waited_for_it() -> None:
    ground, stepper = ground_over(still().trade("sell", 997, 1))
    one = order("a-1", 990, side="sell")
    one.trigger = Trigger(998, above=False)
    ground.wait(one)
    assert stepper.waiting == 1
    assert stepper.step(T0 + S) == OWN
    assert [fired.order_id for fired in ground.fired(BTC.symbol)] == ["a-1"]
    assert stepper.waiting == 0


def test_less_of_an_order_stays_where_it_stands() -> None:
    ground, stepper = ground_over(still())
    one = order("a-1", 999)
    ground.rest(one)
    one.qty_lots = 2
    ground.resize(one)
    assert one.resting is not None
    assert (one.resting.left_lots, stepper.ahead(1)) == (2, 10)


def test_what_is_taken_comes_level_by_level() -> None:
    ground, _ = ground_over(still())
    assert [(take.price_ticks, take.qty_lots) for take in ground.take(BTC.symbol, "buy", 1002, 15)] == [
        (1001, 10),
        (1002, 5),
    ]
