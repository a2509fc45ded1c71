"""The public channels that are not books: quotes, trades, candles, instruments, the venue's state.

Imports: domain, protocol; topics. Imported by: kraken.
"""

from collections.abc import Callable

from fathom.domain import Instrument
from fathom.net.client.topics import Topic, Topics
from fathom.protocol import Key, translate
from fathom.protocol.messages import InstrumentMessage, OhlcMessage, Ticker, TickerMessage, TradeMessage


class MarketData:
    """Gives each message's rows to whoever reads them."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self.instruments: dict[str, Instrument] = {}
        self.refused: dict[str, str] = {}  # Pairs whose rules make no sense, and why.
        self.on_instrument: Callable[[Instrument], None] = lambda _: None
        self.quotes: dict[Key, Ticker] = {}  # The newest of each pair that is read.
        self._last_trade_id: dict[Key, int] = {}  # By topic: what comes again after a gap is told apart by it.

    def closed(self, topic: Topic) -> None:
        """Nobody reads a channel any more."""
        if not topic.streams:
            self._last_trade_id.pop(topic.key, None)
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
        """Trades, each once: a snapshot after a gap tells again what came before it, and what came within."""
        begins = {row.symbol for row in message.data if Key("trade", row.symbol) not in self._last_trade_id}
        for row in message.data:
            key = Key("trade", row.symbol)
            topic = self._topics.find(key)
            if topic is None:
                continue
            last_id = self._last_trade_id.get(key)
            if last_id is not None and row.trade_id <= last_id:
                continue
            if topic.dark_since_ns is not None and last_id is not None:
                self._topics.lighten(topic, now_ns=now_ns, missed=row.trade_id - last_id - 1)
            topic.put(row, history=row.symbol in begins and message.type == "snapshot")
            self._last_trade_id[key] = row.trade_id

    def instruments_told(self, message: InstrumentMessage) -> None:
        """The pairs' rules: all of them at first, later what changed."""
        told = translate.pairs_told(message)
        self.refused.update(told.refused)
        for changed in told.changed:
            instrument = changed.instrument
            known = self.instruments.get(instrument.symbol)
            if known == instrument:
                continue
            self.instruments[instrument.symbol] = instrument
            self.refused.pop(instrument.symbol, None)
            if known is not None:
                self.on_instrument(instrument)
            if (topic := self._topics.find(Key("instrument"))) is not None:
                topic.put(instrument)
