"""What comes over every link, and who it is for: one table of messages and events.

Imports: domain, kernel, protocol, link; account, books, events, market_data, topics. Imported by: kraken.
"""

from collections.abc import Callable, Sequence
from typing import Any

from fathom.domain import AuthError, FathomError, LinkError
from fathom.kernel import Seat
from fathom.net.client.events import (
    AttemptsUnshared,
    FrameOdd,
    LinkDown,
    LinkFailed,
    LinkUp,
    StreamOverran,
    SubscriptionFailed,
    VenueStatus,
)
from fathom.net.client.feeds.account import Account
from fathom.net.client.feeds.books import BOOK_CHANNELS, Books
from fathom.net.client.feeds.market_data import MarketData
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.feeds.topics import Tell, Topic, Topics
from fathom.net.clock import clock_ns
from fathom.net.link import Collector, Link
from fathom.protocol import (
    BookFrame,
    Key,
    MalformedFrame,
    Message,
    ReplyUnmatched,
    RoundTrip,
    StatusChanged,
    SubscriptionActive,
    SubscriptionRefused,
    SubscriptionRenewed,
    Told,
    UnknownMessage,
)
from fathom.protocol.messages import (
    Balance,
    BalancesSnapshot,
    BalancesUpdate,
    Execution,
    ExecutionsMessage,
    InstrumentMessage,
    OhlcMessage,
    SubscribeResponse,
    TickerMessage,
    TradeMessage,
)

EXECUTIONS = Key("executions")
BALANCES = Key("balances")


class Hearing:
    """The ears of one client on all of its links."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.topics = Topics(tell)
        self.market = MarketData(self.topics)
        self.books = Books(self.topics, self.market.instruments, tell)
        self.account = Account()
        self.collector: Collector | None = None
        self.system: str | None = None
        self.round_trip_ns: int | None = None  # Of the last ping.
        self._errors: dict[str, FathomError] = {}  # By connection: its last attempt's, until it is up.
        self.on_change: Callable[[], None] = lambda: None  # Something that somebody may wait for.
        self.on_rows: Callable[[list[Execution]], None] = lambda _: None
        self.on_tier: Callable[[int], None] = lambda _: None
        self.on_private_snapshot: Callable[[], None] = lambda: None
        self.on_orphans: Callable[[], None] = lambda: None  # Fills without a pair wait for REST.
        self.market.on_instrument = self.books.instrument_changed
        self.topics.on_opened = self.books.opened
        self.topics.on_closed = self._closed

    @property
    def last_error(self) -> FathomError | None:
        """What stands in the way of a connection: a wrong key before anything else, None where nothing does."""
        errors = list(self._errors.values())
        return next((error for error in errors if isinstance(error, AuthError)), errors[-1] if errors else None)

    def _closed(self, topic: Topic) -> None:
        self.books.closed(topic)
        self.market.closed(topic)

    def known(self, topic: Topic, *, history: bool) -> list[Any]:
        """Return what somebody who comes to a topic that is read already need not wait for."""
        if not topic.active:
            return []
        feed = self.books.feeds.get(topic.key)
        if feed is not None:
            return [feed.book] if feed.book.verified else []
        if topic.key == EXECUTIONS:
            return list(self.account.orders.values()) if history else []
        if topic.key == BALANCES:
            return [Balance(asset=asset, balance=balance) for asset, balance in self.account.balances.items()]
        quote = self.market.quotes.get(topic.key)
        return [] if quote is None else [quote]

    def overran(self, topics: Sequence[Topic], stream: Stream[Any], dropped: int) -> None:
        """A reader is behind its bound: say so. Of executions nothing may be missing, so they are taken anew."""
        key = topics[0].key
        anew = key == EXECUTIONS
        if anew:
            dropped += stream.clear()
            stream.history = True  # What is open is in the snapshot that comes.
            topics[0].link.take_anew(key.channel, reason="a reader fell behind")
        self.tell(
            StreamOverran(
                time_ns=clock_ns(),
                channel=key.channel,
                symbol=key.symbol if len(topics) == 1 else "",
                dropped=dropped,
                anew=anew,
            )
        )

    # -- What links tell (Hears) -----------------------------------------------------------------------------

    def on_up(self, link: Link, now_ns: int) -> None:
        """A connection is there."""
        self._errors.pop(link.name, None)
        if link.unshared_attempts:
            self.tell(AttemptsUnshared(time_ns=now_ns, reason=link.unshared_attempts))
        self.tell(LinkUp(time_ns=now_ns, link=link.name))
        self.on_change()

    def on_down(self, link: Link, from_ns: int, now_ns: int, reason: str) -> None:
        """A connection is gone: what it carried is dark, and its books are not to be trusted."""
        carried = self.topics.on(link)
        for topic in carried:
            if topic.active or topic.dark_since_ns is not None:
                self.topics.darken(topic, from_ns=from_ns, reason=reason)
        self.books.dark(carried, f"link down: {reason}")
        if any(topic.key == EXECUTIONS for topic in carried):
            self.account.begin_snapshot()
        self.tell(LinkDown(time_ns=now_ns, link=link.name, from_ns=from_ns, reason=reason))
        self.on_change()

    def on_failed(self, link: Link, now_ns: int, error: FathomError, retry_ns: int | None) -> None:
        """An attempt failed."""
        self._errors.pop(link.name, None)
        self._errors[link.name] = error
        self.tell(LinkFailed(time_ns=now_ns, link=link.name, error=str(error), retry_ns=retry_ns))
        self.on_change()

    def on_moved(self, link: Link, seats: list[Seat], now_ns: int) -> None:  # noqa: ARG002 - A seat knows its feed.
        """These books moved."""
        self.books.moved(seats, now_ns=now_ns)

    def on_broken(self, link: Link, seat: Seat, refusal: str, now_ns: int) -> None:  # noqa: ARG002 - As above.
        """A book broke."""
        self.books.broken(seat, refusal, now_ns=now_ns)

    def on_buffer(self, link: Link, now_ns: int) -> None:  # noqa: ARG002 - Any link is busy.
        """All of it was told."""
        if self.collector is not None:
            self.collector.busy()

    def on_said(self, link: Link, said: Message | Told, now_ns: int) -> None:  # noqa: PLR0912 - It is a table.
        """Give it to whom it is for."""
        match said:
            case BookFrame():
                self.books.frame(link, said, now_ns=now_ns)
            case TickerMessage():
                self.market.ticker(said)
            case TradeMessage():
                self.market.trades(said, now_ns=now_ns)
            case OhlcMessage():
                self.market.ohlc(said)
            case ExecutionsMessage():
                self._executions(said)
            case BalancesSnapshot() | BalancesUpdate():
                self.account.balances_told(said)
                if (topic := self.topics.find(BALANCES)) is not None:
                    for row in said.data:
                        topic.put(row)
            case InstrumentMessage():
                self.market.instruments_told(said, now_ns=now_ns)
                self.on_change()
            case SubscribeResponse() if said.result.maxratecount is not None:
                self.on_tier(said.result.maxratecount)
            case StatusChanged():
                self.system = said.system
                self.tell(VenueStatus(time_ns=now_ns, system=said.system))
                self.on_change()
            case SubscriptionActive():
                self._active(Key(said.channel, said.symbol, said.interval), now_ns)
            case SubscriptionRenewed():
                self._renewed(link, Key(said.channel, said.symbol, said.interval), said.reason, now_ns)
            case SubscriptionRefused():
                self._refused(said, now_ns)
            case RoundTrip():
                self.round_trip_ns = said.round_trip_ns
            case MalformedFrame():
                self.tell(FrameOdd(time_ns=now_ns, link=link.name, what=f"malformed: {said.reason}"))
            case UnknownMessage():
                self.tell(FrameOdd(time_ns=now_ns, link=link.name, what=said.what))
            case ReplyUnmatched():
                what = f"an answer to nothing that is asked: {type(said.reply).__name__}"
                self.tell(FrameOdd(time_ns=now_ns, link=link.name, what=what))

    # -- Subscriptions ---------------------------------------------------------------------------------------

    def _active(self, key: Key, now_ns: int) -> None:
        topic = self.topics.find(key)
        if topic is None:
            return
        if key.channel == "trade":
            self.market.trades_whole(topic, now_ns=now_ns)
        elif key.channel not in BOOK_CHANNELS:  # A book is whole when it verifies.
            self.topics.lighten(topic, now_ns=now_ns)
        if key == EXECUTIONS:
            self.on_private_snapshot()
        self.on_change()

    def _renewed(self, link: Link, key: Key, reason: str, now_ns: int) -> None:
        topic = self.topics.find(key)
        if topic is None:
            return
        from_ns = link.session.last_data_ns(key.channel, key.symbol, interval=key.interval) or now_ns
        self.topics.darken(topic, from_ns=from_ns, reason=reason)
        self.books.renewed(topic, reason)
        if key == EXECUTIONS:
            self.account.begin_snapshot()

    def _refused(self, said: SubscriptionRefused, now_ns: int) -> None:
        self.tell(
            SubscriptionFailed(
                time_ns=now_ns, channel=said.channel, symbol=said.symbol, error=said.error, final=said.final
            )
        )
        topic = self.topics.find(Key(said.channel, said.symbol, said.interval))
        if topic is not None and said.final:
            why = f"the venue refused it: {said.error}"
            self.books.dark([topic], why)
            self.topics.drop(topic, LinkError(f"{said.channel} {said.symbol}".rstrip() + f": {why}"))
        elif topic is not None:
            topic.resting_since_ns = now_ns
        self.on_change()

    # -- Private ---------------------------------------------------------------------------------------------

    def _executions(self, message: ExecutionsMessage) -> None:
        # Its messages may be several. Later ones tell what a gap hid.
        begins = message.type == "snapshot" and self.account.first_snapshot
        rows = self.account.executions(message)
        if self.account.orphans:
            self.on_orphans()
        self.on_rows(rows)
        topic = self.topics.find(EXECUTIONS)
        if topic is not None:
            for row in rows:
                topic.put(row, history=begins)
        self.on_change()
