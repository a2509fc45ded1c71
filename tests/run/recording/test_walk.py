"""What holds where a frame stands: depths as they were answered, precisions as they were told."""

import json

from fathom.run.recording.decimals import Decimals
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, DepthSaid, PrecisionsSaid
from fathom.run.recording.walk import Walk, stream_of
from fathom.store import Capture
from market_feed import BTC, instrument_frame, two_sided


def heard(walk: Walk, frame: bytes, link: str = "public") -> object:
    return walk.hear(Capture(1, link, frame, 1))


def answer(depth: int) -> bytes:
    result = {"channel": "book", "symbol": "BTC/USD", "depth": depth}
    return json.dumps({"method": "subscribe", "success": True, "result": result}).encode()


def test_a_depth_holds_from_its_answer_on_and_on_its_link() -> None:
    walk = Walk(Decimals({}), depth=None)
    snapshot = two_sided().snapshot()
    said = heard(walk, snapshot)
    assert isinstance(said, BookSaid)
    assert stream_of(said) == ("book", "BTC/USD", "public")
    assert walk.depth_of(said) is None
    assert heard(walk, answer(25)) == DepthSaid("book", "BTC/USD", "public", 25)
    assert walk.depth_of(said) == 25
    other = heard(walk, snapshot, link="second")
    assert isinstance(other, BookSaid)
    assert walk.depth_of(other) is None
    assert walk.depth_from == "the recording"


def test_what_is_given_counts_more() -> None:
    walk = Walk(Decimals({}), depth=100)
    said = heard(walk, two_sided().snapshot())
    heard(walk, answer(25))
    assert isinstance(said, BookSaid)
    assert (walk.depth_of(said), walk.depth_from) == (100, "--depth")


def test_the_decimals_keep_up() -> None:
    walk = Walk(Decimals({}), depth=None)
    assert isinstance(heard(walk, instrument_frame(BTC)), PrecisionsSaid)
    assert walk.decimals.known("BTC/USD") == Precision(BTC.price_precision, BTC.qty_precision)
