"""Tests of version 1's book: its bytes, and a storm read through the translation that recordings go through."""

import json
import re
from zlib import crc32

import pytest
from feed_venue import BTC, MID, T0, FeedVenue, S, Storm, levels_of, listen, shape

from fathom.exchange.feeds import Hub
from fathom.kernel import UNCHECKED, VERIFIED, L2Book
from fathom.protocol import book_frame, read_book
from recorded import FIXTURES

TOPIC = ("v1.book", BTC, 10)


def test_the_bytes() -> None:
    venue = FeedVenue()
    venue.add("buy", 271_199, 1_354_067_548)
    venue.now_ns += S
    venue.add("sell", 271_200, 428_732_553)
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    (frame,) = ear.take()
    assert frame == (
        b'[32,{"as":[["27120.00000","4.28732553","1700006401.000000"]],'
        b'"bs":[["27119.90000","13.54067548","1700006400.000000"]]},"book-10","XBT/USD"]'
    )
    venue.add("buy", 271_199, 42_404)
    hub.publish(now_ns=T0 + 2 * S)
    crc = crc32(b"2712000000428732553" + b"27119900001354109952")
    assert ear.take() == [
        b'[32,{"b":[["27119.90000","13.54109952","1700006402.000000"]],"c":"%d"},"book-10","XBT/USD"]' % crc
    ]
    venue.cancel(venue.market.asks.level(271_200)[0])
    venue.add("buy", 271_198, 1)
    hub.publish(now_ns=T0 + 3 * S)
    crc = crc32(b"27119900001354109952" + b"27119800001")
    (frame,) = ear.take()
    assert frame == (
        b'[32,{"a":[["27120.00000","0.00000000","1700006403.000000"]]},'
        b'{"b":[["27119.80000","0.00000001","1700006403.000000"]],"c":"%d"},"book-10","XBT/USD"]' % crc
    )
    assert ear.channels[-1] == "book"


def test_a_level_that_comes_back_is_marked_and_has_its_old_time() -> None:
    venue = FeedVenue()
    for level in range(11):
        venue.add("buy", MID - level, 1)
        venue.now_ns += S
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    ear.take()
    venue.cancel(venue.market.bids.level(MID)[0])
    hub.publish(now_ns=venue.now_ns)
    entries = json.loads(ear.take()[0])[1]["b"]
    assert entries == [
        ["97000.00000", "0.00000000", f"{T0 // S + 11}.000000"],
        ["96999.00000", "0.00000001", f"{T0 // S + 10}.000000", "r"],
    ]


def test_frames_have_the_shape_of_recorded_ones() -> None:
    recorded = [
        re.sub(r"^[\d.]+: ", "", line)
        for line in (FIXTURES / "cryptofeed/KRAKEN.ws.50.0").read_text().splitlines()
        if "XBT/CHF" in line and ": [" in line
    ]
    venue = FeedVenue()
    storm = Storm(venue, seed=3, levels=20)
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    for _ in range(50):
        storm.blow(hub)
    assert shape(ear.frames[0]) == shape(recorded[0])
    one_level = re.compile(rb'\[\d+,\{"b":\[\["[^]]*(?<!"r")\]\]')
    ours = next(frame for frame in ear.frames if one_level.match(frame))
    theirs = next(frame for frame in recorded[1:] if '"b"' in frame)
    assert shape(ours) == shape(theirs)


@pytest.mark.parametrize("depth", [10, 25, 1000])
def test_every_frame_of_a_storm_verifies(depth: int) -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=depth, levels=depth + 60)
    hub = Hub(venue)
    topic = ("v1.book", BTC, depth)
    ear = listen(hub, venue, topic)[topic]
    book = L2Book(depth, 5, 8)  # At the decimals of version 1's own texts.
    for number in range(3_000):
        storm.blow(hub)
        for frame in ear.take():
            said = read_book(frame)
            assert said is not None
            assert said.pair == "XBT/USD"
            assert said.depth == depth
            verdict = book.apply(book_frame(said, symbol=BTC))
            assert verdict == (UNCHECKED if said.snapshot else VERIFIED), (number, frame)
    assert [(price // 10_000, lots) for price, lots in book.bids()] == levels_of(venue.market.bids, depth)
    assert [(price // 10_000, lots) for price, lots in book.asks()] == levels_of(venue.market.asks, depth)
