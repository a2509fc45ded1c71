"""The venue's frames and connections as the log hears them: raw, as they came, before anybody decodes them.

Imports: domain, net, protocol. Imported by: session.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, get_args

from fathom.domain import Event, FrameReceived, HaltOrdered, LinkDropped, LinkOpened
from fathom.net import AccountCleared, AccountInDoubt, CallbackFailed, ClientEvent, Gap, Kraken, LinkDown, LinkUp
from fathom.protocol import messages

# What the private stream was deaf to is asked for, whatever the cause: also where its connection stayed up.
OHLC_MINUTES: Final = frozenset(get_args(messages.OhlcInterval))
PRIVATE_CHANNELS: Final = frozenset({"executions", "balances"})


class MarketFeed:
    """Between a client's ears and the log."""

    def __init__(self, arrive: Callable[[Event], None]) -> None:
        self._arrive = arrive
        self.frames = 0

    def tap(self, link: str, frame: bytes, _now_ns: int) -> None:
        """Take one frame in, as the client does: it is in the log before the client has decoded it."""
        self.frames += 1
        self._arrive(FrameReceived(link, bytes(frame)))

    def listen(self, kraken: Kraken) -> None:
        """Hear an open client's events, and tell of what is up already: a crash takes down what the log knows of."""
        kraken.events(self.on_event)
        for link in kraken.links():
            if link.is_open:
                self._arrive(LinkOpened(link.name))

    def on_event(self, event: ClientEvent) -> None:
        """Tell of connections, and of gaps of the private stream."""
        match event:
            case LinkUp():
                self._arrive(LinkOpened(event.link))
            case LinkDown():
                self._arrive(LinkDropped(event.link, event.reason))
            case Gap() if event.channel in PRIVATE_CHANNELS:
                self._arrive(LinkDropped("private", event.reason))
                self._arrive(LinkOpened("private"))
            case AccountInDoubt():  # Nothing new until it is known again what the gap hid.
                self._arrive(LinkDropped("private", event.reason))
            case CallbackFailed():  # A bug, and what it was to hear is not heard any more: a person has to look.
                self._arrive(HaltOrdered(f"this is a bug in fathom: {event.channel}: {event.error}"))
            case AccountCleared():
                self._arrive(LinkOpened("private"))

    @staticmethod
    def subscribe(
        kraken: Kraken,
        depths: Mapping[str, int],
        level3: Mapping[str, int],
        candles: Iterable[tuple[str, int]] = (),
    ) -> None:
        """Subscribe to what the bot wants. The client keeps it so, over every reconnect.

        `candles` are (symbol, seconds): the market makes them from trades, and of intervals that the venue has it is
        told the past besides.
        """
        by_depth: dict[int, list[str]] = {}
        for symbol, depth in depths.items():
            by_depth.setdefault(depth, []).append(symbol)
        for depth, symbols in by_depth.items():
            kraken.hold(messages.BookParams(symbol=(), depth=depth, snapshot=True), *symbols)  # type: ignore[arg-type]  # Checked.
        kraken.hold(messages.TradeParams(symbol=(), snapshot=True), *depths)
        for symbol, depth in level3.items():
            kraken.hold(messages.Level3Params(symbol=(), depth=depth, snapshot=True), symbol)  # type: ignore[arg-type]  # As above.
        for symbol, interval_s in candles:
            minutes, rest_s = divmod(interval_s, 60)
            if not rest_s and minutes in OHLC_MINUTES:
                kraken.hold(messages.OhlcParams(symbol=(), interval=minutes, snapshot=True), symbol)  # type: ignore[arg-type]  # Checked.
