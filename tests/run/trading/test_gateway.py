from collections.abc import Callable
from decimal import Decimal

import pytest

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Close,
    ClosePlaced,
    Entry,
    Event,
    ForeignCancelWanted,
    ForeignOrderSeen,
    ForeignTraded,
    HealthSeen,
    LinkDropped,
    LinkError,
    LinkOpened,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderFilled,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    OrderWanted,
    RunStarted,
    Unsure,
)
from fathom.orders import ClientIds, mark_of
from fathom.protocol import messages
from fathom.run.trading.gateway import Gateway
from fathom.run.trading.order_path import Request, Sent
from market_feed import BTC

ORDER = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000, post_only=True)
NOW_NS = 1_767_614_400_000_000_000  # 2026-01-05 12:00 UTC.
AMEND = AmendWanted("mm-1-1", 1001, 6, post_only=True)


class Path:
    """Keeps what was sent, for the test to answer."""

    def __init__(self) -> None:
        self.sent: list[tuple[Request, Callable[[Sent], None]]] = []

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        self.sent.append((request, on_sent))


class Stage:
    def __init__(self) -> None:
        self.path = Path()
        self.told: list[Event] = []
        ids = ClientIds(mark_of("bot"))
        instruments = {"BTC/USD": BTC}
        self.gateway = Gateway(self._arrive, self.path, ids=ids, instruments=instruments, now_ns=lambda: NOW_NS)
        self.seq = 0
        self.see(RunStarted("boot", "rehearsal", b"{}", "0"))

    def _arrive(self, event: Event) -> None:
        self.told.append(event)
        self.see(event)

    def see(self, event: Event) -> None:
        self.seq += 1
        entry = Entry(self.seq, self.seq, 1, "world", event)
        self.gateway.seen(entry)
        perform = self.gateway.performers().get(type(event))
        if perform is not None:
            perform(entry)

    @property
    def request(self) -> Request:
        return self.path.sent[-1][0]

    def answer(self, sent: Sent) -> list[Event]:
        before = len(self.told)
        self.path.sent[-1][1](sent)
        return self.told[before:]

    @property
    def client_id(self) -> str:
        name = self.gateway.ids.client_id("mm-1-1")
        assert name is not None
        return name


@pytest.fixture
def stage() -> Stage:
    one = Stage()
    one.see(OrderApproved(ORDER))
    return one


def test_an_approval_is_one_request_under_our_mark(stage: Stage) -> None:
    request = stage.request
    assert isinstance(request, messages.AddOrder)
    params = request.params
    assert (params.symbol, params.side, params.post_only) == ("BTC/USD", "buy", True)
    assert (params.limit_price, params.order_qty) == (BTC.price(1000), BTC.qty(5))
    assert params.cl_ord_id == stage.client_id
    assert params.cl_ord_id.startswith(mark_of("bot"))
    assert len(stage.path.sent) == 1
    assert stage.gateway.open_orders() == ["mm-1-1"]


def test_what_stands_on_its_way_for_long_is_not_taken_by_the_venue(stage: Stage) -> None:
    assert isinstance(stage.request, messages.AddOrder)
    assert stage.request.params.deadline == "2026-01-05T12:00:05.000Z"
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(HealthSeen(0, 0, clock_offset_ns=-1_250_000_000))
    stage.see(AmendApproved(AMEND))
    assert isinstance(stage.request, messages.AmendOrder)
    assert stage.request.params.deadline == "2026-01-05T12:00:03.750Z", "by the venue's clock, which is behind"


def test_an_answer_is_the_acknowledgement_with_its_times(stage: Stage) -> None:
    sent = Sent(venue_order_id="O1", encoded_ns=9, sent_ns=10, received_ns=30, time_in_ns=15, time_out_ns=20)
    assert stage.answer(sent) == [OrderTimed("mm-1-1", "add", 10, 30, 15, 20, 9), OrderAccepted("mm-1-1", "O1")]


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (LinkError("the link is down: it was not placed"), OrderRejected),
        (Unsure("add_order", "x"), AnswerOverdue),
    ],
)
def test_what_stood_in_the_way_is_a_refusal_only_where_the_order_surely_is_not_there(
    stage: Stage, error: LinkError, event: type[Event]
) -> None:
    (told,) = stage.answer(Sent(error=error))
    assert isinstance(told, event)


@pytest.mark.parametrize(
    ("approval", "event"), [(AmendApproved(AMEND), AmendRejected), (CancelApproved("mm-1-1"), CancelRejected)]
)
def test_a_refused_change_leaves_the_order(stage: Stage, approval: Event, event: type[Event]) -> None:
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(approval)
    (told,) = stage.answer(Sent(error=LinkError("no")))
    assert isinstance(told, event)
    assert stage.gateway.open_orders() == ["mm-1-1"]


def test_an_amend_keeps_post_only_and_is_told_when_it_is_taken(stage: Stage) -> None:
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(AmendApproved(AMEND))
    request = stage.request
    assert isinstance(request, messages.AmendOrder)
    assert (request.params.cl_ord_id, request.params.post_only) == (stage.client_id, True)
    assert stage.answer(Sent()) == [OrderAmended("mm-1-1", 1001, 6)]


def test_an_amend_that_the_stream_told_first_is_not_told_again(stage: Stage) -> None:
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(AmendApproved(AMEND))
    stage.see(OrderAmended("mm-1-1", 1001, 6))
    assert stage.answer(Sent()) == []


def test_a_cancel_that_found_nothing_is_told(stage: Stage) -> None:
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(CancelApproved("mm-1-1"))
    assert isinstance(stage.request, messages.CancelOrder)
    assert stage.request.params.cl_ord_id == (stage.client_id,)
    (told,) = stage.answer(Sent(missing=True))
    assert isinstance(told, CancelRejected)


def test_an_order_of_a_lost_tail_is_cancelled_by_the_venues_id(stage: Stage) -> None:
    stage.see(ForeignCancelWanted("OLOST"))
    assert isinstance(stage.request, messages.CancelOrder)
    assert stage.request.params.order_id == ("OLOST",)


def row(**more: object) -> messages.Execution:
    kept = {"exec_type": "new", "order_id": "O1", "order_status": "new", "timestamp": "2026-11-30T00:00:00.000000Z"}
    return messages.Execution(**{**kept, **more})  # type: ignore[arg-type]  # A table of a row's fields.


def test_the_private_stream_tells_the_life_of_our_orders(stage: Stage) -> None:
    name = stage.client_id
    stage.gateway.on_execution(row(cl_ord_id=name))
    fill = row(
        exec_type="trade",
        cl_ord_id=name,
        exec_id="T1",
        last_qty=BTC.qty(5),
        last_price=BTC.price(1000),
        liquidity_ind="m",
        fees=(messages.Fee(asset="USD", qty=Decimal("0.01")),),
        symbol="BTC/USD",
        side="buy",
    )
    stage.gateway.on_execution(fill)
    stage.gateway.on_execution(row(exec_type="filled", cl_ord_id=name, order_status="filled"))
    assert [type(event) for event in stage.told] == [OrderAccepted, OrderTraded, OrderFilled]
    assert stage.gateway.open_orders() == []


def test_a_fill_of_an_order_whose_acknowledgement_was_lost_tells_the_venues_id(stage: Stage) -> None:
    fill = row(
        exec_type="trade",
        cl_ord_id=stage.client_id,
        exec_id="T1",
        last_qty=BTC.qty(5),
        last_price=BTC.price(1000),
        symbol="BTC/USD",
        side="buy",
    )
    stage.gateway.on_execution(fill)
    assert [type(event) for event in stage.told] == [OrderAccepted, OrderTraded]
    assert stage.gateway.names() == {fill.order_id: "mm-1-1"}


def test_a_fill_that_only_names_the_venues_id_of_our_order_is_ours(stage: Stage) -> None:
    """As REST tells it, asked for what a gap hid."""
    stage.answer(Sent(venue_order_id="O1"))
    fill = {"exec_type": "trade", "last_qty": BTC.qty(5), "last_price": BTC.price(1000), "symbol": "BTC/USD"}
    for order_id, exec_id in (("O1", "T1"), ("O2", "T2")):
        stage.gateway.on_execution(row(order_id=order_id, exec_id=exec_id, side="buy", **fill))
    assert [type(event) for event in stage.told] == [OrderAccepted, OrderTraded, ForeignTraded]


def test_a_pair_without_rules_gets_no_order() -> None:
    stage = Stage()
    other = OrderWanted("mm-1-2", "XYZ/USD", "buy", "limit", 5, 1000)
    stage.see(OrderApproved(other))
    assert stage.path.sent == []
    (told,) = stage.told
    assert isinstance(told, OrderRejected)


def test_a_close_that_the_venue_places_is_ours_and_called_by_the_venues_id() -> None:
    stage = Stage()
    stage.see(OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000, close=Close("limit", 1100))))
    assert isinstance(stage.request, messages.AddOrder)
    assert stage.request.params.conditional is not None
    stage.answer(Sent(venue_order_id="O1", sent_ns=1, received_ns=2))
    assert stage.gateway.parents() == {"O1"}
    close = row(
        order_id="O2",
        ord_ref_id="O1",
        symbol="BTC/USD",
        side="sell",
        order_type="limit",
        order_qty=BTC.qty(5),
        limit_price=BTC.price(1100),
    )
    for _ in range(2):  # A snapshot tells it again.
        stage.gateway.on_execution(close)
    placed = ClosePlaced(OrderWanted("mm-1-1.c1", "BTC/USD", "sell", "limit", 5, 1100), "O2", "mm-1-1")
    assert [event for event in stage.told if isinstance(event, ClosePlaced)] == [placed]
    assert stage.gateway.open_orders() == ["mm-1-1", "mm-1-1.c1"]
    stage.see(CancelApproved("mm-1-1.c1"))
    assert isinstance(stage.request, messages.CancelOrder)
    assert (stage.request.params.order_id, stage.request.params.cl_ord_id) == (("O2",), ())
    stage.see(AmendApproved(AmendWanted("mm-1-1.c1", 1101, 5)))
    assert isinstance(stage.request, messages.AmendOrder)
    assert (stage.request.params.order_id, stage.request.params.cl_ord_id) == ("O2", None)
    stage.gateway.on_execution(row(exec_type="canceled", order_id="O2", ord_ref_id="O1", order_status="canceled"))
    assert stage.gateway.open_orders() == ["mm-1-1"]


def test_what_names_a_strangers_order_as_its_parent_is_a_strangers(stage: Stage) -> None:
    stage.gateway.on_execution(row(order_id="O9", ord_ref_id="O8", symbol="BTC/USD", side="sell", order_qty=BTC.qty(5)))
    (told,) = stage.told
    assert isinstance(told, ForeignOrderSeen)


def test_an_answer_to_an_amend_says_nothing_of_the_next_one(stage: Stage) -> None:
    """The stream overtook the answer, and a strategy that heard it wanted another price at once."""
    stage.answer(Sent(venue_order_id="O1"))
    stage.see(AmendApproved(AMEND))
    first = stage.path.sent[-1][1]
    stage.see(OrderAmended("mm-1-1", 1001, 6))
    stage.see(AmendApproved(AmendWanted("mm-1-1", 1002, 6, post_only=True)))
    before = len(stage.told)
    first(Sent())
    assert stage.told[before:] == []
    assert stage.answer(Sent()) == [OrderAmended("mm-1-1", 1002, 6)]


def test_a_row_that_our_words_cannot_say_is_counted(stage: Stage) -> None:
    stage.gateway.on_execution(row(cl_ord_id="by hand", symbol="XYZ/USD", side="buy", order_qty=Decimal(1)))
    assert stage.told == []
    assert stage.gateway.rows_unsaid == 1


def test_the_venues_ids_of_our_orders_are_known_after_their_end_too(stage: Stage) -> None:
    assert stage.gateway.names() == {}
    stage.answer(Sent(venue_order_id="O1"))
    assert stage.gateway.names() == {"O1": "mm-1-1"}
    stage.see(OrderFilled("mm-1-1"))
    assert stage.gateway.names() == {"O1": "mm-1-1"}


def test_a_yes_without_a_name_is_no_acknowledgement(stage: Stage) -> None:
    assert stage.answer(Sent()) == [AnswerOverdue("mm-1-1")]


def test_a_fill_of_ours_without_its_numbers_has_the_account_looked_at(stage: Stage) -> None:
    stage.gateway.on_execution(row(exec_type="trade", cl_ord_id=stage.client_id, exec_id="T1"))
    assert [type(event) for event in stage.told] == [LinkDropped, LinkOpened]
