"""What a session writes to, and what may go wrong with a request: the faults, as the sessions see them.

Pure. Imports: nothing. Imported by: the front door.
"""

from typing import Final, Protocol

CLOSE_IDLE: Final = 1000
CLOSE_SLOW: Final = 1008


class Line(Protocol):
    """The wire, with whatever the faults do to it."""

    def send(self, frame: bytes, channel: str) -> None:
        """Send a text frame of this channel, "" for answers."""

    def close(self, code: int, reason: str = "") -> None:
        """Close with this code."""

    def backlog(self) -> int:
        """Return the bytes that the client has not taken yet."""

    def name_account(self, name: str) -> None:
        """Hear whose connection it is."""


class RequestFaults(Protocol):
    """What may go wrong on purpose with a request."""

    def request(self, kind: str, *, now_ns: int, account: str | None = None) -> str | None:
        """Return the error to answer instead of doing what the method asks."""

    def clock_offset_ns(self, now_ns: int) -> int:
        """Return by how much the clock is wrong that the venue shows."""
