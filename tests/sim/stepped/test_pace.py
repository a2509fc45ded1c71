from msgspec import structs

from fathom.domain import AmendApproved, AmendWanted, CancelApproved, OrderApproved, OrderWanted
from fathom.protocol import budget
from fathom.sim.stepped import Pace

S = 1_000_000_000


def add(number: int) -> OrderApproved:
    return OrderApproved(OrderWanted(f"a-{number}", "BTC/USD", "buy", "limit", 1, 10))


def pace(reserve: int | None = 0) -> Pace:
    return Pace("starter", symbol_of=lambda order_id: "BTC/USD" if order_id.startswith("a-") else None, reserve=reserve)


def test_the_sixty_first_order_of_a_moment_has_no_room() -> None:
    one = pace()
    assert [one.refusal(add(number), 0) for number in range(60)] == [""] * 60
    assert one.refusal(add(60), 0) == "EOrder:Orders limit exceeded"
    one.gone("a-0")
    assert one.refusal(add(60), 0) == "EOrder:Rate limit exceeded"
    assert one.refusal(add(60), S) == ""
    assert one.refused == 2


def test_a_young_order_costs_more_to_cancel() -> None:
    one = pace()
    for number in range(50):
        one.refusal(add(number), 0)
    refusals = [one.refusal(CancelApproved(f"a-{number}"), 0) for number in range(3)]
    assert refusals == ["", "EOrder:Rate limit exceeded", "EOrder:Rate limit exceeded"]  # 50 and 8 of 60.
    assert one.refusal(CancelApproved("a-1"), 400 * S) == ""


def test_a_reserve_is_for_cancels_alone() -> None:
    one = pace(reserve=15)
    assert [one.refusal(add(number), 0) for number in range(46)].count("") == 45
    assert one.refusal(CancelApproved("a-0"), 0) == ""


def test_what_goes_anyhow_is_counted_and_what_nobody_knows_is_not() -> None:
    one = pace()
    for number in range(59):
        one.refusal(add(number), 0)
    one.count(CancelApproved("a-0"), 0)
    assert one.refusal(AmendApproved(AmendWanted("a-1", 9, 1)), 0) == "EOrder:Rate limit exceeded"
    assert one.refusal(CancelApproved("stranger"), 0) == ""


def test_limits_that_no_tier_has_may_be_given() -> None:
    free = structs.replace(budget.TIERS[-1], threshold=10**9, open_orders_max=10**6)
    one = Pace(free, symbol_of=lambda _: "BTC/USD", reserve=0)
    assert [one.refusal(add(number), 0) for number in range(1_000)] == [""] * 1_000
