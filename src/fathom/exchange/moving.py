"""What moves the market: the crowd or a recording, paused or not.

Pure. Imports: feeds. Imported by: exchange, steering.
"""

from typing import Final, Protocol

from fathom.exchange.feeds import Hub

BURST_MAX: Final = 200  # It does so much at once; then the sockets have their turn.


class Participant(Protocol):
    """The crowd, or a recording."""

    def next_ns(self) -> int | None:
        """Return when it acts next; None for never."""

    def act(self) -> int:
        """Do the next thing, as of its own time, and return that time."""

    def set_pace(self, *, speed: float | None, rate: float | None, now_ns: int) -> None:
        """Move faster or slower from now on. Raises LocalError where it cannot."""

    def resume(self, now_ns: int) -> None:
        """Go on after a pause: what was due meanwhile is put off, not made up for."""


class MovingMarket:
    """Lets a participant act in time, and publishes what it did."""

    def __init__(self, hub: Hub, participant: Participant | None) -> None:
        self._hub = hub
        self.participant = participant
        self.paused = False
        self.acts = 0

    def move(self, now_ns: int) -> int | None:
        """Let it act up to now, but not for too long at once; return when it acts next."""
        participant = self.participant
        if participant is None or self.paused:
            return None
        for _ in range(BURST_MAX):
            due_ns = participant.next_ns()
            if due_ns is None or due_ns > now_ns:
                return due_ns
            self._hub.publish(now_ns=participant.act())
            self.acts += 1
        return participant.next_ns()

    def pause(self, paused: bool, *, now_ns: int) -> None:
        """Stand still, or go on."""
        if self.paused and not paused and self.participant is not None:
            self.participant.resume(now_ns)
        self.paused = paused
