"""A throw-away certificate authority: a client that trusts its file connects, another does not."""

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest

from fathom.net import HttpServer, make_certificate, run_loop
from fathom.protocol import HttpAnswer


def test_only_who_trusts_the_authority_connects(tmp_path: Path) -> None:
    pytest.importorskip("trustme", reason="the extra `tls` is not installed")
    certificate = make_certificate(("127.0.0.1", "localhost"), folder=tmp_path)

    async def main() -> str:
        server = HttpServer(lambda request, *, now_ns: HttpAnswer(body=b"hello"), tls=certificate.server)
        await server.start(host="127.0.0.1", port=0)
        trusting = ssl.create_default_context(cafile=certificate.authority_file)
        try:
            async with asyncio.timeout(10), aiohttp.ClientSession(f"https://127.0.0.1:{server.port}") as client:
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await client.get("/")
                async with client.get("/", ssl=trusting) as response:
                    return await response.text()
        finally:
            await server.stop()

    assert run_loop(main()) == "hello"
