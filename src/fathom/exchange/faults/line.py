"""One connection as its session writes to it: straight to the socket, or through the faults that are on.

Pure. Imports: doors, armed, edits, frames, spec, strikes. Imported by: faults, the front door.
"""

from collections import deque
from heapq import heappop, heappush
from typing import Final
from weakref import WeakValueDictionary

from fathom.exchange.doors import Wire
from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.edits import with_sequence
from fathom.exchange.faults.frames import Topic, plain_channel, sequence_of, topic_of
from fathom.exchange.faults.spec import seconds_ns
from fathom.exchange.faults.strikes import STRIKES, Frames, close_line

HELD_FRAMES_MAX: Final = 10_000  # Of one connection that wait; with one more it is cut.
HELD_BYTES_MAX: Final = 8_388_608  # The same in bytes: what a slow reader is allowed elsewhere.
KEPT_NS_MAX: Final = 5_000_000_000  # A frame kept back for one that does not come is sent after so long.
TOPICS_MAX: Final = 10_000  # Subscriptions whose silence is known; further ones are not silent.
_NEVER_NS: Final = 2**63 - 1


class Waiting:
    """What all lines share: the time, the frame faults that are on, and the lines that have something to do later."""

    __slots__ = ("active", "lines", "now_ns")

    def __init__(self, now_ns: int) -> None:
        self.now_ns = now_ns
        self.active: tuple[Armed, ...] = ()
        # Weak: who writes to a line keeps it; when its connection is gone, nobody waits for what it holds back.
        self.lines: WeakValueDictionary[int, Line] = WeakValueDictionary()


class _Numbers:
    """How the frames of one sequenced channel are numbered, where not as they came."""

    __slots__ = ("late", "shift", "told")

    def __init__(self) -> None:
        self.told = 0  # The last number that the client was, or will be, told.
        self.shift = 0
        self.late = 0  # Frames that wait for a number.


class Line:
    """Stands before a `Wire`. Where no fault is on for it, it hands over and that is all."""

    __slots__ = (
        "__weakref__", "_account", "_armed", "_closed", "_held_bytes", "_kept", "_late", "_lates", "_number",
        "_numbers", "_peer", "_plain", "_queue", "_role", "_silent", "_stall", "_stall_due_ns", "_waiting", "_wire",
    )  # fmt: skip

    def __init__(self, wire: Wire, waiting: Waiting, *, number: int, role: str, peer: str) -> None:
        self._wire = wire
        self._waiting = waiting
        self._number = number
        self._role = role
        self._peer = peer
        self._account: str | None = None
        self._armed: tuple[Armed, ...] = ()
        self._plain = True
        self._closed = False
        # In the order of the connection: when each is due, later ones never before earlier ones.
        self._queue: deque[tuple[int, bytes]] = deque()
        # Overtaken by others: when, in which order they came, what, and the channel whose next number it gets.
        self._late: list[tuple[int, int, bytes, str]] = []
        self._lates = 0
        self._kept: dict[Topic, tuple[int, bytes]] = {}
        self._held_bytes = 0
        self._stall: Armed | None = None
        self._stall_due_ns = _NEVER_NS
        self._silent: dict[tuple[str, Topic], bool] = {}
        self._numbers: dict[str, _Numbers] = {}
        self.arm()

    # -- What a session calls ------------------------------------------------------------------------------

    def send(self, frame: bytes, channel: str = "") -> None:
        """Send one frame of a channel; of "" where it answers a request."""
        if self._plain:
            self._wire.send(frame)
        elif not self._closed:
            self._send_through(frame, plain_channel(channel))

    def close(self, code: int, reason: str = "") -> None:
        """Close; what waits in order goes first. A stalled client learns nothing but that the connection is gone."""
        if self._closed:
            return
        if self._stall is not None:
            self.break_off(1006, "")
            return
        for _, frame in self._queue:
            self._wire.send(frame)
        self.break_off(code, reason)

    def backlog(self) -> int:
        """Return the bytes that the client has not got yet."""
        return self._wire.backlog() + self._held_bytes

    def name_account(self, name: str) -> None:
        """The session knows now whose connection it is: faults of that account begin to count."""
        if self._account != name:
            self._account = name
            self.arm()

    # -- What the faults call ------------------------------------------------------------------------------

    def arm(self) -> None:
        """Look which of the faults that are on now are for this connection."""
        mine = tuple(
            armed
            for armed in self._waiting.active
            if armed.is_for_line(role=self._role, account=self._account, peer=self._peer)
        )
        if mine != self._armed and not self._closed:
            self._armed = mine
            known = {armed.fault_id for armed in mine}
            self._silent = {key: silent for key, silent in self._silent.items() if key[0] in known}
        self._settle()

    def strike_close(self, armed: Armed) -> bool:
        """Close at once if the fault means this connection, without waiting for a frame."""
        if self._closed or armed not in self._armed or not armed.strikes():
            return False
        close_line(self, armed)
        return True

    def wake(self, now_ns: int) -> int | None:
        """Send what is due. Return when something is again."""
        if self._stall is not None and (self._stall_due_ns <= now_ns or self._stall not in self._armed):
            self._stall = None
        while self._queue and self._stall is None and self._queue[0][0] <= now_ns:
            frame = self._queue.popleft()[1]
            self._held_bytes -= len(frame)
            self._wire.send(frame)
        for topic in [topic for topic, (due_ns, _) in self._kept.items() if due_ns <= now_ns]:
            self._let_go(topic)
        while self._late and self._late[0][0] <= now_ns:
            _, _, frame, channel = heappop(self._late)
            self._held_bytes -= len(frame)
            self._emit(self._number_late(frame, channel))
        self._settle()
        dues = [due_ns for due_ns, _ in self._kept.values()]
        if self._late:
            dues.append(self._late[0][0])
        if self._stall is not None:
            dues.append(self._stall_due_ns)
        elif self._queue:
            dues.append(self._queue[0][0])
        return min((due_ns for due_ns in dues if due_ns < _NEVER_NS), default=None)

    # -- What strikes call ---------------------------------------------------------------------------------

    def wait(self, frame: bytes, *, delay_ns: int) -> None:
        """Put the frame, and all that comes after it, off for so long."""
        due_ns = self._waiting.now_ns + delay_ns
        self._push(frame, max(due_ns, self._queue[-1][0]) if self._queue else due_ns)

    def tell_later(self, frame: bytes, *, delay_ns: int, channel: str = "") -> None:
        """Send the frame so much later; others overtake it. In its channel it gets the sequence of then."""
        if self._has_room(frame):
            self._lates += 1
            heappush(self._late, (self._waiting.now_ns + delay_ns, self._lates, frame, channel))
            if channel in self._numbers:
                self._numbers[channel].late += 1

    def keeps(self, topic: Topic) -> bool:
        """Tell whether a frame of the topic is kept back already."""
        return topic in self._kept

    def keep(self, frame: bytes, topic: Topic) -> None:
        """Keep the frame until the next of its topic was sent."""
        if self._has_room(frame):
            self._kept[topic] = (self._waiting.now_ns + KEPT_NS_MAX, frame)

    def stall(self, armed: Armed) -> None:
        """Send nothing until the fault is over, or its delay is."""
        if self._stall is None and armed.strikes():
            delay_s = armed.spec.delay_s
            self._stall = armed
            self._stall_due_ns = _NEVER_NS if delay_s is None else self._waiting.now_ns + seconds_ns(delay_s)

    def break_off(self, code: int, reason: str) -> None:
        """Close, without a word where the code is 1006. Nothing is sent after it."""
        self._closed = True
        self._queue.clear()
        self._late.clear()
        self._kept.clear()
        self._numbers.clear()
        self._held_bytes = 0
        self._stall = None
        self._armed = ()
        self._plain = False
        self._waiting.lines.pop(self._number, None)
        self._wire.close(code, reason)

    def say(self, frame: bytes) -> None:
        """Send at once, beside everything."""
        self._wire.send(frame)

    def shift_sequence(self, frame: bytes, channel: str, by: int) -> None:
        """Number the channel's frames so much higher, from this one on."""
        found = sequence_of(frame)
        if found is not None:
            numbers = self._numbers.setdefault(channel, _Numbers())
            numbers.told = found[0] + by
            numbers.shift += by

    def silence_of(self, armed: Armed, topic: Topic) -> bool:
        """Tell whether a subscription is silent: decided at its first frame, until it is subscribed anew."""
        key = (armed.fault_id, topic)
        silent = self._silent.get(key)
        if silent is None and len(self._silent) < TOPICS_MAX:
            silent = self._silent[key] = armed.strikes()
        return silent is True

    def forget_silence(self, topic: Topic) -> None:
        """It is subscribed anew."""
        self._silent = {key: silent for key, silent in self._silent.items() if key[1] != topic}

    # -- Inside --------------------------------------------------------------------------------------------

    def _send_through(self, frame: bytes, channel: str) -> None:
        if channel in self._numbers:
            frame = self._renumbered(frame, channel)
        topic = topic_of(frame, channel) if self._kept else None
        overtaken = topic is not None and topic in self._kept
        frames: Frames = [frame]
        for armed in self._armed:
            strike = STRIKES[armed.spec.kind]
            struck: Frames = []
            for each in frames:
                done = strike(self, armed, each, channel)
                struck.extend([each] if done is None else done)
            frames = struck
        for each in frames:
            self._emit(each)
        if overtaken and topic in self._kept:
            self._let_go(topic)
        self._settle()

    def _emit(self, frame: bytes) -> None:
        """Send, or stand in line behind what waits already."""
        if self._closed:
            return
        if self._stall is not None or self._queue:
            self._push(frame, self._queue[-1][0] if self._queue else 0)
        else:
            self._wire.send(frame)

    def _push(self, frame: bytes, due_ns: int) -> None:
        if self._has_room(frame):
            self._queue.append((due_ns, frame))

    def _has_room(self, frame: bytes) -> bool:
        """Count the frame in; where too much waits, the connection is cut instead."""
        if self._closed:
            return False
        frames = len(self._queue) + len(self._late) + len(self._kept)
        if frames >= HELD_FRAMES_MAX or self._held_bytes + len(frame) > HELD_BYTES_MAX:
            self.break_off(1006, "")
            return False
        self._held_bytes += len(frame)
        return True

    def _let_go(self, topic: Topic) -> None:
        frame = self._kept.pop(topic)[1]
        self._held_bytes -= len(frame)
        self._emit(frame)

    def _renumbered(self, frame: bytes, channel: str) -> bytes:
        found = sequence_of(frame)
        if found is None:
            return frame
        numbers = self._numbers[channel]
        if found[0] == 1:  # Subscribed anew: counting begins anew.
            numbers.shift = 0
        numbers.told = found[0] + numbers.shift
        return with_sequence(frame, numbers.told)

    def _number_late(self, frame: bytes, channel: str) -> bytes:
        numbers = self._numbers.get(channel)
        if numbers is None:
            return frame
        numbers.told += 1
        numbers.shift += 1
        numbers.late -= 1
        return with_sequence(frame, numbers.told)

    def _settle(self) -> None:
        """Go back to plain where nothing is left to do, and be woken where something waits."""
        if self._closed:
            return
        for channel in [name for name, numbers in self._numbers.items() if not numbers.shift and not numbers.late]:
            del self._numbers[channel]
        busy = bool(self._queue or self._late or self._kept or self._stall is not None)
        self._plain = not (busy or self._armed or self._numbers)
        if busy:
            self._waiting.lines[self._number] = self
        else:
            self._waiting.lines.pop(self._number, None)
