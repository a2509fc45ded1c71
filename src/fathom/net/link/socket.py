"""One WebSocket as the link wants it: frames in, by the fast way where the kernel takes them; frames out; its end.

This is the hottest Python in the house: `on_ws_frame` runs for every frame of the venue.

Imports: kernel, terms. Imported by: link.
"""

import asyncio
import os
import re
import socket as sockets
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, Protocol, cast

from picows import (
    WSCloseCode,
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSParsedURL,
    WSTransport,
    ws_connect,
)

from fathom.domain import LinkError
from fathom.kernel import BROKEN, PASSED, Desk
from fathom.net.clock import clock_ns
from fathom.net.link.quiet_log import quiet_log
from fathom.net.link.terms import LinkTerms, tune
from fathom.version import VERSION

# Of a longer frame picows gives the loop its head by reference, and writes the next frame's head over it.
COPIED_BYTES_MAX: Final = 8192
HEAD_BYTES_MAX: Final = 14
PART_BYTES: Final = 64  # What a part of a message in several frames counts besides its bytes: empty ones add up too.
ABNORMAL: Final = 1006
STATUS_LINE: Final = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
REFUSED: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.FORBIDDEN)

Tap = Callable[[bytes, int], None]


class Ears(Protocol):
    """Who owns the socket. Its methods return at once."""

    def on_open(self, socket: "Socket") -> None:
        """The upgrade is done. Frames may follow in the same breath: Kraken's status does."""

    def on_frame(self, frame: bytes, now_ns: int) -> None:
        """One whole text frame that the kernel did not take."""

    def on_broken(self, now_ns: int) -> None:
        """The kernel took a frame of a book, and the book is not to be trusted any more: `desk.last`."""

    def on_buffer(self, now_ns: int) -> None:
        """All frames that lay in the socket's buffer have been told."""

    def on_end(self, code: int, reason: str) -> None:
        """The socket is gone: nothing more comes of it."""


class UpgradeRefused(LinkError):
    """The upgrade was answered with an HTTP status instead of a WebSocket."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the WebSocket upgrade was refused with HTTP {status}")
        self.status = status

    @property
    def too_many(self) -> bool:
        """Whether we knocked too often, or are not let in at all."""
        return self.status in REFUSED


class Deaf:
    """Ears of a connection that is over for its owner: what still comes from it is nobody's."""

    def on_open(self, socket: "Socket") -> None:
        """The upgrade came too late."""
        socket.cut()

    def on_frame(self, frame: bytes, now_ns: int) -> None:
        """Not heard."""

    def on_broken(self, now_ns: int) -> None:
        """Not heard."""

    def on_buffer(self, now_ns: int) -> None:
        """Not heard."""

    def on_end(self, code: int, reason: str) -> None:
        """Not heard: its owner has another connection by now."""


class Socket(WSListener):
    """One connection, from its upgrade to its end."""

    def __init__(self, ears: Ears, desk: Desk, tap: Tap | None, *, frame_bytes_max: int) -> None:
        super().__init__()
        self._ears = ears
        self._take: Callable[[memoryview, int], int] = desk.take
        self._tap = tap
        self._bytes_max = frame_bytes_max
        self._wire: WSTransport | None = None  # None until the upgrade is done.
        self._transport: WSTransport | None = None  # None after the end, too.
        self._stamp_ns = 0  # When the buffer's first frame was seen; 0 between buffers.
        self._parts: list[bytes] = []  # Of a message that comes in several frames.
        self._parts_bytes = 0
        self._said: tuple[int, str] = (ABNORMAL, "")
        self.frames = 0

    # -- What the owner does -----------------------------------------------------------------------------------

    @property
    def was_open(self) -> bool:
        """Whether the upgrade was done, however short it lasted."""
        return self._wire is not None

    def send(self, frame: bytes) -> None:
        """Write one text frame. After the end it does nothing."""
        transport = self._transport
        if transport is None:
            return
        if len(frame) <= COPIED_BYTES_MAX:
            transport.send(WSMsgType.TEXT, frame)
        else:
            transport.send_reuse_external_bytearray(WSMsgType.TEXT, bytearray(HEAD_BYTES_MAX) + frame, HEAD_BYTES_MAX)

    def unsent_bytes(self) -> int:
        """Return what the socket has not taken yet."""
        return 0 if self._transport is None else int(self._transport.underlying_transport.get_write_buffer_size())

    def close(self) -> None:
        """Say goodbye; `on_end` follows, soon or after `cut`."""
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()

    def cut(self, reason: str = "") -> None:
        """End it without a word to the other end; `on_end` is told the reason."""
        if self._transport is not None:
            if reason and self._said == (ABNORMAL, ""):
                self._said = (ABNORMAL, reason)
            self._transport.disconnect(graceful=False)

    async def ended(self) -> str:
        """Return what the other end did against the protocol, empty where it did not. To be called after `on_end`.

        Raises what our own code raised while it was called: the library ends the connection for it, and is silent.
        """
        if self._wire is not None:
            try:
                await self._wire.wait_disconnected()
            except WSError as error:
                return str(error)
        return ""

    def abandon(self) -> None:
        """End it, and say nothing more: not of frames that lie in its buffer, nor of its end."""
        self._ears, self._take, self._tap = Deaf(), _untaken, None
        self.cut()

    # -- picows ------------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is done."""
        self._wire = self._transport = transport
        self._ears.on_open(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - picows gives it.
        """One frame, of any kind."""
        now_ns = self._stamp_ns
        if not now_ns:
            now_ns = self._stamp_ns = clock_ns()
        verdict = PASSED
        if frame.fin and not self._parts:
            verdict = self._take(frame.get_payload_as_memoryview(), now_ns)
        if verdict == PASSED:
            self._pass_on(frame, now_ns)
        else:
            self.frames += 1
            if self._tap is not None:
                self._tap(frame.get_payload_as_bytes(), now_ns)
            if verdict == BROKEN:
                self._ears.on_broken(now_ns)
        if frame.last_in_buffer:
            self._stamp_ns = 0
            self._ears.on_buffer(now_ns)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The socket is gone."""
        self._transport = None
        told = cast("Any", transport.close_handshake)  # The library's types leave None out.
        if self._said[0] == ABNORMAL and told is not None and told.recv is not None:
            self._said = (_number(told.recv.code), told.recv.reason or "")
        self._ears.on_end(*self._said)

    def pause_writing(self) -> None:
        """Nothing to do: the owner looks at `unsent_bytes` before it sends."""

    def resume_writing(self) -> None:
        """As above."""

    def _pass_on(self, frame: WSFrame, now_ns: int) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            self._said = (_number(frame.get_close_code()), frame.get_close_reason() or "")
            self.close()  # The other end waits for our answer, perhaps for long.
            return
        if kind == WSMsgType.PING or kind == WSMsgType.PONG:  # noqa: PLR1714 - Enum members of a compiled module.
            return  # picows answers pings by itself.
        if frame.fin and not self._parts:
            whole = frame.get_payload_as_bytes()
        else:
            self._parts.append(frame.get_payload_as_bytes())
            self._parts_bytes += len(self._parts[-1]) + PART_BYTES
            if self._parts_bytes > self._bytes_max:
                self.cut(f"a message in parts that is longer than {self._bytes_max} bytes")
                return
            if not frame.fin:
                return
            whole = b"".join(self._parts)
            self._parts, self._parts_bytes = [], 0
        self.frames += 1
        if self._tap is not None:
            self._tap(whole, now_ns)
        self._ears.on_frame(whole, now_ns)


def _untaken(frame: memoryview, now_ns: int) -> int:  # noqa: ARG001 - In the place of a desk.
    return PASSED


def _number(code: WSCloseCode | int) -> int:
    return code if isinstance(code, int) else int(code.value)


async def open_socket(url: str, ears: Ears, desk: Desk, *, tap: Tap | None, terms: LinkTerms) -> None:
    """Connect and upgrade; `ears` is given the socket.

    Raises UpgradeRefused, or LinkError in one sentence for whatever else went wrong.
    """
    wanted = Socket(ears, desk, tap, frame_bytes_max=terms.frame_bytes_max)
    try:
        await _opened(url, wanted, terms)
    except BaseException:
        wanted.abandon()  # It may have opened in the last moment.
        raise


async def _opened(url: str, wanted: Socket, terms: LinkTerms) -> None:
    made: list[sockets.socket] = []
    try:
        async with asyncio.timeout(2 * terms.connect_s_max):
            await ws_connect(
                lambda: wanted,
                url,
                ssl_context=terms.tls if url.startswith("wss:") else None,
                websocket_handshake_timeout=terms.connect_s_max,
                logger_name=quiet_log(),
                max_frame_size=terms.frame_bytes_max,
                read_buffer_init_size=terms.read_buffer_bytes,
                extra_headers={"User-Agent": f"fathom/{VERSION}"},
                max_redirects=0,
                socket_factory=lambda parsed: _connected(parsed, terms, made),
            )
    except WSHandshakeError as error:
        # The library knows no status that is not in a book, and Cloudflare has some: 520 to 526.
        status = STATUS_LINE.match(error.raw_header or b"")
        if status is not None and int(status[1]) != HTTPStatus.SWITCHING_PROTOCOLS:
            raise UpgradeRefused(int(status[1])) from None
        raise LinkError(f"no WebSocket at {url}: {error}") from None
    except ssl.SSLCertVerificationError as error:
        raise LinkError(f"the certificate of {url} is not to be trusted: {error.verify_message}") from None
    except WSError as error:
        raise LinkError(f"no WebSocket at {url}: {error}") from None
    except TimeoutError:
        patience = f"{terms.connect_s_max:g} s to connect and as long to upgrade"
        raise LinkError(f"{url} did not answer in time: it had {patience}") from None
    except (OSError, ssl.SSLError) as error:
        raise LinkError(f"cannot connect to {url}: {_words(error)}") from None
    except UnicodeError:
        raise LinkError(f"cannot connect to {url}: its host is not a name") from None
    finally:
        if not wanted.was_open:
            _give_up(made)
    if not wanted.was_open:  # For the library this is a success.
        raise LinkError(f"{url} closed the connection before it was a WebSocket")


def _words(error: OSError) -> str:
    """Return what the system means, without the addresses that asyncio writes instead."""
    if isinstance(error, ConnectionError) and error.errno is not None:
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _give_up(made: Iterable[sockets.socket]) -> None:
    """End what the library has left open: it does so for a while when its caller waits no more."""
    for one in made:
        with suppress(OSError):  # It is closed already.
            one.shutdown(sockets.SHUT_RDWR)


async def _connected(parsed: WSParsedURL, terms: LinkTerms, made: list[sockets.socket]) -> sockets.socket:
    """Return a connected socket with our options: buffers count only where they are set before."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(terms.connect_s_max):
        places = await loop.getaddrinfo(parsed.host, parsed.port, type=sockets.SOCK_STREAM)
        failed: OSError | None = None
        for family, kind, protocol, _, address in places:
            one = sockets.socket(family, kind, protocol)
            try:
                one.setblocking(False)
                tune(one, terms)
                # One that leads nowhere must leave time for the others.
                async with asyncio.timeout(terms.connect_s_max / len(places)):
                    await loop.sock_connect(one, address)
            except OSError as error:
                one.close()
                failed = error
            except BaseException:
                one.close()
                raise
            else:
                made.append(one)
                return one
    raise failed or OSError(f"{parsed.host} has no address")
