import json

import pytest

from fathom.domain import units_text
from fathom.protocol import checksum
from fathom.run.recording.book_stream import FROM_CHECKSUMS, BookStream, Mismatch, StreamReport
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookChannel, BookSaid, Refusal

Side = list[tuple[int, int]]


def frame(asks: Side, bids: Side, *, crc: int | None, snapshot: bool = False) -> BookSaid:
    rows = {
        name: ",".join(f'{{"price":{units_text(p, precision=1)},"qty":{units_text(q, precision=8)}}}' for p, q in side)
        for name, side in (("asks", asks), ("bids", bids))
    }
    tail = "" if crc is None else f',"checksum":{crc}'
    text = (
        f'{{"channel":"book","type":"{"snapshot" if snapshot else "update"}","data":[{{"symbol":"A/B",'
        f'"bids":[{rows["bids"]}],"asks":[{rows["asks"]}]{tail}}}]}}'
    )
    json.loads(text)
    return BookSaid(1, text.encode(), "book", "A/B", "", snapshot)


def side(first: int, step: int, count: int) -> Side:
    return [(first + step * n, 100 + n) for n in range(count)]


def snapshot(levels: int, *, crc: int | None = None) -> BookSaid:
    asks, bids = side(1000, 1, levels), side(999, -1, levels)
    return frame(asks, bids, crc=checksum(asks, bids) if crc is None else crc, snapshot=True)


def take(stream: BookStream, said: BookSaid, *, depth: int | None = 10, price: int = 1) -> StreamReport:
    stream.take(said, precision=Precision(price, 8), precision_from="test", depth=depth, depth_from="test")
    return stream.report


def counts(report: StreamReport) -> tuple[int, int, int, int, int]:
    return report.frames, report.verified, report.mismatched, report.refused, report.unchecked


def test_a_mismatch_lasts_until_the_next_snapshot_and_keeps_the_book() -> None:
    stream = BookStream(snapshot(3))
    take(stream, snapshot(3))
    wrong = frame([(1001, 0)], [], crc=1)
    right = checksum([(1000, 100), (1002, 102)], side(999, -1, 3))
    report = take(stream, wrong)
    assert counts(report) == (2, 1, 1, 0, 0)
    assert report.first_mismatch == Mismatch(1, 1, right)
    assert stream.evidence is not None
    assert stream.evidence.checksum() == right
    take(stream, frame([], [], crc=right))
    report = take(stream, frame([], [], crc=None))
    assert counts(report) == (4, 1, 3, 0, 0)
    assert stream.evidence.checksum() == right
    report = take(stream, snapshot(3))
    assert counts(report) == (5, 2, 3, 0, 0)
    assert report.first_mismatch == Mismatch(1, 1, right)


def test_no_snapshot_and_no_checksum_are_unchecked() -> None:
    stream = BookStream(snapshot(3))
    assert counts(take(stream, frame([], [(1, 1)], crc=7))) == (1, 0, 0, 0, 1)
    bare = frame(side(1000, 1, 3), side(999, -1, 3), crc=None, snapshot=True)
    assert counts(take(stream, bare)) == (2, 0, 0, 0, 2)
    crc = checksum(side(1000, 1, 3), side(999, -1, 3))
    assert counts(take(stream, frame([], [], crc=crc))) == (3, 1, 0, 0, 2)


def test_after_a_refused_frame_there_is_no_book() -> None:
    stream = BookStream(snapshot(3))
    take(stream, snapshot(3))
    broken = BookSaid(
        9, b'{"channel":"book","type":"update","data":[{"symbol":"A/B"', "book", "A/B", "", snapshot=False
    )
    report = take(stream, broken)
    assert counts(report) == (2, 1, 0, 1, 0)
    assert isinstance(report.first_refusal, Refusal)
    assert report.first_refusal.line == 9
    assert counts(take(stream, frame([], [], crc=5))) == (3, 1, 0, 1, 1)
    assert counts(take(stream, snapshot(3))) == (4, 2, 0, 1, 1)


def test_precisions_beyond_the_kernel_are_refused() -> None:
    report = take(BookStream(snapshot(3)), snapshot(3), price=19)
    assert counts(report) == (1, 0, 0, 1, 0)


def test_a_new_precision_needs_a_new_snapshot() -> None:
    stream = BookStream(snapshot(3))
    take(stream, snapshot(3))
    same = checksum(side(1000, 1, 3), side(999, -1, 3))
    assert counts(take(stream, frame([], [], crc=same), price=2)) == (2, 1, 0, 0, 1)
    finer = checksum([(p * 10, q) for p, q in side(1000, 1, 3)], [(p * 10, q) for p, q in side(999, -1, 3)])
    assert counts(take(stream, snapshot(3, crc=finer), price=2)) == (3, 2, 0, 0, 1)


@pytest.mark.parametrize("true_depth", [10, 25, 100, 500])
@pytest.mark.parametrize("thin", [3, 10])
def test_an_unknown_depth_is_found_by_trying(thin: int, true_depth: int) -> None:
    """A thin book grows past the depths it first fits; at the true depth the worst level falls out for good."""
    stream = BookStream(snapshot(thin))
    take(stream, snapshot(thin), depth=None)
    assert stream.report.depth == 10
    asks, bids = side(1000, 1, thin), side(999, -1, thin)
    updates = [(999 - thin - n, 50) for n in range(true_depth + 20 - thin)]  # Worse and worse bids.
    for level in updates:
        bids = [*bids, level][:true_depth]
        take(stream, frame([], [level], crc=checksum(asks, bids)), depth=None)
    while len(bids) > 5:  # Now the best go, one by one, and what is left is compared.
        (price, _), *bids = bids
        take(stream, frame([], [(price, 0)], crc=checksum(asks, bids)), depth=None)
    report = stream.report
    assert report.verified == report.frames
    assert (report.depth, report.depth_from) == (true_depth, FROM_CHECKSUMS)


def test_a_known_depth_is_taken_at_its_word() -> None:
    stream = BookStream(snapshot(12))
    asks, bids = side(1000, 1, 12), side(999, -1, 12)
    take(stream, snapshot(12, crc=checksum(asks, bids)), depth=25)
    assert (stream.report.depth, stream.report.depth_from) == (25, "test")
    report = take(stream, frame([(1000, 0)], [], crc=checksum(asks[1:], bids)), depth=25)
    assert counts(report) == (2, 2, 0, 0, 0)


ORDERS = [("O1", 1000, 5), ("O2", 1000, 6), ("O3", 1001, 7)]


@pytest.mark.parametrize("depth", [None, 10])
def test_level3(depth: int | None) -> None:
    asks = ",".join(
        f'{{"order_id":"{name}","limit_price":{units_text(p, precision=1)},"order_qty":{units_text(q, precision=8)},'
        f'"timestamp":"2024-01-08T12:18:05.770906486Z"}}'
        for name, p, q in ORDERS
    )
    crc = checksum([(p, q) for _, p, q in ORDERS], [])
    row = f'{{"symbol":"A/B","checksum":{crc},"bids":[],"asks":[{asks}]}}'
    text = f'{{"channel":"level3","type":"snapshot","data":[{row}]}}'
    channel: BookChannel = "level3"
    said = BookSaid(1, text.encode(), channel, "A/B", "", snapshot=True)
    report = take(BookStream(said), said, depth=depth)
    assert counts(report) == (1, 1, 0, 0, 0)
    assert report.depth == 10


@pytest.mark.parametrize(("levels", "depth"), [(0, 10), (10, 10), (11, 25), (100, 100), (101, 500), (1000, 1000)])
def test_the_size_suggests_a_depth(levels: int, depth: int) -> None:
    asks = side(1000, 1, levels)
    said = frame(asks, [], crc=checksum(asks, []), snapshot=True)
    assert take(BookStream(said), said, depth=None).depth == depth
