"""What moves the market: in time, not for too long at once, paused or not."""

from collections.abc import Iterable

from fathom.exchange.bank import Bank
from fathom.exchange.core import Ids, Venue
from fathom.exchange.crowd import Crowd, Playback
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing
from fathom.exchange.moving import BURST_MAX, MovingMarket

T0 = 1_770_000_000_000_000_000
S = 1_000_000_000


class Clockwork:
    """Acts at given times; notes what it is told."""

    def __init__(self, times: Iterable[int]) -> None:
        self._times = list(times)
        self.resumed: list[int] = []

    def next_ns(self) -> int | None:
        return self._times[0] if self._times else None

    def act(self) -> int:
        return self._times.pop(0)

    def set_pace(self, *, speed: float | None, rate: float | None, now_ns: int) -> None:
        raise AssertionError("nobody asked for it")

    def resume(self, now_ns: int) -> None:
        self.resumed.append(now_ns)


class Listener:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def push(self, frame: bytes, channel: str) -> None:
        self.frames.append(frame)


def venue() -> Venue:
    listing = Listing.of(("BTC/USD",))
    return Venue(listing, Bank(listing, ids=Ids(1)), seed=1, now_ns=T0)


def clockwork(times: Iterable[int]) -> tuple[MovingMarket, Clockwork]:
    participant = Clockwork(times)
    return MovingMarket(Hub(venue()), participant), participant


def test_it_acts_up_to_now_and_says_when_it_acts_next() -> None:
    market, _ = clockwork([T0 + 1, T0 + 5, T0 + 5, T0 + 9])
    assert market.move(T0) == T0 + 1
    assert market.acts == 0
    assert market.move(T0 + 5) == T0 + 9
    assert market.acts == 3
    assert market.move(T0 + 9) is None  # That was all.
    assert (market.move(T0 + 99), market.acts) == (None, 4)


def test_it_does_only_so_much_at_once() -> None:
    market, _ = clockwork(range(T0, T0 + 3 * BURST_MAX))
    late_ns = T0 + S
    assert market.move(late_ns) == T0 + BURST_MAX
    assert market.move(late_ns) == T0 + 2 * BURST_MAX
    assert market.move(late_ns) is None
    assert market.acts == 3 * BURST_MAX


def test_paused_it_stands_still() -> None:
    market, participant = clockwork([T0 + 1, T0 + 2])
    market.pause(True, now_ns=T0)
    assert (market.move(T0 + 9), market.acts) == (None, 0)
    market.pause(True, now_ns=T0 + 9)
    assert participant.resumed == []
    market.pause(False, now_ns=T0 + 10)
    market.pause(False, now_ns=T0 + 11)  # It goes on already.
    assert participant.resumed == [T0 + 10]
    assert market.move(T0 + 10) is None
    assert market.acts == 2


def test_nobody_is_a_market_too() -> None:
    market = MovingMarket(Hub(venue()), None)
    assert market.move(T0) is None
    market.pause(True, now_ns=T0)
    market.pause(False, now_ns=T0)
    assert (market.move(T0), market.acts) == (None, 0)


def test_what_it_does_is_published_at_the_time_of_each_act() -> None:
    floor = venue()
    hub, listener = Hub(floor), Listener()
    crowd = Crowd(floor, seed=1, symbols=("BTC/USD",), speed=1.0, start_ns=T0)
    crowd.warm_up()
    hub.publish(now_ns=T0)
    market = MovingMarket(hub, crowd)
    hub.subscribe(("book", "BTC/USD", 1000), listener, now_ns=T0)
    while (due_ns := market.move(T0 + 3 * S)) is not None and due_ns <= T0 + 3 * S:
        pass
    assert 0 < len(listener.frames) <= market.acts
    assert floor.now_ns <= T0 + 3 * S
    assert floor.take_events() == []


def test_a_recording_of_nothing_never_moves() -> None:
    floor = venue()
    market = MovingMarket(Hub(floor), Playback(floor, [], speed=1.0, start_ns=T0, loop=True))
    assert market.move(T0 + S) is None
