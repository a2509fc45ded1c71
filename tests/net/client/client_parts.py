"""The client's parts without sockets: links whose frames a test writes, and a venue that grants what is asked."""

import json
import time
from collections.abc import Iterable
from random import Random
from typing import Any, TypeVar

from listening import quick_terms

from fathom.kernel import BROKEN, PASSED
from fathom.net.client.events import ClientEvent, Gap
from fathom.net.client.feeds.fleet import Fleet
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.feeds.topics import Topic
from fathom.net.client.hearing import Hearing
from fathom.net.link import Attempts, Link
from fathom.protocol import Key, Token
from fathom.protocol.messages import BookParams, ChannelParams, InstrumentParams
from market_feed import BTC, ETH, Feed, instrument_frame, two_sided

TIMES = '"time_in":"2026-01-05T12:00:00.000000Z","time_out":"2026-01-05T12:00:00.000001Z"'
TERMS = quick_terms()
E = TypeVar("E", bound=ClientEvent)


class Ground:
    """Ears, links and what was told. Time is the machine's, for links read it themselves."""

    def __init__(self, *, count_max: int = 200, rate_max: float = float("inf")) -> None:
        self.told: list[ClientEvent] = []
        self.asked: list[dict[str, Any]] = []  # Every request that a link made, in order.
        self.hearing = Hearing(self.told.append)
        self.topics = self.hearing.topics
        self.public = Fleet(make=self._make, count_max=count_max, rate_max=rate_max)
        self.private = Fleet(make=self._make_private, count_max=count_max, rate_max=rate_max)

    def _make(self, number: int, role: str = "public") -> Link:
        link = Link(
            f"{role}-{number}",
            "ws://127.0.0.1:1/v2",
            hears=self.hearing,
            attempts=Attempts(None),
            terms=TERMS,
            rng=Random(number),
        )
        self.up(link, token=Token("t" * 43) if role == "private" else None)
        return link

    def _make_private(self, number: int) -> Link:
        return self._make(number, "private")

    # -- What the venue does ---------------------------------------------------------------------------------

    def up(self, link: Link, *, token: Token | None = None) -> None:
        """A connection is there."""
        now_ns = time.time_ns()
        link.session.opened(now_ns=now_ns, token=token)
        self.hearing.on_up(link, now_ns)

    def down(self, link: Link, reason: str = "the connection broke") -> None:
        """The connection is gone."""
        link._down(reason, "dropped")

    def hear(self, link: Link, *frames: bytes) -> None:
        """These frames come in one buffer, as a socket would give them."""
        now_ns = time.time_ns()
        for frame in frames:
            verdict = link.desk.take(frame, now_ns)
            if verdict == PASSED:
                link.on_frame(frame, now_ns)
            elif verdict == BROKEN:
                link.on_broken(now_ns)
        link.on_buffer(now_ns)

    def wake(self, link: Link) -> None:
        """Let what is due next be due now."""
        if (due_ns := link.session.deadline_ns) is not None:
            link._act(link.session.wake(now_ns=due_ns), due_ns)

    def requests(self, link: Link) -> list[dict[str, Any]]:
        """What the link asked since the last time."""
        requests = [json.loads(frame) for frame in link.session.take_outbox()]
        self.asked += requests
        return requests

    def grant(self, link: Link) -> list[dict[str, Any]]:
        """Answer every request of a link with success, until it asks no more. No data comes of it."""
        granted: list[dict[str, Any]] = []
        while requests := self.requests(link):
            granted += requests
            for request in requests:
                self.hear(link, *granted_frames(request))
        return granted

    def refuse(self, link: Link, error: str) -> None:
        """Answer every request that waits with this error."""
        for request in self.requests(link):
            for symbol in request["params"].get("symbol", [None]):
                named = "" if symbol is None else f'"symbol":"{symbol}",'
                self.hear(
                    link,
                    f'{{"error":"{error}","method":"{request["method"]}","req_id":{request["req_id"]},{named}'
                    f'"success":false,{TIMES}}}'.encode(),
                )

    # -- What the client does --------------------------------------------------------------------------------

    def read(
        self, params: ChannelParams, *symbols: str, fleet: Fleet | None = None, size: int = 100, **more: Any
    ) -> Stream[Any]:
        """A reader, as the client makes one."""
        topics = self.topics.open(params, symbols, fleet or self.public)
        stream: Stream[Any] = Stream(
            size=size,
            on_close=lambda: self.topics.release(topics, stream),
            on_overrun=lambda count: self.hearing.overran(topics, stream, count),
            **{"conflate": False, **more},
        )
        self.topics.read(topics, stream)
        return stream

    def topic(self, channel: str, symbol: str = "", interval: int = 0) -> Topic:
        """One that is there."""
        topic = self.topics.find(Key(channel, symbol, interval))
        assert topic is not None
        return topic

    def events(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]

    def gaps(self) -> list[tuple[str, str, int | None]]:
        """Every gap: channel, symbol, and what was missed. Each runs forwards."""
        gaps = self.events(Gap)
        assert all(0 < gap.from_ns <= gap.to_ns for gap in gaps)
        return [(gap.channel, gap.symbol, gap.missed) for gap in gaps]

    def know_pairs(self) -> Link:
        """Learn BTC/USD and ETH/USD; return the connection that told."""
        self.topics.open(InstrumentParams(snapshot=True), (), self.public)[0].held += 1
        link = self.public.links[0]
        self.grant(link)
        self.hear(link, instrument_frame(BTC, ETH, kind="snapshot"))
        return link

    def book(self, *symbols: str) -> Stream[Any]:
        """A reader of books, granted and not fed yet."""
        stream = self.read(BookParams(symbol=(), depth=10, snapshot=True), *(symbols or ("BTC/USD",)), conflate=True)
        for link in self.public.links:
            self.grant(link)
        return stream

    def verified_book(self) -> tuple[Link, Feed, Stream[Any]]:
        """BTC/USD: its link, the venue's side of it, and a reader."""
        link = self.know_pairs()
        stream = self.book()
        feed = two_sided()
        self.hear(link, feed.snapshot())
        return link, feed, stream


def waiting(stream: Stream[Any]) -> list[Any]:
    """What a reader would find now, without waiting."""
    items = [*stream._line, *stream._latest.values()]
    stream._line.clear()
    stream._latest.clear()
    return items


def granted_frames(request: dict[str, Any]) -> Iterable[bytes]:
    """The venue's successes: one a symbol."""
    params = {name: value for name, value in request["params"].items() if name not in {"symbol", "token"}}
    for symbol in request["params"].get("symbol", [None]):
        result = dict(params, **({} if symbol is None else {"symbol": symbol}))
        yield (
            f'{{"method":"{request["method"]}","req_id":{request["req_id"]},"result":{json.dumps(result)},'
            f'"success":true,{TIMES}}}'
        ).encode()
