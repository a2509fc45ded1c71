from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AccountSeen,
    AccountWanted,
    AmendApproved,
    AmendWanted,
    AnswerOverdue,
    BalancesSeen,
    Close,
    ClosePlaced,
    DisputeSettled,
    Entry,
    Event,
    ForeignCancelWanted,
    ForeignOrderSeen,
    ForeignTraded,
    FundsMoved,
    Instrument,
    InstrumentChanged,
    LinkDropped,
    LinkOpened,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderLookupWanted,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    TimerFired,
    TimerWanted,
    VenueFill,
    VenueOrder,
)
from fathom.engine import Engine, Nowhere
from fathom.orders import DISPUTE, EVERY_NS, FINAL, REST_LAG_NS, OrderTable, Reconciler, order_id_of

S = 1_000_000_000
MARK = "fab12"
PAIR = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=0, qty_precision=0, cost_precision=5, qty_lots_min=1,
    cost_min=Decimal(1),
)  # fmt: skip
START = (("BTC", Decimal(100)), ("USD", Decimal(10_000)))
T0 = 1_000 * S


class Stage:
    """A reconciler in an engine, and a clock. Timers fire when `rest` lets time pass."""

    def __init__(self, **terms: Any) -> None:
        self.reconciler = Reconciler(mark=MARK, symbols=["BTC/USD"], **terms)
        self.engine = Engine([self.reconciler], Nowhere())
        self.now_ns = T0
        self.said: list[Event] = []
        self.entries: list[Entry] = []
        self.timers: list[TimerWanted] = []
        self.tell(RunStarted("run-1", "rehearsal", b"{}", "1"), InstrumentChanged(PAIR))

    def tell(self, *events: Event) -> list[Event]:
        """Sequence these; return what the reconciler said of them, without timers."""
        said: list[Event] = []
        for event in events:
            entries = self.engine.step(event, time_ns=self.now_ns)
            self.entries += entries
            said += [entry.event for entry in entries[1:]]
        self.timers += [event for event in said if isinstance(event, TimerWanted)]
        said = [event for event in said if not isinstance(event, TimerWanted)]
        self.said += said
        return said

    def rest(self, seconds: float) -> list[Event]:
        """Let time pass, timers fire; return what was said."""
        end_ns, said = self.now_ns + int(seconds * S), []
        while due := [timer for timer in self.timers if timer.at_ns <= end_ns]:
            first = min(due, key=lambda timer: timer.at_ns)
            self.timers.remove(first)
            self.now_ns = max(self.now_ns, first.at_ns)
            said += self.tell(TimerFired(first.owner, first.timer))
        self.now_ns = end_ns
        return said

    def account(
        self,
        *,
        orders: Iterable[VenueOrder] = (),
        closed: Iterable[VenueOrder] = (),
        fills: Iterable[VenueFill] = (),
        balances: tuple[tuple[str, Decimal], ...] = START,
        as_of_ns: int | None = None,
        asked: tuple[str, ...] | None = None,
    ) -> list[Event]:
        as_of_ns = self.now_ns if as_of_ns is None else as_of_ns
        return self.tell(AccountSeen(as_of_ns, "venue", tuple(orders), tuple(closed), tuple(fills), balances, asked))

    def approve(self, order_id: str = "mm-1", *, qty_lots: int = 10) -> None:
        self.tell(OrderApproved(OrderWanted(order_id, "BTC/USD", "buy", "limit", qty_lots, 100)))

    def state(self, order_id: str = "mm-1") -> str:
        order = self.reconciler.orders.get(order_id)
        assert order is not None
        return order.state


def agreed() -> Stage:
    stage = Stage()
    assert stage.account() == [AccountAgreed(T0)]
    return stage


def venue(order_id: str = "mm-1", status: str = "new", **fields: Any) -> VenueOrder:
    said: dict[str, Any] = {
        "venue_order_id": "O1", "client_id": "", "symbol": "BTC/USD", "side": "buy", "order_type": "limit",
        "price_ticks": 100, "qty_lots": 10, "filled_lots": 0,
    } | fields  # fmt: skip
    return VenueOrder(order_id=order_id, status=status, **said)


def venue_fill(exec_id: str, qty_lots: int, *, order_id: str = "mm-1", **fields: Any) -> VenueFill:
    said: dict[str, Any] = {
        "venue_order_id": "O1", "symbol": "BTC/USD", "side": "buy", "price_ticks": 100, "liquidity": "maker",
        "fee": Decimal(0), "fee_asset": "USD", "time_ns": T0 + 1,
    } | fields  # fmt: skip
    return VenueFill(order_id=order_id, exec_id=exec_id, qty_lots=qty_lots, **said)


def traded(exec_id: str, qty_lots: int) -> OrderTraded:
    return OrderTraded("mm-1", exec_id, "BTC/USD", "buy", 100, qty_lots, "maker", Decimal(0), "USD")


def holding(btc: int, usd: int) -> tuple[tuple[str, Decimal], ...]:
    return (("BTC", Decimal(btc)), ("USD", Decimal(usd)))


def kinds(said: list[Event]) -> list[type]:
    return [type(event) for event in said]


# -- Asking --


def test_it_asks_at_the_start_and_says_when_all_is_well_and_asks_again_every_minute() -> None:
    stage = Stage()
    assert stage.said == [AccountWanted("the run begins", T0)]
    stage.account()
    assert stage.said[1:] == [AccountAgreed(T0)]
    assert stage.rest(EVERY_NS / S - 1) == []
    (wanted,) = stage.rest(1)
    assert isinstance(wanted, AccountWanted)
    assert (wanted.reason, wanted.since_ns) == ("as always", T0)
    stage.account()
    assert stage.said[-1] == AccountAgreed(stage.now_ns)
    stage.rest(EVERY_NS / S)
    assert stage.said[-1] == AccountWanted("as always", T0), "two lags and a second back, but not before the start"


def test_an_account_that_does_not_come_is_asked_for_again_less_and_less_often() -> None:
    stage = Stage()
    asked: list[int] = []
    for _ in range(4_000):
        asked += [stage.now_ns // S - T0 // S for event in stage.rest(1) if isinstance(event, AccountWanted)]
    assert asked[:6] == [30, 90, 210, 450, 930, 1530]
    assert asked[-1] - asked[-2] == 600


def test_after_a_gap_an_account_from_before_it_proves_nothing() -> None:
    stage = agreed()
    stage.now_ns += S
    assert stage.tell(LinkDropped("private", "gone"), LinkDropped("public", "gone"), LinkOpened("public")) == []
    assert stage.account() == [], "deaf, nobody says that all is well"
    stage.now_ns += S
    (wanted,) = stage.tell(LinkOpened("private"))
    assert isinstance(wanted, AccountWanted)
    assert wanted.reason == "the private stream is there"
    stage.now_ns += S
    assert stage.tell(LinkDropped("private", "again"), LinkOpened("private")) == [], "its answer is still to come"
    late = stage.account(as_of_ns=stage.now_ns - 1)
    assert kinds(late) == [AccountWanted]
    assert stage.account() == [AccountAgreed(stage.now_ns)]


def test_after_a_gap_every_open_order_is_asked_for_by_name_until_the_accounts_agree() -> None:
    stage = agreed()
    stage.approve("mm-1")
    stage.tell(OrderAccepted("mm-1", "O1"))
    (wanted,) = [one for one in stage.rest(61) if isinstance(one, AccountWanted)]
    assert wanted.order_ids == (), "the stream is whole: what ends is told"
    stage.account(orders=[venue("mm-1", venue_order_id="O1")])
    (wanted,) = stage.tell(LinkDropped("private", "gone"), LinkOpened("private"))
    assert isinstance(wanted, AccountWanted)
    assert wanted.order_ids == ("mm-1",)
    closed = venue("mm-1", venue_order_id="O1", status="canceled", reason="Dead man's switch")
    assert stage.account(closed=[closed]) == [
        OrderCanceled("mm-1", "Dead man's switch"),
        AccountAgreed(stage.now_ns),
    ], "nobody had to miss it first"
    (wanted,) = [one for one in stage.rest(61) if isinstance(one, AccountWanted)]
    assert wanted.order_ids == ()


def test_a_restart_asks_for_all_whose_end_is_not_known() -> None:
    stage = agreed()
    stage.approve("mm-1")
    stage.approve("mm-2")
    stage.tell(OrderAccepted("mm-2", "O2"))
    stage.now_ns += 5 * S
    stage.timers.clear()  # The process is gone, and its timers with it.
    (wanted,) = stage.tell(RunResumed("boot-2", "1"))
    assert isinstance(wanted, AccountWanted)
    assert (wanted.reason, wanted.order_ids) == ("the run goes on", ("mm-1", "mm-2"))
    stage.tell(AnswerOverdue("mm-1"))
    assert stage.account(orders=[venue("mm-2", venue_order_id="O2")]) == [], "one is unsure"
    assert OrderLookupWanted in kinds(stage.rest(2))
    assert AccountWanted in kinds(stage.rest(10)), "its timers are wanted anew"


def test_a_fill_of_an_order_that_only_this_account_names_is_no_strangers() -> None:
    """Its answer was lost and its first fill was told on the stream: nobody has said what the venue calls it."""
    stage = agreed()
    stage.approve("mm-1")
    stage.tell(traded("T1", 4))
    stage.tell(LinkDropped("private", "gone"), LinkOpened("private"))
    fills = [venue_fill(name, lots, order_id="", venue_order_id="O1") for name, lots in (("T1", 4), ("T2", 6))]
    said = stage.account(closed=[venue("mm-1", "filled", venue_order_id="O1", filled_lots=10)], fills=fills)
    assert [event.exec_id for event in said if isinstance(event, OrderTraded)] == ["T2"]
    assert not any(isinstance(event, ForeignTraded) for event in said)


# -- Orders without an answer --


def test_an_answer_counts_for_what_it_was_asked_and_for_nothing_else() -> None:
    """Where answers come so late that they are asked for anew, each says itself which orders it was asked for."""
    stage = agreed()
    stage.approve("mm-1")
    stage.tell(OrderAccepted("mm-1", "O1"))
    stage.rest(61)
    stage.account(orders=[venue("mm-1", venue_order_id="O1")])
    assert AccountWanted in kinds(stage.tell(LinkDropped("private", "gone"), LinkOpened("private")))
    first_ns = stage.now_ns + S
    assert AccountWanted in kinds(stage.rest(31)), "no answer came"
    assert not any(isinstance(event, OrderCanceled) for event in stage.account(as_of_ns=stage.now_ns, asked=()))
    said = stage.account(as_of_ns=first_ns, asked=("mm-1",))
    assert OrderCanceled("mm-1", "the venue does not have it any more") in said


def test_an_order_without_an_answer_is_looked_up_and_never_absent_too_early() -> None:
    stage = agreed()
    stage.approve()
    stage.now_ns += 5 * S
    overdue_ns = stage.now_ns
    assert stage.tell(AnswerOverdue("mm-1")) == []
    assert stage.rest(1.9) == []
    assert stage.rest(0.1) == [OrderLookupWanted("mm-1", overdue_ns + REST_LAG_NS + 1)]
    while stage.state() == "unsure":
        said = stage.rest(1)
        if any(isinstance(event, AccountWanted) for event in said):
            said += stage.account()
        if any(isinstance(event, OrderAbsent) for event in said):
            break
        assert AccountAgreed not in kinds(said)
        assert stage.now_ns < overdue_ns + 300 * S
    assert stage.now_ns > overdue_ns + REST_LAG_NS
    assert said[-2:] == [OrderAbsent("mm-1"), AccountAgreed(stage.now_ns)]
    assert not [event for event in stage.rest(50) if isinstance(event, OrderLookupWanted)]


def test_an_order_that_is_found_is_as_it_is_there() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(AnswerOverdue("mm-1"))
    said = stage.account(
        orders=[venue(status="partially_filled", filled_lots=4)],
        fills=[venue_fill("T1", 4)],
        balances=holding(104, 9_600),
    )
    assert said == [traded("T1", 4), OrderAccepted("mm-1", "O1"), AccountAgreed(T0)]
    assert stage.rest(30) == []
    assert stage.tell(OrderAccepted("mm-1", "O1"), traded("T1", 4)) == [], "told again, by the stream"
    order = stage.reconciler.orders.get("mm-1")
    assert order is not None
    assert order.filled_lots == 4


def test_one_that_turns_up_after_all_is_cancelled_and_disputed_until_the_account_explains_it() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(AnswerOverdue("mm-1"), OrderAbsent("mm-1"))
    said = stage.tell(OrderAccepted("mm-1", "O1"))
    assert said[0] == ForeignCancelWanted("O1")
    assert kinds(said[1:]) == [AccountDisputed]
    stage.now_ns += 5 * S
    assert ForeignCancelWanted("O1") in stage.account(orders=[venue()])
    stage.now_ns += 5 * S
    said = stage.account(closed=[venue(status="canceled")])
    assert said == [DisputeSettled("BTC/USD", "the accounts agree again"), AccountAgreed(stage.now_ns)]


def test_an_amend_without_an_answer_is_answered_by_the_account() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"), AmendApproved(AmendWanted("mm-1", 101, 12)), AnswerOverdue("mm-1"))
    (wanted,) = stage.rest(5)
    assert isinstance(wanted, AccountWanted)
    assert wanted.order_ids == ("mm-1",)
    said = stage.account(orders=[venue(price_ticks=101, qty_lots=12)])
    assert said == [OrderAmended("mm-1", 101, 12), AccountAgreed(stage.now_ns)]


# -- What a gap hid --


def test_fills_and_ends_that_a_gap_hid_are_told_once() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    ended = venue(status="filled", filled_lots=10)
    fills = [venue_fill("T1", 4), venue_fill("T2", 6)]
    said = stage.account(closed=[ended], fills=fills, balances=holding(110, 9_000))
    assert said == [traded("T1", 4), traded("T2", 6), OrderFilled("mm-1"), AccountAgreed(T0)]
    assert stage.account(closed=[ended], fills=fills, balances=holding(110, 9_000)) == [AccountAgreed(T0)]


def test_an_order_whose_fills_are_all_told_is_filled_though_nobody_tells_its_end() -> None:
    """It filled while we were down: the account shows what is open, and its fills, and no more of it."""
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    said = stage.account(fills=[venue_fill("T1", 4), venue_fill("T2", 6)], balances=holding(110, 9_000))
    assert said == [traded("T1", 4), traded("T2", 6), OrderFilled("mm-1"), AccountAgreed(T0)]


def test_an_order_that_may_have_been_amended_is_not_filled_by_its_old_quantity() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"), AmendApproved(AmendWanted("mm-1", 100, 12)), AnswerOverdue("mm-1"))
    said = stage.account(fills=[venue_fill("T1", 10)], balances=holding(110, 9_000))
    assert OrderFilled("mm-1") not in said
    assert stage.state() == "open"


def test_an_order_that_the_account_does_not_show_is_asked_for_by_name_soon() -> None:
    """Part of it filled while we were down, and it is over: how, only a question by name tells."""
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    stage.account(fills=[venue_fill("T1", 4)], balances=holding(104, 9_600))
    (asked,) = [event for event in stage.rest(10) if isinstance(event, AccountWanted)]
    assert asked.order_ids == ("mm-1",)
    over = venue(status="canceled", filled_lots=4, reason="User requested")
    said = stage.account(closed=[over], fills=[venue_fill("T1", 4)], balances=holding(104, 9_600))
    assert OrderCanceled("mm-1", "User requested") in said


def test_a_fill_is_ours_where_only_the_venues_id_says_so() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    said = stage.account(orders=[venue(filled_lots=4)], fills=[venue_fill("T1", 4, order_id="")],
                         balances=holding(104, 9_600))  # fmt: skip
    assert said == [traded("T1", 4), AccountAgreed(T0)]


def test_what_a_crash_took_from_the_journals_end_is_cancelled_and_its_fills_are_counted() -> None:
    stage = agreed()
    lost = venue("", venue_order_id="O7", client_id="fab120123456789abc", filled_lots=3)
    fill = venue_fill("T7", 3, order_id="", venue_order_id="O7")
    said = stage.account(orders=[lost], fills=[fill], balances=holding(103, 9_700))
    assert said == [ForeignTraded(fill), ForeignCancelWanted("O7")]
    stage.now_ns += 5 * S
    assert stage.account(orders=[lost], balances=holding(103, 9_700)) == [ForeignCancelWanted("O7")]
    stage.now_ns += 5 * S
    assert stage.account(balances=holding(103, 9_700)) == [AccountAgreed(stage.now_ns)]


def test_strangers_are_recognised_counted_and_left_alone() -> None:
    stage = agreed()
    theirs = venue("", venue_order_id="O9", client_id="by hand", filled_lots=2)
    fill = venue_fill("T9", 2, order_id="", venue_order_id="O9")
    said = stage.account(orders=[theirs], fills=[fill], balances=holding(102, 9_800))
    assert said == [ForeignTraded(fill), ForeignOrderSeen(theirs), AccountAgreed(T0)]
    assert stage.reconciler.foreign == (theirs,)
    ended = structs.replace(theirs, status="canceled")
    assert stage.tell(ForeignTraded(fill), ForeignOrderSeen(ended)) == []
    assert stage.reconciler.foreign == ()
    assert stage.account(balances=holding(102, 9_800)) == [AccountAgreed(T0)]


# -- What cannot be explained --


def test_a_planted_difference_is_disputed_at_the_second_look_and_stays_so_until_it_is_explained() -> None:
    stage = agreed()
    planted = holding(99, 10_000)
    assert stage.account(balances=planted) == []
    assert kinds(stage.rest(5)) == [AccountWanted]
    said = stage.account(balances=planted)
    assert said == [
        AccountDisputed("BTC/USD", "the venue holds 99 BTC, and 100 follow from the fills"),
        AccountAgreed(stage.now_ns),  # Of all the others.
    ]
    for _ in range(5):
        stage.rest(60)
        assert stage.account(balances=planted) == [AccountAgreed(stage.now_ns)]
    stage.rest(60)
    theirs = venue_fill("T9", 1, order_id="", venue_order_id="O9", side="sell", time_ns=stage.now_ns, price_ticks=0)
    said = stage.account(balances=planted, fills=[theirs])
    assert said[1:] == [DisputeSettled("BTC/USD", "the accounts agree again"), AccountAgreed(stage.now_ns)]


def test_assets_that_we_do_not_trade_may_differ() -> None:
    stage = agreed()
    assert stage.account(balances=(*START, ("DOGE", Decimal(5)))) == [AccountAgreed(T0)]
    assert stage.account(balances=(*START, ("DOGE", Decimal(7)))) == [AccountAgreed(T0)]


def test_a_fill_on_its_way_disputes_nothing() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    stage.now_ns += 5 * S
    assert stage.account(orders=[venue(filled_lots=4)], balances=holding(104, 9_600)) == []
    stage.tell(traded("T1", 4))
    stage.now_ns += 5 * S
    said = stage.account(orders=[venue(filled_lots=4)], balances=holding(104, 9_600))
    assert said == [AccountAgreed(stage.now_ns)]


def test_rest_may_be_a_minute_behind_the_stream() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    stage.now_ns += 5 * S
    stage.tell(traded("T1", 4), traded("T2", 6), OrderFilled("mm-1"))
    stage.now_ns += 30 * S
    assert stage.account(orders=[venue(filled_lots=4)], balances=holding(104, 9_600)) == [AccountAgreed(stage.now_ns)]
    stage.now_ns += 60 * S
    assert stage.account(orders=[venue(filled_lots=4)], balances=holding(104, 9_600)) != [AccountAgreed(stage.now_ns)]


def test_another_quantity_than_ours_is_disputed_and_believed() -> None:
    stage = agreed()
    stage.approve()
    stage.tell(OrderAccepted("mm-1", "O1"))
    stage.now_ns += 120 * S
    said = stage.account(orders=[venue(qty_lots=12)])
    assert said[0] == OrderAmended("mm-1", 100, 12)
    assert kinds(said[1:]) == [AccountDisputed, AccountAgreed]
    stage.now_ns += 5 * S
    said = stage.account(orders=[venue(qty_lots=12)])
    assert kinds(said) == [DisputeSettled, AccountAgreed]


def test_an_overfill_is_disputed_at_once_and_settled_where_the_venue_says_as_much() -> None:
    stage = agreed()
    stage.approve()
    (disputed,) = stage.tell(OrderAccepted("mm-1", "O1"), traded("T1", 11))
    assert disputed == AccountDisputed("BTC/USD", "mm-1 filled 11 lots, and it is of 10")
    (wanted,) = stage.rest(5)
    assert isinstance(wanted, AccountWanted)
    assert wanted.order_ids == ("mm-1",)
    said = stage.account(closed=[venue(status="filled", filled_lots=11)], balances=holding(111, 8_900))
    assert kinds(said) == [OrderFilled, DisputeSettled, AccountAgreed]


def test_a_deposit_that_the_ledger_told_disputes_nothing_and_a_total_alone_does() -> None:
    stage = agreed()
    stage.tell(FundsMoved("L1", "R1", "deposit", "USD", "spot", Decimal(2_000), Decimal(0), T0))
    assert stage.account(balances=holding(100, 12_000)) == [AccountAgreed(T0)]
    stage.tell(BalancesSeen((("USD", Decimal(13_000)),)))
    stage.account(balances=holding(100, 13_000))
    assert AccountDisputed in kinds(stage.account(balances=holding(100, 13_000)))


def test_a_person_accepts_the_venues_word() -> None:
    stage = agreed()
    planted = holding(99, 10_000)
    stage.account(balances=planted)
    stage.account(balances=planted)
    stage.now_ns += S
    assert stage.tell(ResumeOrdered("daily_loss_share_max", "another breaker")) == []
    (wanted,) = stage.tell(ResumeOrdered(DISPUTE, "withdrew one"))
    assert isinstance(wanted, AccountWanted)
    said = stage.account(balances=planted)
    assert kinds(said) == [DisputeSettled, AccountAgreed]
    stage.rest(60)
    assert stage.account(balances=planted) == [AccountAgreed(stage.now_ns)]


def test_a_person_who_says_it_again_and_again_waits_no_longer_for_it() -> None:
    stage = agreed()
    planted = holding(99, 10_000)
    stage.account(balances=planted)
    stage.account(balances=planted)
    stage.now_ns += S
    asked_ns = stage.now_ns
    assert kinds(stage.tell(ResumeOrdered(DISPUTE, "withdrew one"))) == [AccountWanted]
    for _ in range(3):  # The venue's answer takes its time.
        stage.now_ns += 5 * S
        assert stage.tell(ResumeOrdered(DISPUTE, "withdrew one")) == []
    assert kinds(stage.account(balances=planted, as_of_ns=asked_ns)) == [DisputeSettled, AccountAgreed]


def test_a_paper_venue_is_never_behind() -> None:
    stage = Stage(lag_ns=0)
    stage.approve()
    stage.tell(AnswerOverdue("mm-1"))
    stage.account()
    stage.rest(5)
    assert stage.account() == [OrderAbsent("mm-1"), AccountAgreed(stage.now_ns)]


@pytest.mark.parametrize("kind", [TimerFired("risk", "look"), TimerFired("reconciler", "look")])
def test_a_timer_of_others_or_one_that_was_overtaken_wakes_nobody(kind: TimerFired) -> None:
    assert agreed().tell(kind) == []


# -- Whatever the order in which it is told: a plain venue as the oracle --


class Placed(Struct):
    """An order as the oracle has it."""

    order_id: str
    qty_lots: int
    price_ticks: int = 100
    filled_lots: int = 0
    status: str = "new"

    @property
    def venue_id(self) -> str:
        return f"O-{self.order_id}"


class Oracle:
    """What the venue has. Each thing that happens is a word on the stream, which may be lost or late."""

    def __init__(self) -> None:
        self.placed: dict[str, Placed] = {}
        self.fills: list[VenueFill] = []
        self.foreign_lots = 0
        self.words: list[Event] = []  # On their way.

    def place(self, order_id: str, qty_lots: int) -> None:
        self.placed[order_id] = Placed(order_id, qty_lots)
        self.words.append(OrderAccepted(order_id, f"O-{order_id}"))

    def fill(self, order: Placed, lots: int, now_ns: int) -> None:
        lots = min(lots, order.qty_lots - order.filled_lots)
        exec_id = f"T{len(self.fills)}"
        order.filled_lots += lots
        order.status = "filled" if order.filled_lots == order.qty_lots else "partially_filled"
        self.fills.append(venue_fill(exec_id, lots, order_id=order.order_id, venue_order_id=order.venue_id,
                                     time_ns=now_ns))  # fmt: skip
        self.words.append(OrderTraded(order.order_id, exec_id, "BTC/USD", "buy", 100, lots, "maker", Decimal(0), "USD"))
        if order.status == "filled":
            self.words.append(OrderFilled(order.order_id))

    def trade_by_hand(self, lots: int, now_ns: int) -> None:
        fill = venue_fill(f"T{len(self.fills)}", lots, order_id="", venue_order_id="O-hand", time_ns=now_ns)
        self.fills.append(fill)
        self.foreign_lots += lots
        self.words.append(ForeignTraded(fill))

    def amend(self, order: Placed, price_ticks: int) -> None:
        order.price_ticks = price_ticks
        self.words.append(OrderAmended(order.order_id, price_ticks, order.qty_lots))

    def cancel(self, order: Placed) -> None:
        order.status = "canceled"
        self.words.append(OrderCanceled(order.order_id, "User requested"))

    @property
    def bought_lots(self) -> int:
        return sum(fill.qty_lots for fill in self.fills)

    def view(self) -> dict[str, Any]:
        rows = [
            venue(order.order_id, order.status, venue_order_id=order.venue_id, qty_lots=order.qty_lots,
                  filled_lots=order.filled_lots, price_ticks=order.price_ticks)
            for order in self.placed.values()
        ]  # fmt: skip
        return {
            "orders": [row for row in rows if row.status in {"new", "partially_filled"}],
            "closed": [row for row in rows if row.status not in {"new", "partially_filled"}],
            "fills": list(self.fills),
            "balances": holding(100 + self.bought_lots, 10_000 - 100 * self.bought_lots),
        }


DEEDS = ("place", "lose", "fill", "amend", "cancel", "hand", "word", "word", "gap", "look", "rest", "again")


class Play:
    """Things happen at the venue, and are told, lost, or found by REST, which may be late."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.stage, self.oracle = Stage(), Oracle()
        self.stage.account()
        self.views = [(self.stage.now_ns, self.oracle.view())]
        for number in range(data.draw(st.integers(1, 25))):
            self.stage.now_ns += data.draw(st.sampled_from([1, S // 10, S, 20 * S]))
            self._do(data.draw(st.sampled_from(DEEDS)), number)
            self.views.append((self.stage.now_ns, self.oracle.view()))
        self._calm()

    def _do(self, what: str, number: int) -> None:
        stage, oracle, draw = self.stage, self.oracle, self.data.draw
        open_ = [order for order in oracle.placed.values() if order.status in {"new", "partially_filled"}]
        match what:
            case "place" | "lose":
                stage.approve(f"mm-{number}", qty_lots=9)
                if what == "place":
                    oracle.place(f"mm-{number}", 9)
                if what == "lose" or draw(st.booleans()):
                    stage.tell(AnswerOverdue(f"mm-{number}"))
            case "hand":
                oracle.trade_by_hand(draw(st.integers(1, 5)), stage.now_ns)
            case "word":
                stage.tell(*oracle.words[:1])
                del oracle.words[:1]
            case "gap":
                oracle.words.clear()
                stage.tell(LinkDropped("private", "gone"))
                stage.now_ns += S
                stage.tell(LinkOpened("private"))
            case "look":
                since_ns = stage.now_ns - REST_LAG_NS
                late = [view for time_ns, view in self.views if time_ns >= since_ns] or [self.views[-1][1]]
                stage.account(**draw(st.sampled_from(late)))
            case "rest":
                stage.rest(draw(st.sampled_from([1, 10])))
            case "again":
                stage.tell(*[ForeignTraded(fill) for fill in oracle.fills if not fill.order_id][:1])
            case _ if open_:
                self._change(what, draw(st.sampled_from(open_)), number)

    def _change(self, what: str, order: Placed, number: int) -> None:
        match what:
            case "fill":
                self.oracle.fill(order, self.data.draw(st.integers(1, 9)), self.stage.now_ns)
            case "cancel":
                self.oracle.cancel(order)
            case _:
                self.stage.tell(AmendApproved(AmendWanted(order.order_id, 100 + number, 9)))
                self.oracle.amend(order, 100 + number)

    def _calm(self) -> None:
        """What is on its way is told, and then the looks are of what is."""
        self.stage.tell(*self.oracle.words)
        for _ in range(6):
            self.stage.rest(61)
            self.stage.account(**self.oracle.view())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_told_when_and_by_which_way_the_end_is_the_venues(data: st.DataObject) -> None:
    play = Play(data)
    stage, oracle, log = play.stage, play.oracle, [entry.event for entry in play.stage.entries]
    others = OrderTable()  # Somebody else's replica, from the same log.
    for event in log:
        others.apply(event)
    for table in (stage.reconciler.orders, others):
        for order in [*table.open(), *table.ended()]:
            placed = oracle.placed.get(order.order_id)
            if placed is None:
                assert order.state == "rejected"
                continue
            ended = {"filled": "filled", "canceled": "canceled"}
            assert order.state == ended.get(placed.status, "open")
            assert order.filled_lots == placed.filled_lots
            assert order.state in FINAL or (order.price_ticks, order.qty_lots) == (placed.price_ticks, placed.qty_lots)
            assert order.untold_lots == 0
            assert order.state in FINAL or not order.amends
    # Nothing was counted twice, and what is not ours is counted too.
    told = {(order_id_of(event), event.exec_id): event for event in log if isinstance(event, OrderTraded)}
    assert sum(event.qty_lots for event in told.values()) == oracle.bought_lots - oracle.foreign_lots
    said = [event for event in stage.said if isinstance(event, OrderTraded | ForeignTraded)]
    assert len({msgspec.msgpack.encode(event) for event in said}) == len(said)
    assert stage.said[-1] == AccountAgreed(stage.now_ns)
    assert stage.reconciler.disputed == ()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_replay_says_the_same_bytes(data: st.DataObject) -> None:
    stage = Play(data).stage
    again = Engine([Reconciler(mark=MARK, symbols=["BTC/USD"])], Nowhere())
    inputs = [entry for entry in stage.entries if entry.seq == entry.cause_seq]
    replayed = [entry for one in inputs for entry in again.step(one.event, time_ns=one.time_ns)]
    assert msgspec.msgpack.encode(replayed) == msgspec.msgpack.encode(stage.entries)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(-50, 50).filter(bool))
def test_whatever_was_told_a_balance_that_nothing_explains_is_disputed(data: st.DataObject, off: int) -> None:
    play = Play(data)
    stage, view = play.stage, play.oracle.view()
    (btc, amount), usd = view["balances"]
    for _ in range(2):
        stage.rest(61)
        stage.account(**view | {"balances": ((btc, amount + off), usd)})
    assert [doubt.about for doubt in stage.reconciler.disputed] == ["balance BTC"]
    assert [event for event in stage.said if isinstance(event, AccountDisputed)][-1].symbol == "BTC/USD"


def test_a_refusal_needs_no_look() -> None:
    stage = agreed()
    stage.approve()
    assert stage.tell(OrderRejected("mm-1", "EOrder:Insufficient funds")) == []
    assert stage.account() == [AccountAgreed(T0)]


# -- What the venue placed itself --


def test_a_close_that_was_placed_while_nobody_listened_is_ours_with_its_fills() -> None:
    stage = agreed()
    stage.tell(OrderApproved(OrderWanted("mm-1", "BTC/USD", "buy", "limit", 10, 100, close=Close("limit", 110))))
    stage.tell(OrderAccepted("mm-1", "O1"), traded("T1", 10), OrderFilled("mm-1"))
    stage.now_ns += S
    close = venue("", side="sell", venue_order_id="O2", price_ticks=110, parent_id="O1", filled_lots=4)
    fill = venue_fill("T2", 4, order_id="", side="sell", venue_order_id="O2", price_ticks=110)
    said = stage.account(orders=[close], fills=[fill], balances=holding(106, 9_440))
    placed, sold, agreed_ = said
    assert placed == ClosePlaced(OrderWanted("mm-1.c1", "BTC/USD", "sell", "limit", 10, 110), "O2", "mm-1")
    assert isinstance(sold, OrderTraded)
    assert (sold.order_id, sold.qty_lots) == ("mm-1.c1", 4)
    assert isinstance(agreed_, AccountAgreed)
    assert stage.reconciler.foreign == ()
    assert stage.account(orders=[close], fills=[fill], balances=holding(106, 9_440)) == [AccountAgreed(stage.now_ns)]


def test_a_close_that_filled_while_nobody_listened_is_ours_and_over() -> None:
    stage = agreed()
    stage.tell(OrderApproved(OrderWanted("mm-1", "BTC/USD", "buy", "limit", 10, 100, close=Close("limit", 110))))
    stage.tell(OrderAccepted("mm-1", "O1"), traded("T1", 10), OrderFilled("mm-1"))
    stage.now_ns += S
    close = venue("", "filled", side="sell", venue_order_id="O2", price_ticks=110, parent_id="O1", filled_lots=10)
    fill = venue_fill("T2", 10, order_id="", side="sell", venue_order_id="O2", price_ticks=110)
    said = stage.account(closed=[close], fills=[fill], balances=holding(100, 10_100))
    assert kinds(said) == [ClosePlaced, OrderTraded, OrderFilled, AccountAgreed]
    assert stage.state("mm-1.c1") == "filled"
