"""What holds for public and private subscriptions together."""

import pytest
from v2_client import Floor, Frame, trader

from fathom.exchange.core import Rules

ORDER: Frame = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.01, "limit_price": 90000.0}


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.rest("sell", "10", "100000.0")
    return floor


@pytest.mark.parametrize("channel", ["executions", "balances"])
def test_a_channel_is_subscribed_once_and_counts_anew(floor: Floor, channel: str) -> None:
    client = trader(floor)
    result = client.result("subscribe", channel=channel)
    assert client.error("subscribe", channel=channel) == "Already subscribed"
    client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    assert client.result("unsubscribe", channel=channel) == {"channel": channel}
    gone = client.one("unsubscribe", channel=channel)
    assert (gone["error"], gone["method"]) == ("Subscription Not Found", "subscribe")
    client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    again, snapshot = client.ask("subscribe", **result)  # The whole earlier result.
    assert again["result"] == result
    assert snapshot["sequence"] == 1


def test_other_options_are_taken(floor: Floor) -> None:
    client = trader(floor)
    assert client.result("subscribe", channel="executions", users="all", rebased=False)
    assert client.result("subscribe", channel="balances", users="all", rebased=False) == {
        "channel": "balances",
        "snapshot": True,
    }
    assert client.error("unsubscribe", channel="executions", depth=5) == (
        "Unsupported field: 'depth' for the given msg type: subscribe"
    )


def test_a_refused_second_subscription_binds_no_other_token(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    first, client.token = client.token, floor.keyring.make_token(floor.open_key(), now_ns=floor.now_ns)
    assert client.error("subscribe", channel="executions") == "Already subscribed"
    floor.advance(900)
    assert client.error("cancel_all") == "ESession:Invalid session"
    client.token = first
    assert client.result("cancel_all") == {"count": 0}


def test_accounts_may_share_a_connection(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    client.token = floor.token("bob")
    client.ask("subscribe", channel="balances")
    frames = client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    assert [frame["channel"] for frame in frames if "channel" in frame] == ["balances", "balances"]


@pytest.mark.parametrize("channel", ["book", "executions"])
def test_cut_off_amid_its_own_subscription(floor: Floor, channel: str) -> None:
    floor.rules = Rules(backlog_bytes_max=1_000)
    client = trader(floor) if channel == "executions" else floor.connect("public")
    client.line.backlog_bytes = 1_001
    params: Frame = {"channel": channel}
    if channel == "book":
        params["symbol"] = ["BTC/USD", "ETH/USD", "A/B"]
    assert len(client.ask("subscribe", **params)) == 1
    assert client.line.closed == (1008, "slow consumer")
    assert floor.hub.private == {}
    floor.rest("buy", "1", "90000.0")
