"""Tests of the level 2 book: the reference's vectors, real frames, and the plain book over 100,000 steps."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_market import l2_frame, l2_stream, odd_l2_frame
from kernel_oracle import PlainL2, Refused, read_l2

from fathom.kernel import CROSSED, MISMATCH, OUT_OF_ORDER, TOO_DEEP, UNCHECKED, VERIFIED, FrameRefused, L2Book

PLACES = (1, 8)


def frame_of(kind: str, bids: str, asks: str, checksum: int | None) -> bytes:
    """Return a frame from "price:qty" texts as the reference prints them."""

    def side(text: str) -> str:
        return ",".join('{{"price":{},"qty":{}}}'.format(*level.split(":")) for level in text.split())

    check = "" if checksum is None else f',"checksum":{checksum}'
    data = f'{{"symbol":"X/Y","bids":[{side(bids)}],"asks":[{side(asks)}]{check}}}'
    return f'{{"channel":"book","type":"{kind}","data":[{data}]}}'.encode()


VECTORS: list[tuple[str, tuple[int, int], list[tuple[str, str, str, int]]]] = [
    (
        "3.2 real frames",
        (2, 8),
        [
            (
                "snapshot",
                (
                    "1797.24:0.43393711 1797.18:139.10616255 1797.13:139.10995927 1797.12:0.80386470 "
                    "1797.07:139.11517673 1796.98:5.22282896 1796.97:12.17138476 1796.95:139.69390939 "
                    "1796.88:4.21870000 1796.85:1.22932317"
                ),
                (
                    "1797.25:1.40355852 1797.28:10.82400000 1797.29:139.09899871 1797.30:139.09783403 "
                    "1797.37:139.09216827 1797.41:5.24638952 1797.42:0.01780330 1797.46:33.05700000 "
                    "1797.48:3.11556555 1797.49:139.49306646"
                ),
                2606672715,
            ),
            ("update", "", "1797.29:0.00000000 1797.52:1.56601318", 3329440863),
        ],
    ),
    (
        "3.3 truncation",
        (1, 8),
        [
            (
                "snapshot",
                (
                    "29430.2:0.18967538 29429.6:0.00011621 29427.4:0.00100000 29426.7:4.00000000 29425.7:0.67945399 "
                    "29423.5:0.67950478 29422.1:0.16314267 29421.8:0.06797895 29421.7:0.23401846 29421.5:0.28639276"
                ),
                (
                    "29430.3:8.25215653 29430.4:2.55637606 29430.5:0.29975980 29430.9:2.56473216 29431.0:0.00011662 "
                    "29431.1:0.00100000 29432.3:0.02410000 29432.4:0.02210682 29432.5:3.39761477 29433.1:0.01021497"
                ),
                2785033588,
            ),
            ("update", "", "29431.1:0.00000000 29433.3:0.80000000 29430.6:0.00100000", 3547452596),
            ("update", "", "29430.3:8.25182177", 3111681483),
            ("update", "29423.0:2.54902601", "", 434883881),
            ("update", "29424.2:0.80000000", "", 2141748964),
        ],
    ),
    (
        "3.4 padding, unpadded on purpose",
        (4, 8),
        [
            (
                "snapshot",
                (
                    "0.5666:4831.75496356 0.5665:6658.22734739 0.5664:18724.91513344 0.5663:11563.92544914 "
                    "0.5662:14006.65365711 0.5661:17454.85679807 0.566:18097.1547 0.5659:33644.89175666 "
                    "0.5658:148.3464 0.5657:606.70854372"
                ),
                (
                    "0.5668:4410.79769741 0.5669:4655.40412487 0.567:49844.89424998 0.5671:24306.41678 "
                    "0.5672:29783.25223475 0.5673:57234.71239278 0.5674:45065.04744 0.5675:5912.76380354 "
                    "0.5676:42514.92434778 0.5677:36304.0847022"
                ),
                2439117997,
            ),
            ("update", "0.5657:1098.39475580", "", 2114181697),
        ],
    ),
    (
        "3.5 a real snapshot",
        (2, 8),
        [
            (
                "snapshot",
                (
                    "3215.98:0.43374000 3215.88:1.55563481 3215.68:0.11390000 3215.60:0.31899455 3215.46:0.31577998 "
                    "3215.41:1.11400000 3215.40:0.75897979 3215.36:0.34384896 3215.35:0.11390000 3215.33:5.00183483"
                ),
                (
                    "3216.17:1.57368901 3216.18:3.10841504 3216.26:5.00183483 3216.35:1.68100000 3216.53:0.11390000 "
                    "3216.61:6.05150000 3216.66:0.34384896 3216.67:0.32189137 3216.88:0.11390000 3216.89:0.02000000"
                ),
                1875479340,
            )
        ],
    ),
    ("3.6 few levels", (4, 8), [("snapshot", "0.0400:2.5 0.0300:0.00000001", "0.0500:1", 3709390677)]),
    ("3.6 no asks", (4, 8), [("snapshot", "0.0400:2.50000000", "", 3245258346)]),
    ("3.6 both empty", (4, 8), [("snapshot", "", "", 0)]),
]


@pytest.mark.parametrize(("places", "steps"), [case[1:] for case in VECTORS], ids=[case[0] for case in VECTORS])
def test_the_vectors_of_the_reference(places: tuple[int, int], steps: list[tuple[str, str, str, int]]) -> None:
    book = L2Book(10, *places)
    for kind, bids, asks, checksum in steps:
        assert book.apply(frame_of(kind, bids, asks, checksum)) == VERIFIED
        assert book.checksum() == checksum
        assert book.apply(frame_of("update", "", "", checksum ^ 1)) == MISMATCH
        assert book.apply(frame_of("update", "", "", None)) == UNCHECKED


def test_the_official_example(fixtures: Path) -> None:
    book = L2Book(10, 1, 8)
    assert book.apply((fixtures / "kraken-docs" / "book-checksum-example.json").read_bytes()) == VERIFIED
    assert (book.best_bid, book.best_bid_qty, book.best_ask, book.best_ask_qty) == (452835, 10**7, 452852, 10**5)


def recorded(path: Path, *, padded: bool) -> list[bytes]:
    """Return the recorded stream as its texts stand, or padded and laid out as on the wire."""
    stream = json.loads(path.read_text(), parse_float=FloatText)
    messages = [stream["init"], *stream["updates"]]
    return [relaid(message) if padded else json.dumps(message).encode() for message in messages]


class FloatText(float):
    """A number that is written back as it was read."""

    def __new__(cls, text: str) -> FloatText:
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str

    def __repr__(self) -> str:
        return self.text


def relaid(message: dict[str, Any]) -> bytes:
    data = message["data"][0]
    bids, asks = (
        [(round(level["price"] * 10), round(level["qty"] * 10**8)) for level in data[name]] for name in ("bids", "asks")
    )
    return l2_frame(message["type"], bids, asks, data["checksum"], places=PLACES)


@pytest.mark.parametrize("padded", [True, False])
def test_a_real_stream(fixtures: Path, *, padded: bool) -> None:
    book = L2Book(10, 1, 8)
    frames = recorded(fixtures / "python-kraken-sdk" / "orderbook-v2.json", padded=padded)
    verdicts = [book.apply(frame) for frame in frames]
    assert (len(verdicts), verdicts.count(VERIFIED)) == (510, 510)


@pytest.mark.parametrize(("depth", "seed", "steps"), [(10, 1, 50_000), (100, 2, 30_000), (1000, 3, 20_000)])
def test_it_agrees_with_the_plain_book(depth: int, seed: int, steps: int) -> None:
    book, plain = L2Book(depth, *PLACES), PlainL2(depth)
    planted = found = 0
    top: tuple[Any, Any] = ([], [])
    for step, (frame, right) in enumerate(l2_stream(depth, seed, steps, places=PLACES)):
        plain.apply(*read_l2(frame, PLACES)[:3])
        verdict = book.apply(frame)
        assert verdict == (VERIFIED if right else MISMATCH), f"seed {seed}, step {step}: {frame!r}"
        planted += not right
        found += verdict == MISMATCH
        assert book.checksum() == plain.checksum()
        assert book.flaws == 0
        before, top = top, (plain.bids(1), plain.asks(1))
        assert book.top_changed == (before != top)
        if step % 500 == 0:
            assert book.bids() == plain.bids(depth)
            assert book.asks() == plain.asks(depth)
    assert planted == found > steps // 200


def state(book: L2Book) -> tuple[Any, ...]:
    return (book.bids(), book.asks(), book.checksum(), book.flaws, book.top_changed, book.time_ns)


def test_what_a_snapshot_shows_of_itself() -> None:
    book = L2Book(2, 1, 0)
    assert book.apply(frame_of("snapshot", "1.0:1 0.9:1", "1.1:1 1.2:1", None)) == UNCHECKED
    assert book.flaws == 0
    book.apply(frame_of("snapshot", "0.9:1 1.0:1", "1.1:1", None))
    assert book.flaws == OUT_OF_ORDER
    book.apply(frame_of("snapshot", "1.0:1", "1.1:1 1.1:2", None))
    assert (book.flaws, book.asks()) == (OUT_OF_ORDER, [(11, 2)])
    book.apply(frame_of("snapshot", "1.0:1 0.9:1 0.8:1", "1.1:1", None))
    assert (book.flaws, book.bid_count) == (TOO_DEEP, 2)
    book.apply(frame_of("update", "1.1:1", "", None))
    assert book.flaws == CROSSED
    book.apply(frame_of("update", "1.1:0", "", None))
    assert book.flaws == 0


def test_the_same_price_in_one_message_counts_in_order_and_the_depth_is_cut_at_its_end() -> None:
    book = L2Book(2, 0, 0)
    book.apply(frame_of("snapshot", "", "10:1 11:1", None))
    book.apply(frame_of("update", "", "9:0 9:5 9:0 9:6 10:0 12:1", None))
    assert book.asks() == [(9, 6), (11, 1)]
    book.apply(frame_of("update", "", "8:1 8:0 11:0 13:4", None))
    assert book.asks() == [(9, 6), (13, 4)]


def test_a_snapshot_replaces_and_clear_forgets() -> None:
    book = L2Book(10, 0, 0)
    book.apply(frame_of("snapshot", "9:1", "10:1", None))
    book.apply(frame_of("snapshot", "8:2", "", None))
    assert (book.bids(), book.asks()) == ([(8, 2)], [])
    book.clear()
    assert (book.bids(), book.best_bid, book.best_ask, book.checksum()) == ([], None, None, 0)
    assert (book.bid_count, book.ask_count, book.time_ns) == (0, 0, None)


def test_any_buffer_is_a_frame_and_text_is_not() -> None:
    frame = frame_of("snapshot", "9:1", "10:1", None)
    for kind in (bytearray, memoryview):
        book = L2Book(10, 0, 0)
        assert book.apply(kind(frame)) == UNCHECKED
        assert book.bids() == [(9, 1)]
    text: Any = frame.decode()
    with pytest.raises(TypeError):
        L2Book(10, 0, 0).apply(text)


@pytest.mark.parametrize("arguments", [(0, 1, 8), (1001, 1, 8), (-1, 1, 8), (10, -1, 8), (10, 19, 8), (10, 1, 19)])
def test_nonsense_is_no_book(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is"):
        L2Book(*arguments)


def test_a_huge_frame_leaves_no_huge_book() -> None:
    book = L2Book(10, 0, 0)
    levels = [(price, 1) for price in range(1, 65_537)]
    book.apply(l2_frame("update", levels, [], None, places=(0, 0)))
    assert book.bids() == [(price, 1) for price in range(65_536, 65_526, -1)]
    with pytest.raises(FrameRefused, match="too many levels"):
        book.apply(l2_frame("update", [*levels, (70_000, 1)], [], None, places=(0, 0)))
    assert book.best_bid == 65_536


SIDES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10**9)), max_size=6)


@given(SIDES, SIDES, st.sampled_from(["snapshot", "update"]), st.randoms(use_true_random=False))
def test_the_layout_does_not_matter(bids: Any, asks: Any, kind: str, random: Random) -> None:
    usual, odd = L2Book(5, 2, 8), L2Book(5, 2, 8)
    for book in (usual, odd):
        book.apply(l2_frame("snapshot", [(20, 5), (19, 4)], [(21, 7)], None, places=(2, 8)))
    first = l2_frame(kind, bids, asks, 17, places=(2, 8))
    second = odd_l2_frame(kind, bids, asks, 17, places=(2, 8), random=random)
    assert usual.apply(first) == odd.apply(second)
    assert state(usual)[:-1] == state(odd)[:-1]


@given(st.randoms(use_true_random=False))
def test_a_damaged_frame_is_refused_or_means_what_it_says(random: Random) -> None:
    start = l2_frame("snapshot", [(20, 5), (19, 4)], [(21, 7)], None, places=PLACES)
    frame = bytearray(l2_frame("update", [(20, 0), (18, 12345678901)], [(22, 3)], 17, places=PLACES))
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(frame))
        what = random.choice(
            [b"", bytes([random.randrange(256)]), random.choice(b'0123456789.eE-+{}[]",:\\ ').to_bytes()]
        )
        frame[place : place + random.randrange(2)] = what
    book, plain = L2Book(5, *PLACES), PlainL2(5)
    book.apply(start)
    plain.apply(*read_l2(start, PLACES)[:3])
    before = state(book)
    try:
        kind, bids, asks, checksum = read_l2(bytes(frame), PLACES)
    except Refused:
        with pytest.raises(FrameRefused, match=r" at byte \d+$"):
            book.apply(bytes(frame))
        assert state(book) == before
        return
    plain.apply(kind, bids, asks)
    verdict = VERIFIED if checksum == plain.checksum() else MISMATCH
    assert book.apply(bytes(frame)) == (UNCHECKED if checksum is None else verdict)
    assert (book.bids(), book.asks()) == (plain.bids(5), plain.asks(5))


def test_the_fix_feeds_example() -> None:
    """book-checksum.md 6: FIX does not pad its prices, and neither does this frame."""
    asks = (
        "28013.0@0.00096506, 28039.8@0.001, 28066.5@0.001, 28093.3@0.001, 28120.0@0.001, "
        "28146.7@0.001, 28173.5@0.001, 28200.2@0.001, 28227.0@0.001, 28253.7@0.001"
    )
    bids = (
        "28003.0@0.001, 27999.9@0.00096375, 27969.9@0.73860423, 27700.1@0.0035, 27573.2@0.0032, "
        "27137.4@0.01, 27091.3@0.004, 26729.4@0.001, 26702.6@0.001, 26675.9@0.001"
    )

    def levels(text: str) -> str:
        pairs = (level.split("@") for level in text.split(", "))
        return ",".join(f'{{"price":{price.removesuffix(".0")},"qty":{qty}}}' for price, qty in pairs)

    frame = (
        f'{{"channel":"book","type":"snapshot","data":[{{"symbol":"BTC/USD","bids":[{levels(bids)}],'
        f'"asks":[{levels(asks)}],"checksum":3341325816}}]}}'
    )
    book = L2Book(10, 1, 8)
    assert book.apply(frame.encode()) == VERIFIED
    assert book.best_ask == 280130
