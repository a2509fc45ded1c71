"""A recording of two days to compile: both books, trades and candles of a pair, with whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

from fathom.protocol import time_text
from fathom.store import Capture, write_capture
from level3_feed import Feed3
from market_feed import BTC, T0, Feed, S, instrument_frame, two_sided

DAY = 86_400 * S
LATE = T0 + DAY - 60 * S  # A minute before midnight.


class Tape:
    """Frames with the times at which they came, a quarter of a second apart."""

    def __init__(self, *, start_ns: int = LATE) -> None:
        self.now_ns = start_ns
        self.captures: list[Capture] = []

    def say(self, *frames: bytes, link: str = "public") -> None:
        for frame in frames:
            self.now_ns += S // 4
            self.captures.append(Capture(self.now_ns, link, frame, len(self.captures) + 1))

    def write(self, path: Path) -> Path:
        write_capture(path, self.captures)
        return path


def candle_frame(begin_ns: int, *, close: int = 1000, trades: int = 3, kind: str = "update") -> bytes:
    """One candle of a minute, as Kraken tells it while it runs."""
    text = BTC.price_text
    return (
        f'{{"channel":"ohlc","type":"{kind}","timestamp":"{time_text(begin_ns + 30 * S)}","data":[{{'
        f'"symbol":"BTC/USD","open":{text(1000)},"high":{text(1002)},"low":{text(998)},"close":{text(close)},'
        f'"trades":{trades},"volume":1.50,"vwap":100.05,"interval_begin":"{time_text(begin_ns)}","interval":1,'
        f'"timestamp":"{time_text(begin_ns + 60 * S)}"}}]}}'
    ).encode()


def moved(feed: Feed, random: Random) -> bytes:
    """A change of one level near the top."""
    feed.time_ns += S // 4
    side = random.choice(["bids", "asks"])
    levels = feed.bids if side == "bids" else feed.asks
    price = random.choice(sorted(levels)) + random.choice([-1, 0, 0, 1])
    if side == "bids" and price >= min(feed.asks, default=price + 1):
        price -= 2
    if side == "asks" and price <= max(feed.bids, default=price - 1):
        price += 2
    gone = random.random() < 0.2 and price in levels and len(levels) > 2
    change = [(price, 0 if gone else random.randrange(1, 500))]
    return feed.update(bids=change) if side == "bids" else feed.update(asks=change)


def two_days(seed: int = 1, *, steps: int = 480) -> Tape:
    """A book, its level 3, trades and candles from a minute before midnight to a minute after."""
    random, feed, queues, tape = Random(seed), two_sided(), Feed3(), Tape()
    for place in range(4):
        queues.rest(f"OB{place}", "buy", 999 - place, 10 + place)
        queues.rest(f"OA{place}", "sell", 1001 + place, 20 + place)
    tape.say(instrument_frame(BTC, kind="snapshot"), feed.snapshot())
    tape.say(queues.snapshot(), link="level3")
    for step in range(steps // 4):
        feed.time_ns = tape.now_ns
        tape.say(moved(feed, random), moved(feed, random))
        tape.say(
            queues.add(f"ON{step}", random.choice(["buy", "sell"]), 1000 + random.choice([-4, 4]), 5), link="level3"
        )
        tape.say(feed.trades((random.choice(["buy", "sell"]), 1000, random.randrange(1, 50))))
        if step % 30 == 0:
            tape.say(candle_frame(tape.now_ns // (60 * S) * 60 * S))
    return tape


def write(path: Path, frames: Iterable[tuple[int, bytes]]) -> Path:
    """A recording of these frames at these times."""
    write_capture(path, [Capture(time_ns, "public", frame, line) for line, (time_ns, frame) in enumerate(frames, 1)])
    return path
