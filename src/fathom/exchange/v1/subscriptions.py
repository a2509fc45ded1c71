"""All that one v1 connection follows, public and private: each wish answered, all answers before their data.

Pure. Imports: core, feeds, answers, channels, market_subscriptions, private_feeds, texts. Imported by: session.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import Venue
from fathom.exchange.feeds import Hub
from fathom.exchange.v1 import texts as said
from fathom.exchange.v1.answers import answer, refused
from fathom.exchange.v1.channels import EVERY, Channel, Wish, echo
from fathom.exchange.v1.market_subscriptions import Followed, MarketSubscriptions
from fathom.exchange.v1.private_feeds import OpenOrdersFeed, OwnTradesFeed, PrivateFeed
from fathom.exchange.v1.requests import Request

ANSWER: Final = ""  # The channel of answers, as the line knows them.


class Outlet(Protocol):
    """Where frames go. It may end at any of them: a client that does not read is cut off."""

    def push(self, frame: bytes, channel: str) -> None:
        """Send one frame."""

    def ended(self) -> bool:
        """Tell whether nothing goes out any more."""


class Subscriptions:
    """What one connection follows."""

    def __init__(self, outlet: Outlet, *, venue: Venue, hub: Hub) -> None:
        self._outlet = outlet
        self._venue = venue
        self._hub = hub
        self._market = MarketSubscriptions(hub=hub, listing=venue.listing, subscriber=outlet)
        self._private: dict[str, PrivateFeed] = {}  # By channel: at most two.

    def __bool__(self) -> bool:
        return bool(self._private) or len(self._market) > 0

    # -- Market data -----------------------------------------------------------------------------------------

    def subscribe(self, request: Request, wish: Wish, *, now_ns: int) -> bool:
        """Answer each channel of each pair alone, then send what they begin with; tell whether any did."""
        begun: list[Followed] = []
        for pair in wish.pairs:
            for channel in wish.channels:
                followed = self._market.subscribe(channel, pair)
                if isinstance(followed, Refusal):
                    self.refuse(request, followed.error, pair=pair)
                else:
                    begun.append(followed)
                    self._tell(request, channel, "subscribed", followed=followed)
        self._hub.publish(now_ns=now_ns)  # What happened before is in the snapshots.
        for followed in begun:
            if self._outlet.ended():
                break
            for frame in self._market.deliver(followed, now_ns=now_ns):
                self._outlet.push(frame, followed.channel.name)
        return bool(begun)

    def unsubscribe(self, request: Request, wish: Wish) -> None:
        """Answer each channel of each pair that is no longer followed."""
        every = request.fields["subscription"]["name"] == EVERY
        for pair in wish.pairs:
            gone = self._market.unsubscribe_all(pair) if every else self._market.unsubscribe(wish.channels, pair)
            if isinstance(gone, Refusal):
                self.refuse(request, gone.error, pair=pair)
                continue
            for followed in gone:
                self._tell(request, followed.channel, "unsubscribed", followed=followed)

    def unsubscribe_id(self, request: Request) -> None:
        """The same by a channel's number."""
        channel_id = request.fields["channelID"]
        if type(channel_id) is not int:
            self.refuse(request, said.NOT_SUBSCRIBED)
            return
        gone = self._market.unsubscribe_id(channel_id)
        if isinstance(gone, Refusal):
            self._answer(refused(request, gone.error, channelID=channel_id))
            return
        for followed in gone:
            self._tell(request, followed.channel, "unsubscribed", followed=followed)

    # -- Private channels ------------------------------------------------------------------------------------

    def take_private(self, request: Request, channel: Channel, account: Account) -> PrivateFeed | None:
        """Answer that a private channel is subscribed; `begin_private` begins its data. None where it is already."""
        if channel.name in self._private:
            self.refuse(request, said.ALREADY_SUBSCRIBED)
            return None
        feed_class = OpenOrdersFeed if channel.name == OpenOrdersFeed.name else OwnTradesFeed
        feed = feed_class(account, channel, venue=self._venue, send=self._outlet.push)
        self._tell(request, channel, "subscribed", subscription=feed.subscription)
        return feed

    def begin_private(self, feeds: Sequence[PrivateFeed], *, now_ns: int) -> None:
        """Send what they begin with, and whatever happens from now on."""
        self._hub.publish(now_ns=now_ns)  # What happened before is in the snapshots.
        for feed in feeds:
            if self._outlet.ended():
                return
            self._private[feed.name] = feed
            self._hub.listen(feed.account.name, feed)
            feed.snapshot(now_ns=now_ns)

    def unsubscribe_private(self, request: Request, channel: Channel) -> None:
        """Answer that a private channel is no longer followed."""
        feed = self._private.pop(channel.name, None)
        if feed is None:
            self.refuse(request, said.NOT_SUBSCRIBED)
            return
        feed.flush()
        self._hub.unlisten(feed.account.name, feed)
        self._tell(request, channel, "unsubscribed", subscription={"name": channel.name})

    def flush(self) -> None:
        """Send what waited for more of the same moment."""
        for feed in list(self._private.values()):
            feed.flush()

    # -- Both ------------------------------------------------------------------------------------------------

    def refuse(self, request: Request, error: str, *, pair: str | None = None) -> None:
        """Say why not; the client's own subscription is repeated, as captured."""
        self._answer(refused(request, error, pair=pair, subscription=echo(request.fields.get("subscription"))))

    def leave(self) -> None:
        """Follow nothing any more."""
        self._market.leave()
        for feed in self._private.values():
            self._hub.unlisten(feed.account.name, feed)
        self._private.clear()

    def _tell(
        self,
        request: Request,
        channel: Channel,
        status: str,
        *,
        followed: Followed | None = None,
        subscription: Mapping[str, Any] | None = None,
    ) -> None:
        fields: dict[str, Any] = {
            "channelName": channel.title,
            "status": status,
            "subscription": channel.subscription if subscription is None else subscription,
        }
        if followed is not None:
            fields |= {"channelID": followed.channel_id, "pair": followed.pair}
        self._answer(answer(request, request.answer_event, fields))

    def _answer(self, frame: bytes) -> None:
        self._outlet.push(frame, ANSWER)
