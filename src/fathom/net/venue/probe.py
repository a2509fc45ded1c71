"""One short look at a WebSocket endpoint: can it be reached, how fast, what does its clock say.

Imports: domain, link, protocol, picows. Imported by: the front door.
"""

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from fathom.domain import FathomError, LinkError, RemoteError
from fathom.net.link.quiet_log import quiet_log
from fathom.net.link.terms import tls_context
from fathom.protocol import parse_time
from fathom.version import VERSION

PROBE_S_MAX: Final = 10.0
PINGS: Final = 5
FRAME_BYTES_MAX: Final = 1_000_000
_FRAMES_MAX: Final = 256  # Waiting to be read; more are dropped: a probe asks little and reads at once.
_CLOSE_S_MAX: Final = 1.0


class ClockSample(msgspec.Struct, frozen=True):
    """One question about the time: when we sent it, when the venue says it had it, when the answer was here."""

    sent_ns: int
    theirs_ns: int
    received_ns: int

    @property
    def round_trip_ns(self) -> int:
        """How long it took."""
        return self.received_ns - self.sent_ns


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found."""

    connect_ns: int  # TCP, TLS and upgrade.
    first_frame_ns: int  # From then to the first frame, which says the status.
    status: str
    pings: tuple[ClockSample, ...]


class Probe(WSListener):
    """One connection, for a few questions."""

    def __init__(self) -> None:
        super().__init__()
        self.transport: WSTransport | None = None
        self.connect_ns = 0
        self._frames: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(_FRAMES_MAX)
        self._req_id = 0

    async def next_frame(self) -> tuple[int, dict[str, Any]]:
        """Return when the next frame came (perf_counter), and its content."""
        got = await self._frames.get()
        if got is None:
            raise LinkError("the connection was closed by the other side")
        received_ns, frame = got
        try:
            content = msgspec.json.decode(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            content = None
        if not isinstance(content, dict):
            raise RemoteError("a frame is no JSON object: is this the v2 endpoint of a Kraken?")
        return received_ns, content

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> tuple[ClockSample, dict[str, Any]]:
        """Send one request; return its answer, with the times of both."""
        self._req_id += 1
        request = {"method": method, "req_id": self._req_id} | ({} if params is None else {"params": params})
        assert self.transport is not None
        sent_ns, began_ns = time.time_ns(), time.perf_counter_ns()
        self.transport.send(WSMsgType.TEXT, msgspec.json.encode(request))
        while True:
            received_ns, answer = await self.next_frame()
            if answer.get("req_id") == self._req_id:
                break
        time_in = answer.get("time_in")
        if not isinstance(time_in, str):
            raise RemoteError(f"the answer to {method} does not say when the request came in")
        # The end by the clock that is never set, so that a clock set in between spoils one end only.
        return ClockSample(sent_ns, parse_time(time_in), sent_ns + received_ns - began_ns), answer

    # -- picows -----------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is done."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Keep a text; whatever else comes is no answer."""
        if frame.msg_type == WSMsgType.TEXT and not self._frames.full():
            self._frames.put_nowait((time.perf_counter_ns(), frame.get_payload_as_bytes()))
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows gives it.
        """Nothing more comes."""
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(None)


@asynccontextmanager
async def open_probe(
    url: str, *, authority: Path | None = None, probe_s_max: float = PROBE_S_MAX
) -> AsyncIterator[Probe]:
    """Connect, and let go at the end. All in all it has so many seconds. Raises LinkError where that cannot be."""
    problem: FathomError
    probe = Probe()
    try:
        async with asyncio.timeout(probe_s_max):
            began_ns = time.perf_counter_ns()
            await ws_connect(
                lambda: probe,
                url,
                ssl_context=tls_context(authority) if url.startswith("wss:") else None,
                websocket_handshake_timeout=probe_s_max,
                logger_name=quiet_log(),
                max_frame_size=FRAME_BYTES_MAX,
                max_redirects=0,
                extra_headers={"User-Agent": f"fathom/{VERSION}"},
            )
            probe.connect_ns = time.perf_counter_ns() - began_ns
            yield probe
            return
    except TimeoutError:
        problem = LinkError(f"{url} does not answer within {probe_s_max:g} s")
    except ssl.SSLCertVerificationError as error:
        problem = LinkError(f"the certificate of {url} is not trusted ({error.verify_message}): name its authority")
    except OSError as error:
        problem = LinkError(f"cannot reach {url}: {_reason(error)}")
    except WSError as error:
        problem = LinkError(f"cannot reach {url}: {error}")
    except LinkError as error:
        problem = LinkError(f"{url}: {error}")
    except RemoteError as error:
        problem = RemoteError(f"{url}: {error}")
    finally:
        await _let_go(probe)
    raise problem


async def probe_endpoint(
    url: str, *, authority: Path | None = None, pings: int = PINGS, probe_s_max: float = PROBE_S_MAX
) -> Probed:
    """Connect, read the status that comes first, and ask a few pings."""
    async with open_probe(url, authority=authority, probe_s_max=probe_s_max) as probe:
        began_ns = time.perf_counter_ns()
        received_ns, first = await probe.next_frame()
        status = _status(first)
        samples = [(await probe.ask("ping"))[0] for _ in range(pings)]
        return Probed(
            connect_ns=probe.connect_ns,
            first_frame_ns=max(received_ns - began_ns, 0),
            status=status,
            pings=tuple(samples),
        )


def _reason(error: OSError) -> str:
    """Return it in the system's words. The loops write their own for what has a number; names have none above 0."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)


def _status(frame: dict[str, Any]) -> str:
    try:
        status = frame["data"][0]["system"] if frame["channel"] == "status" else None
    except (KeyError, IndexError, TypeError):
        status = None
    if not isinstance(status, str):
        raise RemoteError("the first frame does not say the status: is this the v2 endpoint of a Kraken?")
    return status


async def _let_go(probe: Probe) -> None:
    if probe.transport is None:
        return
    probe.transport.send_close()
    try:
        async with asyncio.timeout(_CLOSE_S_MAX):
            await probe.transport.wait_disconnected()
    except TimeoutError:
        probe.transport.disconnect(graceful=False)
