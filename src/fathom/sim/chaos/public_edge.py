"""The bot's public link: frames for the log as they come, and books taken anew when the market distrusts them.

Pure. Imports: domain, protocol, line. Imported by: rough.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

from fathom.domain import BookQuarantined, Entry, FrameReceived, LinkDropped, LinkOpened
from fathom.protocol import CloseWanted, Reconnect, Session
from fathom.protocol.messages import BookParams, InstrumentParams, TradeParams
from fathom.sim.chaos.line import Door, Line, Shore

LINK: Final = "public"
DEPTH: Final = 10


class PublicEdge:
    """One connection after another to the public host."""

    def __init__(self, shore: Shore, door: Door, *, symbols: Sequence[str], random: Random) -> None:
        self._shore = shore
        self._door = door
        self._session = Session(rng=random)
        self._reconnect = Reconnect(rng=random)
        self.line: Line | None = None
        now_ns = shore.bot_ns
        self._session.want(InstrumentParams(), now_ns=now_ns)
        self._session.want(BookParams(symbol=tuple(symbols), depth=DEPTH), now_ns=now_ns)
        self._session.want(TradeParams(symbol=tuple(symbols), snapshot=True), now_ns=now_ns)

    @property
    def deadline_ns(self) -> int | None:
        """When `wake` is due, by the bot's clock."""
        return self._session.deadline_ns

    def connect(self) -> None:
        """Connect, or try again later."""
        line = self._door(LINK, self._on_frame, self._closed)
        if line is None:
            self._again()
            return
        self.line = line
        self._reconnect.opened(now_ns=self._shore.bot_ns)
        self._shore.say(LinkOpened(LINK))
        self._session.opened(now_ns=self._shore.bot_ns)
        self._flush()

    def wake(self) -> None:
        """Do what is due."""
        self._heed(self._session.wake(now_ns=self._shore.bot_ns))

    def perform(self, entry: Entry) -> None:
        """Take a book anew that went wrong while its connection stands."""
        event = entry.event
        if isinstance(event, BookQuarantined) and self.line is not None and not event.reason.startswith("link dropped"):
            self._session.take_anew("book", event.symbol, reason=event.reason, now_ns=self._shore.bot_ns)
            self._flush()

    def _on_frame(self, frame: bytes) -> None:
        self._shore.say(FrameReceived(LINK, frame))
        self._heed(self._session.receive(frame, now_ns=self._shore.bot_ns))

    def _heed(self, said: Sequence[object]) -> None:
        self._flush()
        for one in said:
            if isinstance(one, CloseWanted) and self.line is not None:
                self.line.leave()
                self._closed(one.reason)

    def _closed(self, reason: str) -> None:
        self.line = None
        self._session.closed(now_ns=self._shore.bot_ns, reason=reason)
        self._shore.say(LinkDropped(LINK, reason))
        self._again()

    def _again(self) -> None:
        now_ns = self._shore.bot_ns
        self._shore.after(self._reconnect.ended("dropped", now_ns=now_ns) - now_ns, self.connect)

    def _flush(self) -> None:
        for frame in self._session.take_outbox():
            if self.line is not None and self.line.is_open:
                self.line.post(frame)
