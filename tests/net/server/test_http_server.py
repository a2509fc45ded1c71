"""A plain HTTP server, on real sockets of this machine."""

import asyncio
import socket
from io import BytesIO

import aiohttp
import pytest

from fathom.domain import LocalError
from fathom.net import HttpServer, run_loop
from fathom.protocol import HttpAnswer, HttpRequest


def echo(request: HttpRequest, *, now_ns: int) -> HttpAnswer:
    assert now_ns > 0
    if request.path == "/drop":
        return HttpAnswer(drop=True)
    if request.path == "/late":
        return HttpAnswer(body=b"late", delay_ns=20_000_000)
    text = f"{request.method} {request.path} {request.query} {request.headers.get('api-key')} {request.peer}"
    return HttpAnswer(status=418, body=text.encode() + b" " + request.body, content_type="text/plain")


def served(use: object) -> object:
    async def main() -> object:
        server = HttpServer(echo)
        await server.start(host="127.0.0.1", port=0)
        try:
            async with asyncio.timeout(10), aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
                return await use(client)  # type: ignore[operator]
        finally:
            await server.stop()

    return run_loop(main())


def test_a_request_is_read_whole_and_its_answer_written() -> None:
    async def use(client: aiohttp.ClientSession) -> tuple[int, str]:
        async with client.post("/0/private/X?a=%2Bb&c", data=b"nonce=1", headers={"API-Key": "k"}) as response:
            return response.status, await response.text()

    assert served(use) == (418, "POST /0/private/X a=%2Bb&c k 127.0.0.1 nonce=1")


def test_an_answer_may_be_late() -> None:
    async def use(client: aiohttp.ClientSession) -> str:
        async with client.get("/late") as response:
            return await response.text()

    assert served(use) == "late"


def test_an_answer_may_be_dropped() -> None:
    async def use(client: aiohttp.ClientSession) -> str:
        with pytest.raises(aiohttp.ClientError):
            await client.post("/drop")
        async with client.get("/late") as response:  # The server goes on.
            return await response.text()

    assert served(use) == "late"


def test_a_body_without_end_is_refused() -> None:
    async def use(client: aiohttp.ClientSession) -> int:
        async with client.post("/", data=BytesIO(b"x" * 2_000_000)) as response:
            return response.status

    assert served(use) == 413


def test_a_taken_port_is_one_clear_error() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            await HttpServer(echo).start(host="127.0.0.1", port=taken.getsockname()[1])

    with pytest.raises(LocalError, match=r"port: cannot listen on 127.0.0.1:\d+: .*in use"):
        run_loop(main())


def test_a_body_that_is_not_what_it_says_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    async def use(client: aiohttp.ClientSession) -> int:
        async with client.post("/", data=b"no gzip", headers={"Content-Encoding": "gzip"}) as response:
            return response.status

    assert served(use) == 400
    assert capsys.readouterr().err == ""
