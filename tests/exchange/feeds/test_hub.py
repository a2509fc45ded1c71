"""Tests of the hub: who hears what, and a storm on every topic at once."""

import json

import pytest
from engine_storm import EngineStorm
from feed_venue import BTC, MID, T0, Ear, FeedVenue, S, Storm, listen
from msgspec import structs

from fathom.exchange.bank.account import Account, LedgerEntry
from fathom.exchange.core.events import OrderTold, Posted, SystemChanged, SystemStatus
from fathom.exchange.feeds import BOOK_DEPTHS, EVENT_TRIGGERS, INTERVALS, LEVEL3_DEPTHS, Hub
from fathom.kernel import VERIFIED, L2Book, L3Book
from fathom.protocol import decode_strict

ETH = "ETH/USD"
PUBLIC = [
    *(("book", BTC, depth) for depth in BOOK_DEPTHS),
    *(("level3", BTC, depth) for depth in LEVEL3_DEPTHS),
    *(("ticker", BTC, trigger) for trigger in EVENT_TRIGGERS),
    ("trade", BTC),
    *(("ohlc", BTC, interval) for interval in INTERVALS),
    ("instrument",),
]


class Listener:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def order_told(self, event: OrderTold) -> None:
        self.heard.append(event)

    def posted(self, event: Posted) -> None:
        self.heard.append(event)

    def system_changed(self, status: SystemStatus) -> None:
        self.heard.append(status)


def test_private_events_go_to_their_account_alone() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    mine, other = Listener(), Listener()
    hub.listen("house", mine)
    hub.listen("alice", other)
    order = venue.add("buy", MID, 1)
    venue.events.clear()
    told = OrderTold(order, "new", "new", T0, 0, 0, 0)
    entry = LedgerEntry(
        ledger_id="L", ref_id="T", time_ns=T0, type="deposit", asset="USD", amount_units=1, fee_units=0, balance_units=1
    )
    alices = Posted(Account(name="alice", number="BB"), entry)
    venue.events += [told, alices, Posted(venue.account, entry)]
    hub.publish(now_ns=T0)
    assert mine.heard == [told, Posted(venue.account, entry)]
    assert other.heard == [alices]
    hub.unlisten("alice", other)
    hub.unlisten("alice", other)
    assert "alice" not in hub.private
    venue.events.append(alices)
    hub.publish(now_ns=T0)
    assert len(other.heard) == 1


def test_watchers_hear_the_engines_state() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    watcher = Listener()
    hub.watchers.append(watcher)
    venue.events.append(SystemChanged("maintenance", T0))
    hub.publish(now_ns=T0)
    assert watcher.heard == ["maintenance"]


def test_subscriptions_begin_and_end() -> None:
    venue = FeedVenue(BTC, ETH)
    hub = Hub(venue)
    ear = Ear()
    for topic in (("book", BTC, 10), ("instrument",)):
        assert not hub.unsubscribe(topic, ear)
        hub.subscribe(topic, ear, now_ns=T0)
        assert hub.unsubscribe(topic, ear)
        assert not hub.unsubscribe(topic, ear)
    venue.add("buy", MID, 1)
    hub.publish(now_ns=T0)
    assert ear.frames == []


def test_a_new_subscriber_is_not_told_again_what_its_snapshot_has() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    topic = ("level3", BTC, 10)
    old = listen(hub, venue, topic)[topic]
    venue.add("buy", MID, 1)
    new = listen(hub, venue, topic)[topic]  # What waits is published first.
    hub.publish(now_ns=T0)
    assert len(old.frames) == 2
    assert len(new.frames) == 1


class Trader(Ear):
    """Puts an order and publishes as soon as it hears something, once."""

    def __init__(self, venue: FeedVenue, hub: Hub) -> None:
        super().__init__()
        self.venue, self.hub = venue, hub

    def push(self, frame: bytes, channel: str) -> None:
        super().push(frame, channel)
        if len(self.frames) == 1:
            self.venue.add("buy", MID - 1, 1)
            self.hub.publish(now_ns=T0)


def test_what_a_push_causes_is_told_at_the_next_publication() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    trader, later = Trader(venue, hub), Ear()
    hub.subscribe(("book", BTC, 10), trader, now_ns=T0)
    hub.subscribe(("book", BTC, 25), later, now_ns=T0)
    venue.add("buy", MID, 1)
    hub.publish(now_ns=T0)
    assert (len(trader.frames), len(later.frames)) == (1, 1)
    hub.publish(now_ns=T0)
    assert (len(trader.frames), len(later.frames)) == (2, 2)
    assert trader.frames == later.frames


def test_a_pair_hears_nothing_of_another() -> None:
    venue = FeedVenue(BTC, ETH)
    hub = Hub(venue)
    ears = listen(hub, venue, ("book", BTC, 10), ("book", ETH, 10))
    venue.symbol = ETH
    venue.add("buy", 310_000, 1)
    hub.publish(now_ns=T0)
    assert [len(ear.frames) for ear in ears.values()] == [1, 2]


def test_what_rest_shows_is_kept_without_subscribers() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    venue.add("buy", MID - 1, 5)
    venue.add("sell", MID + 1, 5)
    venue.trade("buy", MID + 1, 2)
    venue.now_ns += 61 * S
    assert hub.ticker(BTC, now_ns=venue.now_ns).last_ticks == MID + 1
    venue.trade("buy", MID + 1, 2)
    rows = hub.candles(BTC, 1, now_ns=venue.now_ns)
    assert [row.figures.trades for row in rows] == [1, 1]
    assert [row.figures.trades for row in hub.candles(BTC, 1, now_ns=venue.now_ns + 60 * S)] == [1, 1, 0]
    assert [spread.bid_ticks for spread in hub.spreads(BTC, now_ns=venue.now_ns)] == [0, MID - 1]
    assert hub.texts(BTC).price(MID) == "97000.0"
    assert hub.channel_id(("v1.book", BTC, 10)) == 32


@pytest.mark.parametrize("seed", [1, 2])
def test_every_frame_of_every_topic_decodes_strictly(seed: int) -> None:
    venue = FeedVenue(seed=seed)
    storm = Storm(venue, seed=seed, levels=30)
    hub = Hub(venue)
    ears = listen(hub, venue, *PUBLIC)
    for _ in range(150):
        storm.blow(hub)
    for topic, ear in ears.items():
        assert ear.frames
        for frame in ear.frames:
            decode_strict(frame)
            assert frame.startswith(f'{{"channel":"{topic[0]}","type":"'.encode())


def test_the_same_seed_makes_the_same_bytes() -> None:
    def bytes_of(seed: int) -> list[bytes]:
        venue = FeedVenue(seed=seed)
        storm = Storm(venue, seed=seed, levels=30)
        hub = Hub(venue)
        ears = listen(hub, venue, *PUBLIC, ("v1.book", BTC, 10))
        for _ in range(100):
            storm.blow(hub)
        return [frame for ear in ears.values() for frame in ear.frames]

    assert bytes_of(7) == bytes_of(7) != bytes_of(8)
    json.loads(bytes_of(7)[-1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engines_books_verify_through_trades_refills_amends_and_a_new_precision(seed: int) -> None:
    storm = EngineStorm(seed=seed)
    hub, venue = storm.hub, storm.venue
    ears = {topic: Ear() for topic in PUBLIC}
    for topic, ear in ears.items():
        hub.subscribe(topic, ear, now_ns=T0)
        ear.frames += hub.snapshot(topic, now_ns=T0)
    places = (1, 8)
    for number in range(600):
        if number in {200, 400}:  # A decimal more, then both fewer: some orders no longer fit.
            precisions = {200: (2, 8), 400: (0, 5)}[number]
            venue.set_pair(
                structs.replace(storm.pair, price_precision=precisions[0], qty_precision=precisions[1]),
                now_ns=storm.now_ns,
            )
            hub.publish(now_ns=storm.now_ns)
        if number in {0, 200, 400}:
            places = (storm.pair.price_precision, storm.pair.qty_precision)
            books = {
                topic: (L2Book if topic[0] == "book" else L3Book)(topic[2], *places)
                for topic in PUBLIC
                if topic[0] in {"book", "level3"}
            }
        storm.blow()
        for topic, ear in ears.items():
            for frame in ear.take():
                decode_strict(frame)
                if topic in books:
                    assert books[topic].apply(frame) == VERIFIED, (number, topic, frame)
        for topic, book in books.items():
            assert not book.flaws, topic
            market = venue.markets[BTC]
            assert book.bids() == market.bids.levels(topic[2])
            assert book.asks() == market.asks.levels(topic[2])
    assert hub.ticker(BTC, now_ns=storm.now_ns).day.trades == venue.markets[BTC].next_trade_id - 1 > 100
