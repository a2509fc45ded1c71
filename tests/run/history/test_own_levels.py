"""Our own quantity taken out of level 2, whichever of the two connections is the faster one."""

from __future__ import annotations

import struct
from random import Random

import pytest
from msgspec.structs import replace

from fathom.kernel import L2Book
from fathom.kernel import rows as form
from fathom.run.history import own_levels
from fathom.run.history.own_levels import NEAR_NS, OwnLevels, Sums, WithoutOwnLevels
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, said_by
from fathom.store import Capture
from level3_feed import Feed3
from market_feed import T0, Feed, S

ROW = struct.Struct("<6qI2B2x")
MS = 1_000_000
DEPTH = 10
OWN = frozenset({b"MINE0", b"MINE1", b"MINE2"})
Sides = list[dict[int, int]]


def told(own: OwnLevels, frame: bytes, local_ns: int, *, link: str = "level3") -> None:
    said = said_by(Capture(local_ns, link, frame, 1))
    assert isinstance(said, BookSaid)
    own.book(said, precision=Precision(1, 2), depth=DEPTH, local_ns=local_ns)


def replay(sides: Sides, rows: bytes, *, depth: int = DEPTH) -> Sides:
    for _, _, _, price, qty, _, _, kind, flags in ROW.iter_unpack(rows):
        if kind == form.CLEAR:
            sides = [{}, {}]
        elif kind & ~1 == form.LEVEL:
            sides[kind & 1][price] = qty
            if not qty:
                del sides[kind & 1][price]  # A level that is not there is never said to be gone.
        if flags & form.LAST:
            for side, levels in enumerate(sides):
                while len(levels) > depth:
                    del levels[max(levels) if side else min(levels)]
    return sides


def sums_of(orders: list[tuple[str, int, int]], *, ours: bool) -> dict[int, int]:
    found: dict[int, int] = {}
    for name, price, qty in orders:
        if ours or name.encode() not in OWN:
            found[price] = found.get(price, 0) + qty
    return found


def stepped(queues: Feed3, random: Random) -> bytes:
    """One more change of the market, ours or another's; quantities are all different."""
    names = [*(one.decode() for one in sorted(OWN)), *(f"O{k}" for k in range(12))]
    name = random.choice(names)
    there = [one for one in (*queues.bids, *queues.asks) if one[0] == name]
    if not there:
        side = random.choice(["buy", "sell"])
        price = 1000 - random.randrange(6) if side == "buy" else 1001 + random.randrange(6)
        return queues.add(name, side, price, random.randrange(1, 10**6))
    if random.random() < 0.5:
        return queues.delete(name)
    return queues.modify(name, random.randrange(1, 10**6))


def level_frame(feed: Feed, before: Sides, after: Sides) -> bytes | None:
    changes = [
        [(price, now.get(price, 0)) for price in sorted({*was, *now}) if was.get(price) != now.get(price)]
        for was, now in zip(before, after, strict=True)
    ]
    return feed.update(bids=changes[0], asks=changes[1]) if any(changes) else None


@pytest.mark.parametrize("seed", range(12))
def test_after_each_frame_level_2_is_without_ours(seed: int) -> None:
    random, queues, feed = Random(seed), Feed3(), Feed()
    queues.rest("O0", "buy", 998, 17)
    queues.rest("O1", "sell", 1003, 19)
    feed.bids, feed.asks = {998: 17}, {1003: 19}
    book, rows, own = L2Book(DEPTH, 1, 2), form.Rows(False), OwnLevels(OWN)
    now_ns = T0
    told(own, queues.snapshot(), now_ns)
    frames = [(now_ns, feed.snapshot(), [{998: 17}, {1003: 19}])]
    for _ in range(200):
        now_ns += 300 * MS
        before = [sums_of(queues.bids, ours=True), sums_of(queues.asks, ours=True)]
        told(own, stepped(queues, random), now_ns)
        frame = level_frame(feed, before, [sums_of(queues.bids, ours=True), sums_of(queues.asks, ours=True)])
        truth = [sums_of(queues.bids, ours=False), sums_of(queues.asks, ours=False)]
        if frame is not None:
            frames.append((now_ns + random.randrange(-100, 100) * MS, frame, truth))
    taken = WithoutOwnLevels(own.sums["BTC/USD"])
    found: Sides = [{}, {}]
    for number, (local_ns, frame, truth) in enumerate(frames):
        rows.take_levels(book, frame, local_ns, number)
        out, names = taken.take_out(*rows.drain())
        assert names == b""
        found = replay(found, out)
        assert found == truth
    assert taken.rows_changed > 20


def test_a_day_begins_with_the_book_as_it_stood_without_ours() -> None:
    queues, feed, own = Feed3(), Feed(bids=[(999, 10)], asks=[(1001, 10)]), OwnLevels(OWN)
    queues.rest("O0", "buy", 999, 10)
    queues.rest("O1", "sell", 1001, 10)
    told(own, queues.snapshot(), T0)
    told(own, queues.add("MINE0", "buy", 1000, 5), T0 + S)
    told(own, queues.add("MINE1", "buy", 999, 7), T0 + 2 * S)
    book, rows = L2Book(DEPTH, 1, 2), form.Rows(False)
    for number, frame in enumerate((feed.snapshot(), feed.update(bids=[(1000, 5)]), feed.update(bids=[(999, 17)]))):
        rows.take_levels(book, frame, T0 + number * S, number)
    rows.seed_levels(book, T0 + 100 * S, 0)
    taken = WithoutOwnLevels(own.sums["BTC/USD"])
    out, _ = taken.take_out(*rows.drain())
    seeds = [row for row in ROW.iter_unpack(out) if row[8] & form.SEED]
    assert [(row[3], row[4]) for row in seeds if row[7] & ~1 == form.LEVEL] == [(999, 10), (1001, 10)]
    assert [bool(row[8] & form.LAST) for row in seeds] == [False, False, True]
    assert replay([{}, {}], out) == [{999: 10}, {1001: 10}]


def test_what_falls_out_of_the_depth_for_a_level_of_ours_is_told() -> None:
    sums = {(0, 1000): Sums([T0], [5], [5])}
    feed = Feed(depth=10, bids=[(999 - k, 10) for k in range(10)], asks=[(1001, 10)])
    book, rows, taken = L2Book(10, 1, 2), form.Rows(False), WithoutOwnLevels(sums)
    rows.take_levels(book, feed.snapshot(), T0, 0)
    rows.take_levels(book, feed.update(bids=[(1000, 5)]), T0 + S, 1)
    out, _ = taken.take_out(*rows.drain())
    assert replay([{}, {}], out) == [{999 - k: 10 for k in range(9)}, {1001: 10}]


def test_which_sum_a_quantity_was() -> None:
    sums = Sums()
    sums.add(19 * S, 10, 0)
    sums.add(20 * S, 15, 5)
    sums.add(21 * S, 18, 5)
    sums.add(21 * S, 18, 5)  # Nothing new.
    sums.add(22 * S, 13, 0)
    sums.add(20 * S, 77, 0)  # Older than what is known.
    assert sums.from_ns == [19 * S, 20 * S, 21 * S, 22 * S]
    assert sums.own(10, 20 * S + MS) == 0  # Told late.
    assert sums.own(15, 20 * S - MS) == 5  # Told early.
    assert sums.own(18, 21 * S) == 5
    assert sums.own(15, 21 * S + 400 * MS) == 5  # Late.
    assert sums.own(15, 22 * S + MS) == 0  # Too late.
    assert sums.own(13, 22 * S) == 0
    assert sums.own(99, 21 * S) == 5  # No sum is that: the one of that time.
    assert sums.own(3, 21 * S) == 3  # But never more than there was.
    assert sums.own(18, 22 * S + NEAR_NS + MS) == 0
    assert sums.own(18, 60 * S) == 0
    assert sums.own(7, 0) == 0


def test_a_second_connection_and_a_broken_frame_tell_nothing() -> None:
    queues, own = Feed3(), OwnLevels(OWN)
    told(own, queues.add("MINE0", "buy", 999, 5), T0)  # Before any snapshot.
    told(own, queues.snapshot(), T0)
    told(own, queues.modify("MINE0", 6), T0 + S, link="another")
    assert own.sums["BTC/USD"][0, 999].own_lots[-1] == 5
    told(own, queues.modify("MINE0", 7), T0 + S)
    assert own.sums["BTC/USD"][0, 999].own_lots[-1] == 7
    said = said_by(Capture(T0, "level3", queues.modify("MINE0", 8), 1))
    assert isinstance(said, BookSaid)
    own.book(replace(said, frame=said.frame[:-9]), precision=Precision(1, 2), depth=10, local_ns=T0 + 2 * S)
    told(own, queues.modify("MINE0", 9), T0 + 3 * S)
    assert own.sums["BTC/USD"][0, 999].own_lots[-1] == 7
    own.other(b"{}", T0)


def test_another_order_as_large_as_ours_was_is_not_ours() -> None:
    queues, own = Feed3(), OwnLevels(OWN)
    queues.rest("O0", "buy", 990, 10)
    told(own, queues.snapshot(), T0)
    told(own, queues.add("O1", "buy", 999, 5), T0 + 700 * MS)  # Before us,
    told(own, queues.delete("O1"), T0 + 800 * MS)
    told(own, queues.add("MINE0", "buy", 999, 5), T0 + S)
    told(own, queues.delete("MINE0"), T0 + 1_100 * MS)
    told(own, queues.add("O2", "buy", 999, 5), T0 + 1_200 * MS)  # and after us.
    sums = own.sums["BTC/USD"][0, 999]
    assert [sums.own(5, T0 + ms * MS) for ms in (710, 1_010, 1_090, 1_210)] == [0, 5, 5, 0]


def test_of_prices_where_we_do_not_stand_only_the_newest_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_levels, "RECENT_MAX", 3)
    queues, own = Feed3(), OwnLevels(OWN)
    queues.rest("O0", "buy", 990, 10)
    told(own, queues.snapshot(), T0)
    for number in range(8):
        told(own, queues.add(f"N{number}", "buy", 991 + number, 5), T0 + (number + 1) * S)
    assert len(own._recent["BTC/USD"]) <= 4
