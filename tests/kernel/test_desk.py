"""Tests of the desk: it says of every frame what `peek` and a book of its own say, and touches nothing else."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_market import l2_frame, l3_frame, l3_stream
from kernel_oracle import PlainL2
from kernel_twins import Twins

from fathom import kernel
from fathom.exchange import Rules
from fathom.kernel import (
    APPLIED,
    BROKEN,
    CROSSED,
    MISMATCH,
    PASSED,
    TOP,
    UNCHECKED,
    UNKNOWN_ORDER,
    VERIFIED,
    Desk,
    L2Book,
    L3Book,
    Seat,
)
from whole_exchange import Stage

PLACES = (1, 8)
SYMBOL = "BTC/USD"
PRECISIONS = {"BTC/USD": (1, 8), "ETH/USD": (2, 8), "DOGE/USD": (7, 8)}
HEAD = b'{"channel":"book","type":"update","data":[{"symbol":"'


class Market:
    """A small market whose frames have the right checksums."""

    def __init__(self) -> None:
        self.plain = PlainL2(10)

    def frame(self, kind: str, bids: Any = (), asks: Any = (), *, off: int = 0, symbol: str = SYMBOL) -> bytes:
        self.plain.apply(kind, list(bids), list(asks))
        frame = l2_frame(kind, list(bids), list(asks), self.plain.checksum() ^ off, places=PLACES)
        return frame.replace(SYMBOL.encode(), symbol.encode())


def seated(symbol: str = SYMBOL) -> tuple[Desk, Seat, Market]:
    """Return a desk with one armed seat, whose book has had its snapshot."""
    desk, market = Desk(), Market()
    seat = desk.seat("book", symbol, L2Book(10, *PLACES))
    assert seat.book.apply(market.frame("snapshot", [(100, 5), (99, 5)], [(101, 5), (102, 5)])) == VERIFIED
    seat.armed = True
    return desk, seat, market


# --- answers --------------------------------------------------------------------------------------------------------


def test_a_verified_update_says_whether_the_top_moved() -> None:
    desk, seat, market = seated()
    assert desk.take(memoryview(market.frame("update", [(99, 7)])), 11) == APPLIED
    assert desk.take(bytearray(market.frame("update", [], [(101, 6)])), 12) == TOP
    assert desk.take(market.frame("update", [(98, 1)]), 13) == APPLIED
    assert (seat.frames, seat.verified, seat.moved_ns, seat.verdict) == (3, 3, 13, VERIFIED)
    assert (desk.last, desk.refusal, seat.armed) == (seat, "", True)
    assert isinstance(seat.book, L2Book)
    assert seat.book.bids() == [(100, 5), (99, 7), (98, 1)]


def test_a_mismatch_disarms_and_the_next_update_passes() -> None:
    desk, seat, market = seated()
    assert desk.take(market.frame("update", [(99, 7)], off=1), 11) == BROKEN
    assert (seat.armed, seat.verdict, seat.frames, seat.verified) == (False, MISMATCH, 1, 0)
    assert (desk.last, desk.refusal) == (seat, "")
    assert desk.take(market.frame("update", [(99, 8)]), 12) == PASSED
    assert desk.last is None
    assert seat.book.level_qty("bid", 99) == 7


def test_no_checksum_is_broken() -> None:
    desk, seat, _ = seated()
    frame = l2_frame("update", [(99, 7)], [], None, places=PLACES)
    assert desk.take(frame, 11) == BROKEN
    assert (seat.verdict, seat.armed) == (UNCHECKED, False)


def test_a_refused_frame_is_broken_and_says_why() -> None:
    desk, seat, market = seated()
    frame = market.frame("update", [(99, 7)])
    damaged = frame.replace(b'"qty":', b'"qty"!')
    assert desk.take(damaged, 11) == BROKEN
    with pytest.raises(kernel.FrameRefused) as refused:
        L2Book(10, *PLACES).apply(damaged)
    assert desk.refusal == str(refused.value) == f"a colon was expected at byte {damaged.index(b'!')}"
    assert (seat.verdict, seat.armed, seat.moved_ns) == (0, False, 0)
    assert seat.book.level_qty("bid", 99) == 5
    seat.armed = True
    assert desk.take(frame, 12) == APPLIED
    assert desk.refusal == ""


def test_a_crossed_book_is_broken_though_it_verifies() -> None:
    desk, seat, market = seated()
    assert desk.take(market.frame("update", [(101, 1)]), 11) == BROKEN
    assert (seat.verdict, seat.book.flaws, seat.armed) == (VERIFIED, CROSSED, False)


def test_a_level_3_update_of_an_unknown_order_is_broken() -> None:
    desk = Desk()
    frames = [frame for frame, right in l3_stream(10, 3, 60, places=PLACES) if right and frame.startswith(b'{"channel')]
    seat = desk.seat("level3", SYMBOL, L3Book(10, *PLACES))
    seat.book.apply(frames[0])
    seat.armed = True
    first = json.loads(frames[0])["data"][0]["bids"][0]
    event = b'{"event":"delete","order_id":"O-NOBODY","limit_price":1.0,"order_qty":1.00000000,"timestamp":"%s"}'
    unknown = b'{"channel":"level3","type":"update","data":[{"checksum":%d,"symbol":"BTC/USD","bids":[%s],"asks":[]}]}'
    stamp = first["timestamp"].encode()
    assert desk.take(unknown % (seat.book.checksum(), event % stamp), 5) == BROKEN
    assert (seat.verdict, seat.book.flaws) == (VERIFIED, UNKNOWN_ORDER)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        HEAD,
        HEAD + b'BTC/USD","bids":[],"asks":[]}]}',
        HEAD + b"B" * 200,
        HEAD + b"BTC\\/USD" + b'","bids":[],"asks":[],"checksum":1,"timestamp":"2024-05-19T16:45:24.204654Z"}]}',
        HEAD + b"BTC/EUR" + b'","bids":[],"asks":[],"checksum":1,"timestamp":"2024-05-19T16:45:24.204654Z"}]}',
        HEAD + b"BTC/USDT" + b'","bids":[],"asks":[],"checksum":1,"timestamp":"2024-05-19T16:45:24.204654Z"}]}',
        b'{"channel":"heartbeat"}' + b" " * 100,
        b'{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","price":1.5}]}' + b" " * 100,
        b'{"channel":"level3","type":"update","data":[{"checksum":1,"symbol":"BTC/USD","bids":[],"asks":[]}]}   ',
        b'{"channel":"level3","type":"update","data":[{"checksum":"symbol":"BTC/USD","bids":[],"asks":[]}]}     ',
        b'{"channel":"level3","type":"update","data":[{"checksum":11111111111,"symbol":"BTC/USD","bids":[]}]}   ',
        b'{"channel":"level3","type":"update","data":[{"checksum":1 ,"symbol":"BTC/USD","bids":[],"asks":[]}]}  ',
        b'{"channel":"level3","type":"update","data":[{"bids":[],"asks":[],"checksum":1,"symbol":"BTC/USD"}]}   ',
        b'{"type":"update","channel":"book","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":1}]}     ',
    ],
)
def test_everything_else_passes(frame: bytes) -> None:
    desk, seat, market = seated()
    before = seat.book.bids()
    for view in (frame, memoryview(frame + b"0" * 64)[: len(frame)]):
        assert desk.take(view, 11) == PASSED
    assert (seat.frames, seat.armed, seat.book.bids(), desk.last, desk.drain()) == (0, True, before, None, [])
    assert desk.take(market.frame("snapshot", [(9, 1)], [(10, 1)]), 12) == PASSED
    assert seat.book.bids() == before


def test_what_has_no_bytes_is_no_frame() -> None:
    desk, seat, market = seated()
    text: Any = "text"
    with pytest.raises(TypeError, match="bytes-like"):
        desk.take(text, 1)
    frame = market.frame("update", [(99, 7)])
    scattered = memoryview(bytes(byte for one in frame for byte in (one, 0)))[::2]
    assert desk.take(scattered, 2) == APPLIED
    assert seat.verified == 1


def test_the_view_is_let_go_and_nothing_behind_it_is_read() -> None:
    desk, seat, market = seated()
    frame = market.frame("update", [(99, 7)])
    buffer = bytearray(frame + b"]}]}")  # What follows would be part of the frame if anybody looked.
    with memoryview(buffer) as whole, whole[: len(frame)] as view:
        assert desk.take(view, 1) == APPLIED
    buffer.append(0)
    with memoryview(buffer) as whole, whole[: len(frame) - 1] as view:
        assert desk.take(view, 2) == BROKEN
    assert desk.refusal == f"a comma or a closing bracket was expected at byte {len(frame) - 1}"
    assert not seat.armed


def test_a_frame_longer_than_any_before() -> None:
    desk, seat, market = seated()
    asks = [(200_000 + number, 1) for number in range(9_000)]
    frame = market.frame("update", [], asks)
    assert len(frame) > 1 << 18
    assert desk.take(memoryview(frame), 1) == APPLIED
    assert desk.take(memoryview(market.frame("update", [(99, 7)])), 2) == APPLIED
    assert seat.verified == 2


# --- seats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", ["A", "1234567", "12345678", "123456789", "X" * 16, "Y" * 33, "a b/c~", ""])
def test_a_symbol_of_any_length_finds_its_seat(symbol: str) -> None:
    desk, market = Desk(), Market()
    near = [desk.seat("book", other, L2Book(10, *PLACES)) for other in (symbol + "Z", symbol[:-1] + "z", "Q" + symbol)]
    seat = desk.seat("book", symbol, L2Book(10, *PLACES))
    seat.book.apply(market.frame("snapshot", [(100, 5)], [(101, 5)], symbol=symbol))
    for one in (*near, seat):
        one.armed = True
    assert desk.take(market.frame("update", [(99, 7)], symbol=symbol), 1) == APPLIED
    assert desk.last is seat
    assert [one.frames for one in near] == [0, 0, 0]


def test_a_symbol_that_no_usual_frame_can_have_takes_the_long_way() -> None:
    desk, market = Desk(), Market()
    for symbol in ("é/USD", 'a"b', "a\\b", "\n"):
        seat = desk.seat("book", symbol, L2Book(10, *PLACES))
        seat.armed = True
        assert desk.take(market.frame("update", [(99, 7)], symbol=symbol), 1) == PASSED


def test_a_thousand_seats_and_each_gets_its_own() -> None:
    desk, market = Desk(), Market()
    seats = {}
    for number in range(1_000):
        symbol = f"T{number}/USD"
        seats[symbol] = desk.seat("book", symbol, L2Book(10, *PLACES))
        seats[symbol].armed = True
    frame = market.frame("update", [(99, 7)])
    for number in range(0, 1_000, 3):
        desk.leave("book", f"T{number}/USD")
    for number, (symbol, seat) in enumerate(seats.items()):
        said = desk.take(frame.replace(b"BTC/USD", symbol.encode()), number)
        assert (said, seat.frames) == ((PASSED, 0) if number % 3 == 0 else (TOP, 1))


def test_both_channels_of_a_symbol_have_a_seat() -> None:
    desk, seat, market = seated()
    other = desk.seat("level3", SYMBOL, L3Book(10, *PLACES))
    other.armed = True
    assert desk.take(market.frame("update", [(99, 7)]), 1) == APPLIED
    assert (seat.frames, other.frames) == (1, 0)
    frame = b'{"channel":"level3","type":"update","data":[{"checksum":7,"symbol":"BTC/USD","bids":[],"asks":[]}]}'
    assert desk.take(frame, 2) == BROKEN
    assert (seat.frames, other.frames, other.verdict) == (1, 1, MISMATCH)
    assert (seat.armed, other.armed) == (True, False)


def test_a_book_needs_its_channel() -> None:
    desk = Desk()
    wrong: list[tuple[str, Any]] = [
        ("level3", L2Book(10, 1, 8)),
        ("book", L3Book(10, 1, 8)),
        ("ticker", L2Book(10, 1, 8)),
        ("book", None),
    ]
    for channel, book in wrong:
        with pytest.raises(ValueError, match="is not the book of a channel"):
            desk.seat(channel, SYMBOL, book)
    with pytest.raises(TypeError, match="made by its desk"):
        Seat()


def test_who_is_replaced_or_leaves_gets_nothing_more() -> None:
    desk, old, market = seated()
    frame = market.frame("update", [(99, 7)])
    assert desk.take(frame, 1) == APPLIED
    new = desk.seat("book", SYMBOL, L2Book(10, *PLACES))
    assert (old.armed, new.armed, desk.last, desk.drain()) == (False, False, None, [])
    assert (new.channel, new.symbol, new.frames, new.moved_ns, new.owner) == ("book", SYMBOL, 0, 0, None)
    old.armed = True
    assert desk.take(frame, 2) == PASSED
    desk.leave("book", SYMBOL)
    desk.leave("book", SYMBOL)
    new.armed = True
    assert desk.take(frame, 3) == PASSED


def test_disarm_disarms_all() -> None:
    desk, seat, market = seated()
    other = desk.seat("book", "ETH/USD", L2Book(10, *PLACES))
    other.armed = True
    desk.disarm()
    assert (seat.armed, other.armed) == (False, False)
    assert desk.take(market.frame("update", [(99, 7)]), 1) == PASSED


def test_drain_tells_each_once_in_the_order_of_first_moves_and_no_broken_one() -> None:
    desk, market = Desk(), Market()
    seats = [desk.seat("book", symbol, L2Book(10, *PLACES)) for symbol in ("A", "B", "C", "D")]
    for seat in seats:
        seat.armed = True

    def move(symbol: str, **terms: Any) -> int:
        market.plain = PlainL2(10)
        seat = next(seat for seat in seats if seat.symbol == symbol)
        market.plain.apply("snapshot", seat.book.bids(), seat.book.asks())
        return desk.take(market.frame("update", [(99, 7)], symbol=symbol, **terms), 1)

    assert [move(symbol) for symbol in "CACBC"] == [TOP, TOP, APPLIED, TOP, APPLIED]
    assert move("A", off=1) == BROKEN
    assert [seat.symbol for seat in desk.drain()] == ["C", "B"]
    assert desk.drain() == []
    assert move("B") == APPLIED
    desk.leave("book", "B")
    assert desk.drain() == []


def test_an_owner_that_knows_its_desk_is_collected() -> None:
    class Owner:
        def __init__(self) -> None:
            self.desk, self.seat, _ = seated()
            self.seat.owner = self

    gone = weakref.ref(Owner())
    gc.collect()
    assert gone() is None


# --- storms ---------------------------------------------------------------------------------------------------------


class Wire:
    """The far end of a connection of the exchange: what it sends is kept."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)

    def close(self, code: int, reason: str = "") -> None:
        raise AssertionError(f"closed with {code} {reason}")

    def backlog(self) -> int:
        return 0


@pytest.fixture(scope="module")
def storm() -> list[bytes]:
    """What the exchange sends of two channels and three pairs, as it comes over one wire."""
    rules = Rules(limits=False)
    stage = Stage(symbols=tuple(PRECISIONS), market=True, rate=400.0, rules=rules)
    wires = [stage.connect("public"), stage.connect("level3")]
    for client, channel in zip(wires, ("book", "level3"), strict=True):
        if channel == "level3":
            client.token = stage.private("GetWebSocketsToken")["token"]
        token = {} if client.token is None else {"token": client.token}
        params = {"channel": channel, "symbol": list(PRECISIONS), "depth": 10, **token}
        client.conversation.received(
            json.dumps({"method": "subscribe", "params": params}).encode(), now_ns=stage.now_ns
        )
    frames: list[bytes] = []
    while len(frames) < 4_000:
        stage.run(0.02, every_ms=20)
        for client in wires:
            frames += client.sent
            client.sent = []
    return frames


def twins() -> Twins:
    return Twins(
        kernel,
        {(channel, symbol): (10, *places) for channel in ("book", "level3") for symbol, places in PRECISIONS.items()},
    )


def test_the_exchange_s_frames_all_take_the_fast_way(storm: list[bytes]) -> None:
    pair = twins()
    for frame in storm:
        said = pair.run(frame, behind=b'"0]}')
        if b'"type":"snapshot"' in frame[:64]:
            channel, _, symbol = kernel.peek(frame)
            assert said == PASSED
            pair.seats[channel, symbol].armed = True
    assert pair.passed_updates == 0
    assert pair.counts[BROKEN] == 0
    assert min(pair.counts[APPLIED], pair.counts[TOP]) > 200
    assert {seat.symbol for seat in pair.desk.drain()} == set(PRECISIONS)


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_damaged_frames(storm: list[bytes], seed: int) -> None:
    random = Random(seed)
    pair, true = twins(), twins()
    for frame in storm:
        true.run(frame)
        channel, kind, symbol = kernel.peek(frame)
        if (channel, symbol) not in pair.seats or kind == "snapshot":
            pair.run(frame)
            continue
        for one in damaged(frame, random):
            pair.run(one, behind=random.choice([None, b"", b"0", b'"', b"]}]}", b"\\", frame[:40]]))
        if not pair.seats[channel, symbol].armed and random.random() < 0.7:
            if random.random() < 0.9:
                pair.run(snapshot_of(channel, symbol, true.others[channel, symbol]))
            pair.seats[channel, symbol].armed = True
    assert min(pair.counts.values()) > 100


def snapshot_of(channel: str, symbol: str, book: Any) -> bytes:
    """Return a snapshot of a book as it stands."""
    places = PRECISIONS[symbol]
    if channel == "book":
        frame = l2_frame("snapshot", book.bids(), book.asks(), book.checksum(), places=places)
    else:
        bids, asks = (
            [
                {"order_id": name, "price": price, "qty": qty, "time_ns": 10**18 + number}
                for price, _ in levels
                for number, (name, qty) in enumerate(book.orders(side, price))
            ]
            for side, levels in (("bid", book.bids()), ("ask", book.asks()))
        )
        frame = l3_frame("snapshot", bids, asks, book.checksum(), places=places)
    return frame.replace(SYMBOL.encode(), symbol.encode())


def damaged(frame: bytes, random: Random) -> Iterator[bytes]:
    """Yield a frame as it is, or changed in a place or two, cut short, or twice."""
    what = random.random()
    if what < 0.7:
        yield frame
    elif what < 0.75:
        yield frame[: random.randrange(len(frame))]
    elif what < 0.8:
        yield frame
        yield frame
    else:
        out = bytearray(frame)
        for _ in range(random.randrange(1, 3)):
            place = random.randrange(len(out) if random.random() < 0.7 else min(90, len(out)))
            out[place : place + random.randrange(2)] = random.choice(
                [b"", random.randbytes(1), random.choice(b'0123456789.eE-+{}[]",:\\ ').to_bytes()]
            )
        yield bytes(out)


@given(st.randoms(use_true_random=False))
def test_a_frame_with_a_usual_head_and_any_damage(random: Random) -> None:
    pair = Twins(kernel, {("book", SYMBOL): (10, *PLACES)})
    market = Market()
    pair.run(market.frame("snapshot", [(100, 5), (99, 5)], [(101, 5), (102, 5)]))
    pair.arm()
    for step in range(6):
        for frame in damaged(market.frame("update", [(98, 7 + step)]), random):
            pair.run(frame, behind=random.choice([None, b"", b"0", b"}"]))
            pair.arm()
