"""What a frame is about, read from its bytes: its symbol, its sequence, and which answer it is.

Nothing here raises, whatever the bytes.

Pure. Imports: kinds, methods. Imported by: edits, strikes, line.
"""

import re
from typing import Any, Final

from msgspec import DecodeError, Raw, Struct
from msgspec.json import Decoder

from fathom.exchange.faults.kinds import SEQUENCED
from fathom.exchange.faults.methods import plain_method

_WHOLE: Final = frozenset({*SEQUENCED, ""})  # One topic, whatever symbols are in the frame.
_SYMBOL: Final = re.compile(rb'"symbol":\s*"([^"]{1,40})"')
_V1_SYMBOL: Final = re.compile(rb'"([^"]{1,40})"\]\s*$')
_SEQUENCE: Final = re.compile(rb'"sequence":\s*(\d{1,18})')
_HEAD: Final = 120  # Channel and type stand within so many bytes.

Topic = tuple[str, bytes]


def plain_channel(channel: str) -> str:
    """Return the channel's bare name: v1 calls it book-10."""
    return channel.removeprefix("v1.").partition("-")[0]


def topic_of(frame: bytes, channel: str) -> Topic:
    """Return what the frame goes on about: frames of other topics do not depend on it."""
    if channel in _WHOLE:
        return channel, b""
    found = _V1_SYMBOL.search(frame, max(0, len(frame) - 60)) if frame[:1] == b"[" else _SYMBOL.search(frame)
    return channel, found[1] if found else b""


def sequence_of(frame: bytes) -> tuple[int, int, int] | None:
    """Return the sequence, and where its digits begin and end. It is the last of its name."""
    start = frame.rfind(b'"sequence":')
    found = _SEQUENCE.match(frame, start) if start >= 0 else None
    return (int(found[1]), found.start(1), found.end(1)) if found else None


def is_update(frame: bytes, channel: str) -> bool:
    """Tell whether the frame changes what the client knows already, in v2 or v1."""
    if frame[:1] != b"[":
        return b'"type":"update"' in frame[:_HEAD]
    if channel in SEQUENCED:
        found = sequence_of(frame)
        return found is not None and found[0] > 1
    return channel == "book" and (b'{"a":' in frame or b'{"b":' in frame)


class Answer(Struct, frozen=True):
    """An answer to one request."""

    method: str  # Plain: see `methods`.
    success: bool
    topic: Topic | None = None  # What was subscribed or unsubscribed.


class _Read(Struct, frozen=True, rename={"channel_name": "channelName"}):
    method: str = ""
    success: bool | None = None
    result: Any = None
    event: str = ""  # v1 from here.
    status: str = ""
    channel_name: str = ""
    pair: str = ""


_ANSWER: Final = Decoder(_Read, float_hook=str)


def answer_of(frame: bytes) -> Answer | None:
    """Return which answer the frame is, or None: then it is none."""
    try:
        read = _ANSWER.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if read.method:
        method = plain_method(read.method)
        result = read.result if isinstance(read.result, dict) else {}
        channel, symbol = result.get("channel"), result.get("symbol", "")
        topic = (channel, symbol.encode()) if isinstance(channel, str) and isinstance(symbol, str) else None
        return Answer(method, method == "ping" or read.success is True, topic)
    if read.event == "pong" or (read.event.endswith("Status") and read.event != "systemStatus"):
        topic = (plain_channel(read.channel_name), read.pair.encode()) if read.channel_name else None
        return Answer(plain_method(read.event), read.status != "error", topic)
    return None


_OBJECT: Final = Decoder(dict[str, Raw])
_ARRAY: Final = Decoder(list[Raw])


def read_object(text: bytes | Raw) -> dict[str, Raw] | None:
    """Return an object's members as they are written, in their order; None where it is no object."""
    try:
        return _OBJECT.decode(text)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None


def read_array(text: bytes | Raw) -> list[Raw] | None:
    """Return an array's members as they are written; None where it is no array."""
    try:
        return _ARRAY.decode(text)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
