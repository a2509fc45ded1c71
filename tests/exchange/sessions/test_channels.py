from typing import Any

import pytest

from fathom.exchange.bank import Refusal
from fathom.exchange.sessions.channels import Wish, read_channel, read_wish, subscribed, unsubscribed

PUBLIC_ELSEWHERE = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"
PRIVATE_ELSEWHERE = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
LEVEL3_ELSEWHERE = "Level 3 market data subscriptions are unavailable on this endpoint. Try ws-l3.kraken.com"


@pytest.mark.parametrize(
    ("role", "params", "answer"),
    [
        ("public", {"channel": "book"}, "book"),
        ("private", {"channel": "executions"}, "executions"),
        ("level3", {"channel": "level3"}, "level3"),
        ("private", {"channel": "book"}, Refusal(PUBLIC_ELSEWHERE)),
        ("level3", {"channel": "instrument"}, Refusal(PUBLIC_ELSEWHERE)),
        ("public", {"channel": "balances"}, Refusal(PRIVATE_ELSEWHERE)),
        ("level3", {"channel": "executions"}, Refusal(PRIVATE_ELSEWHERE)),
        ("private", {"channel": "level3"}, Refusal(LEVEL3_ELSEWHERE)),
        ("public", {"channel": "level3"}, Refusal(LEVEL3_ELSEWHERE)),
        ("public", {"channel": "spread"}, Refusal("Subscription name invalid")),
        ("public", {"channel": "status"}, Refusal("Subscription name invalid")),
        ("public", {"channel": "heartbeat"}, Refusal("Subscription name invalid")),
        ("public", {"channel": ""}, Refusal("Subscription name invalid")),
        ("public", {}, Refusal("Unsupported event")),
        ("public", {"channel": 1}, Refusal("Unsupported event")),
        ("public", None, Refusal("Unsupported event")),
        ("public", ["book"], Refusal("Unsupported event")),
    ],
)
def test_a_channel_is_at_home_on_one_host(role: str, params: object, answer: str | Refusal) -> None:
    assert read_channel(params, role=role) == answer


def wish(**params: Any) -> Wish:
    read = read_wish(params["channel"], params)
    assert isinstance(read, Wish), read
    return read


@pytest.mark.parametrize(
    ("params", "subscribe", "unsubscribe"),
    [
        (
            {"channel": "ticker", "symbol": ["BTC/USD"]},
            {"channel": "ticker", "event_trigger": "trades", "snapshot": True},
            {"channel": "ticker", "event_trigger": "trades"},
        ),
        (
            {"channel": "book", "symbol": ["BTC/USD"], "depth": 25, "snapshot": False},
            {"channel": "book", "depth": 25, "snapshot": False},
            {"channel": "book", "depth": 25, "snapshot": False},
        ),
        (
            {"channel": "trade", "symbol": ["BTC/USD"]},
            {"channel": "trade", "snapshot": False},
            {"channel": "trade"},
        ),
        (
            {"channel": "ohlc", "symbol": ["BTC/USD"]},
            {
                "channel": "ohlc",
                "interval": 1,
                "snapshot": True,
                "warnings": ("timestamp is deprecated, use interval_begin",),
            },
            {"channel": "ohlc", "interval": 1},
        ),
        (
            {"channel": "instrument"},
            {
                "channel": "instrument",
                "snapshot": True,
                "warnings": ("tick_size is deprecated, use price_increment",),
            },
            {"channel": "instrument"},
        ),
        (
            {"channel": "level3", "symbol": ["BTC/USD"], "depth": 100, "token": "x"},
            {"channel": "level3", "snapshot": True},
            {"channel": "level3"},
        ),
        ({"channel": "executions", "token": "x"}, {"channel": "executions"}, {"channel": "executions"}),
        (
            {"channel": "balances", "users": "all"},
            {"channel": "balances", "snapshot": True, "users": "all"},
            {"channel": "balances"},
        ),
    ],
)
def test_answers_name_the_options(
    params: dict[str, Any], subscribe: dict[str, Any], unsubscribe: dict[str, Any]
) -> None:
    assert subscribed(wish(**params)) == subscribe
    assert unsubscribed(wish(**params)) == unsubscribe


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "book"}, "Unsupported event"),
        ({"channel": "book", "symbol": []}, "Unsupported event"),
        ({"channel": "book", "symbol": "BTC/USD"}, "Unsupported event"),
        ({"channel": "book", "symbol": ["BTC/USD", 1]}, "Unsupported event"),
        ({"channel": "book", "symbol": ["X"] * 5_001}, "Unsupported event"),
        ({"channel": "book", "symbol": ["BTC/USD"], "depth": "10"}, "Subscription book depth must be an integer"),
        ({"channel": "ohlc", "symbol": ["BTC/USD"], "interval": 1.5}, "Subscription ohlc interval must be an integer"),
        ({"channel": "ticker", "symbol": ["A/B"], "event_trigger": "x"}, "EGeneral:Invalid arguments:event_trigger"),
        ({"channel": "trade", "symbol": ["A/B"], "snapshot": 1}, "EGeneral:Invalid arguments:snapshot"),
        (
            {"channel": "book", "symbol": ["BTC/USD"], "interval": 5},
            "Unsupported field: 'interval' for the given msg type: subscribe",
        ),
        (
            {"channel": "instrument", "symbol": ["BTC/USD"]},
            "Unsupported field: 'symbol' for the given msg type: subscribe",
        ),
        ({"channel": "executions", "token": 5}, "Token(s) not found"),
    ],
)
def test_a_malformed_wish_is_refused_whole(params: dict[str, Any], error: str) -> None:
    assert read_wish(params["channel"], params) == Refusal(error)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "book", "symbol": ["A/B"], "depth": 27}, "Subscription depth not supported"),
        ({"channel": "book", "symbol": ["A/B"], "depth": 1000}, None),
        ({"channel": "level3", "symbol": ["A/B"], "depth": 25}, "Subscription depth not supported"),
        ({"channel": "ohlc", "symbol": ["A/B"], "interval": 7}, "Subscription ohlc interval not supported"),
        ({"channel": "ohlc", "symbol": ["A/B"], "interval": 21600}, None),
        ({"channel": "ticker", "symbol": ["A/B"]}, None),
    ],
)
def test_an_option_that_is_not_offered_is_told_a_symbol(params: dict[str, Any], error: str | None) -> None:
    assert wish(**params).error == error


def test_a_whole_earlier_result_may_come_back() -> None:
    """As python-kraken-sdk sends it after a reconnect."""
    result = {
        "channel": "executions", "maxratecount": 125, "snap_orders": True, "snap_trades": True, "snapshot": True,
        "warnings": ["cancel_reason is deprecated, use reason"], "token": "x",
    }  # fmt: skip
    assert wish(**result).options == {"snap_orders": True, "snap_trades": True, "snapshot": True}
    ohlc = {**subscribed(wish(channel="ohlc", symbol=["BTC/USD"], interval=5)), "symbol": ["BTC/USD"]}
    assert wish(**ohlc).options == {"interval": 5, "snapshot": True}
