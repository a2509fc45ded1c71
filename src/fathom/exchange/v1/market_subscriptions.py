"""The market data that one v1 connection follows: which topics of the hub, under which numbers.

Pure. Imports: feeds, listing, channels, texts. Imported by: subscriptions.
"""

from collections.abc import Sequence

from msgspec import Struct

from fathom.exchange.bank import Refusal
from fathom.exchange.feeds import Hub, Subscriber, Topic
from fathom.exchange.listing import Listing
from fathom.exchange.v1 import texts as said
from fathom.exchange.v1.channels import Channel

_Key = tuple[str | int, ...]


class Followed(Struct, frozen=True):
    """One channel of one pair."""

    channel: Channel
    pair: str  # v1's name.
    topic: Topic
    channel_id: int


class MarketSubscriptions:
    """The topics of one connection. A pair is followed once a channel, whatever the depth; candles once an interval.

    Their number is bounded by the listing's: thirteen a pair.
    """

    def __init__(self, *, hub: Hub, listing: Listing, subscriber: Subscriber) -> None:
        self._hub = hub
        self._listing = listing
        self._subscriber = subscriber
        self._followed: dict[_Key, Followed] = {}

    def __len__(self) -> int:
        return len(self._followed)

    def subscribe(self, channel: Channel, pair_name: str) -> Followed | Refusal:
        """Take one pair on, or say why not; `deliver` begins its data."""
        pair = self._listing.pair_by_wsname(pair_name)
        if pair is None:
            return Refusal(said.unknown_pair(pair_name))
        key = _key(channel, pair_name)
        if key in self._followed:
            return Refusal(said.ALREADY_SUBSCRIBED)
        topic = channel.topic(pair.symbol)
        followed = Followed(channel, pair_name, topic, self._hub.channel_id(topic))
        self._followed[key] = followed
        return followed

    def deliver(self, followed: Followed, *, now_ns: int) -> list[bytes]:
        """Begin the data; return its snapshot, to be sent before anything else of it."""
        frames = self._hub.snapshot(followed.topic, now_ns=now_ns)
        self._hub.subscribe(followed.topic, self._subscriber, now_ns=now_ns)
        return frames

    def unsubscribe(self, channels: Sequence[Channel], pair_name: str) -> list[Followed] | Refusal:
        """Follow these channels of one pair no longer; return those that were followed, else why there is none.

        The depth or interval must be the one it was subscribed with.
        """
        if self._listing.pair_by_wsname(pair_name) is None:
            return Refusal(said.unknown_pair(pair_name))
        gone = [
            followed
            for channel in channels
            if (followed := self._followed.get(_key(channel, pair_name))) is not None and followed.channel == channel
        ]
        return self._drop(gone)

    def unsubscribe_all(self, pair_name: str) -> list[Followed] | Refusal:
        """Follow nothing of one pair any longer, whatever the depth: the name `*`."""
        if self._listing.pair_by_wsname(pair_name) is None:
            return Refusal(said.unknown_pair(pair_name))
        return self._drop([followed for followed in self._followed.values() if followed.pair == pair_name])

    def unsubscribe_id(self, channel_id: int) -> list[Followed] | Refusal:
        """Follow the channel of this number no longer."""
        return self._drop([followed for followed in self._followed.values() if followed.channel_id == channel_id])

    def leave(self) -> None:
        """Follow nothing."""
        self._drop(list(self._followed.values()))

    def _drop(self, gone: list[Followed]) -> list[Followed] | Refusal:
        for followed in gone:
            del self._followed[_key(followed.channel, followed.pair)]
            self._hub.unsubscribe(followed.topic, self._subscriber)
        return gone or Refusal(said.NOT_SUBSCRIBED)


def _key(channel: Channel, pair_name: str) -> _Key:
    """Return what may be followed only once."""
    if channel.name == "ohlc":
        return channel.name, pair_name, channel.title
    return channel.name, pair_name
