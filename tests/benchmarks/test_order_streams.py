"""The level 3 streams say what a venue would: a plain subscriber that cuts its book agrees with each checksum."""

import json
from collections.abc import Callable
from zlib import crc32

import order_streams
import pytest
from streams import Feed

DEPTH = 12
FRAMES = 400

KINDS = [
    order_streams.realistic,
    order_streams.far_deletes,
    order_streams.bottom_adds,
    order_streams.returning_queues,
    order_streams.snapshots,
]

Side = dict[str, dict[str, str]]  # Price: order id: quantity, in queue order.


def when(event: dict[str, str]) -> str:
    """Return the event's own time."""
    return event["timestamp"]


class Subscriber:
    """A book as the guide describes it: a queue a level, cut to the depth after each message."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.bids: Side = {}
        self.asks: Side = {}

    def hear(self, frame: bytes) -> bool:
        """Return whether the frame's checksum is that of the book."""
        message = json.loads(frame, parse_float=str)
        data = message["data"][0]
        if message["type"] == "snapshot":
            self.bids, self.asks = {}, {}
        self.bids = self.side(self.bids, data["bids"], reverse=True)
        self.asks = self.side(self.asks, data["asks"], reverse=False)
        text = "".join(
            number.replace(".", "").lstrip("0")
            for side in (self.asks, self.bids)
            for price, queue in list(side.items())[:10]
            for qty in queue.values()
            for number in (price, qty)
        )
        return bool(crc32(text.encode()) == data["checksum"])

    def side(self, known: Side, events: list[dict[str, str]], *, reverse: bool) -> Side:
        """Return a side after the events; each must be possible. The adds go in by their own times."""
        adds = iter(sorted((event for event in events if "event" in event and event["event"] == "add"), key=when))
        for event in (next(adds) if event.get("event") == "add" else event for event in events):
            queue = known.setdefault(event["limit_price"], {})
            kind, order_id = event.get("event", "add"), event["order_id"]
            assert (order_id in queue) == (kind != "add"), event
            if kind == "delete":
                del queue[order_id]
            else:
                queue[order_id] = event["order_qty"]
        levels = sorted(known.items(), key=lambda level: float(level[0]), reverse=reverse)
        return dict([level for level in levels if level[1]][: self.depth])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_subscriber_agrees_with_every_frame(kind: Callable[..., Feed]) -> None:
    feed = kind(depth=DEPTH, frames=FRAMES)
    subscriber = Subscriber(DEPTH)
    assert len(feed.updates) == FRAMES
    for frame in (feed.snapshot, *feed.updates):
        assert subscriber.hear(frame)
        assert len(subscriber.bids) == len(subscriber.asks) == DEPTH
        assert float(next(iter(subscriber.bids))) < float(next(iter(subscriber.asks)))


def test_one_seed_is_one_stream() -> None:
    one, same, other = (order_streams.realistic(depth=10, frames=50, seed=seed) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_levels_come_back_with_the_ids_that_their_orders_had() -> None:
    feed = order_streams.returning_queues(depth=DEPTH, frames=40)
    seen = {order["order_id"] for side in ("bids", "asks") for order in json.loads(feed.snapshot)["data"][0][side]}
    for frame in feed.updates[1::2]:
        data = json.loads(frame)["data"][0]
        first, *back = data["bids"] + data["asks"]
        assert first["event"] == "delete"
        assert [event["event"] for event in back] == ["add"] * order_streams.QUEUE_MAX
        assert {event["order_id"] for event in back} <= seen


def test_all_kinds_of_event_happen() -> None:
    feed = order_streams.realistic(depth=DEPTH, frames=1_000)
    data = [json.loads(frame)["data"][0] for frame in feed.updates]
    kinds = [event["event"] for entry in data for event in entry["bids"] + entry["asks"]]
    assert min(kinds.count(kind) for kind in ("add", "modify", "delete")) > 80
