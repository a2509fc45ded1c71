"""What a server and its sockets say to each other: bytes, and nothing of what they mean.

`net` owns the sockets and does not know who serves; who serves (the exchange on this machine) has no sockets.

Pure. Imports: nothing. Imported by: net, exchange.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

Role = Literal["public", "private", "level3"]


class HttpRequest(Struct, frozen=True, kw_only=True):
    """One HTTP request, read whole. Header names are lower case."""

    method: str
    path: str  # Without host and query.
    query: str = ""  # As sent, after the question mark.
    headers: Mapping[str, str] = {}
    body: bytes = b""
    peer: str = ""  # The client's IP address.


class HttpAnswer(Struct, frozen=True, kw_only=True):
    """One HTTP answer. `delay_ns`: send it so much later. `drop`: close the connection instead."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}
    delay_ns: int = 0
    drop: bool = False


class Upgrade(Struct, frozen=True, kw_only=True):
    """One WebSocket upgrade. `role` is that of the port it came to; path and host may say otherwise."""

    role: Role
    path: str
    host: str = ""
    peer: str = ""


class Wire(Protocol):
    """One open WebSocket, from the exchange's side. Its methods return at once."""

    def send(self, frame: bytes) -> None:
        """Send one text frame. After a close it does nothing."""

    def close(self, code: int, reason: str = "") -> None:
        """Close with this code; 1006 drops the connection without a close frame."""

    def backlog(self) -> int:
        """Return the bytes taken but not yet written to the socket."""


class Conversation(Protocol):
    """One open WebSocket, from the socket's side."""

    def received(self, frame: bytes, *, now_ns: int) -> None:
        """One text or binary frame from the client."""

    def alive(self, *, now_ns: int) -> None:
        """A ping or pong of the WebSocket protocol itself."""

    def closed(self, *, now_ns: int) -> None:
        """The socket is gone; nothing more is sent."""
