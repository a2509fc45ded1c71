"""v1/channels.py: what a subscription means, and every way in which it may be wrong (errors.md 9)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.bank import Refusal
from fathom.exchange.doors import Role
from fathom.exchange.v1.channels import PAIRS_MAX, Channel, Wish, echo, read_wish

BTC = ["XBT/USD"]


def wished(fields: dict[str, Any], role: Role = "public") -> Wish:
    wish = read_wish(fields, role=role)
    assert isinstance(wish, Wish), wish
    return wish


@pytest.mark.parametrize(
    ("subscription", "title", "told", "topic"),
    [
        ({"name": "ticker"}, "ticker", {"name": "ticker"}, ("v1.ticker", "BTC/USD")),
        ({"name": "trade"}, "trade", {"name": "trade"}, ("v1.trade", "BTC/USD")),
        ({"name": "spread"}, "spread", {"name": "spread"}, ("v1.spread", "BTC/USD")),
        ({"name": "book"}, "book-10", {"depth": 10, "name": "book"}, ("v1.book", "BTC/USD", 10)),
        ({"name": "book", "depth": 1000}, "book-1000", {"depth": 1000, "name": "book"}, ("v1.book", "BTC/USD", 1000)),
        ({"name": "ohlc"}, "ohlc-1", {"interval": 1, "name": "ohlc"}, ("v1.ohlc", "BTC/USD", 1)),
        ({"name": "ohlc", "interval": 5, "token": "x"}, "ohlc-5", {"interval": 5, "name": "ohlc"},
         ("v1.ohlc", "BTC/USD", 5)),
    ],
)  # fmt: skip
def test_public_channels(subscription: dict[str, Any], title: str, told: dict[str, Any], topic: tuple[Any]) -> None:
    (channel,) = wished({"pair": BTC, "subscription": subscription}).channels
    assert (channel.title, channel.subscription, channel.topic("BTC/USD")) == (title, told, topic)


def test_private_channels_keep_token_and_flags() -> None:
    wish = wished({"subscription": {"name": "ownTrades", "snapshot": False, "token": "T"}}, role="private")
    (channel,) = wish.channels
    assert wish.token == "T"
    assert wish.pairs == ()
    assert (channel.title, channel.subscription) == ("ownTrades", {"name": "ownTrades"})
    assert channel.option("snapshot") is False
    assert channel.option("consolidate_taker") is True
    (open_orders,) = wished({"subscription": {"name": "openOrders"}}, role="private").channels
    assert open_orders.option("ratecounter") is False


def test_every_means_every_channel_of_the_host() -> None:
    public = wished({"pair": BTC, "subscription": {"name": "*", "depth": 25, "interval": 60}})
    assert [channel.title for channel in public.channels] == ["ticker", "ohlc-60", "trade", "book-25", "spread"]
    private = wished({"subscription": {"name": "*", "ratecounter": True}}, role="private")
    assert [channel.title for channel in private.channels] == ["openOrders", "ownTrades"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"pair": BTC}, "Subscription field must be an object"),
        ({"pair": BTC, "subscription": "book"}, "Subscription field must be an object"),
        ({"pair": BTC, "subscription": {}}, "Subscription name invalid"),
        ({"pair": BTC, "subscription": {"name": 5}}, "Subscription name invalid"),
        ({"pair": BTC, "subscription": {"name": "level3"}}, "Subscription name invalid"),
        ({"pair": BTC, "subscription": {"name": "book", "speed": 1}}, "Subscription object unsupported field"),
        ({"pair": BTC, "subscription": {"name": "book", "depth": 42}}, "Subscription depth not supported"),
        ({"pair": BTC, "subscription": {"name": "book", "depth": "10"}}, "Subscription book depth must be an integer"),
        ({"pair": BTC, "subscription": {"name": "book", "depth": True}}, "Subscription book depth must be an integer"),
        ({"pair": BTC, "subscription": {"name": "book", "depth": None}}, "Subscription book depth must be an integer"),
        ({"pair": BTC, "subscription": {"name": "book", "interval": 1}}, "Subscription book doesn't require interval"),
        ({"pair": BTC, "subscription": {"name": "spread", "depth": 10}}, "Subscription spread doesn't require depth"),
        ({"pair": BTC, "subscription": {"name": "ticker", "snapshot": True}},
         "Subscription ticker doesn't require snapshot"),
        ({"pair": BTC, "subscription": {"name": "ohlc", "interval": 7}}, "Subscription ohlc interval not supported"),
        ({"pair": BTC, "subscription": {"name": "ohlc", "interval": "5"}},
         "Subscription ohlc interval must be an integer"),
        ({"pair": BTC, "subscription": {"name": "ohlc", "interval": None}}, "Subscription ohlc requires interval"),
        ({"subscription": {"name": "book"}}, "Pair(s) not found"),
        ({"pair": [], "subscription": {"name": "book"}}, "Pair(s) not found"),
        ({"pair": "XBT/USD", "subscription": {"name": "book"}}, "Pair field must be an array"),
        ({"pair": ["XBT/USD", 5], "subscription": {"name": "book"}}, "Pair field must be an array"),
        ({"pair": BTC * (PAIRS_MAX + 1), "subscription": {"name": "book"}}, "Exceeded msg rate"),
        ({"pair": BTC, "subscription": {"name": "openOrders"}}, "Pair field unsupported for this subscription type"),
        ({"subscription": {"name": "openOrders", "depth": 10}}, "Subscription openOrders doesn't require depth"),
        ({"subscription": {"name": "openOrders", "ratecounter": "yes"}},
         "Subscription openOrders ratecounter must be a boolean"),
        ({"subscription": {"name": "ownTrades", "ratecounter": True}},
         "Subscription ownTrades doesn't require ratecounter"),
    ],
)  # fmt: skip
def test_what_is_wrong(fields: dict[str, Any], error: str) -> None:
    assert read_wish(fields, role="public") == Refusal(error)


def test_every_takes_only_what_one_of_the_host_s_channels_takes() -> None:
    assert read_wish({"pair": BTC, "subscription": {"name": "*", "snapshot": True}}, role="public") == Refusal(
        "Subscription * doesn't require snapshot"
    )


def test_echo_repeats_what_the_client_sent_in_proportion() -> None:
    assert echo({"name": "ownTrades", "token": "T", "depth": 1.5, "nested": {"a": 1}, "long": "x" * 300}) == {
        "name": "ownTrades",
        "token": "T",
        "depth": 1.5,
    }
    assert echo({str(number): number for number in range(100)}) is None
    assert echo("book") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["name", "depth", "interval", "token", "snapshot", "ratecounter", "rebased"])
WORDS = st.sampled_from(["book", "ohlc", "*", "openOrders", "ticker"])


@given(
    st.fixed_dictionaries(
        {}, optional={"pair": JSON | st.just(BTC), "subscription": JSON | st.dictionaries(NAMES, JSON | WORDS)}
    ),
    st.sampled_from(["public", "private"]),
)
def test_anything_is_a_wish_or_a_refusal(fields: dict[str, Any], role: Role) -> None:
    wish = read_wish(fields, role=role)
    if isinstance(wish, Wish):
        assert wish.channels
        assert all(isinstance(channel, Channel) for channel in wish.channels)
        assert bool(wish.pairs) == (wish.channels[0].name not in {"openOrders", "ownTrades"})
    echo(fields.get("subscription"))
