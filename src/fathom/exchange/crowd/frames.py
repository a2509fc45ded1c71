"""Recorded frames, read: what of them is played, and when it was.

Pure. Imports: domain, protocol, recorded. Imported by: playback, run.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from fathom.domain import RemoteError
from fathom.exchange.crowd.recorded import Recorded, RecordedTrade
from fathom.protocol import V1Translator, decode, parse_time
from fathom.protocol.messages import BookMessage, Level3Message, SubscribeResponse, TradeMessage

UNTIMED_NS: Final = 50_000_000  # Between two frames of which nobody knows when they were.
SURVEYED_MAX: Final = 20_000  # So many things are looked at to learn which pairs a recording has.


class Played(Struct, frozen=True, gc=False):
    """One thing to play, at its recorded time."""

    time_ns: int
    what: BookMessage | Level3Message | TradeMessage | RecordedTrade


class FrameReader:
    """Reads one recording from its beginning. `skipped` counts what is not played; `depths` are what answers said."""

    def __init__(self) -> None:
        self._translator = V1Translator(renamed=True)
        self._time_ns = 0
        self.skipped = 0
        self.depths: dict[tuple[str, str], int] = {}  # By channel and symbol.

    def read(self, recorded: Recorded) -> Played | None:
        """Return what is to be played; None where it is nothing."""
        if isinstance(recorded, RecordedTrade):
            self._time_ns = recorded.time_ns
            return Played(recorded.time_ns, recorded)
        frame: bytes | None = recorded.frame
        try:
            if is_version_1(recorded.frame):
                # The number stands in for the checksum that version 1's snapshots lack: nobody looks at it here.
                frame = self._translator.translate(recorded.frame, time_ns=recorded.time_ns or 0, checksum=0)
            message = None if frame is None else decode(frame)
            if isinstance(message, BookMessage | Level3Message | TradeMessage) and message.data:
                self._time_ns = self._time_of(recorded.time_ns, message)
                return Played(self._time_ns, message)
        except RemoteError:
            message = None
        if isinstance(message, SubscribeResponse) and message.result.depth and message.result.symbol:
            self.depths[message.result.channel, message.result.symbol] = message.result.depth
        self.skipped += 1
        return None

    def _time_of(self, time_ns: int | None, message: BookMessage | Level3Message | TradeMessage) -> int:
        """Return when the recorder had it; or else when the venue made it; or else soon after the one before."""
        if time_ns is not None:
            return time_ns
        timestamp = message.data[-1].timestamp
        return self._time_ns + UNTIMED_NS if timestamp is None else parse_time(timestamp)


def is_version_1(frame: bytes) -> bool:
    """Tell whether a frame is of version 1, whose data are arrays and whose answers are events."""
    start = frame.lstrip()[:200]
    return start.startswith(b"[") or (start.startswith(b"{") and b'"event"' in start and b'"channel":"' not in start)


def symbols_in(source: Iterable[Recorded]) -> list[str]:
    """Return the pairs at the beginning of a recording, by version 2's symbols, as they come."""
    reader = FrameReader()
    symbols: dict[str, None] = {}
    for number, recorded in enumerate(source):
        if number >= SURVEYED_MAX:
            break
        played = reader.read(recorded)
        if played is None:
            continue
        if isinstance(played.what, RecordedTrade):
            symbols[played.what.symbol] = None
        else:
            symbols.update((entry.symbol, None) for entry in played.what.data)
    return list(symbols)
