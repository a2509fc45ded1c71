import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from fathom.domain import FathomError, LinkError, LocalError, RemoteError
from fathom.net import make_certificate, run_loop
from fathom.net.venue.asking import _seen_from_here, ask_venue
from fathom.net.venue.venue import Venue

DEADLINE_S = 10.0
TOLD = {
    "rest": "http://127.0.0.1:1", "ws_public": "ws://127.0.0.1:2/v2", "ws_private": "ws://127.0.0.1:3/v2",
    "ws_level3": "ws://127.0.0.1:4/v2", "ws_v1": "ws://127.0.0.1:2", "control": "http://127.0.0.1:5",
}  # fmt: skip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def asked(handler: Handler, *, tls: ssl.SSLContext | None = None, **terms: object) -> Venue:
    """Ask a server of aiohttp's that answers so."""

    async def main() -> Venue:
        app = web.Application()
        app.router.add_get("/fathom/venue", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await ask_venue(f"{'https' if tls else 'http'}://127.0.0.1:{port}/", **terms)  # type: ignore[arg-type]  # As given.
        finally:
            await runner.cleanup()

    return run_loop(main())


async def tells(request: web.Request) -> web.Response:
    return web.json_response(TOLD)


def test_it_tells_the_other_endpoints() -> None:
    venue = asked(tells)
    assert venue.rest.startswith("http://127.0.0.1:")
    assert (venue.ws_public, venue.ws_private) == (TOLD["ws_public"], TOLD["ws_private"])
    assert venue.ws_level3 == TOLD["ws_level3"]
    assert venue.name == venue.rest


def test_over_tls_its_authority_must_be_known(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)
    venue = asked(tells, tls=certificate.server, authority=certificate.authority_file)
    assert venue.authority == certificate.authority_file
    with pytest.raises(LinkError, match=r"certificate of .* is not trusted: name its authority"):
        asked(tells, tls=certificate.server)
    (tmp_path / "no.pem").write_text("none")
    with pytest.raises(LocalError, match="authority: cannot read certificates"):
        asked(tells, tls=certificate.server, authority=tmp_path / "no.pem")


async def _other(request: web.Request) -> web.Response:
    return web.Response(text="<html>")


async def _half(request: web.Request) -> web.Response:
    return web.json_response({"rest": TOLD["rest"]})


async def _elsewhere(request: web.Request) -> web.Response:
    raise web.HTTPFound("http://127.0.0.1:1/")


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b" " * 65_536)
    except ConnectionError:
        return response


async def _silent(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("handler", "kind", "says"),
    [
        (_other, RemoteError, "is no fathom exchange"),
        (_half, RemoteError, "is no fathom exchange"),
        (_elsewhere, RemoteError, "is no fathom exchange"),
        (_endless, RemoteError, "is no fathom exchange"),
        (_silent, LinkError, "does not answer within 0.2 s"),
    ],
)
def test_another_server_is_one_clear_error(handler: Handler, kind: type[FathomError], says: str) -> None:
    with pytest.raises(kind, match=says) as caught:
        asked(handler, answer_s_max=0.2 if handler is _silent else DEADLINE_S)
    assert caught.value.__context__ is None


def test_nobody_there_is_one_clear_error() -> None:
    with pytest.raises(LinkError, match=r"cannot reach http://127\.0\.0\.1:1: .*refused"):
        run_loop(ask_venue("http://127.0.0.1:1"))


@pytest.mark.parametrize("url", ["ws://127.0.0.1:8421", "http://exchange.example.org:8420", "https://"])
def test_what_is_no_rest_url_is_not_asked(url: str) -> None:
    with pytest.raises(LocalError, match="rest: "):
        run_loop(ask_venue(url))


def test_what_a_server_calls_its_own_loopback_is_its_host_from_elsewhere() -> None:
    assert _seen_from_here("wss://0.0.0.0:8421/v2", "exchange") == "wss://exchange:8421/v2"
    assert _seen_from_here("wss://127.0.0.1/v2", "2001:db8::1") == "wss://[2001:db8::1]/v2"
    assert _seen_from_here("ws://127.0.0.1:1/v2", "localhost") == "ws://127.0.0.1:1/v2"
    assert _seen_from_here("wss://ws.example.org/v2", "exchange") == "wss://ws.example.org/v2"
