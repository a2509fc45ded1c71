"""What each kind does to one frame: a table of functions. A struck frame becomes none, one or several.

Pure. Imports: armed, edits, fills, frames, kinds, methods, spec. Imported by: line.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Protocol

from fathom.exchange.faults import edits, fills
from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.frames import Topic, answer_of, is_update, sequence_of, topic_of
from fathom.exchange.faults.kinds import CLOSE_REASONS, PROXY_RESTARTING
from fathom.exchange.faults.methods import ORDER_METHODS
from fathom.exchange.faults.spec import seconds_ns

Frames = list[bytes]


class Struck(Protocol):
    """What a strike may ask of the connection that the frame was for."""

    def wait(self, frame: bytes, *, delay_ns: int) -> None:
        """Put the frame, and all that comes after it, off for so long."""

    def tell_later(self, frame: bytes, *, delay_ns: int, channel: str = "") -> None:
        """Send the frame so much later; others overtake it. In its channel it gets the sequence of then."""

    def keeps(self, topic: Topic) -> bool:
        """Tell whether a frame of the topic is kept back already."""

    def keep(self, frame: bytes, topic: Topic) -> None:
        """Keep the frame until the next of its topic was sent."""

    def stall(self, armed: Armed) -> None:
        """Send nothing until the fault is over, or its delay is."""

    def break_off(self, code: int, reason: str) -> None:
        """Close, without a word where the code is 1006."""

    def say(self, frame: bytes) -> None:
        """Send at once, beside everything."""

    def shift_sequence(self, frame: bytes, channel: str, by: int) -> None:
        """Number the channel's frames so much higher, from this one on."""

    def silence_of(self, armed: Armed, topic: Topic) -> bool:
        """Tell whether a subscription is silent: decided at its first frame, until it is subscribed anew."""

    def forget_silence(self, topic: Topic) -> None:
        """It is subscribed anew."""


Strike = Callable[[Struck, Armed, bytes, str], Frames | None]  # None: not touched.
Edit = Callable[[Armed, bytes], bytes | None]


def close_line(line: Struck, armed: Armed) -> None:
    """Close a connection as the fault says. A goodbye of 1001 comes as a bare text, too: somebody saw that."""
    spec = armed.spec
    code = spec.code or 1006
    reason = spec.text or CLOSE_REASONS.get(code, "")
    bare = spec.bare if spec.bare is not None else code == 1001
    if bare and code != 1006:
        line.say((reason or PROXY_RESTARTING).encode())
    line.break_off(code, reason)


def _edited(edit: Edit) -> Strike:
    """A strike that changes the frame, where it has what is to be changed."""

    def strike(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
        if not armed.is_for_frame(frame, channel):
            return None
        changed = edit(armed, frame)
        return [changed] if changed is not None and armed.strikes() else None

    return strike


def _drop(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    return [] if armed.is_for_frame(frame, channel) and armed.strikes() else None


def _duplicate(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    return [frame, frame] if armed.is_for_frame(frame, channel) and armed.strikes() else None


def _delay(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not armed.is_for_frame(frame, channel) or not armed.strikes():
        return None
    line.wait(frame, delay_ns=seconds_ns(armed.spec.delay_s or 0))
    return []


def _reorder(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not armed.is_for_frame(frame, channel):
        return None
    topic = topic_of(frame, channel)
    if line.keeps(topic) or not armed.strikes():  # What comes behind a kept frame goes out before it.
        return None
    line.keep(frame, topic)
    return []


def _lose_update(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not armed.is_for_frame(frame, channel) or not is_update(frame, channel):
        return None
    return [] if armed.strikes() else None


def _silence(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if channel == "":
        answer = answer_of(frame)
        if answer is not None and answer.method == "subscribe" and answer.success and answer.topic is not None:
            line.forget_silence(answer.topic)
        return None
    if not armed.is_for_frame(frame, channel):
        return None
    return [] if line.silence_of(armed, topic_of(frame, channel)) else None


def _stall(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if armed.is_for_frame(frame, channel):
        line.stall(armed)
    return None


def _close(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not armed.is_for_frame(frame, channel) or not armed.strikes():
        return None
    close_line(line, armed)
    return []


def _late_fill(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    parts = fills.split_fills(frame) if armed.is_for_frame(frame, channel) else None
    if parts is None or not armed.strikes():
        return None
    rest, late = parts
    # The rows come late, but no number is missing: nothing but the order's own sums tells.
    line.shift_sequence(frame, channel, -1 if rest is None else 0)
    line.tell_later(late, delay_ns=seconds_ns(armed.spec.delay_s or 0), channel=channel)
    return [] if rest is None else [rest]


def _sequence_gap(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    found = sequence_of(frame) if armed.is_for_frame(frame, channel) else None
    if found is None or found[0] <= 1 or not armed.strikes():  # Before the first nothing can be missed.
        return None
    skip = armed.spec.skip or 1
    shifted = edits.with_sequence(frame, found[0] + skip)
    line.shift_sequence(frame, channel, skip)
    return [shifted]


def _answer_struck(armed: Armed, frame: bytes, channel: str, *, success: bool = False) -> bool:
    """Tell whether the frame is an answer that the fault means: of any order method where it names none."""
    if channel != "":
        return False
    answer = answer_of(frame)
    if answer is None or (success and not answer.success):
        return False
    return armed.is_for_method(answer.method, unnamed=ORDER_METHODS)


def _late_answer(line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not _answer_struck(armed, frame, channel) or not armed.strikes():
        return None
    line.tell_later(frame, delay_ns=seconds_ns(armed.spec.delay_s or 0))
    return []


def _lose_answer(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    return [] if _answer_struck(armed, frame, channel) and armed.strikes() else None


def _error_after_accept(_line: Struck, armed: Armed, frame: bytes, channel: str) -> Frames | None:
    if not _answer_struck(armed, frame, channel, success=True):
        return None
    refused = edits.refused(frame, error=armed.spec.text or "")
    return [refused] if refused is not None and armed.strikes() else None


STRIKES: Final[Mapping[str, Strike]] = MappingProxyType(
    {
        "drop": _drop,
        "duplicate": _duplicate,
        "delay": _delay,
        "reorder": _reorder,
        "truncate": _edited(lambda armed, frame: edits.truncated(frame, armed.random)),
        "corrupt": _edited(lambda armed, frame: edits.corrupted(frame, armed.random, bits=armed.spec.bits or 1)),
        "wrong_checksum": _edited(lambda armed, frame: edits.with_wrong_checksum(frame, armed.random)),
        "crossed_book": _edited(lambda _armed, frame: edits.crossed(frame)),
        "lost_update": _lose_update,
        "silent_subscription": _silence,
        "stall": _stall,
        "close": _close,
        "duplicate_fill": _edited(lambda _armed, frame: fills.with_fill_twice(frame)),
        "late_fill": _late_fill,
        "delta_without_symbol": _edited(lambda _armed, frame: fills.without_symbol(frame)),
        "sequence_gap": _sequence_gap,
        "tiny_numbers": _edited(
            lambda armed, frame: edits.with_tiny_numbers(frame, below=armed.spec.below or Decimal(0))
        ),
        "unknown_fields": _edited(lambda _armed, frame: edits.with_unknown_fields(frame)),
        "late_answer": _late_answer,
        "lost_answer": _lose_answer,
        "error_after_accept": _error_after_accept,
    }
)
