"""Ears that write down what they hear, and terms that make a test quick."""

import asyncio
from typing import Any

from fathom.domain import FathomError
from fathom.kernel import Desk, Seat
from fathom.net.link import Link, LinkTerms
from fathom.net.link.socket import Socket, open_socket
from fathom.protocol import Message, ReconnectTerms, Told

MS = 1_000_000
QUICK = ReconnectTerms(
    at_once=2,
    first_wait_ns=20 * MS,
    wait_max_ns=100 * MS,
    refused_wait_ns=50 * MS,
    refused_max_ns=100 * MS,
    jitter_max_ns=MS,
    stable_ns=1_000 * MS,
)


def quick_terms(**more: Any) -> LinkTerms:
    """Terms whose waits are short."""
    return LinkTerms(**{"reconnect": QUICK, "connect_s_max": 2.0, "close_s_max": 0.3, **more})


class Ears:
    """Those of a socket alone."""

    def __init__(self) -> None:
        self.socket: Socket | None = None
        self.frames: list[bytes] = []
        self.buffers = 0
        self.broken = 0
        self.end: tuple[int, str] | None = None
        self.ended = asyncio.Event()

    def on_open(self, socket: Socket) -> None:
        self.socket = socket

    def on_frame(self, frame: bytes, now_ns: int) -> None:
        assert now_ns > 0
        self.frames.append(frame)

    def on_broken(self, now_ns: int) -> None:
        self.broken += 1

    def on_buffer(self, now_ns: int) -> None:
        self.buffers += 1

    def on_end(self, code: int, reason: str) -> None:
        assert self.end is None, "it ends twice"
        self.end = (code, reason)
        self.ended.set()

    async def opened(self, url: str, **terms: Any) -> Socket:
        """Open a socket with these ears."""
        await open_socket(url, self, Desk(), tap=None, terms=quick_terms(**terms))
        assert self.socket is not None
        return self.socket


class Notes:
    """Those of a link's owner."""

    def __init__(self) -> None:
        self.ups: list[int] = []
        self.downs: list[tuple[int, int, str]] = []  # From, to, reason.
        self.failures: list[tuple[FathomError, int | None]] = []
        self.said: list[Message | Told] = []
        self.broken: list[tuple[str, str]] = []
        self.moved: list[str] = []
        self.bug: BaseException | None = None  # To be raised at the next thing that is said.

    def on_up(self, link: Link, now_ns: int) -> None:
        self.ups.append(now_ns)

    def on_down(self, link: Link, from_ns: int, now_ns: int, reason: str) -> None:
        self.downs.append((from_ns, now_ns, reason))

    def on_failed(self, link: Link, now_ns: int, error: FathomError, retry_ns: int | None) -> None:
        self.failures.append((error, retry_ns))

    def on_said(self, link: Link, said: Message | Told, now_ns: int) -> None:
        if self.bug is not None:
            raise self.bug
        self.said.append(said)

    def on_broken(self, link: Link, seat: Seat, refusal: str, now_ns: int) -> None:
        self.broken.append((seat.symbol, refusal))

    def on_moved(self, link: Link, seats: list[Seat], now_ns: int) -> None:
        self.moved += [seat.symbol for seat in seats]

    def on_buffer(self, link: Link, now_ns: int) -> None:
        pass

    @property
    def reasons(self) -> list[str]:
        """Why connections ended."""
        return [reason for _, _, reason in self.downs]

    @property
    def errors(self) -> list[str]:
        """Why attempts failed."""
        return [str(error) for error, _ in self.failures]

    def count(self, kind: type) -> int:
        """How often this was said."""
        return sum(isinstance(one, kind) for one in self.said)
