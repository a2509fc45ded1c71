"""Market data: the frames of the public channels and of level 3, for both versions, and whoever hears them.

Front door of the feeds.

Pure. Imports: its own files. Imported by: exchange, faults, sessions, v1, rest.
"""

from fathom.exchange.feeds.candles import CANDLES_MAX, Candle, begin_of
from fathom.exchange.feeds.day_stats import MINUTE_NS, Figures
from fathom.exchange.feeds.hub import Hub
from fathom.exchange.feeds.market_tape import SPREADS_MAX, Spread
from fathom.exchange.feeds.pair_texts import PairTexts, padded, shortest_text
from fathom.exchange.feeds.subscribers import (
    BOOK_DEPTHS,
    EVENT_TRIGGERS,
    INTERVALS,
    LEVEL3_DEPTHS,
    PrivateSubscriber,
    Subscriber,
    SystemWatcher,
    Topic,
)
from fathom.exchange.feeds.ticker_view import TickerView
from fathom.exchange.feeds.time_texts import micros_text, nanos_text, unix_text

__all__ = [
    "BOOK_DEPTHS",
    "CANDLES_MAX",
    "EVENT_TRIGGERS",
    "INTERVALS",
    "LEVEL3_DEPTHS",
    "MINUTE_NS",
    "SPREADS_MAX",
    "Candle",
    "Figures",
    "Hub",
    "PairTexts",
    "PrivateSubscriber",
    "Spread",
    "Subscriber",
    "SystemWatcher",
    "TickerView",
    "Topic",
    "begin_of",
    "micros_text",
    "nanos_text",
    "padded",
    "shortest_text",
    "unix_text",
]
