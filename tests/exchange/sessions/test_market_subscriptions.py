from typing import Any

import pytest
from msgspec import structs
from v2_client import SECOND_NS, Client, Floor

from fathom.exchange.core import Rules

BOTH = ["BTC/USD", "ETH/USD"]


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    for symbol, price in (("BTC/USD", "90000.0"), ("ETH/USD", "3000.00")):
        floor.rest("buy", "1", price, symbol)
    return floor


@pytest.fixture
def public(floor: Floor) -> Client:
    client = floor.connect("public")
    client.frames()
    return client


@pytest.fixture
def level3(floor: Floor) -> Client:
    return connect_level3(floor)


def connect_level3(floor: Floor, name: str = "alice", **terms: Any) -> Client:
    client = floor.connect("level3")
    client.token = floor.token(name, **terms)
    client.frames()
    return client


# -- Answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "result"),
    [
        ({"channel": "ticker"}, {"channel": "ticker", "event_trigger": "trades", "snapshot": True}),
        (
            {"channel": "ticker", "event_trigger": "bbo", "snapshot": False},
            {"channel": "ticker", "event_trigger": "bbo", "snapshot": False},
        ),
        ({"channel": "book"}, {"channel": "book", "depth": 10, "snapshot": True}),
        ({"channel": "book", "depth": 1000}, {"channel": "book", "depth": 1000, "snapshot": True}),
        ({"channel": "trade"}, {"channel": "trade", "snapshot": False}),
        ({"channel": "trade", "snapshot": True}, {"channel": "trade", "snapshot": True}),
        (
            {"channel": "ohlc", "interval": 60},
            {
                "channel": "ohlc",
                "interval": 60,
                "snapshot": True,
                "warnings": ["timestamp is deprecated, use interval_begin"],
            },
        ),
    ],
)
def test_one_answer_a_symbol_and_each_before_its_snapshot(
    public: Client, params: dict[str, Any], result: dict[str, Any]
) -> None:
    frames = public.ask("subscribe", 7, symbol=BOTH, **params)
    answers = [frame for frame in frames if "method" in frame]
    assert [answer["result"] for answer in answers] == [{**result, "symbol": symbol} for symbol in BOTH]
    assert {answer["req_id"] for answer in answers} == {7}
    answered = set()
    for frame in frames:
        if "method" in frame:
            answered.add(frame["result"]["symbol"])
        elif frame["data"]:
            assert frame["type"] == "snapshot"
            assert frame["data"][0]["symbol"] in answered
    shown = [frame["channel"] for frame in frames if "channel" in frame]
    assert shown == ([params["channel"]] * 2 if result["snapshot"] else [])
    assert [channel for channel, _ in public.line.sent[1:]] == ["", params["channel"]] * 2 or not result["snapshot"]


def test_instrument_has_no_symbol(public: Client) -> None:
    answer, snapshot = public.ask("subscribe", 79, channel="instrument")
    assert answer["result"] == {
        "channel": "instrument",
        "snapshot": True,
        "warnings": ["tick_size is deprecated, use price_increment"],
    }
    assert snapshot["type"] == "snapshot"
    assert {pair["symbol"] for pair in snapshot["data"]["pairs"]} >= set(BOTH)
    again = public.one("subscribe", channel="instrument")
    assert again["error"] == "Already subscribed"
    assert "symbol" not in again
    assert public.result("unsubscribe", channel="instrument") == {"channel": "instrument"}
    gone = public.one("unsubscribe", channel="instrument")
    assert (gone["error"], gone["method"]) == ("Subscription Not Found", "subscribe")
    assert "symbol" not in gone
    options = {"include_tokenized_assets": True, "execution_venue": "international", "snapshot": False}
    assert public.ask("subscribe", channel="instrument", **options)[0]["result"] == {
        "channel": "instrument", **options, "warnings": ["tick_size is deprecated, use price_increment"],
    }  # fmt: skip


def test_good_symbols_are_subscribed_beside_bad_ones(public: Client) -> None:
    answers = public.ask("subscribe", channel="ticker", snapshot=False, symbol=["XBT/USD", "BTC/USD", "BTCUSD", "*"])
    assert [answer.get("error") for answer in answers] == [
        "Currency pair not supported XBT/USD",
        None,
        "Currency pair not in ISO 4217-A3 format BTCUSD",
        "Currency pair not in ISO 4217-A3 format *",
    ]
    assert [answer["symbol"] for answer in answers if "error" in answer] == ["XBT/USD", "BTCUSD", "*"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "book", "depth": 27}, "Subscription depth not supported"),
        ({"channel": "ohlc", "interval": 2}, "Subscription ohlc interval not supported"),
    ],
)
def test_an_option_that_is_not_offered_is_refused_a_symbol(public: Client, params: dict[str, Any], error: str) -> None:
    answers = public.ask("subscribe", symbol=BOTH, **params)
    assert [(answer["error"], answer["symbol"]) for answer in answers] == [(error, symbol) for symbol in BOTH]


def test_a_symbol_is_followed_once_a_channel(public: Client) -> None:
    assert public.result("subscribe", channel="book", symbol=["BTC/USD"], depth=100)
    for depth in (100, 10):
        refused = public.one("subscribe", channel="book", symbol=["BTC/USD"], depth=depth)
        assert (refused["error"], refused["symbol"]) == ("Already subscribed", "BTC/USD")
    for interval in (1, 5):
        assert public.result("subscribe", channel="ohlc", symbol=["BTC/USD"], interval=interval)
    assert public.error("subscribe", channel="ohlc", symbol=["BTC/USD"], interval=5) == "Already subscribed"
    first, second = public.ask("subscribe", channel="trade", symbol=["ETH/USD", "ETH/USD"])
    assert (first["success"], second["error"]) == (True, "Already subscribed")


@pytest.mark.parametrize(
    ("params", "other", "result"),
    [
        ({"channel": "book", "depth": 25}, {"channel": "book"}, {"channel": "book", "depth": 25, "snapshot": True}),
        ({"channel": "ohlc", "interval": 5}, {"channel": "ohlc"}, {"channel": "ohlc", "interval": 5}),
        (
            {"channel": "ticker", "event_trigger": "bbo"},
            {"channel": "ticker"},
            {"channel": "ticker", "event_trigger": "bbo"},
        ),
        ({"channel": "trade"}, None, {"channel": "trade"}),
    ],
)
def test_unsubscribing_repeats_what_was_subscribed(
    floor: Floor, public: Client, params: dict[str, Any], other: dict[str, Any] | None, result: dict[str, Any]
) -> None:
    public.ask("subscribe", symbol=BOTH, **params)
    if other is not None:
        assert public.error("unsubscribe", symbol=["BTC/USD"], **other) == "Subscription Not Found"
    for symbol in BOTH:
        assert public.result("unsubscribe", symbol=[symbol], **params) == {**result, "symbol": symbol}
        assert public.error("unsubscribe", symbol=[symbol], **params) == "Subscription Not Found"
    floor.rest("sell", "1", "90000.0")
    assert public.frames() == []
    assert public.error("unsubscribe", symbol=["XBT/USD"], **params) == "Currency pair not supported XBT/USD"


def test_ticker_of_every_pair(floor: Floor, public: Client) -> None:
    answers = [frame for frame in public.ask("subscribe", channel="ticker", symbol=["*"]) if "method" in frame]
    assert [answer["result"]["symbol"] for answer in answers] == list(floor.listing.pairs)
    assert public.error("subscribe", channel="trade", symbol=["*"]) == "Currency pair not in ISO 4217-A3 format *"
    gone = public.ask("unsubscribe", channel="ticker", symbol=["*"])
    assert all(answer["success"] for answer in gone)


def test_an_earlier_result_may_come_back_whole(public: Client) -> None:
    for channel in ("book", "ticker", "ohlc", "trade"):
        result = public.result("subscribe", channel=channel, symbol=["BTC/USD"])
        again = {**result, "symbol": [result["symbol"]]}
        assert public.error("subscribe", **again) == "Already subscribed"
        assert public.result("unsubscribe", **again)
        assert public.result("subscribe", **again) == result


# -- Data ----------------------------------------------------------------------------------------------------


def test_data_follows_until_it_is_left(floor: Floor, public: Client) -> None:
    public.ask("subscribe", channel="book", symbol=["BTC/USD"])
    floor.rest("buy", "0.5", "89000.0")
    (update,) = public.frames()
    assert (update["channel"], update["type"]) == ("book", "update")
    assert update["data"][0]["bids"] == [{"price": 89000.0, "qty": 0.5}]
    assert public.line.sent[-1][0] == "book"
    floor.rest("buy", "0.5", "2000.00", "ETH/USD")
    assert public.frames() == []
    public.ask("unsubscribe", channel="book", symbol=["BTC/USD"])
    floor.rest("buy", "0.5", "88000.0")
    assert public.frames() == []


def test_level3_needs_a_token_and_answers_without_the_depth(floor: Floor, level3: Client) -> None:
    answer, snapshot = level3.ask("subscribe", channel="level3", symbol=["BTC/USD"], depth=100)
    assert answer["result"] == {"channel": "level3", "snapshot": True, "symbol": "BTC/USD"}
    assert len(snapshot["data"][0]["bids"]) == 1
    assert level3.error("subscribe", channel="level3", symbol=["BTC/USD"]) == "Already subscribed"
    floor.rest("buy", "0.5", "89000.0")
    (update,) = level3.frames()
    assert update["data"][0]["bids"][0]["event"] == "add"
    assert level3.error("unsubscribe", channel="level3", symbol=["BTC/USD"]) == "Subscription Not Found"
    gone = level3.result("unsubscribe", channel="level3", symbol=["BTC/USD"], depth=100)
    assert gone == {"channel": "level3", "symbol": "BTC/USD"}


# -- Limits of level 3 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tier", "depth", "most"), [("pro", 1000, 5), ("intermediate", 1000, 2), ("pro", 100, 20)])
def test_the_level3_counter_of_a_second(tier: Any, depth: int, most: int) -> None:
    floor = Floor()
    client = connect_level3(floor, tier=tier)

    def cycle() -> Any:
        answer = client.one("subscribe", channel="level3", symbol=["BTC/USD"], depth=depth, snapshot=False)
        if answer["success"]:
            client.ask("unsubscribe", channel="level3", symbol=["BTC/USD"], depth=depth)
        return answer.get("error")

    assert [cycle() for _ in range(most + 1)] == [None] * most + ["Exceeded msg rate"]
    floor.now_ns += SECOND_NS - 1
    assert cycle() == "Exceeded msg rate"
    floor.now_ns += 1
    assert cycle() is None


def test_level3_symbols_of_a_connection() -> None:
    floor = Floor(rules=Rules(level3_symbols_max=2))
    client = connect_level3(floor)
    answers = client.ask("subscribe", channel="level3", symbol=["BTC/USD", "ETH/USD", "ETH/BTC"], snapshot=False)
    assert [answer.get("error") for answer in answers] == [None, None, "Maximum number of level3 symbols exceeded"]
    client.ask("unsubscribe", channel="level3", symbol=["ETH/USD"])
    assert client.result("subscribe", channel="level3", symbol=["ETH/BTC"])


def test_without_limits_level3_is_free() -> None:
    floor = Floor(rules=Rules(level3_symbols_max=2, level3_counter_max=5, limits=False))
    client = connect_level3(floor)
    answers = client.ask("subscribe", channel="level3", symbol=["BTC/USD", "ETH/USD", "ETH/BTC"], snapshot=False)
    assert all(answer["success"] for answer in answers)


def test_of_bitnomial_nothing_is_listed(floor: Floor, public: Client) -> None:
    options = {"channel": "instrument", "execution_venue": "bitnomial-exchange"}
    answer, snapshot = public.ask("subscribe", **options)
    assert answer["result"]["execution_venue"] == "bitnomial-exchange"
    assert snapshot == {"channel": "instrument", "type": "snapshot", "data": {"assets": [], "pairs": []}}
    pair = floor.listing.pairs["BTC/USD"]
    floor.venue.set_pair(structs.replace(pair, status="cancel_only"), now_ns=floor.now_ns)
    floor.advance(1)
    assert [frame for frame in public.frames() if frame["channel"] == "instrument"] == []
    assert public.one("subscribe", channel="instrument")["error"] == "Already subscribed"
    assert public.result("unsubscribe", **options) == {"channel": "instrument"}
    assert len(public.ask("subscribe", **options, snapshot=False)) == 1
    public.session.closed(now_ns=floor.now_ns)
