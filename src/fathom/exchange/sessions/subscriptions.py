"""All that one connection follows, public and private: each wish answered, each answer before its data.

Pure. Imports: core, feeds, answers, channels, market_subscriptions, private_feeds, texts. Imported by: session.
"""

from random import Random
from typing import Final, Protocol

from fathom.exchange.bank import Account
from fathom.exchange.core import Rules, Venue
from fathom.exchange.feeds import Hub
from fathom.exchange.sessions import texts as said
from fathom.exchange.sessions.answers import Asked, failure, refused_subscription, success
from fathom.exchange.sessions.channels import PRIVATE, Wish, subscribed, unsubscribed
from fathom.exchange.sessions.market_subscriptions import MarketSubscriptions
from fathom.exchange.sessions.private_feeds import BalancesFeed, ExecutionsFeed, PrivateFeed

ANSWER: Final = ""  # The channel of answers, as the line knows them.


class Outlet(Protocol):
    """Where frames go. It may end at any of them: a client that does not read is cut off."""

    def push(self, frame: bytes, channel: str) -> None:
        """Send one frame."""

    def ended(self) -> bool:
        """Tell whether nothing goes out any more."""


class Subscriptions:
    """What one connection follows."""

    def __init__(self, outlet: Outlet, *, venue: Venue, hub: Hub, rules: Rules, random: Random) -> None:
        self._outlet = outlet
        self._venue = venue
        self._hub = hub
        self._random = random
        self._market = MarketSubscriptions(hub=hub, listing=venue.listing, subscriber=outlet, rules=rules)
        self._private: dict[str, PrivateFeed] = {}  # By channel: at most two.

    def __bool__(self) -> bool:
        return bool(self._private) or len(self._market) > 0

    def subscribe(self, request: Asked, wish: Wish, account: Account | None, *, now_ns: int) -> bool:
        """Answer what was wished, each symbol alone; tell whether anything was subscribed and still is."""
        if account is not None and wish.channel in PRIVATE:
            return self._subscribe_private(request, wish, account, now_ns=now_ns)
        result, tier, any_done = subscribed(wish), "" if account is None else account.tier, False
        for symbol in self._market.symbols(wish):
            topic = self._market.subscribe(wish, symbol, tier=tier, now_ns=now_ns)
            if isinstance(topic, str):
                self._answer(failure(request, topic, symbol=symbol))
                continue
            any_done = True
            self._answer(success(request, result if symbol is None else {**result, "symbol": symbol}))
            if self._outlet.ended():
                break
            for frame in self._market.deliver(topic, snapshot=wish.snapshot, now_ns=now_ns):
                self._outlet.push(frame, wish.channel)
        return any_done and not self._outlet.ended()

    def unsubscribe(self, request: Asked, wish: Wish) -> None:
        """Answer what is no longer wished, each symbol alone.

        The method in a refusal is not the request's: so it was recorded.
        """
        result = unsubscribed(wish)
        if wish.channel in PRIVATE:
            feed = self._private.pop(wish.channel, None)
            if feed is None:
                self._answer(failure(request, said.NOT_SUBSCRIBED, method="subscribe"))
                return
            self._hub.unlisten(feed.account.name, feed)
            self._answer(success(request, result))
            return
        for symbol in self._market.symbols(wish):
            error = self._market.unsubscribe(wish, symbol)
            if error is not None:
                self._answer(failure(request, error, symbol=symbol, method="subscribe"))
            else:
                self._answer(success(request, result if symbol is None else {**result, "symbol": symbol}))

    def refuse(self, request: Asked, wish: Wish, error: str) -> None:
        """Answer that nothing of the wish is done: each symbol alone."""
        if error == said.BAD_TOKEN or wish.channel in PRIVATE:
            self._answer(refused_subscription(request, error, channel=wish.channel))
            return
        for symbol in self._market.symbols(wish):
            self._answer(failure(request, error, symbol=symbol))

    def publish(self, *, now_ns: int) -> None:
        """Publish what this connection caused; what it is told of its own account happened at once."""
        feeds = list(self._private.values())
        for feed in feeds:
            feed.collect()
        self._hub.publish(now_ns=now_ns)
        for feed in feeds:
            feed.flush()

    def leave(self) -> None:
        """Follow nothing any more."""
        self._market.leave()
        for feed in self._private.values():
            self._hub.unlisten(feed.account.name, feed)
        self._private.clear()

    def _subscribe_private(self, request: Asked, wish: Wish, account: Account, *, now_ns: int) -> bool:
        if wish.channel in self._private:
            self._answer(failure(request, said.ALREADY_SUBSCRIBED))
            return False
        self._hub.publish(now_ns=now_ns)  # What the snapshot shows is not told again.
        send = self._outlet.push
        feed: PrivateFeed
        if wish.channel == "executions":
            feed = ExecutionsFeed(account, wish, venue=self._venue, send=send, random=self._random)
        else:
            feed = BalancesFeed(account, wish, venue=self._venue, send=send)
        self._answer(success(request, feed.result))
        feed.snapshot(now_ns=now_ns)
        if self._outlet.ended():
            return False
        self._private[wish.channel] = feed
        self._hub.listen(account.name, feed)
        return True

    def _answer(self, frame: bytes) -> None:
        self._outlet.push(frame, ANSWER)
