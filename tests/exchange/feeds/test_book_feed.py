"""Tests of channel `book`: its bytes, and a storm at every depth against the kernel."""

import pytest
from feed_venue import BTC, MID, T0, Ear, FeedVenue, Storm, levels_of, listen, read, real_frames, shape

from fathom.exchange.feeds import BOOK_DEPTHS, Hub
from fathom.kernel import VERIFIED, L2Book
from fathom.protocol import checksum, decode_strict

PLACES = (1, 8)


def test_the_bytes_of_a_snapshot_and_an_update() -> None:
    venue = FeedVenue()
    venue.add("buy", 452_835, 10_000_000)
    venue.add("sell", 452_852, 100_000)
    hub = Hub(venue)
    ear = listen(hub, venue, ("book", BTC, 10))["book", BTC, 10]
    crc = checksum([(452_852, 100_000)], [(452_835, 10_000_000)])
    (frame,) = ear.take()
    assert frame == (
        b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.10000000}],'
        b'"asks":[{"price":45285.2,"qty":0.00100000}],"checksum":%d,"timestamp":"2023-11-15T00:00:00.000000Z"}]}' % crc
    )
    venue.add("buy", 452_834, 5_100)
    hub.publish(now_ns=T0 + 1_234_000)
    crc = checksum([(452_852, 100_000)], [(452_835, 10_000_000), (452_834, 5_100)])
    (frame,) = ear.take()
    assert frame == (
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":45283.4,"qty":0.00005100}],'
        b'"asks":[],"checksum":%d,"timestamp":"2023-11-15T00:00:00.001234Z"}]}' % crc
    )
    assert ear.channels[-1] == "book"


def test_frames_have_the_shape_of_real_ones() -> None:
    venue, ear = twelve_levels()
    snapshot = ear.take()[0]
    venue.hub.publish(now_ns=T0)
    (update,) = ear.take()
    real_update = real_frames("test_book_update")[0]
    assert shape(update) == shape(real_update.replace('"asks":[]', '"asks":[{"price":1.0,"qty":0.00000000}]'))
    # Snapshots tell the time since 2026, and this recording is of 2024.
    real_snapshot = real_frames("test_book_snapshot")[0].replace("}]}", ',"timestamp":"2026-08-16T23:37:03.745044Z"}]}')
    assert shape(snapshot) == shape(real_snapshot)


def test_a_removal_and_the_level_that_returns_stand_in_one_message() -> None:
    venue, ear = twelve_levels()
    ear.take()
    venue.hub.publish(now_ns=T0)
    (entry,) = read(ear.take()[0])["data"]
    assert entry["bids"] == [
        {"price": "96999.9", "qty": "0.00000000"},
        {"price": "96999.7", "qty": "0.00000000"},
        {"price": "96997.9", "qty": "0.00000001"},
        {"price": "97000.0", "qty": "0.00000009"},
    ]
    assert entry["asks"] == [{"price": "97000.1", "qty": "0.00000002"}]


class HubVenue(FeedVenue):
    hub: Hub


def twelve_levels() -> tuple[HubVenue, Ear]:
    """Twelve levels a side and one subscriber at depth 10; the best bids go, and better ones come on both sides."""
    venue = HubVenue()
    bids = [venue.add("buy", MID - 1 - 2 * level, 1) for level in range(12)]
    for level in range(12):
        venue.add("sell", MID + 5 + level, 1)
    venue.hub = Hub(venue)
    ear = listen(venue.hub, venue, ("book", BTC, 10))["book", BTC, 10]
    venue.cancel(bids[0])
    venue.cancel(bids[1])
    venue.add("buy", MID, 9)
    venue.add("sell", MID + 1, 2)
    return venue, ear


def test_what_happens_beyond_the_depth_makes_no_frame() -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=1, levels=30)
    hub = Hub(venue)
    ears = listen(hub, venue, ("book", BTC, 10), ("book", BTC, 100))
    for ear in ears.values():
        ear.take()
    venue.show(storm.live[-1], 1)
    hub.publish(now_ns=T0)
    assert ears["book", BTC, 10].frames == []
    assert len(ears["book", BTC, 100].frames) == 1


def test_moves_of_one_instant_are_one_frame_and_all_subscribers_get_the_same_bytes() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    first = listen(hub, venue, ("book", BTC, 10))["book", BTC, 10]
    second = listen(hub, venue, ("book", BTC, 10))["book", BTC, 10]
    for lots in range(1, 9):
        venue.add("buy", MID - lots, lots)
    hub.publish(now_ns=T0)
    assert len(second.frames) == 2
    assert first.frames[1] is second.frames[1]


@pytest.mark.parametrize(("levels", "reach", "rounds"), [(1_100, 12.0, 14_000), (3, 4.0, 4_000)])
def test_every_frame_of_a_storm_verifies(levels: int, reach: float, rounds: int) -> None:
    """Every depth at once: a deep book, and one that is often empty."""
    venue = FeedVenue()
    storm = Storm(venue, seed=levels, levels=levels, reach=reach)
    hub = Hub(venue)
    ears = listen(hub, venue, *(("book", BTC, depth) for depth in BOOK_DEPTHS))
    books = {topic: L2Book(topic[2], *PLACES) for topic in ears}
    heard = dict.fromkeys(ears, 0)
    for number in range(rounds):
        storm.blow(hub)
        for topic, ear in ears.items():
            book = books[topic]
            for frame in ear.frames:
                assert book.apply(frame) == VERIFIED, (number, topic, frame)
            heard[topic] += len(ear.frames)
            ear.frames.clear()
        if number % 500 == 0:
            for (_, _, depth), book in books.items():
                assert book.bids() == levels_of(venue.market.bids, depth)
                assert book.asks() == levels_of(venue.market.asks, depth)
                assert not book.flaws
    assert all(count > rounds / 2 for count in heard.values()), heard


def test_every_frame_decodes_strictly() -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=5, levels=40)
    hub = Hub(venue)
    ears = listen(hub, venue, ("book", BTC, 10), ("book", BTC, 25))
    for _ in range(500):
        storm.blow(hub)
    for ear in ears.values():
        assert len(ear.frames) > 300
        for frame in ear.frames:
            decode_strict(frame)
