"""The hub: turns what happened at the venue into frames, and hands them to whoever subscribed.

Pure. Imports: core, every feed. Imported by: exchange, sessions, v1, rest.
"""

from fathom.exchange.core import Event, OrderTold, PairChanged, Posted, QueueMoved, SystemChanged, TradeDone, Venue
from fathom.exchange.feeds.candles import Candle
from fathom.exchange.feeds.instrument_feed import InstrumentFeed
from fathom.exchange.feeds.market_tape import Spread
from fathom.exchange.feeds.pair_feeds import Audience, PairFeeds
from fathom.exchange.feeds.pair_texts import PairTexts
from fathom.exchange.feeds.subscribers import PrivateSubscriber, Subscriber, SystemWatcher, Topic
from fathom.exchange.feeds.ticker_view import TickerView


class Hub:
    """Whoever changes the venue calls `publish` after it. Each frame is written once, however many hear it."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._pairs = {
            symbol: PairFeeds(market, index=index, now_ns=venue.now_ns)
            for index, (symbol, market) in enumerate(venue.markets.items())
        }
        self._instruments = InstrumentFeed(venue.listing, exponents=venue.rules.instrument_exponents)
        self._instrument_audience = Audience(self._instruments)
        self._publishing = False
        self.private: dict[str, list[PrivateSubscriber]] = {}  # By the account's name.
        self.watchers: list[SystemWatcher] = []

    # -- Subscriptions ---------------------------------------------------------------------------------------

    def subscribe(self, topic: Topic, subscriber: Subscriber, *, now_ns: int) -> None:
        """Let a subscriber hear a topic from now on; its snapshot is asked for apart."""
        self.publish(now_ns=now_ns)
        if topic[0] == "instrument":
            self._instrument_audience.join(subscriber)
        else:
            self._pairs[str(topic[1])].join(topic, subscriber)

    def unsubscribe(self, topic: Topic, subscriber: Subscriber) -> bool:
        """Let it hear no more; tell whether it did."""
        if topic[0] == "instrument":
            return self._instrument_audience.leave(subscriber)
        return self._pairs[str(topic[1])].leave(topic, subscriber)

    def snapshot(self, topic: Topic, *, now_ns: int) -> list[bytes]:
        """Return the frames that a new subscriber gets first."""
        self.publish(now_ns=now_ns)
        if topic[0] == "instrument":
            return self._instruments.snapshot(now_ns=now_ns)
        return self._pairs[str(topic[1])].snapshot(topic, now_ns=now_ns)

    def listen(self, account_name: str, subscriber: PrivateSubscriber) -> None:
        """Let a subscriber hear what concerns one account."""
        self.private.setdefault(account_name, []).append(subscriber)

    def unlisten(self, account_name: str, subscriber: PrivateSubscriber) -> None:
        """Let it hear no more, if it did."""
        rest = [one for one in self.private.pop(account_name, []) if one is not subscriber]
        if rest:
            self.private[account_name] = rest

    def channel_id(self, topic: Topic) -> int:
        """Return version 1's number of a topic."""
        return self._pairs[str(topic[1])].channel_id(topic)

    # -- Publication -----------------------------------------------------------------------------------------

    def publish(self, *, now_ns: int) -> None:
        """Tell what happened since the last time: one frame a topic for all of it.

        All frames are written before the first is handed over, so whoever hears one may act on the venue at once; what
        that causes is told at the next call.
        """
        if self._publishing:
            return
        events = self._venue.take_events()
        if not events:
            return
        self._publishing = True
        try:
            frames, told = self._gather(events, now_ns)
            self._tell(told)
            for audience, frame in frames:
                audience.push(frame)
        finally:
            self._publishing = False

    def _gather(self, events: list[Event], now_ns: int) -> tuple[list[tuple[Audience, bytes]], list[Event]]:
        """Write the frames of what happened; return what is no market data beside them."""
        frames: list[tuple[Audience, bytes]] = []
        told: list[Event] = []
        moved: dict[str, PairFeeds] = {}
        for event in events:
            match event:
                case QueueMoved():
                    feeds = moved[event.symbol] = self._pairs[event.symbol]
                    feeds.tape.moved(event)
                case TradeDone():
                    feeds = moved[event.symbol] = self._pairs[event.symbol]
                    feeds.tape.traded(event)
                case PairChanged():
                    symbol = event.pair.symbol
                    feeds = moved[symbol] = self._pairs[symbol]
                    frames += feeds.change_pair(self._venue.markets[symbol], event.pair, now_ns=now_ns)
                    self._instruments.pair_changed(event.pair)
                case _:
                    told.append(event)
        if (frame := self._instruments.update(now_ns=now_ns)) is not None:
            frames.append((self._instrument_audience, frame))
        for feeds in moved.values():
            frames += feeds.publish(now_ns=now_ns)
        return frames, told

    def _tell(self, events: list[Event]) -> None:
        """Tell what is no market data to those whom it concerns."""
        for event in events:
            match event:
                case OrderTold():
                    for listener in tuple(self.private.get(event.order.account.name, ())):
                        listener.order_told(event)
                case Posted():
                    for listener in tuple(self.private.get(event.account.name, ())):
                        listener.posted(event)
                case SystemChanged():
                    for watcher in tuple(self.watchers):
                        watcher.system_changed(event.status)

    # -- What REST shows -------------------------------------------------------------------------------------

    def ticker(self, symbol: str, *, now_ns: int) -> TickerView:
        """Return one market at a glance."""
        self.publish(now_ns=now_ns)
        return self._pairs[symbol].tape.view(now_ns=now_ns)

    def candles(self, symbol: str, interval: int, *, now_ns: int) -> list[Candle]:
        """Return up to 720 candles, the running one last; intervals without a trade have an empty one."""
        self.publish(now_ns=now_ns)
        return self._pairs[symbol].tape.candles.filled(interval, now_ns=now_ns)

    def spreads(self, symbol: str, *, now_ns: int) -> list[Spread]:
        """Return the last 200 changes of the best prices, oldest first."""
        self.publish(now_ns=now_ns)
        return list(self._pairs[symbol].tape.spreads)

    def texts(self, symbol: str) -> PairTexts:
        """Return how the pair's numbers are written now."""
        return self._pairs[symbol].tape.texts
