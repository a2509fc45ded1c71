"""All feeds of one pair, and who hears each.

Pure. Imports: every feed of a pair. Imported by: hub.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from fathom.exchange.core import Market
from fathom.exchange.feeds.book_feed import BookFeed
from fathom.exchange.feeds.level3_feed import Level3Feed
from fathom.exchange.feeds.market_tape import MarketTape
from fathom.exchange.feeds.ohlc_feed import OhlcFeed
from fathom.exchange.feeds.subscribers import BOOK_DEPTHS, INTERVALS, Subscriber, Topic
from fathom.exchange.feeds.ticker_feed import TickerFeed
from fathom.exchange.feeds.trade_feed import TradeFeed
from fathom.exchange.feeds.v1_book_feed import V1BookFeed
from fathom.exchange.feeds.v1_public_feeds import V1OhlcFeed, V1SpreadFeed, V1TickerFeed, V1TradeFeed
from fathom.exchange.listing import Pair

_CHANNELS_A_PAIR: Final = 32  # Room for the numbers of a pair's topics of version 1.
_V1_OTHERS: Final = ("v1.ticker", "v1.trade", "v1.spread")


class Feed(Protocol):
    """One topic's frames."""

    channel: str

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the frames of a new subscriber."""

    def update(self, *, now_ns: int) -> bytes | None:
        """Return what happened since the last publication. Called once a publication."""


class Audience:
    """One feed and its subscribers. The tuple is replaced, never changed: a push may end a subscription."""

    __slots__ = ("feed", "subscribers")

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.subscribers: tuple[Subscriber, ...] = ()

    def push(self, frame: bytes) -> None:
        """Hand one frame to all."""
        channel = self.feed.channel
        for subscriber in self.subscribers:
            subscriber.push(frame, channel)

    def join(self, subscriber: Subscriber) -> None:
        """Add one, once."""
        if subscriber not in self.subscribers:
            self.subscribers = (*self.subscribers, subscriber)

    def leave(self, subscriber: Subscriber) -> bool:
        """Remove one; tell whether it was there."""
        rest = tuple(one for one in self.subscribers if one is not subscriber)
        left = len(rest) < len(self.subscribers)
        self.subscribers = rest
        return left


class PairFeeds:
    """One pair: its tape, and an audience for each topic that has subscribers."""

    __slots__ = ("_audiences", "_index", "_reset", "_topics", "tape")

    def __init__(self, market: Market, *, index: int, now_ns: int) -> None:
        self.tape = MarketTape(market, now_ns=now_ns)
        self._index = index
        self._topics: dict[Topic, Audience] = {}
        self._audiences: tuple[Audience, ...] = ()
        self._reset = False

    def join(self, topic: Topic, subscriber: Subscriber) -> None:
        """Add a subscriber."""
        audience = self._topics.get(topic)
        if audience is None:
            audience = self._topics[topic] = Audience(self._feed(topic))
            self._audiences = tuple(self._topics.values())
        audience.join(subscriber)

    def leave(self, topic: Topic, subscriber: Subscriber) -> bool:
        """Remove a subscriber; tell whether it was there."""
        audience = self._topics.get(topic)
        if audience is None or not audience.leave(subscriber):
            return False
        if not audience.subscribers:
            del self._topics[topic]
            self._audiences = tuple(self._topics.values())
        return True

    def snapshot(self, topic: Topic, *, now_ns: int) -> list[bytes]:
        """Return the frames of a new subscriber."""
        audience = self._topics.get(topic)
        feed = self._feed(topic) if audience is None else audience.feed
        return feed.snapshot(now_ns=now_ns)

    def publish(self, *, now_ns: int) -> list[tuple[Audience, bytes]]:
        """Write what happened since the last time."""
        tape = self.tape
        tape.gather(now_ns=now_ns)
        if self._reset:
            self._reset = False
            frames = self._start_anew(now_ns)
        else:
            frames = self._updates(self._audiences, now_ns)
        tape.clear()
        return frames

    def change_pair(self, market: Market, pair: Pair, *, now_ns: int) -> list[tuple[Audience, bytes]]:
        """Take in a pair's new state. Other precisions make all that was told so far void: everybody starts anew.

        What was traded before is told at the precisions at which it was traded.
        """
        old = self.tape.pair
        if (pair.price_precision, pair.qty_precision) == (old.price_precision, old.qty_precision):
            self.tape.pair = pair
            return []
        trades = [audience for audience in self._audiences if audience.feed.channel == "trade"]
        frames = self._updates(trades, now_ns)
        self.tape.trades = []
        self.tape.change_pair(market, pair)
        self._reset = True
        return frames

    def channel_id(self, topic: Topic) -> int:
        """Return version 1's number of a topic: the same on every connection."""
        first = (self._index + 1) * _CHANNELS_A_PAIR
        match topic:
            case ("v1.book", _, int(depth)):
                return first + BOOK_DEPTHS.index(depth)
            case ("v1.ohlc", _, int(interval)):
                return first + len(BOOK_DEPTHS) + INTERVALS.index(interval)
            case (str(name), _):
                return first + len(BOOK_DEPTHS) + len(INTERVALS) + _V1_OTHERS.index(name)
        raise KeyError(topic)

    @staticmethod
    def _updates(audiences: Iterable[Audience], now_ns: int) -> list[tuple[Audience, bytes]]:
        frames = []
        for audience in audiences:
            frame = audience.feed.update(now_ns=now_ns)
            if frame is not None:
                frames.append((audience, frame))
        return frames

    def _start_anew(self, now_ns: int) -> list[tuple[Audience, bytes]]:
        frames: list[tuple[Audience, bytes]] = []
        for topic, audience in self._topics.items():
            audience.feed = self._feed(topic)
            frames += [(audience, frame) for frame in audience.feed.snapshot(now_ns=now_ns)]
        return frames

    def _feed(self, topic: Topic) -> Feed:
        tape = self.tape
        match topic:
            case ("book", _, int(depth)):
                return BookFeed(tape.book, depth=depth)
            case ("level3", _, int(depth)):
                return Level3Feed(tape.book, depth=depth)
            case ("ticker", _, str(trigger)):
                return TickerFeed(tape, trigger=trigger)
            case ("trade", _):
                return TradeFeed(tape)
            case ("ohlc", _, int(interval)):
                return OhlcFeed(tape, interval=interval)
            case ("v1.book", _, int(depth)):
                return V1BookFeed(tape.book, depth=depth, channel_id=self.channel_id(topic))
            case ("v1.ticker", _):
                return V1TickerFeed(tape, channel_id=self.channel_id(topic))
            case ("v1.trade", _):
                return V1TradeFeed(tape, channel_id=self.channel_id(topic))
            case ("v1.spread", _):
                return V1SpreadFeed(tape, channel_id=self.channel_id(topic))
            case ("v1.ohlc", _, int(interval)):
                return V1OhlcFeed(tape, interval=interval, channel_id=self.channel_id(topic))
        raise KeyError(topic)
