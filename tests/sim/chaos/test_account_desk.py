from rough_scene import SECOND, opened

from fathom.domain import (
    AccountSeen,
    CancelApproved,
    OrderAbsent,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderLookupWanted,
    OrderTraded,
    OrderWanted,
)
from fathom.exchange import read_fault


def test_the_whole_account_is_told_under_our_names() -> None:
    scene = opened()
    scene.hear(OrderApproved(OrderWanted("dca-1-1", "BTC/USD", "buy", "market", 100_000)))
    scene.order("mm-1-1")
    scene.order("mm-1-2", away=700)
    scene.run(2)
    scene.hear(CancelApproved("mm-1-2"))
    scene.run(2)
    scene.look()
    scene.run(10, until=lambda: scene.all(AccountSeen))
    (seen,) = scene.all(AccountSeen)
    assert [order.order_id for order in seen.orders] == ["mm-1-1"]
    assert {(order.order_id, order.status) for order in seen.closed} == {("dca-1-1", "filled"), ("mm-1-2", "canceled")}
    assert {fill.exec_id for fill in seen.fills} == {fill.exec_id for fill in scene.all(OrderTraded)}
    assert {fill.order_id for fill in seen.fills} == {"dca-1-1"}
    usd = scene.world.exchange.listing.asset("USD")
    assert f"{dict(seen.balances)['USD']:f}" == usd.amount_text(scene.account.balances["USD"])


def test_questions_that_wait_are_answered_by_the_newest() -> None:
    scene = opened()
    for _ in range(5):
        scene.look()
    scene.run(20)
    assert len(scene.all(AccountSeen)) == 2


def test_an_order_is_looked_up_with_all_that_became_of_it() -> None:
    scene = opened()
    scene.hear(OrderApproved(OrderWanted("dca-1-1", "BTC/USD", "buy", "market", 100_000)))
    scene.order("mm-1-1")
    scene.order("mm-1-2", away=700)
    scene.run(2)
    scene.hear(CancelApproved("mm-1-2"))
    scene.run(2)
    fills = scene.all(OrderTraded)
    del scene.came[:]
    for order_id in ("dca-1-1", "mm-1-1", "mm-1-2"):
        scene.hear(OrderLookupWanted(order_id))
    scene.run(15, until=lambda: len([event for event in scene.came if isinstance(event, OrderAccepted)]) == 3)
    assert [event for event in scene.came if isinstance(event, OrderTraded)] == fills
    assert OrderFilled("dca-1-1") in scene.came
    assert [event.order_id for event in scene.came if isinstance(event, OrderCanceled)] == ["mm-1-2"]
    assert len([event for event in scene.came if isinstance(event, OrderAccepted)]) == 3


def test_not_to_find_an_order_counts_only_where_it_was_asked_for_late_enough() -> None:
    scene = opened(lost_request_share=1.0)
    scene.order("mm-1-1")
    now_ns = scene.world.bot_ns
    for certain_ns, absent in ((None, []), (now_ns + 60 * SECOND, []), (now_ns, [OrderAbsent("mm-1-1")])):
        scene.hear(OrderLookupWanted("mm-1-1", certain_ns))
        scene.run(8)
        assert scene.all(OrderAbsent) == absent


def test_rest_tells_what_was_and_the_desk_does_not_know_better() -> None:
    scene = opened()
    scene.world.exchange.faults.add(read_fault({"kind": "rest_lag", "s": 30}))
    scene.order("mm-1-1")
    scene.run(2)
    scene.look()
    scene.run(10, until=lambda: scene.all(AccountSeen))
    assert scene.all(AccountSeen)[0].orders == ()
    assert scene.account.orders
