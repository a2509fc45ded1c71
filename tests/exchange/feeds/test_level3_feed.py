"""Tests of channel `level3`: its bytes, and a storm at every depth against the kernel and a plain reader."""

import json
import re
from zlib import crc32

import pytest
from feed_venue import BTC, MID, T0, Ear, FeedVenue, S, Storm, levels_of, listen, read, real_frames, shape

from fathom.exchange.feeds import LEVEL3_DEPTHS, Hub
from fathom.kernel import VERIFIED, L3Book
from fathom.protocol import decode_strict, level3_checksum, parse_time
from recorded import FIXTURES

PLACES = (1, 8)


def events(ear: Ear, side: str) -> list[tuple[str, str, str, str]]:
    """What the last frame says of one side: event, id, price, quantity."""
    entry = read(ear.frames[-1])["data"][0]
    return [(row["event"], row["order_id"], row["limit_price"], row["order_qty"]) for row in entry[side]]


def test_the_documents_snapshot_comes_out_as_it_stands_there() -> None:
    text = (FIXTURES / "kraken-docs/level3-checksum-example.json").read_text()
    (example,) = json.loads(text, parse_float=str)["data"]
    venue = FeedVenue()
    rows = [(side, row) for side, key in (("sell", "asks"), ("buy", "bids")) for row in example[key]]
    for side, row in rows:
        price, lots = (int(row[key].replace(".", "")) for key in ("limit_price", "order_qty"))
        venue.add(side, price, lots, order_id=row["order_id"])
    (frame,) = Hub(venue).snapshot(("level3", BTC, 10), now_ns=T0)
    # The example gives one time to most of its orders, and none to the message.
    ours, documents = (re.sub(r',"timestamp":"[^"]*"', "", one) for one in (frame.decode(), text.strip()))
    assert ours == documents


def test_frames_have_the_shape_of_real_ones() -> None:
    venue = FeedVenue()
    venue.add("buy", MID - 1, 1)
    venue.add("sell", MID + 1, 1)
    hub = Hub(venue)
    ear = listen(hub, venue, ("level3", BTC, 10))["level3", BTC, 10]
    venue.add("buy", MID - 1, 2)
    venue.add("sell", MID + 1, 2)
    hub.publish(now_ns=T0)
    snapshot, update = ear.frames
    real = real_frames("test_l3_snapshot")[0]
    assert shape(snapshot) == shape(real)
    real_update = real.replace('"snapshot"', '"update"').replace('{"order_id"', '{"event":"add","order_id"')
    assert shape(update) == shape(real_update)


def test_orders_are_told_as_they_come_shrink_and_go() -> None:
    venue = FeedVenue()
    hub = Hub(venue)
    ear = listen(hub, venue, ("level3", BTC, 10))["level3", BTC, 10]
    first = venue.add("buy", MID, 500)
    second = venue.add("buy", MID, 700)
    hub.publish(now_ns=T0)
    # A level that was not there: all it has now, by id.
    assert events(ear, "bids") == sorted(
        [("add", first.order_id, "97000.0", "0.00000500"), ("add", second.order_id, "97000.0", "0.00000700")]
    )
    venue.show(first, 100)
    third = venue.add("buy", MID, 900)
    venue.cancel(first)
    hub.publish(now_ns=T0)
    assert events(ear, "bids") == [
        ("modify", first.order_id, "97000.0", "0.00000100"),
        ("add", third.order_id, "97000.0", "0.00000900"),
        ("delete", first.order_id, "97000.0", "0.00000100"),
    ]
    assert ear.channels[-1] == "level3"


def deep(levels: int = 12) -> tuple[FeedVenue, Hub, Ear]:
    """Levels of two orders on the bids, one ask, and a subscriber at depth 10."""
    venue = FeedVenue()
    for level in range(levels):
        for lots in (1, 2):
            venue.now_ns += S
            venue.add("buy", MID - level, lots)
    venue.add("sell", MID + 1, 5)
    hub = Hub(venue)
    return venue, hub, listen(hub, venue, ("level3", BTC, 10))["level3", BTC, 10]


def test_a_level_comes_back_with_its_old_ids_and_times() -> None:
    venue, hub, ear = deep()
    best, tenth = venue.market.bids.level(MID), venue.market.bids.level(MID - 10)
    for order in best:
        venue.cancel(order)
    hub.publish(now_ns=venue.now_ns)
    assert [event[:2] for event in events(ear, "bids")] == [
        *(("delete", order.order_id) for order in best),
        *(("add", order.order_id) for order in sorted(tenth, key=lambda order: order.order_id)),
    ]
    times = {row["order_id"]: parse_time(row["timestamp"]) for row in read(ear.frames[-1])["data"][0]["bids"]}
    assert [times[order.order_id] for order in tenth] == [order.queued_ns for order in tenth]


def test_nothing_is_told_of_orders_pushed_beyond_the_depth() -> None:
    venue, hub, ear = deep()
    pushed = venue.market.bids.level(MID - 9)
    venue.add("buy", MID + 0, 3)
    new = venue.add("buy", MID - 20, 1)
    venue.cancel(new)
    hub.publish(now_ns=venue.now_ns)
    assert [event[0] for event in events(ear, "bids")] == ["add"]
    before = len(ear.frames)
    venue.cancel(venue.market.asks.level(MID + 1)[0])
    better = venue.add("buy", MID + 1, 3)
    venue.show(pushed[1], 1)  # Its level is pushed out at the same instant.
    hub.publish(now_ns=venue.now_ns)
    assert events(ear, "bids") == [("add", better.order_id, "97000.1", "0.00000003")]
    venue.cancel(pushed[0])
    hub.publish(now_ns=venue.now_ns)
    assert len(ear.frames) == before + 1


def test_an_order_that_leaves_a_level_pushed_out_is_deleted_before_it_is_added_elsewhere() -> None:
    venue, hub, ear = deep(levels=10)
    last = venue.market.bids.level(MID - 9)[0]
    venue.cancel(venue.market.asks.level(MID + 1)[0])
    venue.cancel(last)
    venue.add("buy", MID + 1, 1, order_id=last.order_id)
    hub.publish(now_ns=venue.now_ns)
    assert [event[:2] for event in events(ear, "bids")] == [("delete", last.order_id), ("add", last.order_id)]


def test_one_order_for_another_of_the_same_size_is_told() -> None:
    venue, hub, ear = deep()
    first, _ = venue.market.bids.level(MID - 3)
    venue.cancel(first)
    venue.add("buy", MID - 3, first.shown_lots)
    hub.publish(now_ns=venue.now_ns)
    assert [event[0] for event in events(ear, "bids")] == ["delete", "add"]


class PlainReader:
    """A reader as the official one: each queue is sorted by time at all times, and the book cut after the message."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.sides: dict[str, dict[int, dict[str, tuple[int, int]]]] = {"bids": {}, "asks": {}}

    def apply(self, frame: bytes) -> bool:
        (entry,) = read(frame)["data"]
        for name, levels in self.sides.items():
            for row in entry[name]:
                price, lots = (int(row[key].replace(".", "")) for key in ("limit_price", "order_qty"))
                queue = levels.setdefault(price, {})
                if row.get("event") == "delete":
                    del queue[row["order_id"]]
                elif row.get("event") == "modify":
                    queue[row["order_id"]] = (queue[row["order_id"]][0], lots)
                else:
                    assert row["order_id"] not in queue
                    queue[row["order_id"]] = (parse_time(row["timestamp"]), lots)
                if not queue:
                    del levels[price]
            best = sorted(levels, reverse=name == "bids")[: self.depth]
            self.sides[name] = {price: levels[price] for price in best}
        return int(entry["checksum"]) == crc32("".join(self.side_text(name) for name in ("asks", "bids")).encode())

    def side_text(self, name: str) -> str:
        queues = list(self.sides[name].items())[:10]
        return "".join(f"{price}{lots}" for price, queue in queues for _, lots in sorted(queue.values()))


@pytest.mark.parametrize(("levels", "reach", "rounds"), [(1_100, 12.0, 6_000), (3, 4.0, 3_000)])
def test_every_frame_of_a_storm_verifies(levels: int, reach: float, rounds: int) -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=levels, levels=levels, reach=reach)
    hub = Hub(venue)
    ears = listen(hub, venue, *(("level3", BTC, depth) for depth in LEVEL3_DEPTHS))
    books = {topic: L3Book(topic[2], *PLACES) for topic in ears}
    plain = PlainReader(10)
    heard = dict.fromkeys(ears, 0)
    for number in range(rounds):
        storm.blow(hub)
        for topic, ear in ears.items():
            for frame in ear.frames:
                assert books[topic].apply(frame) == VERIFIED, (number, topic, frame)
                if topic[2] == plain.depth and number < 2_000:
                    assert plain.apply(frame), (number, frame)
            heard[topic] += len(ear.frames)
            ear.frames.clear()
        if number % 500 == 0:
            for (_, _, depth), book in books.items():
                assert not book.flaws
                assert book.bids() == levels_of(venue.market.bids, depth)
                assert book.asks() == levels_of(venue.market.asks, depth)
                for price, orders in venue.market.bids.orders(depth):
                    assert book.orders("bid", price) == [(order.order_id, order.shown_lots) for order in orders]
    assert all(count > rounds / 2 for count in heard.values()), heard


def test_every_frame_decodes_strictly_and_snapshots_verify_by_the_plain_rule() -> None:
    venue = FeedVenue()
    storm = Storm(venue, seed=5, levels=20)
    hub = Hub(venue)
    ear = listen(hub, venue, ("level3", BTC, 10))["level3", BTC, 10]
    for _ in range(300):
        storm.blow(hub)
    assert len(ear.frames) > 200
    for frame in ear.frames:
        decode_strict(frame)
    (snapshot,) = hub.snapshot(("level3", BTC, 10), now_ns=venue.now_ns)
    (entry,) = read(snapshot)["data"]
    asks, bids = (
        [(int(row["limit_price"].replace(".", "")), int(row["order_qty"].replace(".", ""))) for row in entry[name]]
        for name in ("asks", "bids")
    )
    assert int(entry["checksum"]) == level3_checksum(asks, bids)
    assert re.search(rb'"timestamp":"[^"]{29}Z"\}\]\}$', snapshot)
