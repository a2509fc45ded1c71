from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pytest

from fathom.domain import (
    AccountSeen,
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    Event,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    VenueOrder,
)
from fathom.orders import Order, OrderTable
from fathom.orders.comparing import GONE, Compared, OrderComparison, unknown_ends

LAG_NS = 60
HEARD_NS = 1_000
LATE_NS = HEARD_NS + LAG_NS + 1  # An account as of then knows all that we know.
ACCEPTED = OrderAccepted("mm-1", "O1")
CANCELED = OrderCanceled("mm-1", "User requested")


def traded(qty_lots: int, exec_id: str = "T1") -> OrderTraded:
    return OrderTraded("mm-1", exec_id, "BTC/USD", "buy", 100, qty_lots, "maker", Decimal(0), "USD")


def venue(venue_id: str = "O1", status: str = "new", **fields: Any) -> VenueOrder:
    said: dict[str, Any] = {
        "order_id": "mm-1",
        "client_id": "c",
        "symbol": "BTC/USD",
        "side": "buy",
        "order_type": "limit",
        "price_ticks": 100,
        "qty_lots": 10,
        "filled_lots": 0,
        "reason": "",
    } | fields
    return VenueOrder(venue_order_id=venue_id, status=status, **said)


class Stage:
    def __init__(self, *news: Happening, wanted: OrderWanted | None = None) -> None:
        self.table = OrderTable()
        self.table.apply(OrderApproved(wanted or OrderWanted("mm-1", "BTC/USD", "buy", "limit", 10, 100)))
        for event in news:
            self.table.apply(event)

    @property
    def order(self) -> Order:
        order = self.table.get("mm-1")
        assert order is not None
        return order

    def look(
        self,
        *shown: VenueOrder,
        as_of_ns: int = LATE_NS,
        asked: Collection[str] = ("mm-1",),
        whole: bool = True,
        marked: Collection[str] = (),
    ) -> Compared:
        is_over = {"filled", "canceled", "expired"}
        seen = AccountSeen(
            as_of_ns,
            "venue",
            tuple(one for one in shown if one.status not in is_over),
            tuple(one for one in shown if one.status in is_over),
            (),
            (),
        )
        comparison = OrderComparison(
            self.table, seen, heard_ns={"mm-1": HEARD_NS}, lag_ns=LAG_NS, asked=asked, stream_whole=whole
        )
        return comparison.run(is_marked=marked)


EARLY = {"as_of_ns": HEARD_NS}
OVERDUE = AnswerOverdue("mm-1")
AMEND = AmendApproved(AmendWanted("mm-1", 101, 12))

NEWS = [  # What we know, what the account shows, what it tells, and the state then.
    ([], [venue()], {}, [ACCEPTED], "open"),  # Found before its answer came.
    ([OVERDUE], [venue()], EARLY, [ACCEPTED], "open"),  # What is there is there, however early.
    ([OVERDUE], [venue(status="canceled", reason="Post only order")], {},
     [ACCEPTED, OrderCanceled("mm-1", "Post only order")], "canceled"),
    ([OVERDUE], [venue(status="filled", filled_lots=0)], {}, [ACCEPTED, OrderFilled("mm-1")], "filled"),
    ([OVERDUE], [], {}, [OrderAbsent("mm-1")], "rejected"),
    ([OVERDUE], [], EARLY, [], "unsure"),  # REST may not have it yet.
    ([OVERDUE], [], {"as_of_ns": LATE_NS - 1}, [], "unsure"),
    ([OVERDUE], [], {"asked": ()}, [], "unsure"),  # Nobody looked among the ended ones.
    ([OVERDUE], [], {"whole": False}, [], "unsure"),  # The stream may have its word to say.
    ([ACCEPTED], [venue()], {}, [], "open"),
    ([ACCEPTED], [venue(status="canceled")], {}, [OrderCanceled("mm-1", "canceled")], "canceled"),
    ([ACCEPTED], [venue(status="expired")], {}, [OrderCanceled("mm-1", "expired")], "canceled"),
    ([ACCEPTED, traded(10)], [venue(status="filled", filled_lots=10)], {}, [OrderFilled("mm-1")], "filled"),
    ([ACCEPTED, traded(4)], [venue(status="canceled", filled_lots=4)], {},
     [OrderCanceled("mm-1", "canceled")], "canceled"),  # Partly filled, then cancelled.
    ([ACCEPTED], [], {}, [OrderCanceled("mm-1", GONE)], "canceled"),
    ([ACCEPTED], [], {"asked": ()}, [], "open"),
    ([ACCEPTED], [], EARLY, [], "open"),
    ([ACCEPTED], [], {"whole": False}, [], "open"),
    ([traded(4)], [venue(filled_lots=4)], {}, [ACCEPTED], "open"),  # The fill was told before the acknowledgement.
    ([ACCEPTED, CANCELED], [venue(status="canceled")], {}, [], "canceled"),
    ([ACCEPTED, CANCELED], [venue()], EARLY, [], "canceled"),  # REST is behind.
    ([OrderRejected("mm-1", "no")], [], {}, [], "rejected"),
    ([OrderRejected("mm-1", "no")], [venue(status="canceled")], {}, [], "rejected"),  # A post-only refusal, say.
    # Amends.
    ([ACCEPTED], [venue(price_ticks=99)], {}, [OrderAmended("mm-1", 99, 10)], "open"),  # Restated by the venue.
    ([ACCEPTED], [venue(price_ticks=99)], EARLY, [], "open"),
    ([ACCEPTED, AMEND], [venue(price_ticks=101, qty_lots=12)], EARLY, [], "open"),  # Its answer is on its way.
    ([ACCEPTED, AMEND], [venue(price_ticks=101, qty_lots=12)], {}, [OrderAmended("mm-1", 101, 12)], "open"),
    ([ACCEPTED, AMEND, OVERDUE], [venue(price_ticks=101, qty_lots=12)], EARLY, [OrderAmended("mm-1", 101, 12)], "open"),
    ([ACCEPTED, AMEND, OVERDUE], [venue()], EARLY, [], "open"),
    ([ACCEPTED, AMEND, OVERDUE], [venue()], {},
     [AmendRejected("mm-1", "no answer came, and the order is as it was")], "open"),
    ([ACCEPTED, CancelApproved("mm-1"), OVERDUE], [venue()], {}, [], "open"),  # It outlived its cancel.
    # Amended down, and filled, in a gap.
    ([ACCEPTED, traded(6), OrderFilled("mm-1")], [venue(status="filled", qty_lots=6, filled_lots=6)], {},
     [OrderAmended("mm-1", 100, 6)], "filled"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "shown", "terms", "news", "state"), NEWS)
def test_what_the_account_tells(
    known: list[Event], shown: list[VenueOrder], terms: dict[str, Any], news: list[Event], state: str
) -> None:
    stage = Stage(*known)
    found = stage.look(*shown, **terms)
    assert found.news == news
    assert stage.order.state == state
    assert stage.order.untold_lots == (10 if state == "filled" and not stage.order.filled_lots else 0)
    again = stage.look(*shown, **terms)
    assert again.news == [], "told once"
    certain = [doubt.reason for doubt in (*found.doubts, *again.doubts) if doubt.certain]
    assert certain == []


DOUBTS = [  # What we know, what the account shows, what of it is a doubt, whether one look is enough.
    ([ACCEPTED, traded(4)], [venue(filled_lots=6)], EARLY, "fills of mm-1", False),
    ([ACCEPTED, traded(4)], [venue(filled_lots=3)], {}, "fills of mm-1", False),
    ([ACCEPTED, traded(4), CANCELED], [venue(status="canceled", filled_lots=6)], {}, "fills of mm-1", False),
    ([ACCEPTED], [venue(qty_lots=11)], {}, "quantity of mm-1", True),
    ([ACCEPTED], [venue(side="sell")], {}, "terms of mm-1", True),
    ([ACCEPTED], [venue(symbol="ETH/USD")], {}, "terms of mm-1", True),
    ([ACCEPTED, CANCELED], [venue()], {}, "the end of mm-1", False),
    ([OVERDUE, OrderAbsent("mm-1")], [venue()], EARLY, "the end of mm-1", True),
    ([ACCEPTED, traded(11)], [venue(filled_lots=10, status="filled")], {}, "overfill of mm-1", True),
    ([ACCEPTED, traded(11)], [], EARLY, "overfill of mm-1", True),
    ([ACCEPTED], [venue(), venue("O2")], {}, "a second mm-1", True),
    ([ACCEPTED], [venue(), venue("O2", status="canceled", filled_lots=1)], {}, "a second mm-1", True),
    ([ACCEPTED, OrderAccepted("mm-1", "O2")], [venue(status="canceled")], {}, "", False),  # Explained: O2 is not there.
    ([ACCEPTED, OrderRejected("mm-1", "no")], [], EARLY, "what was said of mm-1", True),
]


@pytest.mark.parametrize(("known", "shown", "terms", "about", "certain"), DOUBTS)
def test_what_does_not_agree(
    known: list[Event], shown: list[VenueOrder], terms: dict[str, Any], about: str, certain: bool
) -> None:
    found = Stage(*known).look(*shown, **terms)
    doubts = {doubt.about: doubt for doubt in found.doubts}
    if not about:
        assert doubts == {}
        return
    assert doubts[about].certain == certain
    assert doubts[about].symbols == ("BTC/USD",)
    assert doubts[about].reason.startswith("mm-1 ")


@pytest.mark.parametrize(
    ("known", "shown", "terms"),
    [
        ([ACCEPTED, traded(4)], [venue(filled_lots=3)], EARLY),  # REST is behind.
        ([ACCEPTED], [venue(), venue("O2", status="canceled")], {}),  # A second that never traded is none.
        ([ACCEPTED, traded(11)], [venue(filled_lots=11, status="filled")], {}),  # The venue says the same.
        ([ACCEPTED, OrderRejected("mm-1", "no")], [venue()], EARLY),  # The account explains it: it is open.
        ([OrderRejected("mm-1", "no"), ACCEPTED], [venue(status="canceled")], EARLY),
        ([OVERDUE, OrderAbsent("mm-1"), ACCEPTED], [], {}),
    ],
)
def test_what_is_no_doubt(known: list[Event], shown: list[VenueOrder], terms: dict[str, Any]) -> None:
    stage = Stage(*known)
    assert stage.look(*shown, **terms).doubts == []
    assert stage.order.contradiction == ""
    assert unknown_ends([stage.order]) == []


def test_what_must_not_be_there_is_to_be_cancelled() -> None:
    stage = Stage(ACCEPTED)
    lost = venue("O7", order_id="", client_id="mine")
    forgotten = venue("O8", order_id="mm-0", client_id="mine too")
    stranger = venue("O9", order_id="", client_id="someone's")
    ended = venue("O6", order_id="", client_id="mine", status="canceled")
    found = stage.look(venue(), venue("O2"), lost, forgotten, stranger, ended, marked={"mine"})
    assert found.unwelcome == ["O7", "O8", "O2"]
    assert Stage(OVERDUE, OrderAbsent("mm-1")).look(venue()).unwelcome == ["O1"]
    assert Stage(ACCEPTED, CANCELED).look(venue()).unwelcome == ["O1"]
    assert Stage(ACCEPTED, CANCELED).look(venue(), **EARLY).unwelcome == []


def test_an_order_is_known_by_the_venues_id_where_ours_is_missing() -> None:
    stage = Stage(ACCEPTED)
    assert stage.look(venue(order_id="", status="canceled")).news == [OrderCanceled("mm-1", "canceled")]


def test_the_later_of_two_answers_counts() -> None:
    stage = Stage(ACCEPTED)
    assert stage.look(venue(), venue(status="canceled")).news == [OrderCanceled("mm-1", "canceled")]


def test_the_trigger_of_a_stop_at_the_market_and_the_distance_of_a_trailing_one() -> None:
    stop = OrderWanted("mm-1", "BTC/USD", "buy", "stop-loss", 10, trigger_ticks=120)
    shown = venue(order_type="stop-loss", price_ticks=None, trigger_ticks=125)
    assert Stage(ACCEPTED, wanted=stop).look(shown).news == [OrderAmended("mm-1", 125, 10)]
    trailing = OrderWanted("mm-1", "BTC/USD", "buy", "trailing-stop", 10, trigger_ticks=20)
    assert Stage(ACCEPTED, wanted=trailing).look(shown).news == []
    market = OrderWanted("mm-1", "BTC/USD", "buy", "market", 10)
    assert Stage(ACCEPTED, wanted=market).look(venue(price_ticks=None)).news == []


def test_orders_that_are_missing_are_asked_for_by_name() -> None:
    assert Stage(ACCEPTED).look(asked=()).unknown == ["mm-1"]
    assert Stage(ACCEPTED).look(venue()).unknown == Stage(CANCELED).look().unknown == []
    for news in ([OVERDUE], [ACCEPTED, AMEND], [OrderFilled("mm-1")], [ACCEPTED, traded(11)],
                 [ACCEPTED, OrderRejected("mm-1", "")]):  # fmt: skip
        assert unknown_ends([Stage(*news).order]) == ["mm-1"]
    assert unknown_ends([Stage().order, Stage(ACCEPTED, CANCELED).order]) == []
