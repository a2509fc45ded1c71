"""Every subscription of the client, who reads it, which connection carries it, and since when nothing is known of it.

Imports: domain, protocol, link; events, fleet, streams. Imported by: books, market_data, private, kraken.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from msgspec import structs

from fathom.domain import FathomError, LocalError
from fathom.net.client.events import ClientEvent, Gap
from fathom.net.client.feeds.fleet import Fleet
from fathom.net.client.feeds.streams import Stream
from fathom.net.link import Link
from fathom.protocol import Key
from fathom.protocol.messages import ChannelParams, OhlcParams

Tell = Callable[[ClientEvent], None]
REST_NS: Final = 60_000_000_000  # The session has waited as long between its last tries.


class Topic:
    """One subscription. `params` are those of this symbol alone."""

    __slots__ = (
        "active",
        "dark_reason",
        "dark_since_ns",
        "fleet",
        "held",
        "key",
        "link",
        "params",
        "resting_since_ns",
        "streams",
    )

    def __init__(self, key: Key, params: ChannelParams, link: Link, fleet: Fleet) -> None:
        self.key = key
        self.params = params
        self.link = link
        self.fleet = fleet
        self.streams: list[Stream[Any]] = []
        self.active = False  # The venue granted it, and its first data came.
        self.held = 0  # How many want it without a stream.
        self.dark_since_ns: int | None = None  # None: all is known, or nothing ever was.
        self.dark_reason = ""
        self.resting_since_ns: int | None = None  # The venue refused it too often: it is asked for again in a while.

    def put(self, item: Any, *, history: bool = False) -> None:
        """Give an item to every reader; `history` to those who want what was before they came."""
        for stream in tuple(self.streams):
            if stream.history or not history:
                stream.put(self.key, item)


class Topics:
    """All of them, by name."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._topics: dict[Key, Topic] = {}
        self.on_opened: Callable[[Topic], None] = lambda _: None  # What a channel makes of its own beginning and end.
        self.on_closed: Callable[[Topic], None] = lambda _: None

    def all(self) -> list[Topic]:
        """Return every topic."""
        return list(self._topics.values())

    def find(self, key: Key) -> Topic | None:
        """Return the topic of this name."""
        return self._topics.get(key)

    def on(self, link: Link) -> list[Topic]:
        """Return what a connection carries."""
        return [topic for topic in self._topics.values() if topic.link is link]

    def open(self, params: ChannelParams, symbols: Sequence[str], fleet: Fleet) -> list[Topic]:
        """Return a topic for each symbol (one without, for a channel that has none), subscribing where it is new.

        Raises LocalError, and changes nothing, where one is subscribed with other parameters already.
        """
        keys = [_key(params, symbol) for symbol in dict.fromkeys(symbols)] or [_key(params, "")]
        wishes = {key: _alone(params, key.symbol) for key in keys}
        for key, wish in wishes.items():
            known = self._topics.get(key)
            if known is not None and known.params != wish:
                raise LocalError(
                    key.channel,
                    f"{key.symbol or 'it'} is subscribed with other parameters here: close that stream first, or "
                    "open another connection with `connect`",
                )
        new = [key for key in keys if key not in self._topics]
        by_symbol = {key.symbol: key for key in new}
        placed = fleet.place([key.symbol for key in new]) if new else []
        _want(params, placed, fleet)
        for link, some in placed:
            for symbol in some:
                topic = Topic(by_symbol[symbol], wishes[by_symbol[symbol]], link, fleet)
                self._topics[topic.key] = topic
                self.on_opened(topic)
        return [self._topics[key] for key in keys]

    def read(self, topics: Sequence[Topic], stream: Stream[Any]) -> None:
        """Let a stream read these topics, until it is closed: the last reader's end unsubscribes."""
        for topic in topics:
            topic.streams.append(stream)

    def release(self, topics: Iterable[Topic], stream: Stream[Any]) -> None:
        """A stream reads no more."""
        for topic in topics:
            if stream in topic.streams:
                topic.streams.remove(stream)
            self.close_unread(topic)

    def drop(self, topic: Topic, error: FathomError) -> None:
        """The venue will never grant it: readers of nothing else are told by this error, others read the rest."""
        topics = self.all()
        for stream in tuple(topic.streams):
            if any(stream in other.streams for other in topics if other is not topic):
                self.release([topic], stream)
            else:
                stream.fail(error)
        self.close_unread(topic)

    def close_unread(self, topic: Topic) -> None:
        """Unsubscribe from what nobody wants any more."""
        if topic.streams or topic.held or self._topics.get(topic.key) is not topic:
            return
        del self._topics[topic.key]
        topic.fleet.leave(topic.link, 1)
        self.on_closed(topic)
        topic.link.unwant(topic.params)

    def want_again(self, *, now_ns: int) -> None:
        """Ask again for what was refused too often, once it has rested."""
        for topic in self.all():
            if topic.resting_since_ns is not None and now_ns - topic.resting_since_ns >= REST_NS:
                topic.resting_since_ns = None
                topic.link.want(topic.params)

    def move(self, topics: Sequence[Topic], *, now_ns: int) -> None:
        """Carry these topics of one connection over to others: they are dark until their new snapshots."""
        by_symbol = {topic.key.symbol: topic for topic in topics}
        if not by_symbol:
            return
        old, fleet, params = topics[0].link, topics[0].fleet, topics[0].params
        try:
            placed = fleet.place(list(by_symbol), but=old)
        except LocalError:  # There is no room anywhere: they stay where they are.
            return
        for link, some in placed:
            for symbol in some:
                topic = by_symbol[symbol]
                if topic.active or topic.dark_since_ns is not None:
                    self.darken(topic, from_ns=now_ns, reason="moved to another connection")
                self.on_closed(topic)
                topic.link = link
                self.on_opened(topic)
            old.unwant(structs.replace(params, symbol=tuple(some)))
            link.want(structs.replace(params, symbol=tuple(some)))
            fleet.leave(old, len(some))

    def lighten_load(self, link: Link, *, now_ns: int) -> None:
        """Carry half of what is most on a connection over to others."""
        kinds: dict[ChannelParams, list[Topic]] = {}
        for topic in self.on(link):
            if topic.key.symbol:
                kinds.setdefault(_alone(topic.params, "*"), []).append(topic)
        if kinds:
            most = max(kinds.values(), key=len)
            alone = 1 if len(kinds) > 1 else 0  # One of each kind: one of them leaves.
            self.move(most[: len(most) // 2 or alone], now_ns=now_ns)

    # -- What is known -----------------------------------------------------------------------------------------

    def darken(self, topic: Topic, *, from_ns: int, reason: str) -> None:
        """Nothing is known of it since `from_ns`. What was dark already stays so since then."""
        topic.active = False
        if topic.dark_since_ns is None:
            topic.dark_since_ns, topic.dark_reason = from_ns, reason

    def lighten(self, topic: Topic, *, now_ns: int, missed: int | None = None) -> None:
        """It is whole again: say what was missed."""
        topic.active = True
        if topic.dark_since_ns is None:
            return
        gap = self.gap(topic, to_ns=now_ns, missed=missed)
        topic.dark_since_ns, topic.dark_reason = None, ""
        self._tell(gap)

    def gap(self, topic: Topic, *, to_ns: int, missed: int | None = None) -> Gap:
        """Return what is missing of a topic that is dark."""
        assert topic.dark_since_ns is not None
        key = topic.key
        return Gap(
            time_ns=to_ns,
            channel=key.channel,
            symbol=key.symbol,
            interval=key.interval,
            from_ns=topic.dark_since_ns,
            to_ns=to_ns,
            reason=topic.dark_reason,
            missed=missed,
        )


def _want(params: ChannelParams, placed: Sequence[tuple[Link, list[str]]], fleet: Fleet) -> None:
    """Subscribe on every link; where one says that it cannot be, take all of it back and raise what it said."""
    asked: list[tuple[Link, ChannelParams]] = []
    try:
        for link, some in placed:
            wish = params if some == [""] else structs.replace(params, symbol=tuple(some))
            link.want(wish)
            asked.append((link, wish))
    except LocalError:
        for link, wish in asked:
            link.unwant(wish)
        for link, some in placed:
            fleet.leave(link, len(some))
        raise


def _key(params: ChannelParams, symbol: str) -> Key:
    interval = (params.interval or 1) if isinstance(params, OhlcParams) else 0
    return Key(str(params.__struct_config__.tag), symbol, interval)


def _alone(params: ChannelParams, symbol: str) -> ChannelParams:
    return structs.replace(params, symbol=(symbol,)) if symbol else params
