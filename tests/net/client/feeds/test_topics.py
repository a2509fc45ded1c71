"""Subscriptions: who reads them, where they are carried, and since when nothing is known of them."""

import pytest
from client_parts import Ground, waiting
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import LinkError, LocalError
from fathom.net.client.events import Gap
from fathom.net.client.feeds import fleet as fleets
from fathom.net.client.feeds.topics import REST_NS
from fathom.protocol.messages import BookParams, OhlcParams, TickerParams, TradeParams
from market_feed import two_sided

TRADES = TradeParams(symbol=(), snapshot=True)
PAIRS = ("BTC/USD", "ETH/USD", "A/USD", "B/USD", "C/USD")


def on_the_wire(ground: Ground) -> list[tuple[str, str]]:
    """What is subscribed, over all connections, as the sessions have it."""
    return sorted(
        (key.channel, key.symbol)
        for link in ground.public.links
        for key, state in link.session.subscription_states().items()
        if state in {"wanted", "requested", "doubted", "acknowledged", "active", "stale", "renewing"}
    )


def test_readers_share_a_subscription_and_the_last_one_ends_it() -> None:
    ground = Ground()
    first, second = ground.read(TRADES, "BTC/USD"), ground.read(TRADES, "BTC/USD", "ETH/USD")
    assert on_the_wire(ground) == [("trade", "BTC/USD"), ("trade", "ETH/USD")]
    first.close()
    assert on_the_wire(ground) == [("trade", "BTC/USD"), ("trade", "ETH/USD")]
    second.close()
    second.close()
    assert on_the_wire(ground) == []
    assert ground.topics.all() == []
    assert [load.count for load in ground.public.loads] == [0]


def test_what_is_held_stays_without_readers() -> None:
    ground = Ground()
    ground.know_pairs()
    ground.read(TRADES, "BTC/USD").close()
    assert on_the_wire(ground) == [("instrument", "")]


@pytest.mark.parametrize(
    ("params", "symbols"),
    [
        (BookParams(symbol=(), depth=7), ("BTC/USD",)),  # type: ignore[arg-type]  # That is the point.
        (OhlcParams(symbol=(), interval=7), ("BTC/USD", "ETH/USD")),  # type: ignore[arg-type]
        (TickerParams(symbol=(), event_trigger="never"), ("BTC/USD",)),  # type: ignore[arg-type]
        (TRADES, ("",)),
    ],
)
def test_what_the_venue_does_not_have_leaves_nothing_behind(params: TradeParams, symbols: tuple[str, ...]) -> None:
    ground = Ground()
    ground.know_pairs()
    with pytest.raises(LocalError):
        ground.read(params, *symbols)
    assert [topic.key.channel for topic in ground.topics.all()] == ["instrument"]
    assert [load.count for load in ground.public.loads] == [1]
    assert on_the_wire(ground) == [("instrument", "")]
    assert ground.hearing.books.feeds == {}


def test_what_cannot_be_placed_whole_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.protocol.session.subscriptions.SUBSCRIPTIONS_MAX", 2)
    ground = Ground(count_max=3)
    with pytest.raises(LocalError, match="subscriptions"):
        ground.read(TRADES, *PAIRS)  # Three on the first connection, which has room for two.
    assert ground.topics.all() == []
    assert on_the_wire(ground) == []
    assert [load.count for load in ground.public.loads] == [0, 0]


def test_other_parameters_are_refused_while_it_is_read() -> None:
    ground = Ground()
    ground.know_pairs()
    first = ground.read(BookParams(symbol=(), depth=10), "BTC/USD")
    with pytest.raises(LocalError, match="BTC/USD is subscribed with other parameters here"):
        ground.read(BookParams(symbol=(), depth=25), "ETH/USD", "BTC/USD")
    assert [topic.key.symbol for topic in ground.topics.all()] == ["", "BTC/USD"]
    first.close()
    ground.read(BookParams(symbol=(), depth=25), "ETH/USD", "BTC/USD")


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 3), st.lists(st.tuples(st.sets(st.sampled_from(PAIRS), min_size=1), st.integers(0, 9)), max_size=15)
)
def test_whoever_comes_and_goes_the_wire_carries_what_is_read_once(
    bound: int, acts: list[tuple[set[str], int]]
) -> None:
    """Each act opens a reader of some pairs, closes one, and moves something."""
    ground = Ground(count_max=bound)
    readers: list[tuple[set[str], object]] = []
    for symbols, number in acts:
        readers.append((symbols, ground.read(TRADES, *sorted(symbols))))
        if number % 3 == 0:
            readers.pop(number % len(readers))[1].close()  # type: ignore[attr-defined]  # A stream.
        if number % 2 == 0 and (topics := ground.topics.all()):
            ground.topics.move([topics[number % len(topics)]], now_ns=1)
        for link in ground.public.links:
            ground.grant(link)
        read = sorted({symbol for some, _ in readers for symbol in some})
        assert on_the_wire(ground) == [("trade", symbol) for symbol in read]
        assert sorted(topic.key.symbol for topic in ground.topics.all()) == read
        for load in ground.public.loads:
            assert load.count == len(ground.topics.on(load.link)) <= bound


def test_a_move_takes_only_what_is_alike_and_says_since_when_nothing_is_known() -> None:
    ground = Ground(count_max=6)
    link = ground.know_pairs()
    one = ground.read(OhlcParams(symbol=(), interval=1), "BTC/USD", "ETH/USD")
    five = ground.read(OhlcParams(symbol=(), interval=5), "BTC/USD", "ETH/USD", "A/USD")
    ground.grant(link)
    ground.topics.lighten_load(link, now_ns=5)
    moved = [topic.key for topic in ground.topics.all() if topic.link is not link]
    assert [(key.interval, key.symbol) for key in moved] == [(5, "BTC/USD")]
    other = ground.topic("ohlc", "BTC/USD", 5).link
    ground.grant(other)
    ground.grant(link)
    assert [key.interval for key in other.session.subscription_states()] == [5]
    assert ("ohlc", "BTC/USD") in [(key.channel, key.symbol) for key in link.session.subscription_states()]
    assert ground.gaps() == []  # Nothing was known of it yet.
    one.close()
    five.close()
    assert [load.count for load in ground.public.loads] == [1, 0]


def test_one_of_each_kind_can_be_made_lighter_too_and_one_alone_cannot() -> None:
    ground = Ground(count_max=6)
    ground.know_pairs()
    trades = ground.read(TRADES, "BTC/USD")
    link = ground.public.links[0]
    ground.topics.lighten_load(link, now_ns=5)
    assert len(ground.public.links) == 1
    ground.read(TickerParams(symbol=()), "BTC/USD")
    ground.topics.lighten_load(link, now_ns=5)
    assert ground.topic("trade", "BTC/USD").link is ground.public.links[1]
    trades.close()


def test_where_there_is_no_room_anywhere_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "LINKS_MAX", 1)
    ground = Ground()
    link = ground.know_pairs()
    ground.read(TRADES, "BTC/USD", "ETH/USD")
    ground.topics.lighten_load(link, now_ns=5)
    assert {topic.link for topic in ground.topics.all()} == {link}
    assert ground.gaps() == []


def test_what_is_dark_stays_so_since_then_and_is_told_once() -> None:
    ground = Ground()
    ground.read(TRADES, "BTC/USD")
    topic = ground.topic("trade", "BTC/USD")
    ground.topics.lighten(topic, now_ns=10)
    assert ground.told[1:] == []  # Nothing was missed: it only begins.
    ground.topics.darken(topic, from_ns=20, reason="first")
    ground.topics.darken(topic, from_ns=30, reason="second")
    assert not topic.active
    ground.topics.lighten(topic, now_ns=40, missed=3)
    ground.topics.lighten(topic, now_ns=50)
    (gap,) = ground.events(Gap)
    assert (gap.from_ns, gap.to_ns, gap.reason, gap.missed) == (20, 40, "first", 3)


def test_a_pair_that_is_refused_ends_its_own_reader_and_no_other() -> None:
    ground = Ground()
    alone, both = ground.read(TRADES, "BTC/USD"), ground.read(TRADES, "BTC/USD", "ETH/USD")
    ground.topics.drop(ground.topic("trade", "BTC/USD"), LinkError("refused"))
    assert alone.closed
    assert not both.closed
    assert on_the_wire(ground) == [("trade", "ETH/USD")]
    ground.topics.drop(ground.topic("trade", "ETH/USD"), LinkError("refused"))
    assert both.closed


def test_what_was_refused_too_often_is_asked_for_again_after_a_rest() -> None:
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.book()
    topic = ground.topic("book", "BTC/USD")
    link.session._subscriptions._rows[topic.key].state = "exhausted"
    topic.resting_since_ns = 100
    ground.topics.want_again(now_ns=100 + REST_NS - 1)
    assert ground.grant(link) == []
    ground.topics.want_again(now_ns=100 + REST_NS)
    # It may be granted after all, so it is left first.
    assert [request["method"] for request in ground.grant(link)] == ["unsubscribe", "subscribe"]
    ground.hear(link, two_sided().snapshot())
    assert len(waiting(stream)) == 1
    ground.topics.want_again(now_ns=100 + 9 * REST_NS)
    assert ground.grant(link) == []
