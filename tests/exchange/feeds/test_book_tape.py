"""Tests of what all book feeds share: the sums of moves, and the checksums."""

import json
from typing import Any
from zlib import crc32

import pytest
from feed_venue import MID, FeedVenue, Storm, levels_of

from fathom.exchange.feeds.book_tape import BookTape, Kind
from fathom.exchange.feeds.pair_texts import PairTexts
from recorded import FIXTURES


def tape_of(venue: FeedVenue) -> BookTape:
    return BookTape(venue.market, PairTexts(venue.market.pair))


def documented(name: str) -> Any:
    return json.loads((FIXTURES / f"kraken-docs/{name}.json").read_text(), parse_float=str)


def digits(text: str) -> int:
    return int(text.replace(".", ""))


@pytest.mark.parametrize(
    ("kind", "name", "price_key", "qty_key", "crc"),
    [
        ("book", "book-checksum-example", "price", "qty", 3310070434),
        ("level3", "level3-checksum-example", "limit_price", "order_qty", 1063832831),
    ],
)
def test_the_documents_examples(kind: Kind, name: str, price_key: str, qty_key: str, crc: int) -> None:
    (example,) = documented(name)["data"]
    venue = FeedVenue()
    for side, key in (("sell", "asks"), ("buy", "bids")):
        for row in example[key]:
            venue.add(side, digits(row[price_key]), digits(row[qty_key]))
    assert tape_of(venue).checksum(kind) == crc


def test_the_documents_example_of_version_1() -> None:
    example = documented("book-v1-checksum-example")
    venue = FeedVenue("ETH/BTC")  # Five decimals, as in the example.
    for side, key in (("sell", "asks"), ("buy", "bids")):
        for price, qty in example[key]:
            venue.add(side, digits(price), digits(qty))
    assert tape_of(venue).checksum("v1") == 974947235


def test_version_1_counts_more_decimals() -> None:
    venue = FeedVenue()
    venue.add("sell", 271200, 428732553)
    venue.add("buy", 271199, 1354109952)
    assert tape_of(venue).checksum("v1") == crc32(b"2712000000428732553" + b"27119900001354109952")
    assert tape_of(venue).checksum("book") == crc32(b"271200428732553" + b"2711991354109952")


def test_an_empty_book_has_checksum_0() -> None:
    tape = tape_of(FeedVenue())
    assert [tape.checksum(kind) for kind in ("book", "v1", "level3")] == [0, 0, 0]


def test_moves_are_summed_up_by_price() -> None:
    venue = FeedVenue()
    tape = tape_of(venue)
    first = venue.add("buy", MID, 5)
    venue.add("buy", MID, 7)
    gone = venue.add("buy", MID - 1, 1)
    venue.cancel(gone)
    venue.show(first, 2)
    tape.bids.moves = venue.take_events()
    tape.gather()
    assert tape.bids.moved == [(MID, 9), (MID - 1, 0)]
    assert tape.asks.moved == []
    rows = tape.bids.rows()
    assert len(rows) == 5
    assert rows[0].startswith(f'{{"event":"add","order_id":"{first.order_id}","limit_price":97000.0,')
    assert '"event":"delete"' in rows[3]
    assert '"order_qty":0.00000002' in rows[4]
    tape.clear()
    assert tape.bids.moved == tape.bids.moves == []


@pytest.mark.parametrize("seed", range(4))
def test_kept_texts_are_never_stale(seed: int) -> None:
    """Checksums asked for now and then equal those of the plain rule."""
    venue = FeedVenue(seed=seed)
    storm = Storm(venue, seed=seed, levels=14, reach=6.0)
    venue.take_events()
    tape = tape_of(venue)
    for _ in range(600):
        for _ in range(storm.rng.choice((1, 2, 9))):
            storm._move()
        for move in venue.take_events():
            (tape.bids if move.side == "buy" else tape.asks).moves.append(move)
        tape.gather()
        for kind in ("book", "v1", "level3"):
            if storm.rng.random() < 0.4:
                assert tape.checksum(kind) == plain_checksum(venue, kind)
        tape.clear()


def plain_checksum(venue: FeedVenue, kind: Kind) -> int:
    text = ""
    for side in (venue.market.asks, venue.market.bids):
        if kind == "level3":
            text += "".join(f"{price}{order.shown_lots}" for price, orders in side.orders(10) for order in orders)
        else:
            zeros = "0000" if kind == "v1" else ""
            text += "".join(f"{price}{zeros}{lots}" for price, lots in levels_of(side, 10))
    return crc32(text.encode())
