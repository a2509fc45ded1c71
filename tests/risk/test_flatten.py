from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import (
    BalancesSeen,
    Event,
    HaltOrdered,
    LinkDropped,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderWanted,
    ResumeOrdered,
    RunStopped,
)
from fathom.risk import Limits
from market_feed import BTC, two_sided
from risk_desk import LIMITS, Desk, cancelled, denied, move

SELLING = msgspec.structs.replace(LIMITS, flatten_book_share=Decimal("0.25"), open_orders_max=9)
HALT = HaltOrdered("enough", flatten=True)


def holding(*owners: tuple[str, int], limits: Limits = SELLING, btc: str = "0", qty_lots: int = 2_000) -> Desk:
    """A desk on which strategies have bought (or sold, below zero) so many lots at 100 USD."""
    desk = Desk(two_sided(qty_lots=qty_lots), limits=limits, btc=btc)
    for owner, lots in owners:
        side = "buy" if lots > 0 else "sell"
        order_id = desk.rest(side, abs(lots), owner=owner)  # type: ignore[arg-type]  # A side.
        desk.fill(order_id, side, abs(lots))  # type: ignore[arg-type]  # A side.
        desk.step(OrderFilled(order_id))
    return desk


def sales(said: list[Event]) -> list[OrderWanted]:
    return [event.order for event in said if isinstance(event, OrderApproved)]


def fill_all(desk: Desk, sale: OrderWanted) -> None:
    desk.step(OrderAccepted(sale.order_id, f"V-{sale.order_id}"))
    assert sale.price_ticks is not None
    desk.fill(sale.order_id, "sell", sale.qty_lots, 999)
    desk.step(OrderFilled(sale.order_id))


def test_what_strategies_hold_is_sold_and_said_on_whose_behalf() -> None:
    desk = holding(("mm", 50))
    said = desk.step(HALT)
    (sale,) = sales(said)
    seq = desk.engine.last_seq - len(said)
    # The collar of 5 % ends at 95 USD; what waits for nothing takes no less.
    assert sale == OrderWanted(
        f"risk-{seq}-0", "BTC/USD", "sell", "limit", 50, 950, time_in_force="ioc", on_behalf="mm"
    )


def test_it_goes_on_by_timer_until_all_is_sold_and_then_stops() -> None:
    desk = holding(("mm", 60), qty_lots=20)  # 100 lots are bid within the collar: 25 a slice.
    sold = []
    said = desk.step(HALT)
    for _ in range(4):
        for sale in sales(said):
            sold.append(sale.qty_lots)
            fill_all(desk, sale)
        said = desk.tick()
    assert sold == [25, 25, 10]
    assert said == []


def test_a_sale_that_is_under_way_comes_first() -> None:
    desk = holding(("mm", 60), qty_lots=20)
    (sale,) = sales(desk.step(HALT))
    assert desk.tick() == []
    desk.step(OrderAccepted(sale.order_id, "V"), OrderCanceled(sale.order_id, "ioc: nothing to take"))
    (again,) = sales(desk.tick())
    assert again.order_id != sale.order_id
    desk.step(OrderRejected(again.order_id, "EService:Unavailable"))
    assert len(sales(desk.tick())) == 1


def test_what_rests_is_cancelled_and_its_end_awaited() -> None:
    desk = holding(("mm", 50))
    resting = desk.rest("sell", 50, 1010, owner="mm")
    said = desk.step(HALT)
    assert (cancelled(said), sales(said)) == ([resting], [])  # It may fill yet: no more than is held.
    desk.step(OrderCanceled(resting, "User requested"))
    assert [sale.qty_lots for sale in sales(desk.tick())] == [50]


@pytest.mark.parametrize(
    ("bids", "sold"),
    [
        ([(999, 20), (950, 20), (949, 500)], [20]),  # The collar ends at 950; half of what is bid within it.
        ([(999, 19), (949, 500)], []),  # Less than the venue takes as one order.
        ([(999, 20)], [20]),
    ],
)
def test_a_slice_is_of_the_bids_within_the_collar(bids: list[tuple[int, int]], sold: list[int]) -> None:
    coarse = msgspec.structs.replace(BTC, qty_lots_min=20)
    desk = Desk(
        two_sided(coarse, qty_lots=400), limits=msgspec.structs.replace(SELLING, flatten_book_share=Decimal("0.5"))
    )
    order_id = desk.rest("buy", 200)
    desk.fill(order_id, "buy", 200)
    desk.step(OrderFilled(order_id))
    desk.frame(desk.feeds[0].snapshot(bids=bids, asks=[(1001, 20)]))
    assert [sale.qty_lots for sale in sales(desk.step(HALT))] == sold


@pytest.mark.parametrize(("held", "sold"), [(45, 25), (44, 44)])
def test_what_is_left_is_an_order_of_its_own_or_none(held: int, sold: int) -> None:
    coarse = msgspec.structs.replace(BTC, qty_lots_min=20)
    desk = Desk(two_sided(coarse, qty_lots=20), limits=SELLING)  # A slice is of 25.
    order_id = desk.rest("buy", held)
    desk.fill(order_id, "buy", held)
    desk.step(OrderFilled(order_id))
    assert [sale.qty_lots for sale in sales(desk.step(HALT))] == [sold]


def test_only_what_ours_hold_together_is_sold() -> None:
    desk = holding(("grid", -30), ("mm", 50), btc="1")
    assert [(sale.on_behalf, sale.qty_lots) for sale in sales(desk.step(HALT))] == [("mm", 20)]


def test_each_strategy_is_sold_out_in_turn() -> None:
    desk = holding(("grid", 30), ("mm", 50), btc="5")
    sold = []
    said = desk.step(HALT)
    while found := sales(said):
        for sale in found:
            sold.append((sale.on_behalf, sale.qty_lots))
            fill_all(desk, sale)
        said = desk.tick()
    assert sold == [("grid", 30), ("mm", 50)]


def test_no_more_is_sold_than_the_account_has() -> None:
    desk = holding(("mm", 50))
    desk.step(BalancesSeen((("BTC", Decimal("0.2")),)))  # Somebody else sold the rest.
    assert [sale.qty_lots for sale in sales(desk.step(HALT))] == [20]


def test_what_is_too_small_for_an_order_of_its_own_goes_with_the_rest_and_dust_stays() -> None:
    coarse = msgspec.structs.replace(BTC, qty_lots_min=20, qty_increment_lots=10)
    desk = Desk(two_sided(coarse, qty_lots=40), limits=SELLING)
    order_id = desk.rest("buy", 70)
    desk.fill(order_id, "buy", 65)
    desk.step(OrderCanceled(order_id, "enough"))
    (sale,) = sales(desk.step(HALT))
    assert sale.qty_lots == 60  # A slice of 50 would leave 10; 5 are no whole lot.
    fill_all(desk, sale)
    assert desk.tick() == []


@pytest.mark.parametrize("event", [HaltOrdered("enough"), LinkDropped("public", "reset")])
def test_nothing_is_sold_unless_it_is_ordered(event: Event) -> None:
    desk = holding(("mm", 50))
    assert sales(desk.step(event)) == []
    assert sales(desk.tick()) == []


def test_the_limits_may_order_it_after_a_loss() -> None:
    limits = msgspec.structs.replace(SELLING, flatten_on=("daily_loss_share_max",))
    desk = holding(("mm", 500), limits=limits)
    move(desk, 850)
    assert [sale.on_behalf for sale in sales(desk.tick())] == ["mm"]


def test_a_book_that_is_not_trusted_is_waited_for() -> None:
    desk = holding(("mm", 50))
    desk.step(LinkDropped("public", "reset"))
    assert sales(desk.step(HALT)) == []
    assert sales(desk.tick()) == []
    desk.frame(desk.feeds[0].snapshot())
    assert len(sales(desk.tick())) == 1


def test_a_person_ends_it() -> None:
    desk = holding(("mm", 60), qty_lots=20)
    (sale,) = sales(desk.step(HALT))
    fill_all(desk, sale)
    desk.step(ResumeOrdered("kill", "sold enough"))
    assert desk.tick() == []


def test_a_run_that_is_to_end_flat_sells_after_its_end() -> None:
    desk = holding(("mm", 30), qty_lots=20)
    resting = desk.rest("buy", 1, owner="mm")
    sold = []
    said = desk.step(RunStopped("enough", "flatten"))
    assert cancelled(said) == [resting]
    desk.step(OrderCanceled(resting, "User requested"))
    while found := sales(said):
        for sale in found:
            assert desk.tick() == []  # It is under way: nobody cancels it.
            sold.append(sale.qty_lots)
            fill_all(desk, sale)
        said = desk.tick()
    assert sold == [25, 5]
    assert denied(desk.want("sell", 1, owner="mm")) == "stopping"


def test_strategies_sell_nothing_besides() -> None:
    desk = holding(("mm", 50), qty_lots=20)
    desk.step(HALT)
    assert denied(desk.want("sell", 1, owner="mm")) == "kill"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_however_it_fills_nobody_is_sold_beyond_flat_and_all_ends_flat(seed: int) -> None:
    random = Random(seed)
    limits = msgspec.structs.replace(SELLING, position_share_max=Decimal(1))
    owners = [("a", random.randint(1, 150)), ("b", random.choice([-1, 1]) * random.randint(1, 80)), ("c", 9)]
    desk = holding(*owners, limits=limits, btc=random.choice(["1", "3"]), qty_lots=random.choice([5, 40, 2_000]))
    holdings = desk.risk.account.holdings
    before = dict(holdings.of)
    said = desk.step(HALT)
    for _ in range(200):
        for sale in sales(said):
            desk.step(OrderAccepted(sale.order_id, f"V-{sale.order_id}"))
            filled = random.randint(0, sale.qty_lots) if random.random() < 0.3 else sale.qty_lots
            if filled:
                desk.fill(sale.order_id, "sell", filled, 999)
            ended = filled == sale.qty_lots
            desk.step(OrderFilled(sale.order_id) if ended else OrderCanceled(sale.order_id, "ioc"))
            for owner, lots in owners:
                assert holdings.of[owner, "BTC"] >= min(Decimal(lots) / 100, 0)
        assert holdings.total["BTC"] >= min(sum(Decimal(lots) for _, lots in owners) / 100, 0)
        said = desk.tick()
    assert said == []
    assert holdings.total["BTC"] <= 0 or all(before[o, "BTC"] <= 0 for o, _ in owners)
