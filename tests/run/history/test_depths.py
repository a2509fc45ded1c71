"""Depths that nobody says: the checksums tell, stretch by stretch, and no further than must be is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from recordings import Tape, two_days

from fathom.run.history import depths
from fathom.run.history.depths import UNKNOWN, Depths
from fathom.run.recording.decimals import Decimals
from fathom.run.recording.recorded_books import BookSaid, said_by
from fathom.run.recording.verify import verify_file
from fathom.store import Capture, CaptureReader
from market_feed import BTC, Feed, instrument_frame
from recorded import FIXTURES

TELLING = len(("snapshot", "a better bid", "gone again"))  # Then only one depth is left.


def stretch(depth: int) -> list[bytes]:
    """Ten levels a side, and a better bid that comes and goes: at depth 10 the last one was forgotten over it."""
    feed = Feed(depth=depth, bids=[(999 - n, 5) for n in range(10)], asks=[(1001 + n, 5) for n in range(10)])
    return [feed.snapshot(), feed.update(bids=[(1000, 1)]), feed.update(bids=[(1000, 0)])]


def asked(path: Path) -> list[int]:
    """Ask for each snapshot, as compiling does."""
    decimals = Decimals({}, everything=lambda: [said for one in CaptureReader(path) if (said := said_by(one))])
    ahead, found = Depths(path, decimals), []
    for capture in CaptureReader(path):
        said = said_by(capture)
        if isinstance(said, BookSaid) and said.snapshot:
            found.append(ahead.of(said))
    return found


@pytest.mark.parametrize("depth", [10, 25])
def test_each_subscription_has_its_own(depth: int, tmp_path: Path) -> None:
    tape, other = Tape(), 35 - depth
    tape.say(instrument_frame(BTC), *stretch(depth), *stretch(other), *stretch(depth))
    # What 10 excludes leaves all that are deeper: the least is taken.
    assert asked(tape.write(tmp_path / "r.jsonl")) == [depth, other, depth]


def test_no_further_than_must_be_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    class Counted(CaptureReader):
        def __iter__(self) -> Iterator[Capture]:
            for one in super().__iter__():
                read.append(one)
                yield one

    monkeypatch.setattr(depths, "CaptureReader", Counted)
    tape, long = Tape(), stretch(10)
    tape.say(instrument_frame(BTC), *long, *(long[1:] * 50))
    asked_for = asked(tape.write(tmp_path / "r.jsonl"))
    assert (asked_for, len(read)) == ([10], 1 + TELLING)


@pytest.mark.parametrize("snapshot", [b'"bids":[]', b'"bids":[{"price":x}]'])
def test_a_snapshot_that_tells_nothing_is_taken_for_ten(snapshot: bytes, tmp_path: Path) -> None:
    frame = b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",' + snapshot + b',"asks":[]}]}'
    tape = Tape()
    tape.say(instrument_frame(BTC), frame)
    path = tape.write(tmp_path / "r.jsonl")
    assert set(asked(path)) <= {UNKNOWN}


def test_it_says_what_verifying_says(tmp_path: Path) -> None:
    for path in (FIXTURES / "python-kraken-sdk" / "orderbook-v2.json", two_days().write(tmp_path / "r.jsonl")):
        assert set(asked(path)) == {stream.depth for stream in verify_file(path).streams}
