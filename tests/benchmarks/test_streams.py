"""The level 2 streams say what a venue would: a plain subscriber that cuts its book agrees with each checksum."""

import json
from collections.abc import Callable
from zlib import crc32

import pytest
import streams
from streams import Feed

DEPTH = 25
FRAMES = 400

KINDS = [
    streams.realistic,
    streams.far_deletes,
    streams.bottom_inserts,
    streams.new_bests,
    streams.best_deletes,
    streams.snapshots,
]


class Subscriber:
    """A book as the guide describes it: a dict a side, sorted and cut after each message."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.bids: dict[str, str] = {}
        self.asks: dict[str, str] = {}

    def hear(self, frame: bytes) -> tuple[dict[str, object], bool]:
        """Return the frame's entry, and whether its checksum is that of the book."""
        message = json.loads(frame, parse_float=str)
        entry = message["data"][0]
        if message["type"] == "snapshot":
            self.bids, self.asks = {}, {}
        self.bids = self.side(self.bids, entry["bids"], reverse=True)
        self.asks = self.side(self.asks, entry["asks"], reverse=False)
        levels = [*list(self.asks.items())[:10], *list(self.bids.items())[:10]]
        text = "".join(number.replace(".", "").lstrip("0") for level in levels for number in level)
        return entry, crc32(text.encode()) == entry["checksum"]

    def side(self, known: dict[str, str], entries: list[dict[str, str]], *, reverse: bool) -> dict[str, str]:
        """Return a side after the entries, cut to the depth."""
        for level in entries:
            if float(level["qty"]):
                known[level["price"]] = level["qty"]
            else:
                assert level["price"] in known, "a delete of what the subscriber never saw"
                del known[level["price"]]
        ordered = sorted(known.items(), key=lambda level: float(level[0]), reverse=reverse)
        return dict(ordered[: self.depth])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_subscriber_agrees_with_every_frame(kind: Callable[..., Feed]) -> None:
    feed = kind(depth=DEPTH, frames=FRAMES)
    subscriber = Subscriber(DEPTH)
    assert len(feed.updates) == FRAMES
    for frame in (feed.snapshot, *feed.updates):
        _, agrees = subscriber.hear(frame)
        assert agrees
        assert len(subscriber.bids) == len(subscriber.asks) == DEPTH
        assert float(next(iter(subscriber.bids))) < float(next(iter(subscriber.asks)))


def test_one_seed_is_one_stream() -> None:
    assert streams.realistic(depth=10, frames=50, seed=3) == streams.realistic(depth=10, frames=50, seed=3)
    assert streams.realistic(depth=10, frames=50, seed=3) != streams.realistic(depth=10, frames=50, seed=4)


def test_a_deleted_level_is_refilled_in_the_same_frame() -> None:
    for frame in streams.far_deletes(depth=DEPTH, frames=50).updates:
        data = json.loads(frame)["data"][0]
        assert [level["qty"] > 0 for level in data["bids"] + data["asks"]] == [False, True]


def test_what_a_subscriber_hears_has_one_to_a_few_levels_and_all_kinds_of_change() -> None:
    feed = streams.realistic(depth=DEPTH, frames=1_000)
    subscriber = Subscriber(DEPTH)
    subscriber.hear(feed.snapshot)
    kinds = {"changed": 0, "inserted": 0, "deleted": 0}
    for frame in feed.updates:
        before = {**subscriber.bids, **subscriber.asks}
        data, _ = subscriber.hear(frame)
        levels = [*data["bids"], *data["asks"]]  # type: ignore[misc] # JSON.
        assert 1 <= len(levels) <= 6
        for level in levels:
            if not float(level["qty"]):
                kinds["deleted"] += 1
            else:
                kinds["changed" if level["price"] in before else "inserted"] += 1
    assert min(kinds.values()) > 200, kinds


@pytest.mark.parametrize(
    ("time_ns", "digits", "text"),
    [
        (0, 6, "1970-01-01T00:00:00.000000Z"),
        (streams.START_NS, 6, "2025-05-06T09:17:26.208075Z"),
        (streams.START_NS + 42, 9, "2025-05-06T09:17:26.208075042Z"),
    ],
)
def test_time_text(time_ns: int, digits: int, text: str) -> None:
    assert streams.time_text(time_ns, digits=digits) == text


@pytest.mark.parametrize(
    ("units", "precision", "text"), [(1, 8, "0.00000001"), (650_001, 1, "65000.1"), (100, 2, "1.00")]
)
def test_number_text(units: int, precision: int, text: str) -> None:
    assert streams.number_text(units, precision=precision) == text
