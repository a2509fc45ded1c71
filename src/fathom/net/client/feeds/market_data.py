"""The public channels that are not books: quotes, trades, candles, instruments, the venue's state.

Imports: domain, protocol; topics. Imported by: kraken.
"""

from collections.abc import Callable
from typing import Final

from fathom.domain import Instrument
from fathom.net.client.feeds.topics import Topic, Topics
from fathom.protocol import Key, translate
from fathom.protocol.messages import InstrumentMessage, OhlcMessage, Ticker, TickerMessage, TradeMessage

TRADES_MISSING: Final = "trades are missing"
MISSING_MAX: Final = 1_000  # Trades of one pair that a gap hid and that may still come; beyond it the oldest do not.


class Told:
    """Which trades of a pair were told: their numbers rise by one (websocket-v2.md 6.3), so what is missing shows."""

    __slots__ = ("_last_id", "_may_come", "missed")

    def __init__(self, first_id: int) -> None:
        self._last_id = first_id - 1
        self._may_come: set[int] = set()
        self.missed = 0  # Not told, since the last time that anybody was told so.

    def is_news(self, trade_id: int) -> bool:
        """Note a trade. Return whether it was not told before."""
        if trade_id > self._last_id:
            self.missed += trade_id - self._last_id - 1
            self._may_come.update(range(max(self._last_id + 1, trade_id - MISSING_MAX), trade_id))
            self._last_id = trade_id
            return True
        if trade_id not in self._may_come:
            return False
        self._may_come.discard(trade_id)
        self.missed -= 1
        return True

    def given_up(self) -> int:
        """Return how many are missing, for the last time: they do not come any more."""
        missed, self.missed = self.missed, 0
        self._may_come.clear()
        return missed


class MarketData:
    """Gives each message's rows to whoever reads them."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self.instruments: dict[str, Instrument] = {}
        self.leverage: dict[str, int] = {}  # The most that a pair has; none: no margin there.
        self.refused: dict[str, str] = {}  # Pairs whose rules make no sense, and why.
        self.on_instrument: Callable[..., None] = lambda *_, **__: None
        self.quotes: dict[Key, Ticker] = {}  # The newest of each pair that is read.
        self._told: dict[Key, Told] = {}  # Trades, by topic.

    def closed(self, topic: Topic) -> None:
        """Nobody reads a channel any more."""
        if not topic.streams:
            self._told.pop(topic.key, None)
            self.quotes.pop(topic.key, None)

    def ticker(self, message: TickerMessage) -> None:
        """The newest quote of a pair."""
        for row in message.data:
            if (topic := self._topics.find(Key("ticker", row.symbol))) is not None:
                self.quotes[topic.key] = row
                topic.put(row)

    def ohlc(self, message: OhlcMessage) -> None:
        """Candles, oldest first; the last one is running."""
        for row in message.data:
            if (topic := self._topics.find(Key("ohlc", row.symbol, row.interval))) is not None:
                topic.put(row)

    def trades(self, message: TradeMessage, *, now_ns: int) -> None:
        """Trades, each once: a snapshot after a gap tells again what came before it, and what came within.

        Where numbers are missing though nothing else is wrong, the pair is taken anew: its snapshot may have them.
        """
        is_snapshot = message.type == "snapshot"
        begins = {row.symbol for row in message.data if Key("trade", row.symbol) not in self._told}
        for row in message.data:
            key = Key("trade", row.symbol)
            topic = self._topics.find(key)
            if topic is None:
                continue
            if self._told.setdefault(key, Told(row.trade_id)).is_news(row.trade_id):
                topic.put(row, history=row.symbol in begins and is_snapshot)
        for symbol in {row.symbol for row in message.data}:
            topic, told = self._topics.find(Key("trade", symbol)), self._told.get(Key("trade", symbol))
            if topic is None or told is None:
                continue
            if is_snapshot:
                self.trades_whole(topic, now_ns=now_ns)
            elif told.missed and topic.dark_since_ns is None:
                self._topics.darken(topic, from_ns=now_ns, reason=TRADES_MISSING)
                topic.link.take_anew("trade", symbol, reason=TRADES_MISSING)

    def trades_whole(self, topic: Topic, *, now_ns: int) -> None:
        """The snapshot after a gap was told, or there is none to tell."""
        told = self._told.get(topic.key)
        self._topics.lighten(topic, now_ns=now_ns, missed=0 if told is None else told.given_up())

    def instruments_told(self, message: InstrumentMessage, *, now_ns: int) -> None:
        """The pairs' rules: all of them at first, later what changed."""
        told = translate.pairs_told(message)
        self.refused.update(told.refused)
        self.leverage.update(translate.leverages_told(message))
        for changed in told.changed:
            instrument = changed.instrument
            known = self.instruments.get(instrument.symbol)
            if known == instrument:
                continue
            self.instruments[instrument.symbol] = instrument
            self.refused.pop(instrument.symbol, None)
            if known is not None:
                self.on_instrument(instrument, now_ns=now_ns)
            if (topic := self._topics.find(Key("instrument"))) is not None:
                topic.put(instrument)
