"""One HTTP request over a pool: kept open, bounded, and clear about what may have arrived."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from traceback import TracebackException
from typing import Any

import pytest

from fathom.net import make_certificate, run_loop
from fathom.net.rest import RestTerms
from fathom.net.rest.pool import NoAnswerError, NotSentError, Pool, SignedHeaders
from fathom.protocol import rest
from fathom.version import VERSION
from rest_scene import venue_at

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Host:
    """Answers each request with the same bytes, by hand; keeps what it heard."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.connections = 0
        self.heard: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ontent-Length" in line), 0)
                self.heard.append(head + await reader.readexactly(length))
                if self.answer is None:
                    return
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client is gone.
        finally:
            writer.close()


@asynccontextmanager
async def open_host(answer: bytes | None) -> AsyncIterator[Host]:
    host = Host(answer)
    server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
    host.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield host


def hosted(use: Callable[[Host, Pool], Awaitable[Any]], answer: bytes | None = OK, **terms: Any) -> Any:
    async def main() -> Any:
        async with (
            asyncio.timeout(10),
            open_host(answer) as host,
            Pool(venue_at(host.url), RestTerms(**terms)) as pool,
        ):
            return await use(host, pool)

    return run_loop(main())


async def post(pool: Pool, **more: Any) -> Any:
    content = rest.Body(b"nonce=1", "text/plain")
    given: dict[str, Any] = {"headers": {"Content-Type": content.content_type}, "body": content, "timeout_s": 5.0}
    return await pool.send("POST", "/0/private/Balance", **given | more)


def test_what_is_sent_and_what_comes_back() -> None:
    async def use(host: Host, pool: Pool) -> None:
        reply = await post(pool)
        assert (reply.status, reply.body) == (200, b"{}")
        assert reply.sent_ns <= reply.answered_ns
        (heard,) = host.heard
        assert heard.startswith(b"POST /0/private/Balance HTTP/1.1\r\n")
        assert f"User-Agent: fathom/{VERSION}\r\n".encode() in heard
        assert heard.endswith(b"\r\n\r\nnonce=1")

    hosted(use)


def test_a_query_is_sent_as_it_was_written() -> None:
    async def use(host: Host, pool: Pool) -> None:
        await pool.send("GET", "/0/public/Depth", query="pair=BTC%2FUSD&x=%2B1+2", headers={}, timeout_s=5.0)
        assert host.heard[0].startswith(b"GET /0/public/Depth?pair=BTC%2FUSD&x=%2B1+2 HTTP/1.1\r\n")

    hosted(use)


def test_a_connection_is_kept_and_does_not_wait_to_fill_packets() -> None:
    async def use(host: Host, pool: Pool) -> None:
        for _ in range(10):
            await post(pool)
        assert (len(host.heard), host.connections) == (10, 1)
        assert pool._session is not None
        connector: Any = pool._session.connector
        ((protocol, _),) = next(iter(connector._conns.values()))
        connected = protocol.transport.get_extra_info("socket")
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    hosted(use)


def test_only_so_many_connections() -> None:
    async def use(host: Host, pool: Pool) -> None:
        await asyncio.gather(*(post(pool) for _ in range(50)))
        assert len(host.heard) == 50
        assert host.connections <= 10

    hosted(use)


def test_an_answer_in_parts_and_packed() -> None:
    packed = gzip.compress(b"x" * 100_000)
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    )

    async def use(host: Host, pool: Pool) -> None:
        assert (await post(pool)).body == b"x" * 100_000

    hosted(use, answer)


def test_an_answer_without_end_is_cut_off_also_where_it_is_packed() -> None:
    packed = gzip.compress(b"x" * 1_000_000)
    for answer in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed),
    ):

        async def use(host: Host, pool: Pool) -> None:
            with pytest.raises(NoAnswerError, match="longer than 4000 bytes"):
                await post(pool)

        hosted(use, answer, answer_bytes_max=4000)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", "did not answer within 0.2 s"),
        (b"", "did not answer within 0.2 s"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "sent an answer that cannot be read|closed the connection"),
    ],
)
def test_no_whole_answer(answer: bytes | None, said: str) -> None:
    async def use(host: Host, pool: Pool) -> None:
        with pytest.raises(NoAnswerError, match=said):
            await post(pool, timeout_s=0.2)
        assert len(host.heard) == 1

    hosted(use, answer)


def test_a_redirect_is_not_followed() -> None:
    async def use(host: Host, pool: Pool) -> None:
        assert (await post(pool)).status == 307
        assert len(host.heard) == 1

    hosted(use, b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def test_cookies_are_not_kept() -> None:
    async def use(host: Host, pool: Pool) -> None:
        await post(pool)
        await post(pool)
        assert b"Cookie" not in host.heard[1]

    hosted(use, b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}")


def test_nobody_listens() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        async with Pool(venue_at(f"http://127.0.0.1:{port}"), RestTerms()) as pool:
            with pytest.raises(NotSentError, match=f"cannot connect to http://127.0.0.1:{port}: .*: is the network up"):
                await post(pool)

    run_loop(main())


def test_connecting_takes_too_long() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=1) as deaf:  # It never speaks TLS.
            url = f"https://127.0.0.1:{deaf.getsockname()[1]}"
            async with Pool(venue_at(url), RestTerms()) as pool:
                with pytest.raises(NotSentError, match="could not be connected to in time: is the network up"):
                    await post(pool, timeout_s=0.2)

    run_loop(main())


def test_tls_below_1_2_is_not_spoken(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)
    old = certificate.server
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")

    async def main() -> None:
        host = Host(OK)
        server = await asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=old)
        async with server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Pool(venue_at(url, certificate.authority_file), RestTerms()) as pool:
                with pytest.raises(NotSentError):
                    await post(pool)
        assert host.heard == []

    run_loop(main())


def test_a_pool_that_is_closed_sends_nothing() -> None:
    async def main() -> None:
        pool = Pool(venue_at("http://127.0.0.1:1"), RestTerms())
        for _ in range(2):
            with pytest.raises(NotSentError, match="the REST client is closed") as caught:
                await post(pool)
            assert not caught.value.again
            async with pool:
                pass

    run_loop(main())


def test_nothing_of_a_private_call_is_seen_in_the_locals_of_an_error() -> None:
    """A body may have a password in it, and headers have a signature."""
    headers = SignedHeaders({"API-Sign": "c2ln"})
    assert (dict(headers)["API-Sign"], len(headers)) == ("c2ln", 1)

    async def use(host: Host, pool: Pool) -> None:
        with pytest.raises(NoAnswerError) as unanswered:
            await post(pool, headers=headers, timeout_s=0.2)
        with pytest.raises(TimeoutError) as cut_short:
            async with asyncio.timeout(0.1):
                await post(pool, headers=headers)
        assert b"API-Sign: c2ln" in host.heard[1]
        for error in (unanswered.value, cut_short.value):
            shown = "".join(TracebackException.from_exception(error, capture_locals=True).format())
            assert "in send" in shown
            assert "nonce=1" not in shown
            assert "c2ln" not in shown

    hosted(use, b"")
