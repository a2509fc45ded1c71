"""Tests of channel `instrument`: both forms of its numbers, and its updates."""

import json
from decimal import Decimal

import msgspec
from feed_venue import BTC, FeedVenue, listen, one_frame, real_frames
from msgspec import structs

from fathom.exchange.core.rules import Rules
from fathom.exchange.feeds import Hub
from fathom.exchange.feeds.instrument_feed import InstrumentFeed
from fathom.exchange.listing import ASSETS, PAIRS, Asset, Listing, Pair
from fathom.protocol import decode_strict

TOPIC = ("instrument",)


def listing_of_the_recording() -> Listing:
    """The recording's two pairs, as they were in 2024."""
    assets = {asset.symbol: asset for asset in ASSETS}
    rates = {"USD": "0.025", "EUR": "0.02", "ETH": "0.02"}
    known: list[Asset] = [
        structs.replace(assets[symbol], collateral_value=Decimal(1), margin_rate=Decimal(rate))
        for symbol, rate in rates.items()
    ]
    pairs = {pair.symbol: pair for pair in PAIRS}
    old: list[Pair] = [pairs["EUR/USD"], structs.replace(pairs["ETH/BTC"], has_index=True)]
    return Listing(assets=[*known, assets["BTC"]], pairs=old)


def test_padded_it_is_the_recorded_frame_but_for_what_came_later() -> None:
    feed = InstrumentFeed(listing_of_the_recording(), exponents=False)
    (frame,) = feed.snapshot(now_ns=0)
    text = frame.decode()
    for later in (',"class":"currency"', '"ws_display_price_precision":5,'):
        assert later in text
        text = text.replace(later, "")
    bitcoin = text.index(',{"id":"BTC"')
    text = text[:bitcoin] + text[text.index("]", bitcoin) :]
    assert text == real_frames("test_instruments_snapshot")[0]


def test_numbers_are_printed_as_floats_by_default() -> None:
    venue = FeedVenue()
    frame = Hub(venue).snapshot(TOPIC, now_ns=0)[0]
    decode_strict(frame)
    # The row of August 2026, and what it leaves out of a pair with margin.
    assert (
        b'{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,"qty_increment":1e-08,'
        b'"price_precision":1,"cost_precision":5,"marginable":true,"has_index":true,"ws_display_price_precision":1,'
        b'"cost_min":0.5,"margin_initial":0.1,"position_limit_long":350,"position_limit_short":250,'
        b'"tick_size":0.1,"price_increment":0.1,"qty_min":5e-05}'
    ) in frame
    assert b'{"id":"BTC","status":"enabled","precision":10,"precision_display":5,"borrowable":true,' in frame


def test_numbers_are_padded_where_the_rules_say_so() -> None:
    (frame,) = Hub(FeedVenue(rules=Rules(instrument_exponents=False))).snapshot(TOPIC, now_ns=0)
    decode_strict(frame)
    assert b'"qty_increment":0.00000001,' in frame
    assert b'"cost_min":0.50,' in frame


def test_all_that_is_listed_decodes_to_what_it_is() -> None:
    listing = Listing()
    for exponents in (True, False):
        (frame,) = InstrumentFeed(listing, exponents=exponents).snapshot(now_ns=0)
        decode_strict(frame)
        data = json.loads(frame, parse_float=Decimal)["data"]
        assert len(data["assets"]) == len(ASSETS)
        for row, pair in zip(data["pairs"], PAIRS, strict=True):
            assert Decimal(row["qty_min"]) == pair.qty(pair.qty_lots_min)
            assert Decimal(row["qty_increment"]) == pair.qty(1)
            assert (
                Decimal(row["tick_size"]) == Decimal(row["price_increment"]) == pair.price(pair.price_increment_ticks)
            )
            assert Decimal(row["cost_min"]) == pair.cost_min
            assert ("margin_initial" in row) == row["marginable"] == bool(pair.leverages)
        assert msgspec.json.decode(frame)["data"]["assets"][0]["class"] == "currency"


def test_an_update_is_the_whole_rows_of_what_changed() -> None:
    venue = FeedVenue(BTC, "ETH/USD")
    hub = Hub(venue)
    ear = listen(hub, venue, TOPIC)[TOPIC]
    assert len(one_frame(ear)["data"]["pairs"]) == 2
    first = hub.snapshot(TOPIC, now_ns=0)[0]
    assert hub.snapshot(TOPIC, now_ns=0)[0] is first
    venue.change(structs.replace(venue.market.pair, status="post_only"))
    venue.change(structs.replace(venue.market.pair, status="cancel_only"))
    hub.publish(now_ns=venue.now_ns)
    frame = ear.frames[0]
    decode_strict(frame)
    said = one_frame(ear)
    assert said["type"] == "update"
    assert said["data"]["assets"] == []
    (row,) = said["data"]["pairs"]
    assert (row["symbol"], row["status"]) == (BTC, "cancel_only")
    assert b"cancel_only" in hub.snapshot(TOPIC, now_ns=0)[0]
    hub.publish(now_ns=venue.now_ns)
    assert ear.frames == []
