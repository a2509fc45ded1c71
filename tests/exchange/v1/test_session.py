"""v1/session.py: whole conversations, on both hosts."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json
from v1_client import LOOK, Client, Floor, channel_of, rows_of

from fathom.exchange.core import Rules
from fathom.exchange.doors import Role
from fathom.exchange.v1.requests import ANSWER_EVENTS

BTC = "XBT/USD"
LIMIT = {"ordertype": "limit", "type": "buy", "pair": BTC, "volume": "0.1", "price": "20000"}
ORDER_EVENTS = sorted(set(ANSWER_EVENTS) - {"ping", "subscribe", "unsubscribe"})


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.book()
    return floor


@pytest.fixture
def public(floor: Floor) -> Client:
    client = floor.connect()
    client.frames()
    return client


@pytest.fixture
def alice(floor: Floor) -> Client:
    return floor.trader()


# -- Status, ping, shape -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["public", "private"])
def test_greets_with_the_state_and_tells_its_changes(floor: Floor, role: Role) -> None:
    client = floor.connect(role)
    connection_id = 2**63 + 1
    assert client.texts() == [
        (
            f'{{"connectionID":{connection_id},"emergency":[],"event":"systemStatus","status":"online",'
            '"upcoming_maintenance":[],"version":"1.9.6"}'
        )
    ]
    floor.venue.set_system("cancel_only", now_ns=floor.now_ns)
    floor.hub.publish(now_ns=floor.now_ns)
    (frame,) = client.frames()
    assert (frame["event"], frame["status"], frame["connectionID"]) == ("systemStatus", "cancel_only", connection_id)


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ('{"event":"ping","reqid":42}', '{"event":"pong","reqid":42}'),
        ('{"event":"ping"}', '{"event":"pong"}'),
        ("ping", '{"errorMessage":"Malformed request","event":"error"}'),
        ("[]", '{"errorMessage":"Malformed request","event":"error"}'),
        ('{"reqid":3}', '{"errorMessage":"Event(s) not found","event":"error","reqid":3}'),
        ('{"event":"dance","reqid":3}', '{"errorMessage":"Unsupported event","event":"error","reqid":3}'),
        (
            '{"event":"addOrder","pair":"USDC/USD","reqid":-1}',
            (
                '{"errorMessage":"Reqid field must be a positive integer less than 18446744073709551616",'
                '"event":"addOrderStatus","pair":"USDC/USD","reqid":null,"status":"error"}'
            ),
        ),
    ],
)
def test_plain_answers(public: Client, frame: str, answer: str) -> None:
    public.session.received(frame.encode(), now_ns=public.floor.now_ns)
    assert public.texts() == [answer]


# -- Hosts ---------------------------------------------------------------------------------------------------


def test_public_channels_are_elsewhere(alice: Client) -> None:
    answers = alice.ask("subscribe", pair=[BTC, "ETH/USD"], subscription={"name": "ticker"})
    assert [(answer["errorMessage"], answer["pair"]) for answer in answers] == [
        ("Public channels not available in this endpoint", BTC),
        ("Public channels not available in this endpoint", "ETH/USD"),
    ]


@pytest.mark.parametrize("event", ORDER_EVENTS)
def test_trading_is_elsewhere(public: Client, event: str) -> None:
    assert public.one(event, **LIMIT, token="T", reqid=1) == {
        "errorMessage": "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com",
        "event": f"{event}Status",
        "reqid": 1,
        "status": "error",
    }


# -- Tokens and rights ---------------------------------------------------------------------------------------


def test_private_answers_as_captured(floor: Floor) -> None:
    alice = floor.trader(tier="intermediate")
    frames = alice.say(
        json.encode({"event": "subscribe", "reqid": 0, "subscription": {"name": "openOrders", "token": alice.token}})
    )
    assert frames[0] == {
        "channelName": "openOrders",
        "event": "subscriptionStatus",
        "reqid": 0,
        "status": "subscribed",
        "subscription": {"maxratecount": 125, "name": "openOrders"},
    }
    (answer, _) = alice.follow("ownTrades")
    assert answer["subscription"] == {"name": "ownTrades"}
    assert alice.line.account == "alice"


@pytest.mark.parametrize("event", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "Token(s) not found"), ("", "Token(s) not found"), (5, "Token(s) not found"),
     ("nobody's", "ESession:Invalid session")],
)  # fmt: skip
def test_a_subscription_needs_a_good_token(alice: Client, event: str, token: object, error: str) -> None:
    subscription = {"name": "ownTrades", **({} if token is None else {"token": token})}
    assert alice.one(event, subscription=subscription) == {
        "errorMessage": error,
        "event": "subscriptionStatus",
        "status": "error",
        "subscription": subscription,
    }


@pytest.mark.parametrize("event", ORDER_EVENTS)
@pytest.mark.parametrize(("token", "error"), [(None, "Token(s) not found"), ("nobody's", "ESession:Invalid session")])
def test_an_order_needs_a_good_token(alice: Client, event: str, token: str | None, error: str) -> None:
    alice.token = token
    assert alice.one(event, **LIMIT) == {"errorMessage": error, "event": f"{event}Status", "status": "error"}


@pytest.mark.parametrize("event", ORDER_EVENTS)
def test_who_may_only_look_may_not_trade(floor: Floor, event: str) -> None:
    viewer = floor.trader("viewer", permissions=LOOK)
    assert viewer.error(event, **LIMIT) == "EGeneral:Permission denied"
    assert viewer.follow("openOrders")[0]["status"] == "subscribed"


def test_who_may_only_trade_may_not_look(floor: Floor) -> None:
    blind = floor.trader("blind", permissions=frozenset({"modify-trades"}))
    answers = blind.follow("*")
    assert [answer["errorMessage"] for answer in answers] == ["EGeneral:Permission denied"] * 2


def test_a_token_lives_as_long_as_a_connection_uses_it(floor: Floor) -> None:
    user, other = floor.trader(), floor.connect("private")
    idle_token = floor.token()
    user.follow("openOrders")
    floor.advance(901)
    other.token = user.token
    other.limit("buy", "0.1", "20000")
    other.token = idle_token
    assert other.error("addOrder", **LIMIT) == "ESession:Invalid session"
    user.session.closed(now_ns=floor.now_ns)
    other.token = user.token
    assert other.error("addOrder", **LIMIT) == "ESession:Invalid session"


# -- Orders and their stream ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "first"), [(1.0, "event"), (0.0, "row")])
def test_the_answer_comes_before_or_after_its_rows(share: float, first: str) -> None:
    floor = Floor(rules=Rules(answer_first_share=share, limits=False))
    alice = floor.trader()
    alice.follow("openOrders")
    kinds = ["event" if isinstance(frame, dict) else "row" for frame in alice.ask("addOrder", **LIMIT)]
    assert sorted(kinds) == ["event", "row", "row"]
    assert kinds[0] == first


def test_faults_answer_instead(floor: Floor, alice: Client, public: Client) -> None:
    floor.faults.errors = {"addOrder": "EService:Busy", "subscribe": "EService:Unavailable", "ping": "EService:Busy"}
    assert public.ask("ping", reqid=1) == [{"errorMessage": "EService:Busy", "event": "error", "reqid": 1}]
    assert alice.error("addOrder", **LIMIT) == "EService:Busy"
    assert not floor.account().orders
    assert [answer["errorMessage"] for answer in alice.follow("openOrders")] == ["EService:Unavailable"]
    assert [answer["errorMessage"] for answer in public.follow("book", BTC, "ETH/USD")] == ["EService:Unavailable"] * 2


def test_the_rate_limit_is_the_account_s() -> None:
    floor = Floor(rules=Rules(answer_first_share=1.0))
    alice = floor.trader(tier="starter")
    answers = [alice.one("addOrder", **LIMIT) for _ in range(70)]
    assert {answer.get("errorMessage") for answer in answers[-5:]} <= {
        "EOrder:Rate limit exceeded",
        "EOrder:Orders limit exceeded",
    }
    assert answers[0]["status"] == "ok"


# -- Time and limits -----------------------------------------------------------------------------------------


def test_heartbeats_begin_with_the_first_subscription(floor: Floor, public: Client) -> None:
    for _ in range(5):
        floor.advance(1)
        public.wake()
    assert public.frames() == []
    public.follow("ticker", BTC)
    for _ in range(90):
        floor.advance(1)
        assert public.wake() is not None
    assert public.texts() == ['{"event":"heartbeat"}'] * 90


def test_a_refused_subscription_starts_no_heartbeat(floor: Floor, public: Client) -> None:
    public.follow("ticker", "BTC/USD")
    floor.advance(5)
    public.wake()
    assert public.frames() == []


def test_closes_who_is_idle(floor: Floor, public: Client) -> None:
    floor.advance(59)
    public.ask("ping")
    floor.advance(59)
    public.session.alive(now_ns=floor.now_ns)
    floor.advance(59)
    deadline_ns = public.wake()
    assert deadline_ns == floor.now_ns + 1_000_000_000
    floor.advance(1)
    assert public.wake() is None
    assert public.line.closed == (1000, "idle")
    assert public.wake() is None
    public.session.received(b'{"event":"ping"}', now_ns=floor.now_ns)
    floor.venue.set_system("maintenance", now_ns=floor.now_ns)
    floor.hub.publish(now_ns=floor.now_ns)
    public.session.closed(now_ns=floor.now_ns)


def test_too_many_messages_a_second() -> None:
    floor = Floor(rules=Rules(messages_per_s_max=3))
    client = floor.connect()
    answers = [client.ask("ping", reqid=number)[0] for number in range(5)]
    assert [answer["event"] for answer in answers] == ["pong"] * 3 + ["error"] * 2
    assert answers[4] == {"errorMessage": "Exceeded msg rate", "event": "error", "reqid": 4}
    floor.advance(1)
    assert client.ask("ping") == [{"event": "pong"}]


def test_a_slow_consumer_is_cut_off_and_let_go(floor: Floor, alice: Client, public: Client) -> None:
    public.follow("book", BTC)
    alice.follow("*")
    for client in (public, alice):
        client.line.backlog_bytes = floor.rules.backlog_bytes_max + 1
    floor.place(floor.account(), symbol="BTC/USD", side="buy", order_type="limit", order_qty="1", limit_price="100")
    floor.rest("buy", "1", "29999")
    assert public.line.closed == alice.line.closed == (1008, "slow consumer")
    assert not floor.hub.private
    assert not floor.hub.watchers
    floor.rest("buy", "1", "29998")


def test_cut_off_by_its_own_answers(floor: Floor) -> None:
    for client, names in ((floor.connect(), (BTC, "ETH/USD")), (floor.trader(), ())):
        client.line.backlog_bytes = floor.rules.backlog_bytes_max + 1
        client.follow("*", *names)
        assert client.line.closed is not None
    assert not floor.hub.private
    floor.rest("buy", "1", "29999")


def test_a_connection_that_ends_leaves_nothing(floor: Floor, alice: Client, public: Client) -> None:
    public.follow("*", BTC)
    alice.follow("*")
    for client in (public, alice):
        client.session.closed(now_ns=floor.now_ns)
        client.session.closed(now_ns=floor.now_ns)
    assert not floor.hub.watchers
    assert not floor.hub.private
    floor.take("buy", "0.1")


# -- Anything ------------------------------------------------------------------------------------------------

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["XBT/USD", "limit", "buy", "0.1", "+5%", "#1", "30000", "book", "*", "openOrders", "trailing-stop"]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
FIELDS = st.sampled_from([
    "pair", "subscription", "reqid", "channelID", "ordertype", "type", "volume", "price", "price2", "leverage",
    "margin", "oflags", "starttm", "expiretm", "deadline", "cl_ord_id", "userref", "validate", "timeinforce",
    "close[ordertype]", "close[price]", "close[price2]", "txid", "orderid", "newuserref", "limit_price",
    "trigger_price", "display_volume", "timeout", "post_only", "reduce_only", "stp_type", "token",
])  # fmt: skip
EVENTS = st.sampled_from(sorted(ANSWER_EVENTS)) | st.text(max_size=8)


@pytest.fixture(scope="module")
def shared() -> Floor:
    floor = Floor()
    floor.book()
    floor.open_key("alice")
    return floor


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    role=st.sampled_from(["public", "private"]),
    frames=st.lists(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), max_size=4),
)
def test_any_bytes_get_an_error_or_nothing(shared: Floor, role: Role, frames: list[bytes]) -> None:
    client = shared.connect(role)
    client.frames()
    for frame in frames:
        for answer in client.say(frame):
            assert answer["event"] == "error" or answer["status"] == "error" or answer["event"] == "pong"
    client.session.closed(now_ns=shared.now_ns)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    role=st.sampled_from(["public", "private"]),
    event=EVENTS,
    fields=st.dictionaries(FIELDS, VALUES, max_size=8),
    order=st.booleans(),
)
def test_any_event_gets_frames_in_v1_s_form(
    shared: Floor, role: Role, event: str, fields: dict[str, Any], *, order: bool
) -> None:
    client = shared.connect(role)
    client.token = shared.keyring.make_token(shared.keyring.keys()[0], now_ns=shared.now_ns)
    told = {**(LIMIT if order else {}), "token": client.token, **fields}
    for answer in client.say(json.encode({"event": event, **told})):
        if isinstance(answer, list):
            assert channel_of(answer) is not None
        else:
            assert answer["event"] in {*ANSWER_EVENTS.values(), "pong"}
            assert ("errorMessage" in answer) == (answer.get("status") == "error" or answer["event"] == "error")
    client.session.closed(now_ns=shared.now_ns)
    shared.bank.check()
    assert not shared.hub.watchers


def test_every_row_of_a_busy_account_is_of_the_captured_keys(floor: Floor, alice: Client) -> None:
    """The keys of the captures, and those that the reference names besides."""
    alice.follow("*")
    orders = [
        {**LIMIT, "cl_ord_id": "mine"},
        {**LIMIT, "oflags": "post", "expiretm": "+60"},
        {"ordertype": "market", "type": "buy", "pair": BTC, "volume": "1.5"},
        {"ordertype": "stop-loss", "type": "sell", "pair": BTC, "volume": "0.1", "price": "#1%"},
        {**LIMIT, "price": "30010", "timeinforce": "IOC", "leverage": "2"},
    ]
    frames = [frame for fields in orders for frame in alice.ask("addOrder", **fields)]
    floor.advance(61)
    frames += alice.frames() + alice.ask("cancelAll")
    known = {
        "refid", "userref", "cl_ord_id", "status", "opentm", "starttm", "expiretm", "lastupdated", "display_volume",
        "display_volume_remain", "contingent", "descr", "margin", "vol", "vol_exec", "cost", "fee", "avg_price",
        "stopprice", "limitprice", "misc", "oflags", "timeinforce", "cancel_reason", "amended",
    }  # fmt: skip
    rows = rows_of(frames, "openOrders")
    assert all(row.keys() <= known for row in rows)
    assert {row.get("status") for row in rows} >= {"pending", "open", "closed", "canceled", "expired", None}
    for trade in rows_of(frames, "ownTrades"):
        assert trade.keys() - {"cl_ord_id", "userref"} == {
            "cost", "fee", "margin", "ordertxid", "ordertype", "pair", "postxid", "price", "time", "type", "vol",
        }  # fmt: skip
