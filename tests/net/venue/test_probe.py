import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from fathom.domain import FathomError, LinkError, RemoteError
from fathom.exchange import Rules, Settings
from fathom.net import make_certificate, run_loop
from fathom.net.venue.probe import Probed, _reason, open_probe, probe_endpoint
from fathom.run.local_exchange.serving import ExchangeServer

DEADLINE_S = 20.0
Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


async def on_an_exchange(
    use: Callable[[ExchangeServer], Awaitable[Probed]], *, tls_folder: Path | None = None
) -> Probed:
    certificate = None if tls_folder is None else make_certificate(("127.0.0.1",), folder=tls_folder)
    settings = Settings(seed=1, start_ns=time.time_ns(), symbols=("BTC/USD",), rules=Rules(), market=False)
    server = ExchangeServer(settings, tls=certificate.server if certificate else None)
    async with asyncio.timeout(DEADLINE_S):
        await server.start()
        try:
            return await use(server)
        finally:
            await server.stop()


def talked(talk: Talk, *, probe_s_max: float = DEADLINE_S) -> Probed:
    """Look at an endpoint that speaks so."""

    async def main() -> Probed:
        async def upgrade(request: web.Request) -> web.WebSocketResponse:
            ws = web.WebSocketResponse()
            await ws.prepare(request)
            await talk(ws)
            return ws

        app = web.Application()
        app.router.add_get("/v2", upgrade)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"ws://127.0.0.1:{runner.addresses[0][1]}/v2"
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await probe_endpoint(url, probe_s_max=probe_s_max)
        finally:
            await runner.cleanup()

    return run_loop(main())


@pytest.mark.parametrize("endpoint", ["ws_public", "ws_private", "ws_level3"])
def test_it_says_how_fast_an_endpoint_is_and_what_its_clock_says(endpoint: str) -> None:
    began_ns = time.time_ns()
    found = run_loop(on_an_exchange(lambda server: probe_endpoint(getattr(server.urls, endpoint))))
    assert found.status == "online"
    assert found.connect_ns > 0
    assert found.first_frame_ns >= 0
    assert len(found.pings) == 5
    for ping in found.pings:
        assert began_ns <= ping.sent_ns <= ping.received_ns <= time.time_ns()
        assert ping.round_trip_ns > 0
        assert ping.sent_ns - 10**9 < ping.theirs_ns < ping.received_ns + 10**9


def test_over_tls_the_authority_must_be_known(tmp_path: Path) -> None:
    authority = tmp_path / "fathom-exchange-ca.pem"

    async def trusting(server: ExchangeServer) -> Probed:
        return await probe_endpoint(server.urls.ws_public, authority=authority)

    assert run_loop(on_an_exchange(trusting, tls_folder=tmp_path)).status == "online"
    with pytest.raises(LinkError, match=r"the certificate of wss://.* is not trusted"):
        run_loop(on_an_exchange(lambda server: probe_endpoint(server.urls.ws_public), tls_folder=tmp_path))


def test_a_question_is_answered_with_its_own_answer() -> None:
    async def use(server: ExchangeServer) -> Probed:
        async with open_probe(server.urls.ws_public) as probe:
            for symbol in ("BTC/USD", "NO/PAIR"):
                _, answer = await probe.ask("subscribe", {"channel": "ticker", "symbol": [symbol]})
                assert answer["success"] is (symbol == "BTC/USD")
            assert (await probe.ask("ping"))[1]["method"] == "pong"
        return await probe_endpoint(server.urls.ws_public)

    run_loop(on_an_exchange(use))


async def _silent(ws: web.WebSocketResponse) -> None:
    await ws.receive()


async def _closing(ws: web.WebSocketResponse) -> None:
    await ws.close()


async def _other(ws: web.WebSocketResponse) -> None:
    await ws.send_str("hello")
    await ws.receive()


async def _version_1(ws: web.WebSocketResponse) -> None:
    await ws.send_str('{"event":"systemStatus","status":"online"}')
    await ws.receive()


async def _dumb(ws: web.WebSocketResponse) -> None:
    """Says its status, and answers without its time."""
    await ws.send_str('{"channel":"status","type":"update","data":[{"system":"online"}]}')
    await ws.receive()
    await ws.send_str('{"method":"pong","req_id":1}')
    await ws.receive()


@pytest.mark.parametrize(
    ("talk", "kind", "says"),
    [
        (_silent, LinkError, "does not answer within 0.3 s"),
        (_closing, LinkError, "closed by the other side"),
        (_other, RemoteError, "no JSON object"),
        (_version_1, RemoteError, "does not say the status"),
        (_dumb, RemoteError, "does not say when the request came in"),
    ],
)
def test_another_endpoint_is_one_clear_error(talk: Talk, kind: type[FathomError], says: str) -> None:
    with pytest.raises(kind, match=says) as caught:
        talked(talk, probe_s_max=0.3 if talk is _silent else DEADLINE_S)
    assert "ws://127.0.0.1:" in str(caught.value)


def test_nobody_there_is_one_clear_error() -> None:
    with pytest.raises(LinkError, match=r"cannot reach ws://127\.0\.0\.1:1/v2: .*refused"):
        run_loop(probe_endpoint("ws://127.0.0.1:1/v2"))


def test_a_name_that_nobody_has_is_told_in_the_systems_words() -> None:
    assert _reason(OSError(-2, "Name or service not known")) == "Name or service not known"
    assert _reason(OSError("no number")) == "no number"


def test_a_server_that_is_no_websocket_is_one_clear_error() -> None:
    async def use(server: ExchangeServer) -> Probed:
        return await probe_endpoint(server.urls.rest.replace("http:", "ws:") + "/v2")

    with pytest.raises(LinkError, match="cannot reach ws://"):
        run_loop(on_an_exchange(use))
