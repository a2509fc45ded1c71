"""The market data that one connection follows: which topics of the hub, and one answer a symbol.

Pure. Imports: feeds, listing, channels, allowances, texts. Imported by: session.
"""

from typing import Final

from fathom.exchange.connection import Allowance
from fathom.exchange.core import Rules
from fathom.exchange.feeds import Hub, Subscriber, Topic
from fathom.exchange.listing import Listing
from fathom.exchange.sessions import texts as said
from fathom.exchange.sessions.allowances import LEVEL3_COSTS, level3_counter_max
from fathom.exchange.sessions.channels import Wish

EVERY: Final = "*"  # Of ticker: all pairs (6.1).
_BITNOMIAL: Final = ("instrument", "bitnomial-exchange")  # Another venue, of which nothing is listed or ever changes.
_BITNOMIAL_SNAPSHOT: Final = b'{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[]}}'
_OPTION: Final = {"ticker": "event_trigger", "book": "depth", "level3": "depth", "ohlc": "interval"}

_Key = tuple[str | int, ...]


class MarketSubscriptions:
    """The topics of one connection. A symbol is followed once a channel, whatever the depth; candles once an interval.

    Their number is bounded by the listing's: some thirty a pair.
    """

    def __init__(self, *, hub: Hub, listing: Listing, subscriber: Subscriber, rules: Rules) -> None:
        self._hub = hub
        self._listing = listing
        self._subscriber = subscriber
        self._rules = rules
        self._topics: dict[_Key, Topic] = {}
        self._level3_counters: dict[str, Allowance] = {}  # By tier: a connection may use keys of several accounts.
        self._level3_count = 0

    def __len__(self) -> int:
        return len(self._topics)

    def symbols(self, wish: Wish) -> list[str | None]:
        """Return what is to be answered one by one; None is a channel without symbols."""
        if wish.channel == "instrument":
            return [None]
        if wish.channel == "ticker" and wish.symbols == [EVERY]:
            return list(self._listing.pairs)
        return list(wish.symbols)

    def subscribe(self, wish: Wish, symbol: str | None, *, tier: str, now_ns: int) -> Topic | str:
        """Follow one symbol; return its topic, or why not. `deliver` begins the data."""
        if (error := self._unfit(wish, symbol)) is not None:
            return error
        key = _key(wish, symbol)
        if key in self._topics:
            return said.ALREADY_SUBSCRIBED
        if wish.channel == "level3":
            if (error := self._beyond_level3(wish, tier=tier, now_ns=now_ns)) is not None:
                return error
            self._level3_count += 1
        self._topics[key] = topic = _topic(wish, symbol)
        return topic

    def deliver(self, topic: Topic, *, snapshot: bool, now_ns: int) -> list[bytes]:
        """Begin the data of a topic; return its snapshot, to be sent before anything else of it."""
        if topic == _BITNOMIAL:
            return [_BITNOMIAL_SNAPSHOT] if snapshot else []
        frames = self._hub.snapshot(topic, now_ns=now_ns) if snapshot else []
        self._hub.subscribe(topic, self._subscriber, now_ns=now_ns)
        return frames

    def unsubscribe(self, wish: Wish, symbol: str | None) -> str | None:
        """Follow it no longer; return why not. The option must be the one it was subscribed with."""
        key = _key(wish, symbol)
        topic = self._topics.get(key)
        if topic is None or topic != _topic(wish, symbol):
            return said.NOT_SUBSCRIBED if symbol is None else self._unfit(wish, symbol) or said.NOT_SUBSCRIBED
        del self._topics[key]
        if wish.channel == "level3":
            self._level3_count -= 1
        self._stop(topic)
        return None

    def leave(self) -> None:
        """Follow nothing."""
        for topic in self._topics.values():
            self._stop(topic)
        self._topics.clear()

    def _stop(self, topic: Topic) -> None:
        if topic != _BITNOMIAL:
            self._hub.unsubscribe(topic, self._subscriber)

    def _unfit(self, wish: Wish, symbol: str | None) -> str | None:
        if symbol is not None and self._listing.pair(symbol) is None:
            return said.unknown_pair(symbol)
        return wish.error

    def _beyond_level3(self, wish: Wish, *, tier: str, now_ns: int) -> str | None:
        rules = self._rules
        if not rules.limits:
            return None
        if self._level3_count >= rules.level3_symbols_max:
            return said.LEVEL3_SYMBOLS
        counter = self._level3_counters.get(tier)
        if counter is None:
            most = level3_counter_max(tier=tier, rule=rules.level3_counter_max)
            counter = self._level3_counters[tier] = Allowance(most)
        if not counter.spend(LEVEL3_COSTS[wish.options["depth"]], now_ns=now_ns):
            return said.LEVEL3_RATE
        return None


def _key(wish: Wish, symbol: str | None) -> _Key:
    if symbol is None:
        return (wish.channel,)
    if wish.channel == "ohlc":
        return wish.channel, symbol, wish.options["interval"]
    return wish.channel, symbol


def _topic(wish: Wish, symbol: str | None) -> Topic:
    """Return the hub's name of it."""
    if symbol is None:
        return _BITNOMIAL if wish.options.get("execution_venue") == _BITNOMIAL[1] else (wish.channel,)
    option = _OPTION.get(wish.channel)
    return (wish.channel, symbol) if option is None else (wish.channel, symbol, wish.options[option])
