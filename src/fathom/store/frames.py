"""Finds the frames in a piece of JSON that somebody recorded, and leaves their bytes as they are.

A frame is an object with a `channel` or a `method` (version 2), an object with one of the public `event`s of
version 1, or an array as version 1 sends its data. It may stand bare, or in a wrapper `{"ts": ..., "frame":
...}`, or anywhere inside other JSON: whatever is no frame is searched in its order.

Pure. Imports: domain, protocol. Imported by: captures.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Raw

from fathom.domain import RemoteError
from fathom.protocol import parse_time

DEPTH_MAX: Final = 16  # Recorders do not nest deeper; what does is not searched.
SECONDS_MAX: Final = 10**10  # Beyond this, in the year 2286, a number of seconds is no time.
V1_EVENTS: Final = frozenset(
    {"heartbeat", "systemStatus", "subscriptionStatus", "subscribe", "unsubscribe", "ping", "pong", "error"}
)

_NONE: Final = Raw(b"")


class FoundFrame(msgspec.Struct, frozen=True):
    """One frame as it stands in the file; the time and link of the wrapper around it, if it says so."""

    frame: bytes
    time_ns: int | None = None
    link: str = ""


class _Look(msgspec.Struct, gc=False):
    """The keys that tell what an object is; all others are skipped over."""

    channel: Raw = _NONE
    method: Raw = _NONE
    event: Raw = _NONE
    frame: Raw = _NONE
    ts: Raw = _NONE
    link: Raw = _NONE


_look: Final = msgspec.json.Decoder(_Look)
_object: Final = msgspec.json.Decoder(dict[str, Raw])
_array: Final = msgspec.json.Decoder(list[Raw])
_text: Final = msgspec.json.Decoder(str)


def find_frames(text: bytes) -> list[FoundFrame]:
    """Return the frames in one JSON text, in their order.

    Raises ValueError where the text is not JSON, or a wrapper's `ts` is no time.
    """
    text = text.strip()
    try:
        if not text.startswith((b"{", b"[")):
            msgspec.json.decode(text)  # A word or number holds no frame, but it must be JSON.
        return list(_search(text, FoundFrame(b""), DEPTH_MAX))
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def time_of(text: bytes) -> int | None:
    """Return the ns since 1970 of a JSON value: int ns, decimal seconds, RFC 3339; as a string, too.

    Raises ValueError where it is something else. null is None.
    """
    value = _text.decode(text) if text.startswith(b'"') else text.decode()
    if value == "null":
        return None
    if "T" in value:
        return _rfc3339_ns(value)
    try:
        if value.lstrip("-").isdigit():
            return int(value)
        seconds = Decimal(value)
        if -SECONDS_MAX < seconds < SECONDS_MAX:
            return int(seconds.scaleb(9))
    except (ArithmeticError, ValueError):
        pass
    raise ValueError(f"ts {value[:40]} is not a time")


def _rfc3339_ns(value: str) -> int:
    try:
        return parse_time(value)
    except RemoteError:
        pass
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"ts {value[:40]} is not a time") from None
    if parsed.tzinfo is None:
        raise ValueError(f"ts {value[:40]} does not say its time zone")
    whole_s = int(parsed.replace(microsecond=0).timestamp())
    return whole_s * 1_000_000_000 + parsed.microsecond * 1000


def _search(text: bytes, around: FoundFrame, depth: int) -> Iterator[FoundFrame]:
    """Yield the frames in `text`; `around` holds the time and link of the wrappers it stands in."""
    if depth == 0:
        return
    if text.startswith(b"{"):
        yield from _in_object(text, around, depth)
    elif text.startswith(b"["):
        items = [bytes(item).strip() for item in _array.decode(text)]
        if _is_v1_data(items):
            yield FoundFrame(text, around.time_ns, around.link)
        else:
            for item in items:
                yield from _search(item, around, depth - 1)
    elif text.startswith((b'"{', b'"[')):  # A frame as text, under some other name than `frame`.
        try:
            yield from list(_search(_text.decode(text).encode(), around, depth - 1))
        except ValueError:  # Just a text.
            return


def _in_object(text: bytes, around: FoundFrame, depth: int) -> Iterator[FoundFrame]:
    look = _look.decode(text)
    if look.ts is not _NONE or look.link is not _NONE:
        around = FoundFrame(b"", _time(look.ts, around), _link(look.link, around))
    if look.frame is not _NONE:
        yield from _wrapped(bytes(look.frame), around, depth)
    elif look.channel is not _NONE or look.method is not _NONE or _is_v1_event(look.event):
        yield FoundFrame(text, around.time_ns, around.link)
    else:
        for value in _object.decode(text).values():
            yield from _search(bytes(value).strip(), around, depth - 1)


def _wrapped(value: bytes, around: FoundFrame, depth: int) -> Iterator[FoundFrame]:
    """Yield the frame of a wrapper. As a text it is taken as it came, even where it is not JSON."""
    if value.startswith(b'"'):
        yield FoundFrame(_text.decode(value).encode(), around.time_ns, around.link)
    elif found := list(_search(value, around, depth - 1)):
        yield from found
    else:
        yield FoundFrame(value, around.time_ns, around.link)


def _time(value: Raw, around: FoundFrame) -> int | None:
    return around.time_ns if value is _NONE else time_of(bytes(value))


def _link(value: Raw, around: FoundFrame) -> str:
    return _text.decode(value) if bytes(value).startswith(b'"') else around.link


def _is_v1_event(value: Raw) -> bool:
    return bytes(value).startswith(b'"') and _text.decode(value) in V1_EVENTS


def _is_v1_data(items: list[bytes]) -> bool:
    """Whether this is `[channelID, payload, (payload,) channelName, pair]` (websocket-v1.md 1)."""
    return (
        4 <= len(items) <= 5
        and items[0].isdigit()
        and all(item[:1] in {b"{", b"["} for item in items[1:-2])
        and items[-1].startswith(b'"')
        and items[-2].startswith(b'"')
    )
