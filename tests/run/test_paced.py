import time
from collections.abc import Iterable

import pytest

from fathom.domain import Entry, Event, FrameReceived, Happening, JournalError, OrderApproved, OrderWanted
from fathom.engine import Engine, Nowhere
from fathom.market import FrameMarket
from fathom.protocol import checksum
from fathom.run.config import RunConfig
from fathom.run.paced import Paced, run_safely
from fathom.sim import BookVenue, Fees, Playback, RecordedFrame

HEARTBEAT = b'{"channel":"heartbeat"}'


def playback(times_ns: Iterable[int]) -> Playback:
    venue = BookVenue(FrameMarket([], depths={}), Fees())
    return Playback([RecordedFrame(time_ns, "test", HEARTBEAT) for time_ns in times_ns], venue)


def test_frames_come_no_faster_than_asked() -> None:
    world = playback([0, 100_000_000, 200_000_000])
    seen: list[Entry] = []
    drawn: list[None] = []
    paced = Paced(world, speed=2.0, watch=seen.append, draw=lambda: drawn.append(None))
    begun_s = time.monotonic()
    run_safely(Engine([], Nowhere()), paced, world)
    assert time.monotonic() - begun_s >= 0.1  # 0.2 s recorded, at twice the speed: never earlier.
    assert [entry.event for entry in seen if isinstance(entry.event, FrameReceived)]
    assert len(drawn) >= 3


def test_a_stop_is_not_slept_through() -> None:
    world = playback([0, 10**18])  # Thirty years later.
    paced = Paced(world, speed=1.0, watch=lambda entry: world.stop("enough"), draw=lambda: None)
    run_safely(Engine([], Nowhere()), paced, world)
    assert world.next_arrival() is None


class BuysOnce:
    """Approves one order at the first heartbeat; the log breaks later."""

    name = "risk"
    hears: tuple[type[Happening], ...] = (FrameReceived,)

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.bought = False

    def handle(self, entry: Entry) -> Iterable[Event]:
        assert isinstance(entry.event, FrameReceived)
        if self.bought or entry.event.frame != HEARTBEAT:
            return []
        self.bought = True
        return [OrderApproved(OrderWanted("a-1-1", self.symbol, "buy", "limit", 10_000, 1))]


class BreaksLater:
    """A log whose disk is full from one entry on."""

    def __init__(self, *, seq_max: int) -> None:
        self.seq_max = seq_max

    def append(self, entry: Entry) -> None:
        if entry.seq > self.seq_max:
            raise JournalError("the disk is full")

    def commit(self) -> None:
        pass


def test_a_broken_journal_cancels_what_rests(demo_config: RunConfig) -> None:
    snapshot = (
        b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":0.2,"qty":1.00000000}],'
        b'"asks":[{"price":0.3,"qty":1.00000000}],"checksum":%d}]}'
    )
    market = FrameMarket(demo_config.instruments, depths=demo_config.depths)
    venue = BookVenue(market, Fees())
    frames = [
        RecordedFrame(0, "test", snapshot % checksum([(3, 10**8)], [(2, 10**8)])),
        RecordedFrame(1, "test", HEARTBEAT),
        *(RecordedFrame(time_ns, "test", HEARTBEAT) for time_ns in range(10**9, 10**9 + 100)),
    ]
    world = Playback(frames, venue)
    rested: list[bool] = []
    paced = Paced(world, speed=1000, watch=lambda entry: rested.append(bool(venue.resting_symbols)), draw=lambda: None)
    with pytest.raises(JournalError, match="the disk is full"):
        run_safely(Engine([market, BuysOnce("BTC/USD")], BreaksLater(seq_max=20)), paced, world)
    assert any(rested)
    assert not venue.resting_symbols
