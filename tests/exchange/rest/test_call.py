"""What a handler sees of its call."""

import pytest
from rest_venue import RestVenue

from fathom.exchange.rest.call import Call
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import Form


def call_of(venue: RestVenue, **fields: object) -> Call:
    return Call(
        form=Form(fields),
        now_ns=venue.now_ns,
        shown_ns=venue.now_ns,
        venue=venue.venue,
        hub=venue.hub,
        rules=venue.rules,
    )


def test_the_pair_as_asked_and_as_listed(venue: RestVenue) -> None:
    asked, pair = call_of(venue, pair="BTC/USD").pair()
    assert (asked, pair.rest_id) == ("BTC/USD", "XXBTZUSD")


def test_a_pair_must_be_named(venue: RestVenue) -> None:
    with pytest.raises(Refused, match="EGeneral:Invalid arguments:pair"):
        call_of(venue).pair()


def test_no_tokenized_asset_is_listed(venue: RestVenue) -> None:
    call = call_of(venue, pair="BTC/USD", asset_class="tokenized_asset")
    assert call.tokenized()
    with pytest.raises(Refused, match="EQuery:Unknown asset pair"):
        call.pair()
    assert not call_of(venue, pair="BTC/USD", asset_class="forex").tokenized()


def test_offsets_count_from_the_last_price(venue: RestVenue) -> None:
    pair = venue.listing.pair("BTC/USD")
    assert pair is not None
    assert call_of(venue).last_ticks(pair) == 970_000  # It never traded: what it cost when it was listed.
    venue.take("buy", "0.1")
    assert call_of(venue).last_ticks(pair) == 100_001
    assert call_of(venue).listing is venue.listing
    assert call_of(venue).bank is venue.bank
