"""A session and a venue that is nothing but lists of frames."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fathom.domain import LocalError
from fathom.protocol.codec import decode_request
from fathom.protocol.liveness import SILENCE_MAX_NS
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    BalancesParams,
    BookParams,
    CancelOrder,
    CancelOrderParams,
    ExecutionsParams,
    FailedResponse,
    InstrumentParams,
    Level3Params,
    MalformedFrame,
    Message,
    OhlcParams,
    Ping,
    StatusMessage,
    Subscribe,
    SubscribeResponse,
    TickerMessage,
    TickerParams,
    Token,
    TradeParams,
    UnknownMessage,
    Unsubscribe,
)
from fathom.protocol.outbox import OUTBOX_MAX, OrderRequest
from fathom.protocol.pacing import SECOND_NS
from fathom.protocol.session import ANSWER_MAX_NS, Session
from fathom.protocol.session_events import (
    BookFrame,
    CloseWanted,
    LinkClosed,
    ReplyUnmatched,
    RequestSettled,
    RequestUnsure,
    RoundTrip,
    SequenceGap,
    SequenceRepeated,
    StatusChanged,
    SubscriptionActive,
    SubscriptionEnded,
    SubscriptionQuiet,
    SubscriptionRefused,
    SubscriptionRenewed,
    Told,
)
from fathom.protocol.subscription import Key
from fathom.protocol.subscriptions import SNAPSHOT_MAX_NS, TRIES_MAX

FIXTURES = Path(__file__).resolve().parents[2].parent / "shared" / "fixtures"
T0: Final = 1_700_000_000 * SECOND_NS
TOKEN: Final = Token("WW91IHNob3VsZCBub3QgcmVhZCB0aGlz")
TIMES: Final = {"time_in": "2026-01-02T03:04:05.000001Z", "time_out": "2026-01-02T03:04:05.000002Z"}
STATUS: Final = b'{"channel":"status","type":"update","data":[{"system":"online","connection_id":18125794168470749634}]}'
HEARTBEAT: Final = b'{"channel":"heartbeat"}'


def recorded(test: str) -> bytes:
    for line in (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines():
        if f'"test":"{test}"' in line:
            return line.partition('"text":')[2].removesuffix("}").encode()
    raise KeyError(test)


TICKER: Final = recorded("test_ticker_snapshot")

# -- What a venue answers ----------------------------------------------------------------------------------------


def granted(frame: bytes, **more: object) -> list[bytes]:
    """One answer a symbol, keys in alphabetical order as Kraken writes them."""
    request = json.loads(frame)
    params = {name: value for name, value in request["params"].items() if name not in ("symbol", "token")}
    rows = [{"symbol": symbol} for symbol in request["params"].get("symbol", [])] or [{}]
    return [answer(request, result=params | row | more, success=True) for row in rows]


def answer(request: Mapping[str, Any], **fields: object) -> bytes:
    reply = {"method": request["method"], "req_id": request["req_id"], **fields, **TIMES}
    return json.dumps(reply, sort_keys=True, separators=(",", ":")).encode()


def refused(frame: bytes, error: str, *, symbol: str | None = None, method: str | None = None) -> bytes:
    request = json.loads(frame)
    more = {} if symbol is None else {"symbol": symbol}
    return answer(request | {"method": method or request["method"]}, error=error, success=False, **more)


def pong(frame: bytes) -> bytes:
    return json.dumps({"method": "pong", "req_id": json.loads(frame)["req_id"], **TIMES}).encode()


def book(symbol: str, kind: str = "snapshot", channel: str = "book") -> bytes:
    row = {"symbol": symbol, "bids": [], "asks": [], "checksum": 0}
    return json.dumps({"channel": channel, "type": kind, "data": [row]}).encode()


def balances(sequence: int, kind: str = "update") -> bytes:
    return json.dumps({"channel": "balances", "type": kind, "data": [], "sequence": sequence}).encode()


def executions(sequence: int, kind: str = "update") -> bytes:
    return json.dumps({"channel": "executions", "type": kind, "data": [], "sequence": sequence}).encode()


def order() -> AddOrder:
    return AddOrder(params=AddOrderParams(order_type="market", side="buy", symbol="BTC/USD"))


# -- A session with a clock beside it ----------------------------------------------------------------------------


class Talk:
    def __init__(self, **options: Any) -> None:
        self.session = Session(rng=Random(7), **options)
        self.now_ns = T0
        self.said: list[Message | Told] = []

    def open(self, token: Token | None = TOKEN) -> "Talk":
        self.session.opened(now_ns=self.now_ns, token=token)
        return self.hear(STATUS)

    def hear(self, *frames: bytes) -> "Talk":
        for frame in frames:
            self.said += self.session.receive(frame, now_ns=self.now_ns)
        return self

    def want(self, *wishes: Any) -> "Talk":
        for wish in wishes:
            self.said += self.session.want(wish, now_ns=self.now_ns)
        return self

    def close(self) -> "Talk":
        self.said += self.session.closed(now_ns=self.now_ns, reason="test")
        return self

    def sent(self) -> list[bytes]:
        return self.session.take_outbox()

    def asked(self) -> list[bytes]:
        """Answer the pings; return the rest."""
        frames = self.sent()
        self.hear(*(pong(frame) for frame in frames if b'"ping"' in frame))
        return [frame for frame in frames if b'"ping"' not in frame]

    def grant(self) -> "Talk":
        """Answer everything that is asked with yes, snapshots of books included."""
        while frames := self.sent():
            for frame in frames:
                self.grant_one(frame)
        return self

    def grant_one(self, frame: bytes) -> None:
        request = json.loads(frame)
        if request["method"] == "ping":
            self.hear(pong(frame))
            return
        self.hear(*granted(frame))
        params = request["params"]
        if request["method"] == "subscribe":
            if params["channel"] in ("book", "level3"):
                self.hear(*(book(symbol, channel=params["channel"]) for symbol in params["symbol"]))
            if params["channel"] == "ticker":
                self.hear(*(TICKER.replace(b"BTC/USD", symbol.encode()) for symbol in params["symbol"]))
            if params["channel"] in ("balances", "executions"):
                self.hear({"balances": balances, "executions": executions}[params["channel"]](1, "snapshot"))

    def pass_ns(
        self,
        duration_ns: int,
        *,
        heartbeats: bool = True,
        answering: bool = False,
        each: Callable[[], None] | None = None,
    ) -> "Talk":
        """Let time pass, waking the session whenever it asks to be; the deadline must always move on."""
        end_ns = self.now_ns + duration_ns
        while self.now_ns < end_ns:
            due_ns = self.session.deadline_ns
            step_ns = self.now_ns + SECOND_NS if heartbeats else end_ns
            self.now_ns = min(end_ns, step_ns if due_ns is None else max(self.now_ns, min(due_ns, step_ns)))
            if due_ns is not None and due_ns <= self.now_ns:
                self.said += self.session.wake(now_ns=self.now_ns)
                after_ns = self.session.deadline_ns
                assert after_ns is None or after_ns > self.now_ns
            if heartbeats:
                self.hear(HEARTBEAT)
            if answering:
                self.grant()
            if each is not None:
                each()
        return self

    def told(self, *kinds: type) -> list[Any]:
        """Take out what was said of these kinds."""
        picked = [one for one in self.said if isinstance(one, kinds)]
        self.said.clear()
        return picked

    def state(self, channel: str, symbol: str = "", interval: int = 0) -> str | None:
        return self.session.subscription_states().get(Key(channel, symbol, interval))


BTC: Final = BookParams(symbol=("BTC/USD",), depth=10)


# -- Subscriptions ------------------------------------------------------------------------------------------------


def test_a_subscription_from_wish_to_data() -> None:
    talk = Talk().want(BTC)
    assert talk.session.deadline_ns is None
    assert talk.state("book", "BTC/USD") == "wanted"
    talk.open()
    (frame,) = talk.sent()
    assert json.loads(frame) == {
        "method": "subscribe",
        "params": {"channel": "book", "depth": 10, "snapshot": True, "symbol": ["BTC/USD"]},
        "req_id": 1,
    }
    talk.hear(*granted(frame))
    assert talk.state("book", "BTC/USD") == "acknowledged"
    talk.told()
    talk.now_ns += 5
    talk.hear(book("BTC/USD"))
    assert talk.said == [BookFrame("book", "snapshot", "BTC/USD", book("BTC/USD")), SubscriptionActive("book", "BTC/USD", 0)]
    assert talk.session.last_data_ns("book", "BTC/USD") == talk.now_ns == talk.session.heard_ns


def test_a_recorded_answer_and_its_data() -> None:
    talk = Talk(first_req_id=42).want(TickerParams(symbol=("BTC/USD",))).open()
    talk.hear(recorded("get_ticker_subscription_response"), recorded("test_ticker_snapshot"))
    assert talk.state("ticker", "BTC/USD") == "active"
    assert [type(one) for one in talk.said] == [
        StatusMessage,
        StatusChanged,
        SubscribeResponse,
        TickerMessage,
        SubscriptionActive,
    ]


def test_every_channel_becomes_active() -> None:
    talk = Talk().want(
        InstrumentParams(),
        TickerParams(symbol=("BTC/USD",)),
        TradeParams(symbol=("BTC/USD",)),
        OhlcParams(symbol=("ETH/USD",), interval=1),
        OhlcParams(symbol=("ETH/USD",), interval=60),
        ExecutionsParams(snap_orders=True, snap_trades=True),
        BalancesParams(),
        Level3Params(symbol=("BTC/USD",), depth=100),
    )
    talk.open().grant()
    talk.hear(*map(recorded, ("test_instruments_snapshot", "test_ticker_snapshot", "test_trade_snapshot")))
    talk.hear(recorded("test_candles_snapshot"))
    assert talk.state("ohlc", "ETH/USD", 1) == "active"
    assert talk.state("ohlc", "ETH/USD", 60) == "acknowledged"  # The candles were of the other interval.
    others = {key: state for key, state in talk.session.subscription_states().items() if key.interval != 60}
    assert set(others.values()) == {"active"}
    assert len(others) == 7


def test_many_symbols_are_paced_and_each_is_answered_alone() -> None:
    symbols = tuple(f"C{number}/USD" for number in range(120))
    talk = Talk().want(BookParams(symbol=symbols)).open()
    frames = talk.sent()
    assert [len(json.loads(frame)["params"]["symbol"]) for frame in frames] == [50, 50, 20]
    answers = [reply for frame in frames for reply in granted(frame)]
    Random(3).shuffle(answers)
    talk.hear(*answers, *(book(symbol) for symbol in symbols))
    assert set(talk.session.subscription_states().values()) == {"active"}


def test_one_symbol_refused_leaves_the_others() -> None:
    talk = Talk().want(BookParams(symbol=("BTC/USD", "XBT/USD"))).open()
    (frame,) = talk.sent()
    yes, _ = granted(frame)
    talk.hear(refused(frame, "Currency pair not supported XBT/USD", symbol="XBT/USD"), yes, book("BTC/USD"))
    refusal = SubscriptionRefused("book", "XBT/USD", 0, "Currency pair not supported XBT/USD", True)
    assert refusal in talk.said
    assert talk.state("book", "BTC/USD") == "active"
    assert talk.state("book", "XBT/USD") == "refused"
    talk.close().open()
    assert [json.loads(frame)["params"]["symbol"] for frame in talk.sent()] == [["BTC/USD"]]
    talk.want(BookParams(symbol=("XBT/USD",)))  # The owner knows better now: the pair was listed.
    assert talk.state("book", "XBT/USD") == "requested"


def test_a_refusal_without_a_symbol_speaks_for_all() -> None:
    talk = Talk().want(BookParams(symbol=("BTC/USD", "ETH/USD"), depth=25)).open()
    (frame,) = talk.sent()
    talk.hear(refused(frame, "Subscription depth not supported"))
    assert set(talk.session.subscription_states().values()) == {"refused"}
    assert talk.session.counts["SubscriptionRefused"] == 2


def test_a_refusal_that_may_pass_is_retried_and_bounded() -> None:
    talk = Talk().want(BTC).open()
    asked_ns = []
    while talk.state("book", "BTC/USD") != "exhausted":
        for frame in talk.asked():
            asked_ns.append(talk.now_ns)
            talk.hear(refused(frame, "Exceeded msg rate", symbol="BTC/USD"))
        talk.pass_ns(SECOND_NS)
    waits_ns = [later - sooner for sooner, later in zip(asked_ns, asked_ns[1:], strict=False)]
    assert waits_ns == sorted(waits_ns)
    assert waits_ns[0] <= 2 * SECOND_NS < 16 * SECOND_NS <= waits_ns[-1] <= 62 * SECOND_NS
    assert len(asked_ns) == TRIES_MAX
    assert SubscriptionRefused("book", "BTC/USD", 0, "Exceeded msg rate", False) in talk.said
    assert talk.close().open().state("book", "BTC/USD") == "requested"


def test_an_overdue_subscribe_is_asked_again_and_already_subscribed_is_granted() -> None:
    talk = Talk().want(BTC).open()
    (first,) = talk.sent()
    talk.hear(book("BTC/USD"))  # Granted, but the answer was lost.
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    (second,) = talk.sent()
    assert json.loads(second)["req_id"] > json.loads(first)["req_id"]
    talk.hear(refused(second, "Already subscribed", symbol="BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"


def test_a_late_answer_to_a_subscribe_still_counts() -> None:
    talk = Talk().want(BTC).open()
    (frame,) = talk.sent()
    talk.pass_ns(ANSWER_MAX_NS)
    assert talk.state("book", "BTC/USD") == "doubted"
    talk.hear(*granted(frame), book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"
    for _ in range(90):
        assert talk.pass_ns(SECOND_NS).asked() == []  # Nothing is asked twice.
    assert talk.state("book", "BTC/USD") == "active"


def test_acknowledged_without_snapshot_is_taken_anew() -> None:
    talk = Talk().want(BTC).open()
    talk.hear(*granted(*talk.sent()))
    talk.pass_ns(SNAPSHOT_MAX_NS)  # Heartbeats come all the time, and count for nothing.
    assert talk.told(SubscriptionRenewed) == [SubscriptionRenewed("book", "BTC/USD", 0, "no snapshot")]
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)
    talk.hear(*granted(leave))
    assert talk.state("book", "BTC/USD") == "wanted"  # It waits a little before it comes back.
    talk.pass_ns(2 * SECOND_NS).grant()
    assert talk.state("book", "BTC/USD") == "active"


def test_acknowledged_without_snapshot_ends_somewhere() -> None:
    talk = Talk().want(BTC).open()
    for _ in range(2000):
        talk.hear(*(reply for frame in talk.asked() for reply in granted(frame)))
        talk.pass_ns(SECOND_NS)
    assert talk.state("book", "BTC/USD") == "exhausted"
    assert talk.session.counts["SubscriptionRenewed"] == TRIES_MAX


def test_a_pair_without_trades_has_no_snapshot_of_them() -> None:
    talk = Talk().want(TradeParams(symbol=("RARE/USD",), snapshot=True)).open()
    talk.pass_ns(60 * SECOND_NS, answering=True)
    assert talk.state("trade", "RARE/USD") == "active"
    assert talk.session.counts["SubscriptionRenewed"] == 1


def test_another_depth_leaves_first() -> None:
    talk = Talk().want(BTC).open().grant()
    talk.want(BookParams(symbol=("BTC/USD",), depth=10))  # The same again is nothing new.
    assert talk.sent() == []
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)
    talk.hear(*granted(leave))
    (come,) = talk.sent()
    assert json.loads(come)["params"]["depth"] == 100
    assert talk.hear(*granted(come), book("BTC/USD")).state("book", "BTC/USD") == "active"


def test_another_depth_while_the_answer_is_awaited() -> None:
    talk = Talk().want(BTC).open()
    (first,) = talk.sent()
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    talk.hear(*granted(first))
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)


def test_unwanted_is_left_and_forgotten() -> None:
    talk = Talk().want(BTC).open().grant()
    talk.said += talk.session.unwant(BTC, now_ns=talk.now_ns)
    (leave,) = talk.sent()
    talk.told()
    talk.hear(book("BTC/USD", "update"))
    assert talk.said == []
    assert talk.session.counts["Unasked"] == 1
    # The method says `subscribe`, and the symbol was not subscribed: gone all the same.
    talk.hear(refused(leave, "Subscription Not Found", symbol="BTC/USD", method="subscribe"))
    assert talk.told(SubscriptionEnded) == [SubscriptionEnded("book", "BTC/USD", 0)]
    assert talk.session.subscription_states() == {}


def test_unwanted_before_the_answer() -> None:
    talk = Talk().want(BTC).open()
    (come,) = talk.sent()
    talk.session.unwant(BTC, now_ns=talk.now_ns)
    assert talk.sent() == []
    talk.hear(*granted(come))
    (leave,) = talk.sent()
    assert json.loads(leave)["method"] == "unsubscribe"
    assert talk.hear(*granted(leave)).session.subscription_states() == {}


def test_a_reconnect_asks_for_everything_again() -> None:
    talk = Talk().want(BTC, BalancesParams()).open().grant()
    talk.close()
    assert talk.told(LinkClosed) == [LinkClosed("test")]
    assert talk.session.deadline_ns is None
    assert talk.hear(book("BTC/USD", "update")).said == []  # From the connection that is gone.
    talk.open().grant()
    assert set(talk.session.subscription_states().values()) == {"active"}
    assert talk.told(SequenceGap, SequenceRepeated) == []


def test_a_mismatch_renews_one_book_with_growing_waits() -> None:
    talk = Talk().want(BookParams(symbol=("BTC/USD", "ETH/USD"))).open().grant()
    waits_s = []
    for _ in range(6):
        talk.said += talk.session.book_mismatched("book", "BTC/USD", now_ns=talk.now_ns)
        assert talk.session.book_mismatched("book", "BTC/USD", now_ns=talk.now_ns) == []
        began_ns = talk.now_ns
        talk.grant()
        while talk.state("book", "BTC/USD") != "active":
            talk.pass_ns(SECOND_NS, answering=True)
        waits_s.append((talk.now_ns - began_ns) // SECOND_NS)
    assert waits_s[0] == 0
    assert waits_s == sorted(waits_s)
    assert waits_s[-1] >= 8
    assert talk.session.counts["SubscriptionRenewed"] == 6
    for _ in range(62):
        talk.session.book_verified("book", "BTC/USD", now_ns=talk.now_ns)
        talk.pass_ns(SECOND_NS, answering=True)
    talk.session.book_mismatched("book", "BTC/USD", now_ns=talk.now_ns)
    talk.grant()
    assert talk.state("book", "BTC/USD") == "active"  # Healed: at once again.


def test_a_book_that_mismatches_before_the_answer_is_renewed_by_it() -> None:
    talk = Talk().want(BTC).open()
    (come,) = talk.sent()
    talk.hear(book("BTC/USD"))
    talk.session.book_mismatched("book", "BTC/USD", now_ns=talk.now_ns)
    talk.hear(*granted(come))
    assert talk.state("book", "BTC/USD") == "renewing"


def test_level3_keeps_the_counter_and_the_places() -> None:
    symbols = tuple(f"C{number}/USD" for number in range(200))
    talk = Talk().want(Level3Params(symbol=symbols, depth=100)).open()
    asked: list[int] = []
    for _ in range(40):
        frames = talk.sent()
        asked.append(sum(len(json.loads(frame)["params"]["symbol"]) for frame in frames))
        for frame in frames:
            talk.grant_one(frame)
        talk.pass_ns(1100_000_000)
    assert max(asked) == 8  # 200 a second at 25 each.
    assert sum(asked) == 200
    assert set(talk.session.subscription_states().values()) == {"active"}
    with pytest.raises(LocalError):
        talk.want(Level3Params(symbol=("ONE/MORE",), depth=10))
    # One goes, one comes: the new one waits until the place is free.
    talk.session.unwant(Level3Params(symbol=(symbols[0],)), now_ns=talk.now_ns)
    talk.want(Level3Params(symbol=("ONE/MORE",), depth=100))
    (leave,) = talk.sent()
    assert json.loads(leave)["params"]["symbol"] == [symbols[0]]
    talk.hear(*granted(leave))
    (come,) = talk.sent()
    assert json.loads(come)["params"]["symbol"] == ["ONE/MORE"]


def test_quiet_is_told_once_and_again_after_data() -> None:
    talk = Talk(quiet_after_ns={"book": 30 * SECOND_NS}).want(BTC).open().grant()
    talk.told()
    talk.pass_ns(90 * SECOND_NS, answering=True)
    assert talk.told(SubscriptionQuiet) == [SubscriptionQuiet("book", "BTC/USD", 0, T0)]
    assert talk.state("book", "BTC/USD") == "active"
    talk.hear(book("BTC/USD", "update"))
    came_ns = talk.now_ns
    talk.pass_ns(31 * SECOND_NS, answering=True)
    assert talk.told(SubscriptionQuiet) == [SubscriptionQuiet("book", "BTC/USD", 0, came_ns)]


# -- Private channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sequence", "kind"), [(4, SequenceGap), (2, SequenceRepeated), (1, SequenceRepeated)], ids=["gap", "again", "older"]
)
def test_a_private_sequence_that_is_off(sequence: int, kind: type) -> None:
    talk = Talk().want(BalancesParams()).open().grant().hear(balances(2))
    talk.told()
    talk.hear(balances(sequence))
    assert isinstance(talk.said[0], kind)
    assert talk.state("balances") == ("renewing" if kind is SequenceGap else "active")


def test_a_gap_is_told_once_and_mended_by_a_fresh_snapshot() -> None:
    talk = Talk().want(ExecutionsParams()).open().grant()
    talk.told()
    talk.hear(executions(3), executions(4), executions(9))
    assert talk.told(SequenceGap) == [SequenceGap("executions", 2, 3)]
    (leave,) = talk.sent()
    assert json.loads(leave) == {
        "method": "unsubscribe",
        "params": {"channel": "executions", "token": TOKEN.text},
        "req_id": 2,
    }
    talk.hear(*granted(leave)).grant().hear(executions(2))
    assert talk.state("executions") == "active"
    assert talk.told(SequenceGap, SequenceRepeated) == []


def test_a_private_message_that_cannot_be_read_is_a_gap() -> None:
    talk = Talk().want(ExecutionsParams()).open().grant()
    talk.told()
    talk.hear(b'{"channel":"executions","type":"update","data":[{"order_id":7}],"sequence":2}')
    assert isinstance(talk.said[0], MalformedFrame)
    assert talk.told(SequenceGap) == [SequenceGap("executions", 2, None)]
    assert talk.state("executions") == "renewing"


def test_a_gap_before_the_answer_is_mended_by_it() -> None:
    talk = Talk().want(BalancesParams()).open()
    (come,) = talk.sent()
    talk.hear(balances(1, "snapshot"), balances(3))
    talk.hear(*granted(come))
    assert talk.state("balances") == "renewing"


def test_private_channels_need_a_token_and_hide_it() -> None:
    talk = Talk().want(BalancesParams(token=TOKEN))
    with pytest.raises(LocalError):
        talk.open(token=None)
    talk.open()
    assert TOKEN.text.encode() in talk.sent()[0]
    shown = f"{talk.session!r} {vars(talk)!r} {talk.session.subscription_states()!r}"
    assert TOKEN.text not in shown
    other = Talk().open(token=None)
    with pytest.raises(LocalError):
        other.want(BalancesParams())


def test_a_refused_token_closes() -> None:
    talk = Talk(first_req_id=42).want(BalancesParams()).open()
    talk.hear(recorded("test_deserializing_error_message"))  # ESession:Invalid session, req_id 42
    assert talk.told(CloseWanted) == [CloseWanted("token refused")]
    assert talk.session.deadline_ns is None
    talk.close().open().grant()
    assert talk.state("balances") == "active"


# -- Orders -------------------------------------------------------------------------------------------------------


def test_an_order_is_settled_once() -> None:
    talk = Talk().open()
    req_id = talk.session.send(order(), now_ns=talk.now_ns)
    (frame,) = talk.sent()
    assert json.loads(frame)["params"]["token"] == TOKEN.text
    reply = answer(json.loads(frame), result={"order_id": "OAAAAA-BBBBB-CCCCCC"}, success=True)
    talk.hear(reply, reply)
    assert talk.told(RequestSettled, ReplyUnmatched)[0] == RequestSettled(req_id, "add_order", late=False)
    assert talk.session.counts["ReplyUnmatched"] == 1
    assert talk.session.counts["RequestSettled"] == 1


def test_an_overdue_order_is_unsure_and_may_settle_late() -> None:
    talk = Talk().open()
    req_id = talk.session.send(order(), now_ns=talk.now_ns, timeout_ns=2 * SECOND_NS)
    (frame,) = talk.sent()
    talk.pass_ns(2 * SECOND_NS)
    assert talk.told(RequestUnsure) == [RequestUnsure(req_id, "add_order", "overdue")]
    talk.hear(refused(frame, "EOrder:Insufficient funds"))
    assert talk.told(RequestSettled) == [RequestSettled(req_id, "add_order", late=True)]
    talk.hear(refused(frame, "EOrder:Insufficient funds"))
    assert len(talk.told(ReplyUnmatched)) == 1


def test_orders_in_flight_are_unsure_when_the_connection_is_lost() -> None:
    talk = Talk().open()
    req_ids = [talk.session.send(order(), now_ns=talk.now_ns) for _ in range(3)]
    (frame, *_) = talk.sent()
    told = talk.close().told(RequestUnsure)
    assert told == [RequestUnsure(req_id, "add_order", "connection lost") for req_id in req_ids]
    talk.open().hear(answer(json.loads(frame), result={}, success=True))
    assert [one.req_id for one in talk.told(ReplyUnmatched)] == req_ids[:1]  # Ids never come again.
    assert talk.session.send(order(), now_ns=talk.now_ns) > req_ids[-1]


def test_a_cancel_of_three_has_three_answers() -> None:
    talk = Talk().open()
    cancel = CancelOrder(params=CancelOrderParams(order_id=("O1", "O2"), cl_ord_id=("mine",)))
    req_id = talk.session.send(cancel, now_ns=talk.now_ns)
    request = json.loads(*talk.sent())
    for result in ({"order_id": "O2"}, {"cl_ord_id": "mine"}):
        talk.hear(answer(request, result=result, success=True))
        assert talk.told(RequestSettled) == []
    talk.hear(answer(request, error="EOrder:Unknown order", success=False))
    assert talk.told(RequestSettled) == [RequestSettled(req_id, "cancel_order", late=False)]


def test_a_cancel_with_an_answer_missing_is_unsure() -> None:
    talk = Talk().open()
    cancel = CancelOrder(params=CancelOrderParams(order_id=("O1", "O2")))
    req_id = talk.session.send(cancel, now_ns=talk.now_ns)
    request = json.loads(*talk.sent())
    talk.hear(answer(request, result={"order_id": "O2"}, success=True)).pass_ns(ANSWER_MAX_NS)
    assert talk.told(RequestUnsure) == [RequestUnsure(req_id, "cancel_order", "overdue")]


def test_what_is_not_sent() -> None:
    talk = Talk()
    cases: list[tuple[str, OrderRequest]] = [("connection", order())]
    with pytest.raises(LocalError) as error:
        talk.session.send(order(), now_ns=T0)
    assert error.value.field == cases[0][0]
    talk.open(token=None)
    with pytest.raises(LocalError) as error:
        talk.session.send(order(), now_ns=T0)
    assert error.value.field == "token"
    talk.close().open()
    with pytest.raises(LocalError) as error:
        talk.session.send(CancelOrder(params=CancelOrderParams()), now_ns=T0)
    assert error.value.field == "cancel_order"
    with pytest.raises(LocalError) as error:
        talk.session.send(Subscribe(params=BTC), now_ns=T0)  # type: ignore[arg-type]  # The point of the case.
    assert error.value.field == "method"
    assert talk.sent() == []


def test_the_outbox_is_bounded_and_keeps_room_for_orders() -> None:
    talk = Talk().open()
    for _ in range(OUTBOX_MAX // 2):
        talk.session.send(order(), now_ns=T0)
    talk.want(BTC)
    assert talk.state("book", "BTC/USD") == "wanted"  # Half is kept for orders.
    for _ in range(OUTBOX_MAX // 2):
        talk.session.send(order(), now_ns=T0)
    with pytest.raises(LocalError) as error:
        talk.session.send(order(), now_ns=T0)
    assert error.value.field == "outbox"
    assert len(talk.sent()) == OUTBOX_MAX
    talk.pass_ns(ANSWER_MAX_NS)
    assert talk.state("book", "BTC/USD") == "requested"


def test_an_outbox_that_nobody_empties_closes() -> None:
    talk = Talk().open()
    for _ in range(OUTBOX_MAX):
        talk.session.send(order(), now_ns=T0)
    talk.pass_ns(31 * SECOND_NS)
    assert talk.told(CloseWanted) == [CloseWanted("outbox full")]


# -- The link -----------------------------------------------------------------------------------------------------


def test_silence_after_a_subscription_closes() -> None:
    talk = Talk().want(BTC).open().grant()
    talk.pass_ns(SILENCE_MAX_NS - 1, heartbeats=False)
    assert talk.told(CloseWanted) == []
    talk.pass_ns(1, heartbeats=False)
    assert talk.told(CloseWanted) == [CloseWanted("silent")]
    with pytest.raises(LocalError):
        talk.session.send(order(), now_ns=talk.now_ns)
    assert talk.pass_ns(60 * SECOND_NS).told(CloseWanted) == []


def test_a_connection_that_never_says_its_status_closes() -> None:
    talk = Talk()
    talk.session.opened(now_ns=T0)
    assert talk.pass_ns(SILENCE_MAX_NS, heartbeats=False).told(CloseWanted) == [CloseWanted("silent")]


def test_idle_is_pinged_and_a_pong_is_owed() -> None:
    talk = Talk().open()
    talk.pass_ns(30 * SECOND_NS, heartbeats=False)
    (ping,) = talk.sent()
    assert decode_request(ping) == Ping(req_id=1)
    assert b"params" not in ping
    sent_ns = talk.now_ns
    talk.now_ns += 7
    talk.hear(pong(ping))
    assert 7 <= talk.told(RoundTrip)[0].round_trip_ns <= 10 * SECOND_NS
    assert sent_ns < talk.now_ns
    talk.pass_ns(45 * SECOND_NS)
    assert talk.told(CloseWanted) == [CloseWanted("pong overdue")]


def test_status_is_told_when_it_changes() -> None:
    talk = Talk()
    talk.session.opened(now_ns=T0)
    systems = ["online", "online", "maintenance", "cancel_only", "post_only", "limit_only", "limit_only", "online"]
    for system in systems:
        talk.hear(STATUS.replace(b"online", system.encode()))
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
        (b'{"method":"pong","req_id":99,"time_in":"","time_out":""}', ReplyUnmatched),
        (b'{"error":"Malformed request","method":"error","success":false,"time_in":"","time_out":""}', ReplyUnmatched),
    ],
)
def test_odd_frames_are_told_and_counted(frame: bytes, kind: type) -> None:
    talk = Talk().open()
    talk.told()
    talk.hear(frame)
    assert [type(one) for one in talk.said] == [kind]
    assert talk.session.counts[kind.__name__] == 1
    assert talk.session.counts["Frame"] == 2


def test_an_answer_of_another_method_settles_nothing() -> None:
    talk = Talk().open()
    talk.session.send(order(), now_ns=T0)
    request = json.loads(*talk.sent())
    talk.hear(answer(request | {"method": "cancel_all"}, result={"count": 0}, success=True))
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
GARBAGE: Final = (b"", b"x", b"{}", b"[1]", b'{"channel":"book","type":"update"}', b'{"method":"subscribe","req_id":1}')
ACTING: Final = ("wanted", "requested", "doubted", "acknowledged", "stale", "renewing", "unwanted", "leaving", "regretted")


class AnythingInAnyOrder(RuleBasedStateMachine):
    """A venue that answers late, twice, wrongly or never."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(quiet_after_ns={"ticker": 5 * SECOND_NS})
        self.is_open = False
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
            self.talk.hear(pong(frame))
        elif b"subscribe" in frame:
            answers = granted(frame)
            self.answered(frame)
            self.talk.hear(*(answers[:1] if part else answers))
        else:
            self.talk.hear(answer(json.loads(frame), result={"order_id": "O"}, success=True))
        self.look()

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), keep=st.booleans(), error=st.sampled_from(ERRORS), named=st.booleans())
    def refuse(self, data: st.DataObject, keep: bool, error: str, named: bool) -> None:
        frame = self.pick(data, keep=keep)
        symbols = json.loads(frame).get("params", {}).get("symbol", [])
        self.answered(frame)
        named = named and isinstance(symbols, list)
        for symbol in symbols if named else [None]:
            self.talk.hear(refused(frame, error, symbol=symbol))
        self.look()

    @rule(symbol=st.sampled_from(("BTC/USD", "ETH/USD", "DOGE/USD")), kind=st.sampled_from(("snapshot", "update")))
    def feed(self, symbol: str, kind: str) -> None:
        self.talk.hear(book(symbol, kind), book(symbol, kind, "level3"), HEARTBEAT)
        self.look()

    @rule(sequence=st.integers(1, 4), kind=st.sampled_from(("snapshot", "update")))
    def feed_private(self, sequence: int, kind: str) -> None:
        self.talk.hear(balances(sequence, kind), executions(sequence, kind))
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
            self.talk.said += self.talk.session.book_mismatched(channel, "BTC/USD", now_ns=self.talk.now_ns)
        self.look()

    @rule(ids=st.integers(1, 3))
    def trade(self, ids: int) -> None:
        request: OrderRequest = order()
        if ids > 1:
            request = CancelOrder(params=CancelOrderParams(order_id=tuple("O" * ids)))
        try:
            self.orders.add(self.talk.session.send(request, now_ns=self.talk.now_ns, timeout_ns=3 * SECOND_NS))
        except LocalError:
            assert not self.is_open or CloseWanted.__name__ in self.talk.session.counts
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
        elif session.counts.get("CloseWanted", 0) == 0:
            assert due_ns is not None  # A ping at least.
            assert due_ns > self.talk.now_ns
            states = session.subscription_states().values()
            if any(state in ACTING for state in states):
                parts = (session._subscriptions.deadline_ns, session._outbox.pending.deadline_ns)
                assert any(at is not None for at in parts)

    @invariant()
    def every_order_has_one_end_or_is_in_flight(self) -> None:
        open_ends = self.orders - self.settled - self.unsure
        assert len(open_ends) <= len(self.talk.session._outbox.pending)

    def teardown(self) -> None:
        """In the end the venue becomes honest, and everything settles."""
        self.in_flight.clear()
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


TestAnythingInAnyOrder = AnythingInAnyOrder.TestCase
TestAnythingInAnyOrder.settings = settings(max_examples=3000, stateful_step_count=50, deadline=None)
