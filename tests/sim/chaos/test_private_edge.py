from rough_scene import opened

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    BalancesSeen,
    CancelApproved,
    CancelRejected,
    ForeignCancelWanted,
    LinkDropped,
    LinkOpened,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
)
from fathom.exchange import read_fault
from fathom.sim.chaos.private_edge import NOT_SENT


def test_the_life_of_an_order_is_told_by_both_ends_of_the_wire() -> None:
    scene = opened()
    wanted = scene.order("mm-1-1")
    scene.run(2)
    assert wanted.price_ticks is not None
    assert scene.all(OrderAccepted)[0].venue_order_id in scene.account.orders
    scene.hear(AmendApproved(AmendWanted("mm-1-1", wanted.price_ticks - 10, 90_000)))
    scene.run(2)
    assert scene.all(OrderAmended) == [OrderAmended("mm-1-1", wanted.price_ticks - 10, 90_000)], "once, not twice"
    scene.hear(CancelApproved("mm-1-1"))
    scene.run(2)
    assert [event.order_id for event in scene.all(OrderCanceled)] == ["mm-1-1"]
    assert not scene.account.orders


def test_a_fill_is_told_before_the_end_of_its_order() -> None:
    scene = opened()
    scene.hear(OrderApproved(OrderWanted("dca-1-1", "BTC/USD", "buy", "market", 100_000)))
    scene.run(2)
    fills = scene.all(OrderTraded)
    assert sum(fill.qty_lots for fill in fills) == 100_000
    assert scene.came.index(fills[-1]) < scene.came.index(OrderFilled("dca-1-1"))
    assert scene.all(BalancesSeen), "the snapshot of the balances"


def test_what_cannot_be_sent_is_told_as_never_sent() -> None:
    scene = opened()
    scene.world.private.line.cut(silent=False)  # type: ignore[union-attr]  # It is open.
    scene.run(0.05)
    assert scene.world.private is not None
    scene.world.private.line = None
    for event in (
        OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 100_000, scene.price("buy"))),
        AmendApproved(AmendWanted("mm-1-1", scene.price("buy"), 90_000)),
        CancelApproved("mm-1-1"),
    ):
        scene.hear(event)
    said = len(scene.said)
    scene.run(0.01)
    told = [event for event in scene.came if isinstance(event, OrderRejected | AmendRejected | CancelRejected)]
    assert [(type(event).__name__, event.reason) for event in told] == [
        ("OrderRejected", NOT_SENT),
        ("AmendRejected", NOT_SENT),
        ("CancelRejected", NOT_SENT),
    ]
    assert not [frame for frame in scene.said[:said] if b"add_order" in frame]


def test_no_answer_in_time_is_told_once_and_nothing_is_sent_again() -> None:
    scene = opened(lost_request_share=1.0)
    scene.order("mm-1-1")
    scene.run(8)
    assert scene.all(AnswerOverdue) == [AnswerOverdue("mm-1-1")]
    assert len([frame for frame in scene.said if b'"add_order"' in frame]) == 1
    assert not scene.account.orders


def test_after_a_gap_the_link_is_dropped_and_there_again() -> None:
    scene = opened()
    scene.world.exchange.faults.add(read_fault({"kind": "sequence_gap", "channel": "executions", "count": 1}))
    scene.order("mm-1-1")
    scene.run(3)
    dropped = scene.all(LinkDropped)
    assert dropped == [LinkDropped("private", "a gap in executions")]
    assert scene.came.index(dropped[0]) < len(scene.came) - 1 - scene.came[::-1].index(LinkOpened("private"))
    assert scene.world.private is not None
    assert scene.world.private.line is not None, "the connection itself stands"


def test_a_cut_connection_comes_back_and_tells_what_rests() -> None:
    scene = opened()
    wanted = scene.order("mm-1-1")
    scene.run(2)
    assert scene.world.private is not None
    assert scene.world.private.line is not None
    assert wanted.price_ticks is not None
    scene.hear(AmendApproved(AmendWanted("mm-1-1", wanted.price_ticks - 10, 90_000)))
    scene.world.private.line.cut(silent=False)
    order = next(iter(scene.account.orders.values()))
    order.limit_ticks, order.qty_lots = wanted.price_ticks - 10, 90_000  # Taken, and nobody was told.
    scene.run(8)
    assert scene.all(LinkOpened).count(LinkOpened("private")) == 2
    assert scene.all(AnswerOverdue) == [AnswerOverdue("mm-1-1")]
    assert scene.all(OrderAmended) == [OrderAmended("mm-1-1", wanted.price_ticks - 10, 90_000)]


def test_an_order_that_the_journal_lacks_is_cancelled_by_the_venues_name() -> None:
    scene = opened()
    scene.order("mm-1-1")
    scene.run(2)
    (venue_order_id,) = scene.account.orders
    scene.hear(ForeignCancelWanted(venue_order_id))
    scene.run(2)
    assert not scene.account.orders


def test_the_dead_mans_switch_cancels_what_a_dead_bot_left() -> None:
    scene = opened(switch_s=15)
    scene.order("mm-1-1")
    scene.run(30)
    assert scene.account.orders, "renewed while the bot lives"
    scene.world.crash(reaches_venue=True)
    scene.world.until_ns = scene.world.now_ns + 16_000_000_000
    assert scene.world.next_arrival() is None
    assert not scene.account.orders
