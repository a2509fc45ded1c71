"""A session and a venue that is nothing but lists of frames. Single subscriptions are in a test of their own."""

import json
from collections.abc import Iterable
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fathom.domain import LocalError
from fathom.protocol.codec import decode_request
from fathom.protocol.messages import (
    BalancesParams,
    BalancesUpdate,
    BookDepth,
    BookParams,
    CancelOrder,
    CancelOrderParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    MalformedFrame,
    OhlcParams,
    Ping,
    Subscribe,
    TickerParams,
    TradeParams,
    UnknownMessage,
)
from fathom.protocol.session.events import (
    BookFrame,
    CloseWanted,
    ReplyUnmatched,
    RequestSettled,
    RequestUnsure,
    RoundTrip,
    SequenceGap,
    StatusChanged,
    SubscriptionRenewed,
)
from fathom.protocol.session.liveness import SILENCE_MAX_NS
from fathom.protocol.session.outbox import OUTBOX_MAX, OrderRequest
from fathom.protocol.session.session import ANSWER_MAX_NS
from fathom.protocol.session.subscription import Key
from fathom.protocol.times import SECOND_NS

BTC: Final = BookParams(symbol=("BTC/USD",), depth=10)


# -- Orders -------------------------------------------------------------------------------------------------------


def test_an_order_is_settled_once(talks: Any) -> None:
    talk = talks().open()
    req_id = talk.session.send(talk.order(), now_ns=talk.now_ns)
    (frame,) = talk.sent()
    assert json.loads(frame)["params"]["token"] == talk.TOKEN.text
    reply = talk.answer(json.loads(frame), result={"order_id": "OAAAAA-BBBBB-CCCCCC"}, success=True)
    talk.hear(reply, reply)
    assert talk.told(RequestSettled, ReplyUnmatched)[0] == RequestSettled(req_id, "add_order", late=False)
    assert talk.session.counts["ReplyUnmatched"] == 1
    assert talk.session.counts["RequestSettled"] == 1


def test_an_overdue_order_is_unsure_and_may_settle_late(talks: Any) -> None:
    talk = talks().open()
    req_id = talk.session.send(talk.order(), now_ns=talk.now_ns, timeout_ns=2 * SECOND_NS)
    (frame,) = talk.sent()
    talk.pass_ns(2 * SECOND_NS)
    assert talk.told(RequestUnsure) == [RequestUnsure(req_id, "add_order", "overdue")]
    talk.hear(talk.refused(frame, "EOrder:Insufficient funds"))
    assert talk.told(RequestSettled) == [RequestSettled(req_id, "add_order", late=True)]
    talk.hear(talk.refused(frame, "EOrder:Insufficient funds"))
    assert len(talk.told(ReplyUnmatched)) == 1


def test_orders_in_flight_are_unsure_when_the_connection_is_lost(talks: Any) -> None:
    talk = talks().open()
    req_ids = [talk.session.send(talk.order(), now_ns=talk.now_ns) for _ in range(3)]
    (frame, *_) = talk.sent()
    told = talk.close().told(RequestUnsure)
    assert told == [RequestUnsure(req_id, "add_order", "connection lost") for req_id in req_ids]
    talk.open().hear(talk.answer(json.loads(frame), result={}, success=True))
    assert [one.req_id for one in talk.told(ReplyUnmatched)] == req_ids[:1]  # Ids never come again.
    assert talk.session.send(talk.order(), now_ns=talk.now_ns) > req_ids[-1]


def test_a_cancel_of_three_has_three_answers(talks: Any) -> None:
    talk = talks().open()
    cancel = CancelOrder(params=CancelOrderParams(order_id=("O1", "O2"), cl_ord_id=("mine",)))
    req_id = talk.session.send(cancel, now_ns=talk.now_ns)
    request = json.loads(*talk.sent())
    for result in ({"order_id": "O2"}, {"cl_ord_id": "mine"}):
        talk.hear(talk.answer(request, result=result, success=True))
        assert talk.told(RequestSettled) == []
    talk.hear(talk.answer(request, error="EOrder:Unknown order", success=False))
    assert talk.told(RequestSettled) == [RequestSettled(req_id, "cancel_order", late=False)]


def test_a_cancel_with_an_answer_missing_is_unsure(talks: Any) -> None:
    talk = talks().open()
    cancel = CancelOrder(params=CancelOrderParams(order_id=("O1", "O2")))
    req_id = talk.session.send(cancel, now_ns=talk.now_ns)
    request = json.loads(*talk.sent())
    talk.hear(talk.answer(request, result={"order_id": "O2"}, success=True)).pass_ns(ANSWER_MAX_NS)
    assert talk.told(RequestUnsure) == [RequestUnsure(req_id, "cancel_order", "overdue")]


def test_what_is_not_sent(talks: Any) -> None:
    talk = talks()
    with pytest.raises(LocalError) as error:
        talk.session.send(talk.order(), now_ns=talk.T0)
    assert error.value.field == "connection"
    talk.open(token=None)
    with pytest.raises(LocalError) as error:
        talk.session.send(talk.order(), now_ns=talk.T0)
    assert error.value.field == "token"
    talk.close().open()
    with pytest.raises(LocalError) as error:
        talk.session.send(CancelOrder(params=CancelOrderParams()), now_ns=talk.T0)
    assert error.value.field == "cancel_order"
    with pytest.raises(LocalError) as error:
        talk.session.send(Subscribe(params=BTC), now_ns=talk.T0)
    assert error.value.field == "method"
    assert talk.sent() == []


def test_the_outbox_is_bounded_and_keeps_room_for_orders(talks: Any) -> None:
    talk = talks().open()
    for _ in range(OUTBOX_MAX // 2):
        talk.session.send(talk.order(), now_ns=talk.T0)
    talk.want(BTC)
    assert talk.state("book", "BTC/USD") == "wanted"  # Half is kept for orders.
    for _ in range(OUTBOX_MAX // 2):
        talk.session.send(talk.order(), now_ns=talk.T0)
    with pytest.raises(LocalError) as error:
        talk.session.send(talk.order(), now_ns=talk.T0)
    assert error.value.field == "outbox"
    assert len(talk.sent()) == OUTBOX_MAX
    talk.pass_ns(ANSWER_MAX_NS)
    assert talk.state("book", "BTC/USD") == "requested"


def test_an_outbox_that_nobody_empties_closes(talks: Any) -> None:
    talk = talks().open()
    for _ in range(OUTBOX_MAX):
        talk.session.send(talk.order(), now_ns=talk.T0)
    talk.pass_ns(31 * SECOND_NS)
    assert talk.told(CloseWanted) == [CloseWanted("outbox full")]


# -- Data, by channel ---------------------------------------------------------------------------------------------


def test_every_channel_is_routed_to_its_subscription(talks: Any) -> None:
    talk = talks().want(
        BTC,
        InstrumentParams(),
        TickerParams(symbol=("BTC/USD",)),
        TradeParams(symbol=("BTC/USD",), snapshot=True),
        OhlcParams(symbol=("ETH/USD",), interval=1),
        ExecutionsParams(),
        BalancesParams(),
        Level3Params(symbol=("BTC/USD",)),
    )
    talk.open().grant()
    for channel in ("instruments", "ticker", "trade", "candles"):
        talk.now_ns += 1
        talk.hear(talk.recorded(f"test_{channel}_snapshot"))
    assert set(talk.session.subscription_states().values()) == {"active"}
    times_ns = [
        talk.session.last_data_ns("instrument"),
        talk.session.last_data_ns("ticker", "BTC/USD"),
        talk.session.last_data_ns("trade", "BTC/USD"),
        talk.session.last_data_ns("ohlc", "ETH/USD", interval=1),
    ]
    assert times_ns == [talk.T0 + 1, talk.T0 + 2, talk.T0 + 3, talk.T0 + 4]
    assert talk.session.last_data_ns("ohlc", "ETH/USD", interval=5) is None
    assert talk.session.heard_ns == talk.T0 + 4
    talk.told()
    talk.hear(talk.balances(2), talk.balances(9), talk.book("DOGE/USD"))
    assert [type(one) for one in talk.said] == [BalancesUpdate, SequenceGap, SubscriptionRenewed, BalancesUpdate]
    assert talk.session.counts["Unasked"] == 1


def test_a_token_is_asked_for_before_anything_private(talks: Any) -> None:
    with pytest.raises(LocalError, match="token"):
        talks().want(BalancesParams()).open(token=None)
    with pytest.raises(LocalError, match="token"):
        talks().open(token=None).want(BalancesParams())
    talk = talks(first_req_id=42).want(BalancesParams(), ExecutionsParams()).open()
    _, other = talk.sent()
    talk.hear(talk.recorded("test_deserializing_error_message"))  # ESession:Invalid session
    talk.hear(talk.refused(other, "ESession:Invalid session"))
    assert talk.told(CloseWanted) == [CloseWanted("token refused")]


def test_an_order_with_a_refused_token_settles_and_closes(talks: Any) -> None:
    talk = talks().open()
    req_id = talk.session.send(talk.order(), now_ns=talk.T0)
    talk.hear(talk.refused(*talk.sent(), "EAPI:Invalid token"))
    assert talk.told(RequestSettled, CloseWanted) == [
        RequestSettled(req_id, "add_order", late=False),
        CloseWanted("token refused"),
    ]


def test_a_private_message_that_cannot_be_read_counts_as_missing(talks: Any) -> None:
    talk = talks().want(ExecutionsParams()).open().grant()
    talk.told()
    talk.hear(b'{"channel":"executions","type":"update","data":[{"order_id":7}],"sequence":2}')
    assert [type(one) for one in talk.said] == [MalformedFrame, SequenceGap, SubscriptionRenewed]


def test_a_book_is_never_decoded_and_two_answers_are_one(talks: Any) -> None:
    talk = talks().want(BookParams(symbol=("BTC/USD", "ETH/USD"))).open()
    (come,) = talk.sent()
    first, second = talk.granted(come)
    talk.hear(first, first, second, second)
    assert talk.session.counts["ReplyUnmatched"] == 2
    frame = b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","nonsense":[}]}'
    talk.told()
    talk.hear(frame)
    assert talk.said == [BookFrame("book", "update", "BTC/USD", frame)]


# -- The link -----------------------------------------------------------------------------------------------------


def test_silence_after_a_subscription_closes(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.pass_ns(SILENCE_MAX_NS - 1, heartbeats=False)
    assert talk.told(CloseWanted) == []
    talk.pass_ns(1, heartbeats=False)
    assert talk.told(CloseWanted) == [CloseWanted("silent")]
    with pytest.raises(LocalError):
        talk.session.send(talk.order(), now_ns=talk.now_ns)
    assert talk.pass_ns(60 * SECOND_NS).told(CloseWanted) == []


def test_frames_that_somebody_else_read_break_the_silence(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    for _ in range(2):  # Before a ping is due.
        talk.pass_ns(SILENCE_MAX_NS - 1, heartbeats=False)
        talk.session.heard(now_ns=talk.now_ns)
        assert talk.session.heard_ns == talk.now_ns
    assert talk.told(CloseWanted) == []
    talk.pass_ns(SILENCE_MAX_NS, heartbeats=False)
    assert talk.told(CloseWanted) == [CloseWanted("silent")]


def test_a_connection_that_never_says_its_status_closes(talks: Any) -> None:
    talk = talks()
    talk.session.opened(now_ns=talk.T0)
    assert talk.pass_ns(SILENCE_MAX_NS, heartbeats=False).told(CloseWanted) == [CloseWanted("silent")]


def test_idle_is_pinged_and_a_pong_is_owed(talks: Any) -> None:
    talk = talks().open()
    talk.pass_ns(30 * SECOND_NS, heartbeats=False)
    (ping,) = talk.sent()
    assert decode_request(ping) == Ping(req_id=1)
    assert b"params" not in ping
    sent_ns = talk.now_ns
    talk.now_ns += 7
    talk.hear(talk.pong(ping))
    assert 7 <= talk.told(RoundTrip)[0].round_trip_ns <= 10 * SECOND_NS
    assert sent_ns < talk.now_ns
    talk.pass_ns(45 * SECOND_NS)
    assert talk.told(CloseWanted) == [CloseWanted("pong overdue")]


def test_status_is_told_when_it_changes(talks: Any) -> None:
    talk = talks()
    talk.session.opened(now_ns=talk.T0)
    systems = ["online", "online", "maintenance", "cancel_only", "post_only", "limit_only", "limit_only", "online"]
    for system in systems:
        talk.hear(talk.STATUS.replace(b"online", system.encode()))
    assert [one.system for one in talk.told(StatusChanged)] == [
        "online",
        "maintenance",
        "cancel_only",
        "post_only",
        "limit_only",
        "online",
    ]
    assert talk.session.system == "online"
    assert talk.close().session.system is None


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (b"", MalformedFrame),
        (b"CloudFlare WebSocket proxy restarting", MalformedFrame),
        (b"\xff\xfe", MalformedFrame),
        (b"[]", MalformedFrame),
        (b'{"channel":"ticker","type":"update","data":[{}]}', MalformedFrame),
        (b'{"channel":"weather","type":"update","data":[]}', UnknownMessage),
        (b'{"method":"make_coffee","req_id":1}', UnknownMessage),
        # Not UTF-8, in a place that the codec skips: to the kernel it is no frame.
        (b'{"new":"\xff","channel":"book","type":"update","data":[]}', MalformedFrame),
        (b'{"method":"pong","req_id":99,"time_in":"","time_out":""}', ReplyUnmatched),
        (b'{"error":"Malformed request","method":"error","success":false,"time_in":"","time_out":""}', ReplyUnmatched),
    ],
)
def test_odd_frames_are_told_and_counted(talks: Any, frame: bytes, kind: type) -> None:
    talk = talks().open()
    talk.told()
    talk.hear(frame)
    assert [type(one) for one in talk.said] == [kind]
    assert talk.session.counts[kind.__name__] == 1
    assert talk.session.counts["Frame"] == 2


def test_an_answer_of_another_method_settles_nothing(talks: Any) -> None:
    talk = talks().open()
    talk.session.send(talk.order(), now_ns=talk.T0)
    request = json.loads(*talk.sent())
    talk.hear(talk.answer(request | {"method": "cancel_all"}, result={"count": 0}, success=True))
    assert len(talk.told(ReplyUnmatched)) == 1
    assert talk.pass_ns(ANSWER_MAX_NS).told(RequestUnsure) != []


# -- Anything in any order ----------------------------------------------------------------------------------------

WISHES: Final = (
    BookParams(symbol=("BTC/USD", "ETH/USD", "XBT/USD"), depth=10),
    BookParams(symbol=("BTC/USD",), depth=100),
    TickerParams(symbol=("ETH/USD",)),
    TradeParams(symbol=("ETH/USD",)),
    Level3Params(symbol=("BTC/USD", "ETH/USD"), depth=1000),
    ExecutionsParams(),
    BalancesParams(),
)
ERRORS: Final = (
    "Currency pair not supported",
    "Already subscribed",
    "Subscription Not Found",
    "Exceeded msg rate",
    "EService:Busy",
    "ESession:Invalid session",
    "something new",
)
GARBAGE: Final = (
    b"",
    b"x",
    b"{}",
    b"[1]",
    b'{"channel":"book","type":"update"}',
    b'{"method":"subscribe","req_id":1}',
)
AT_REST: Final = ("active", "refused", "exhausted")


class AnythingInAnyOrder(RuleBasedStateMachine):
    """A venue that answers late, twice, wrongly or never."""

    def __init__(self, talks: Any) -> None:
        super().__init__()
        self.talk = talks(quiet_after_ns={"ticker": 5 * SECOND_NS})
        self.is_open = False
        self.is_closing = False  # CloseWanted was told.
        self.asked: list[bytes] = []
        self.orders: set[int] = set()
        self.unsure: set[int] = set()
        self.settled: set[int] = set()
        self.in_flight: dict[Key, int] = {}  # Subscribe requests that are neither answered nor overdue.

    def look(self) -> None:
        """Check what was said, and take what is asked."""
        for one in self.talk.said:
            if isinstance(one, RequestUnsure):
                assert one.req_id in self.orders
                assert one.req_id not in self.unsure | self.settled
                self.unsure.add(one.req_id)
            if isinstance(one, RequestSettled):
                assert one.req_id in self.orders
                assert one.req_id not in self.settled
                assert one.late == (one.req_id in self.unsure)
                self.settled.add(one.req_id)
            if isinstance(one, CloseWanted):
                assert not self.is_closing
                self.is_closing = True
        self.talk.said.clear()
        for frame in self.talk.sent():
            self.asked.append(frame)
            request = decode_request(frame)
            if isinstance(request, Subscribe):
                for key in keys_in(frame):
                    assert self.in_flight.get(key, 0) <= self.talk.now_ns
                    self.in_flight[key] = self.talk.now_ns + ANSWER_MAX_NS

    def answered(self, frame: bytes) -> None:
        for key in keys_in(frame):
            self.in_flight.pop(key, None)

    @initialize()
    def begin(self) -> None:
        self.talk.open()
        self.is_open = True

    @rule(wish=st.sampled_from(WISHES))
    def want(self, wish: Any) -> None:
        self.talk.want(wish)
        self.look()

    @rule(wish=st.sampled_from(WISHES))
    def unwant(self, wish: Any) -> None:
        self.talk.said += self.talk.session.unwant(wish, now_ns=self.talk.now_ns)
        self.look()

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), keep=st.booleans(), part=st.booleans())
    def grant(self, data: st.DataObject, keep: bool, part: bool) -> None:
        frame = self.pick(data, keep=keep)
        if b'"ping"' in frame:
            self.talk.hear(self.talk.pong(frame))
        elif b"subscribe" in frame:
            answers = self.talk.granted(frame)
            self.answered(frame)
            self.talk.hear(*(answers[:1] if part else answers))
        else:
            self.talk.hear(self.talk.answer(json.loads(frame), result={"order_id": "O"}, success=True))
        self.look()

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), keep=st.booleans(), error=st.sampled_from(ERRORS), named=st.booleans())
    def refuse(self, data: st.DataObject, keep: bool, error: str, named: bool) -> None:
        frame = self.pick(data, keep=keep)
        symbols = json.loads(frame).get("params", {}).get("symbol", [])
        self.answered(frame)
        named = named and isinstance(symbols, list)
        for symbol in symbols if named else [None]:
            self.talk.hear(self.talk.refused(frame, error, symbol=symbol))
        self.look()

    @rule(symbol=st.sampled_from(("BTC/USD", "ETH/USD", "DOGE/USD")), kind=st.sampled_from(("snapshot", "update")))
    def feed(self, symbol: str, kind: str) -> None:
        self.talk.hear(self.talk.book(symbol, kind), self.talk.book(symbol, kind, "level3"), self.talk.HEARTBEAT)
        self.look()

    @rule(sequence=st.integers(1, 4), kind=st.sampled_from(("snapshot", "update")))
    def feed_private(self, sequence: int, kind: str) -> None:
        self.talk.hear(self.talk.balances(sequence, kind), self.talk.executions(sequence, kind))
        self.look()

    @rule(frame=st.sampled_from(GARBAGE) | st.binary(max_size=20))
    def garble(self, frame: bytes) -> None:
        self.talk.hear(frame)
        self.look()

    @rule(channel=st.sampled_from(("book", "level3")), verified=st.booleans())
    def judge(self, channel: Any, verified: bool) -> None:
        if verified:
            self.talk.session.book_verified(channel, "BTC/USD", now_ns=self.talk.now_ns)
        else:
            self.talk.said += self.talk.session.take_anew(
                channel, "BTC/USD", reason="book mismatched", now_ns=self.talk.now_ns
            )
        self.look()

    @rule(ids=st.integers(1, 3))
    def trade(self, ids: int) -> None:
        request: OrderRequest = self.talk.order()
        if ids > 1:
            request = CancelOrder(params=CancelOrderParams(order_id=tuple("O" * ids)))
        try:
            self.orders.add(self.talk.session.send(request, now_ns=self.talk.now_ns, timeout_ns=3 * SECOND_NS))
        except LocalError:
            assert not self.is_open or self.is_closing
        self.look()

    @rule(heartbeats=st.booleans())
    def wait(self, heartbeats: bool) -> None:
        due_ns = self.talk.session.deadline_ns
        if due_ns is not None:
            self.talk.pass_ns(max(1, due_ns - self.talk.now_ns), heartbeats=heartbeats, each=self.look)
        self.look()

    @rule(wait_ns=st.integers(1, 20 * SECOND_NS))
    def sleep(self, wait_ns: int) -> None:
        self.talk.pass_ns(wait_ns, each=self.look)
        self.look()

    @rule()
    def reconnect(self) -> None:
        if self.is_open:
            before = self.orders - self.settled - self.unsure
            self.talk.close()
            self.look()
            assert before <= self.unsure
        else:
            self.talk.open()
            self.look()
        self.asked.clear()
        self.is_closing = False
        self.in_flight.clear()
        self.is_open = not self.is_open

    def pick(self, data: st.DataObject, *, keep: bool) -> bytes:
        index = data.draw(st.integers(0, len(self.asked) - 1))
        return self.asked[index] if keep else self.asked.pop(index)

    @invariant()
    def whatever_is_due_has_a_deadline(self) -> None:
        session = self.talk.session
        due_ns = session.deadline_ns
        if not self.is_open:
            assert due_ns is None
        elif not self.is_closing:
            assert due_ns is not None  # A ping at least.
            assert due_ns > self.talk.now_ns
            states = session.subscription_states().values()
            if any(state not in AT_REST for state in states):
                parts = (session._subscriptions.deadline_ns, session._outbox.pending.deadline_ns)
                assert any(at is not None for at in parts)

    @invariant()
    def every_order_has_one_end_or_is_in_flight(self) -> None:
        open_ends = self.orders - self.settled - self.unsure
        assert len(open_ends) <= len(self.talk.session._outbox.pending)

    def teardown(self) -> None:
        """In the end the venue becomes honest, and everything settles."""
        self.in_flight.clear()
        self.is_closing = False
        self.talk.close()
        self.look()
        assert self.orders <= self.settled | self.unsure
        self.talk.open()
        self.look()
        self.talk.pass_ns(30 * SECOND_NS, answering=True)
        states = self.talk.session.subscription_states()
        assert set(states.values()) <= {"active", "refused"}


def keys_in(frame: bytes) -> Iterable[Key]:
    params = json.loads(frame).get("params", {})
    if json.loads(frame)["method"] not in ("subscribe", "unsubscribe"):
        return ()
    return [Key(params["channel"], symbol, params.get("interval", 0)) for symbol in params.get("symbol", [""])]


def test_anything_in_any_order(talks: Any) -> None:
    run_state_machine_as_test(
        partial(AnythingInAnyOrder, talks),  # type: ignore[arg-type]  # Anything that makes one will do.
        settings=settings(max_examples=200, stateful_step_count=50, deadline=None),
    )


# -- A venue that keeps its word, on a wire that does not ---------------------------------------------------------


DEPTHS: Final[tuple[BookDepth, ...]] = (10, 100)


class Venue:
    """Kraken's side of subscriptions: what is granted, and what it would answer."""

    def __init__(self, talks: Any) -> None:
        self.talks = talks
        self.live: dict[Key, object] = {}

    def answers(self, frame: bytes) -> list[bytes]:
        request = json.loads(frame)
        if request["method"] == "ping":
            return [self.talks.pong(frame)]
        depth = request["params"].get("depth")
        replies = []
        for key, granted in zip(keys_in(frame), self.talks.granted(frame), strict=True):
            if request["method"] == "subscribe":
                if key in self.live:
                    replies.append(self.talks.refused(frame, "Already subscribed", symbol=key.symbol))
                    continue
                self.live[key] = depth
                replies += [granted, self.talks.book(key.symbol)]
            elif self.live.get(key) != depth:
                replies.append(self.talks.refused(frame, "Subscription Not Found", symbol=key.symbol))
            else:
                del self.live[key]
                replies.append(granted)
        return replies


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_sides_agree_in_the_end(talks: Any, seed: int) -> None:
    rng = Random(seed)
    talk, venue = talks().open(), Venue(talks)
    wire: list[bytes] = []
    wishes: dict[Key, int] = {}

    def exchange(*, lost: float) -> None:
        for frame in talk.sent():
            if b"ping" in frame or rng.random() >= lost:
                wire.extend(reply for reply in venue.answers(frame) if b"pong" in reply or rng.random() >= lost)

    def reconnect() -> None:
        talk.close().open()
        wire.clear()
        venue.live.clear()

    for _ in range(60):
        symbol = rng.choice(("BTC/USD", "ETH/USD", "DOGE/USD"))
        depth: BookDepth = rng.choice(DEPTHS)
        match rng.randrange(8):
            case 0 | 1:
                talk.want(BookParams(symbol=(symbol,), depth=depth))
                wishes[Key("book", symbol)] = depth
            case 2:
                talk.session.unwant(BookParams(symbol=(symbol,)), now_ns=talk.now_ns)
                wishes.pop(Key("book", symbol), None)
            case 3:
                talk.session.take_anew("book", symbol, reason="book mismatched", now_ns=talk.now_ns)
            case 4 if rng.random() < 0.2:
                reconnect()
        exchange(lost=0.2)
        heard, wire[:] = wire[: (cut := rng.randint(0, len(wire)))], wire[cut:]
        talk.hear(*heard)
        talk.pass_ns(rng.randint(0, 3 * SECOND_NS))
        if talk.told(CloseWanted):  # A pong came too late: some of these wires are that slow.
            reconnect()
    for _ in range(200):
        exchange(lost=0)
        talk.hear(*wire)
        wire.clear()
        talk.pass_ns(SECOND_NS)
    assert talk.told(CloseWanted) == []
    assert venue.live == wishes
    assert talk.session.subscription_states() == dict.fromkeys(wishes, "active")
