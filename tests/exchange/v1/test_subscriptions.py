"""v1/subscriptions.py: each wish answered, all answers before their data."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from v1_client import Client, Floor, channel_of

from recorded import FIXTURES

BTC = "XBT/USD"


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


# -- Market data ---------------------------------------------------------------------------------------------


def test_one_answer_a_pair_then_the_snapshots(public: Client) -> None:
    frames = public.ask("subscribe", pair=[BTC, "ETH/USD"], subscription={"name": "ticker"}, reqid=9)
    answers, data = frames[:2], frames[2:]
    assert [list(answer) for answer in answers] == [
        ["channelID", "channelName", "event", "pair", "reqid", "status", "subscription"]
    ] * 2
    assert [(answer["pair"], answer["status"], answer["reqid"]) for answer in answers] == [
        (BTC, "subscribed", 9),
        ("ETH/USD", "subscribed", 9),
    ]
    assert [frame[-1] for frame in data] == [BTC, "ETH/USD"]
    assert [frame[0] for frame in data] == [answer["channelID"] for answer in answers]
    assert {frame[-2] for frame in data} == {"ticker"}


def test_an_answer_as_captured(public: Client) -> None:
    public.session.received(
        b'{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"book","depth":1000}}', now_ns=0
    )
    answer, snapshot = public.texts()
    channel_id = json.decode(answer)["channelID"]
    assert answer == (
        f'{{"channelID":{channel_id},"channelName":"book-1000","event":"subscriptionStatus","pair":"XBT/USD",'
        '"status":"subscribed","subscription":{"depth":1000,"name":"book"}}'
    )
    assert snapshot.startswith(f'[{channel_id},{{"as":[["30000.00000","1.00000000","')
    assert snapshot.endswith('"book-1000","XBT/USD"]')


@pytest.mark.parametrize(
    ("name", "options", "channel"),
    [
        ("ticker", {}, "ticker"),
        ("trade", {}, "trade"),
        ("spread", {}, "spread"),
        ("book", {"depth": 25}, "book-25"),
        ("ohlc", {"interval": 5}, "ohlc-5"),
    ],
)
def test_data_flow_until_unsubscribed(
    floor: Floor, public: Client, name: str, options: dict[str, Any], channel: str
) -> None:
    public.follow(name, BTC, **options)
    floor.advance(1)
    floor.rest("buy", "1", "29995")
    floor.take("buy", "1")
    frames = public.frames()
    assert frames
    assert {channel_of(frame) for frame in frames} == {channel}
    (answer,) = public.follow(name, BTC, event="unsubscribe", **options)
    assert (answer["status"], answer["channelName"]) == ("unsubscribed", channel)
    floor.take("buy", "0.1")
    assert public.frames() == []


def test_every_channel_at_once(public: Client) -> None:
    answers = [frame for frame in public.follow("*", BTC) if isinstance(frame, dict)]
    assert [answer["channelName"] for answer in answers] == ["ticker", "ohlc-1", "trade", "book-10", "spread"]
    gone = public.follow("*", BTC, event="unsubscribe")
    assert [answer["status"] for answer in gone] == ["unsubscribed"] * 5
    (answer,) = public.follow("*", BTC, event="unsubscribe")
    assert answer["errorMessage"] == "Subscription Not Found"


def test_unsubscribing_by_the_channel_s_number(public: Client) -> None:
    answer = public.follow("ohlc", BTC, interval=5)[0]
    number = answer["channelID"]
    assert public.ask("unsubscribe", channelID=number, reqid=42) == [{**answer, "reqid": 42, "status": "unsubscribed"}]
    assert public.ask("unsubscribe", channelID=number) == [
        {
            "channelID": number,
            "errorMessage": "Subscription Not Found",
            "event": "subscriptionStatus",
            "status": "error",
        }
    ]
    assert public.error("unsubscribe", channelID="five") == "Subscription Not Found"


@pytest.mark.parametrize(
    ("event", "fields", "errors"),
    [
        ("subscribe", {"pair": [BTC]}, ["Subscription field must be an object"]),
        ("subscribe", {"pair": [BTC], "subscription": {"name": "level3"}}, ["Subscription name invalid"]),
        ("subscribe", {"subscription": {"name": "book"}}, ["Pair(s) not found"]),
        ("subscribe", {"pair": BTC, "subscription": {"name": "book"}}, ["Pair field must be an array"]),
        ("subscribe", {"pair": [BTC, "ETH/USD"], "subscription": {"name": "book", "depth": 42}},
         ["Subscription depth not supported"] * 2),
        ("subscribe", {"subscription": {"name": "ohlc", "interval": 7}}, ["Subscription ohlc interval not supported"]),
        ("subscribe", {"pair": ["BTC/USD", "CRV-USD"], "subscription": {"name": "book"}},
         ["Currency pair not supported BTC/USD", "Currency pair not in ISO 4217-A3 format CRV-USD"]),
        ("unsubscribe", {"pair": [BTC, "ETH/USD"], "subscription": {"name": "book"}}, ["Subscription Not Found"] * 2),
        ("subscribe", {"subscription": {"name": "openOrders", "token": "T"}},
         ["Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"]),
        ("subscribe", {"pair": [BTC], "subscription": {"name": "openOrders", "token": "T"}},
         ["Pair field unsupported for this subscription type"]),
    ],
)  # fmt: skip
def test_subscriptions_refused(public: Client, event: str, fields: dict[str, Any], errors: list[str]) -> None:
    answers = public.ask(event, **fields, reqid=5)
    assert [answer["errorMessage"] for answer in answers] == errors
    for answer in answers:
        assert (answer["event"], answer["status"], answer["reqid"]) == ("subscriptionStatus", "error", 5)
        assert answer.get("subscription") == fields.get("subscription")


def test_an_option_is_refused_pair_by_pair(public: Client) -> None:
    assert public.ask("subscribe", pair=[BTC], subscription={"name": "book", "depth": 42}) == [
        {
            "errorMessage": "Subscription depth not supported",
            "event": "subscriptionStatus",
            "pair": BTC,
            "status": "error",
            "subscription": {"depth": 42, "name": "book"},
        }
    ]


def test_twice_is_once_whatever_the_depth(public: Client) -> None:
    public.follow("book", BTC)
    (answer,) = public.follow("book", BTC, depth=25)
    assert answer == {
        "errorMessage": "Already subscribed",
        "event": "subscriptionStatus",
        "pair": BTC,
        "status": "error",
        "subscription": {"depth": 25, "name": "book"},
    }
    answers = [frame for frame in public.follow("trade", BTC, BTC) if isinstance(frame, dict)]
    assert [answer["status"] for answer in answers] == ["subscribed", "error"]


# -- Private channels ----------------------------------------------------------------------------------------


def test_both_private_channels_at_once(alice: Client) -> None:
    frames = alice.follow("*")
    assert [frame["channelName"] for frame in frames[:2]] == ["openOrders", "ownTrades"]
    assert [channel_of(frame) for frame in frames[2:]] == ["openOrders", "ownTrades"]
    assert [frame["status"] for frame in alice.follow("*", event="unsubscribe")] == ["unsubscribed"] * 2


def test_private_subscriptions_are_once_each(alice: Client) -> None:
    alice.follow("openOrders")
    (answer,) = alice.follow("openOrders")
    assert answer["errorMessage"] == "Already subscribed"
    (answer,) = alice.follow("openOrders", event="unsubscribe")
    assert answer == {
        "channelName": "openOrders",
        "event": "subscriptionStatus",
        "status": "unsubscribed",
        "subscription": {"name": "openOrders"},
    }
    (answer,) = alice.follow("openOrders", event="unsubscribe")
    assert answer["errorMessage"] == "Subscription Not Found"
    alice.limit("buy", "0.1", "20000")
    assert alice.frames() == []


def test_a_new_subscription_counts_from_one(alice: Client) -> None:
    alice.follow("openOrders")
    alice.limit("buy", "0.1", "20000")
    alice.follow("openOrders", event="unsubscribe")
    _, snapshot = alice.follow("openOrders")
    assert snapshot[2] == {"sequence": 1}


# -- Recorded sessions ---------------------------------------------------------------------------------------


def recorded(path: Path) -> list[str]:
    """Return the frames that the venue sent."""
    return [line.split(": ", 1)[1] for line in path.read_text().splitlines() if line[:1].isdigit()]


def form(frame: Any) -> Any:
    """Return what two frames of a kind share: their keys in order, and the kinds of their values."""
    if isinstance(frame, dict):
        return [(key, form(value)) for key, value in frame.items()]
    if isinstance(frame, list):
        return [form(value) for value in frame]
    return type(frame).__name__


@pytest.mark.parametrize(
    ("name", "channel", "options"),
    [("48", "trade", {}), ("49", "ticker", {}), ("50", "book", {"depth": 1000})],
)
def test_a_session_begins_as_a_recorded_one(floor: Floor, name: str, channel: str, options: dict[str, Any]) -> None:
    """Status, an answer a pair, and only then the data: a ticker's at once, a book's, none of trades."""
    theirs = [json.decode(text) for text in recorded(FIXTURES / f"cryptofeed/KRAKEN.ws.{name}.0")]
    client = floor.connect()
    greeting, *ours = [*client.frames(), *client.follow(channel, BTC, "ETH/USD", **options)]
    later = {"emergency", "upcoming_maintenance"}  # Of 2026.
    assert form({name: value for name, value in greeting.items() if name not in later}) == form(theirs[0])
    assert [form(frame) for frame in ours[:2]] == [form(frame) for frame in theirs[1:3]]
    assert [frame["event"] for frame in theirs[1:11]] == ["subscriptionStatus"] * 10
    assert ours[0] | {"channelID": 0, "pair": ""} == theirs[1] | {"channelID": 0, "pair": ""}
    data = [frame for frame in theirs[11:] if isinstance(frame, list)]
    if channel == "trade":
        assert ours[2:] == []
        floor.take("buy", "0.1")
        assert form(client.frames()[0]) == form(data[0])
    elif channel == "ticker":
        assert [form(frame) for frame in ours[2:]] == [form(frame) for frame in data[:2]]
    else:
        assert form(ours[2][1]["as"][0]) == form(data[0][1]["as"][0])
        assert [key for key, _ in form(ours[2][1])] == [key for key, _ in form(data[0][1])]


# -- Ends ----------------------------------------------------------------------------------------------------


def test_what_happened_before_is_in_the_snapshot_alone(floor: Floor, alice: Client) -> None:
    """The order is placed past the door, and nobody has published it yet."""
    floor.venue.cancel_all(floor.account(), now_ns=floor.now_ns)
    order = floor.place(
        floor.account(), symbol="BTC/USD", side="buy", order_type="limit", order_qty="0.1", limit_price="100"
    )
    floor.venue.cancel_order(floor.account(), order_id=order.order_id, now_ns=floor.now_ns)
    _, snapshot = alice.follow("openOrders")
    assert snapshot == [[], "openOrders", {"sequence": 1}]
    floor.hub.publish(now_ns=floor.now_ns)
    assert alice.frames() == []


def test_cut_off_by_a_snapshot(floor: Floor, public: Client, alice: Client) -> None:
    """The backlog is full from the first frame of data on."""
    for client, pairs in ((public, (BTC,)), (alice, ())):
        send = client.line.send

        def choke(frame: bytes, channel: str, client: Client = client, send: Any = send) -> None:
            send(frame, channel)
            client.line.backlog_bytes = 2**40 if channel else 0

        client.line.send = choke  # type: ignore[method-assign] # a line that chokes
        client.follow("*", *pairs)
        assert client.line.closed == (1008, "slow consumer")
    assert not floor.hub.private
    count = len(public.line.sent)
    floor.take("buy", "0.1")
    assert len(public.line.sent) == count
