"""Tests of one pair's feeds: who hears what, and what a change of the pair does."""

import pytest
from feed_venue import BTC, MID, T0, Ear, FeedVenue, Storm, levels_of, listen, one_frame, read
from msgspec import structs

from fathom.exchange.feeds import BOOK_DEPTHS, INTERVALS, Hub
from fathom.exchange.feeds.pair_feeds import PairFeeds
from fathom.kernel import VERIFIED, L2Book, L3Book

TOPICS = [
    *(("book", BTC, depth) for depth in BOOK_DEPTHS),
    ("level3", BTC, 10),
    ("ticker", BTC, "trades"),
    ("ticker", BTC, "bbo"),
    ("trade", BTC),
    *(("ohlc", BTC, interval) for interval in INTERVALS),
]
V1_TOPICS = [
    *(("v1.book", BTC, depth) for depth in BOOK_DEPTHS),
    *(("v1.ohlc", BTC, interval) for interval in INTERVALS),
    ("v1.ticker", BTC),
    ("v1.trade", BTC),
    ("v1.spread", BTC),
]


def test_numbers_of_version_1_are_all_different() -> None:
    venue = FeedVenue(BTC, "ETH/USD")
    feeds = [PairFeeds(market, index=index, now_ns=T0) for index, market in enumerate(venue.markets.values())]
    ids = {one.channel_id(topic) for topic in V1_TOPICS for one in feeds}
    assert len(ids) == 2 * len(V1_TOPICS)


@pytest.mark.parametrize("topic", [("book", BTC), ("tickers", BTC, "trades"), ("v1.level3", BTC, 10)])
def test_what_is_no_topic_is_a_mistake_of_the_caller(topic: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        Hub(FeedVenue()).subscribe(topic, Ear(), now_ns=T0)


class Leaver:
    """Ends its subscription on the first frame, as a reader who is cut off."""

    def __init__(self, hub: Hub, topic: tuple[str, str, int]) -> None:
        self.hub, self.topic = hub, topic
        self.frames: list[bytes] = []

    def push(self, frame: bytes, channel: str) -> None:
        self.frames.append(frame)
        assert self.hub.unsubscribe(self.topic, self)
        self.hub.publish(now_ns=T0)


def test_a_push_may_end_a_subscription() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    topic = ("book", BTC, 10)
    leavers = [Leaver(hub, topic) for _ in range(3)]
    for leaver in leavers:
        hub.subscribe(topic, leaver, now_ns=T0)
    ear = listen(hub, venue, topic)[topic]
    for lots in (1, 2):
        venue.add("buy", MID, lots)
        hub.publish(now_ns=T0)
    assert [len(leaver.frames) for leaver in leavers] == [1, 1, 1]
    assert len(ear.frames) == 3
    assert not hub.unsubscribe(topic, leavers[0])


def test_another_status_changes_no_feed() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    ears = listen(hub, venue, *TOPICS)
    for ear in ears.values():
        ear.take()
    venue.change(structs.replace(venue.market.pair, status="cancel_only"))
    hub.publish(now_ns=T0)
    assert all(ear.frames == [] for ear in ears.values())
    assert hub.ticker(BTC, now_ns=T0).pair.status == "cancel_only"


def test_another_precision_begins_every_feed_anew() -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=2, levels=20)
    hub = Hub(venue)
    ears = listen(hub, venue, *TOPICS, *V1_TOPICS)
    venue.trade("buy", MID, 500)
    hub.publish(now_ns=T0)
    for ear in ears.values():
        ear.take()
    # At one instant: a trade at the old ticks, every order gone, the new rules, and orders at the new ticks.
    venue.trade("buy", MID, 700)
    for order in storm.live:
        venue.cancel(order)
    pair = structs.replace(venue.market.pair, price_precision=2)
    venue.change(pair)
    venue.market.last_ticks = MID * 10
    venue.market.trades.clear()
    bids = [venue.add("buy", MID * 10 - level, 3) for level in range(12)]
    venue.add("sell", MID * 10 + 1, 3)
    hub.publish(now_ns=T0)
    for topic in TOPICS:
        frames = [read(frame) for frame in ears[topic].frames]
        kinds = [frame["type"] for frame in frames]
        assert kinds == (["update", "snapshot"] if topic == ("trade", BTC) else ["snapshot"]), topic
    (told,) = read(ears["trade", BTC].frames[0])["data"]
    assert (told["price"], told["qty"]) == ("97000.0", "0.00000700")
    (ticker,) = one_frame(ears["ticker", BTC, "trades"])["data"]
    assert (ticker["bid"], ticker["last"], ticker["volume"], ticker["high"]) == (
        "97000.00", "97000.00", "0.00001200", "97000.00",
    )  # fmt: skip
    # And the books go on from there.
    books = {("book", BTC, 10): L2Book(10, 2, 8), ("level3", BTC, 10): L3Book(10, 2, 8)}
    venue.cancel(bids[0])
    hub.publish(now_ns=T0)
    for topic, book in books.items():
        assert [book.apply(frame) for frame in ears[topic].frames] == [VERIFIED, VERIFIED]
        assert book.bids() == levels_of(venue.market.bids, 10)
        assert not book.flaws


def test_only_topics_with_subscribers_are_computed() -> None:
    venue = FeedVenue()
    feeds = PairFeeds(venue.market, index=0, now_ns=T0)
    ear = Ear()
    feeds.join(("book", BTC, 10), ear)
    feeds.join(("book", BTC, 10), ear)  # Twice is once.
    assert len(feeds._audiences) == 1
    assert feeds.leave(("book", BTC, 10), ear)
    assert not feeds.leave(("book", BTC, 10), ear)
    assert feeds._audiences == ()
