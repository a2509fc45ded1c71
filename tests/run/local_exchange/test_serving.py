"""The exchange and its sockets joined, on real ports: five doors, TLS, and bugs that take nobody else down."""

import asyncio
import json
import os
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fathom.domain import LocalError
from fathom.exchange import Exchange, Settings
from fathom.net import make_certificate, run_loop
from fathom.protocol import parse_time
from fathom.run.local_exchange.serving import BUGS_SHOWN_MAX, ExchangeServer, serve_until_stopped
from local_exchange import LocalExchange, running_exchange

START_NS = parse_time("2026-01-05T12:00:00Z")
QUIET = Settings(start_ns=START_NS, symbols=("BTC/USD",), market=False)
LIVELY = Settings(start_ns=START_NS, symbols=("BTC/USD",), speed=20.0)
NAMES = ["rest", "ws_public", "ws_private", "ws_level3", "ws_v1", "control"]
Use = Callable[[ExchangeServer, aiohttp.ClientSession], Awaitable[Any]]


def served(use: Use, settings: Settings = QUIET, **options: Any) -> Any:
    """Serve while `use` runs; whatever it says is passed on."""

    async def main() -> Any:
        server = ExchangeServer(settings, **options)
        await server.start()
        try:
            async with asyncio.timeout(20), aiohttp.ClientSession() as client:
                return await use(server, client)
        finally:
            await server.stop()

    return run_loop(main())


async def answer(client: aiohttp.ClientSession, url: str, **terms: Any) -> tuple[int, Any]:
    async with client.get(url, **terms) as response:
        return response.status, await response.json()


class Broken:
    """Does all that the real one does, but for one method: that raises."""

    def __init__(self, real: object, method: str) -> None:
        self._real = real
        self._method = method

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            raise RuntimeError("a bug with a secret in it")
        return getattr(self._real, name)


# -- Doors ---------------------------------------------------------------------------------------------------


def test_the_venue_says_where_it_is_and_no_keys() -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        status, said = await answer(client, f"{server.urls.rest}/fathom/venue")
        assert status == 200
        assert list(said) == NAMES
        assert said == server.urls.as_dict()
        assert not any(key.secret in json.dumps(said) or key.key in json.dumps(said) for key in server.exchange.samples)
        ports = {url.rsplit(":")[2].split("/")[0] for url in said.values()}
        assert len(ports) == 5

    served(use)


def test_each_door_is_open_and_leads_to_its_own_room() -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        urls = server.urls
        status, said = await answer(client, f"{urls.rest}/0/public/SystemStatus")
        assert (status, said["result"]["status"]) == (200, "online")
        for url in (urls.ws_public, urls.ws_private, urls.ws_level3):
            async with client.ws_connect(url) as ws:
                assert (await ws.receive_json())["channel"] == "status"
        for url in (urls.ws_v1, urls.ws_v1_private):
            async with client.ws_connect(url) as ws:
                assert (await ws.receive_json())["event"] == "systemStatus"
        assert (await answer(client, f"{urls.control}/state"))[1]["system"] == "online"

    served(use)


def test_the_market_is_heard_and_measured() -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        async with client.ws_connect(server.urls.ws_public) as ws:
            await ws.send_json({"method": "subscribe", "params": {"channel": "book", "symbol": ["BTC/USD"]}})
            kinds: list[str] = []
            while kinds.count("update") < 5:
                frame = await ws.receive_json()
                if frame.get("channel") == "book":
                    kinds.append(frame["type"])
            assert kinds[0] == "snapshot"
            async with client.get(f"{server.urls.control}/metrics") as response:
                assert response.content_type == "text/plain"
                families = list(text_string_to_metric_families(await response.text()))
        values = {(s.name, s.labels["of"]): s.value for family in families for s in family.samples}
        assert values["fathom_exchange_connections", "all"] == 1
        assert values["fathom_exchange_market_acts_total", "all"] > 0
        assert values["fathom_exchange_orders_open", "alice"] == 0

    served(use, LIVELY)


def test_control_is_at_no_other_door() -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        urls = server.urls
        for path in ("/state", "/metrics", "/faults"):
            assert await answer(client, urls.rest + path) == (404, {"error": ["EGeneral:Unknown method"]})
            for url in (urls.ws_v1, urls.ws_v1_private, urls.ws_level3.removesuffix("/v2")):
                async with client.get(url.replace("ws://", "http://") + path) as response:
                    assert response.status == 404
                    assert b"alice" not in await response.read()
        assert (await answer(client, f"{urls.control}/0/public/Time"))[0] == 404
        assert (await answer(client, f"{urls.control}/fathom/venue"))[0] == 404

    served(use)


def test_a_client_that_trusts_the_authority_is_served_over_tls(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1", "localhost"), folder=tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificate.authority_file))

    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        urls = server.urls
        assert [url.split(":")[0] for url in urls.as_dict().values()] == ["https", "wss", "wss", "wss", "wss", "http"]
        assert (await answer(client, f"{urls.rest}/0/public/Time", ssl=trusting))[1]["error"] == []
        for url in (urls.ws_public, urls.ws_private, urls.ws_level3):
            async with client.ws_connect(url, ssl=trusting) as ws:
                assert (await ws.receive_json())["channel"] == "status"
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await answer(client, f"{urls.rest}/0/public/Time")
        assert (await answer(client, f"{urls.control}/state"))[0] == 200

    served(use, tls=certificate.server)


# -- Ports ---------------------------------------------------------------------------------------------------


def free_ports() -> int:
    """A port with four free ones after it, as far as one can know."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            if port > 65_000:
                continue
            try:
                for offset in range(1, 5):
                    socket.create_server(("127.0.0.1", port + offset)).close()
            except OSError:
                continue
            return port
    raise AssertionError("no five free ports in a row")


def test_a_port_means_five_in_a_row() -> None:
    port = free_ports()

    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        assert [server.urls.ports[place] - port for place in range(5)] == [0, 1, 2, 3, 4]
        assert (await answer(client, f"http://127.0.0.1:{port + 4}/"))[0] == 200

    served(use, port=port)


def test_where_one_of_the_five_is_taken_none_stays_open() -> None:
    port = free_ports()

    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        raise AssertionError("it must not start")

    with (
        socket.create_server(("127.0.0.1", port + 3)),
        pytest.raises(LocalError, match=rf"^port: cannot listen on 127\.0\.0\.1:{port + 3}: "),
    ):
        served(use, port=port)
    for offset in range(5):
        socket.create_server(("127.0.0.1", port + offset)).close()


# -- Bugs of ours --------------------------------------------------------------------------------------------


def test_a_bug_behind_rest_is_an_answer_of_krakens(capfd: pytest.CaptureFixture[str]) -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        url = f"{server.urls.rest}/0/public/Time"
        real = server.exchange.rest
        server.exchange.rest = Broken(real, "answer")  # type: ignore[assignment]  # It raises.
        for _ in range(BUGS_SHOWN_MAX + 5):
            assert await answer(client, url) == (200, {"error": ["EGeneral:Internal error"]})
        server.exchange.rest = real
        assert (await answer(client, url))[1]["error"] == []

    served(use)
    said = capfd.readouterr().err
    assert said.count("error: this is a bug in fathom; the exchange goes on\nTraceback") == BUGS_SHOWN_MAX


def test_a_bug_behind_control_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        real = server.exchange.faults
        server.exchange.faults = Broken(real, "counts")  # type: ignore[assignment]  # It raises.
        status, said = await answer(client, f"{server.urls.control}/metrics")
        assert (status, list(said)) == (500, ["error"])
        assert "secret" not in said["error"]
        server.exchange.faults = real
        assert (await answer(client, f"{server.urls.control}/"))[0] == 200

    served(use)
    assert "a bug with a secret in it" in capfd.readouterr().err


def test_a_bug_behind_an_upgrade_refuses_it(capfd: pytest.CaptureFixture[str]) -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        real = server.exchange.faults
        for method, status in (("upgrade", 500), ("line", None)):
            server.exchange.faults = Broken(real, method)  # type: ignore[assignment]  # It raises.
            if status is not None:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await client.ws_connect(server.urls.ws_public)
                assert refused.value.status == status
            else:
                async with client.ws_connect(server.urls.ws_public) as ws:
                    assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
                    assert ws.close_code == 1011
            server.exchange.faults = real
            async with client.ws_connect(server.urls.ws_public) as ws:
                assert (await ws.receive_json())["channel"] == "status"

    served(use)
    assert "a bug with a secret in it" in capfd.readouterr().err


def test_a_bug_in_one_conversation_ends_that_one_alone(capfd: pytest.CaptureFixture[str]) -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        async with client.ws_connect(server.urls.ws_public) as well, client.ws_connect(server.urls.ws_private) as ill:
            await ill.receive_json()
            session = list(server.exchange.connections.values())[-1]
            session._messages = Broken(session._messages, "spend")  # type: ignore[union-attr, assignment]  # It raises.
            await ill.send_json({"method": "ping"})
            assert (await ill.receive()).data == 1011
            await well.receive_json()
            await well.send_json({"method": "ping", "req_id": 5})
            assert (await well.receive_json())["req_id"] == 5

    served(use)
    assert "a bug with a secret in it" in capfd.readouterr().err


def test_a_bug_in_the_market_leaves_the_doors_open(capfd: pytest.CaptureFixture[str]) -> None:
    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        exchange = server.exchange
        real = exchange.market
        exchange.market = Broken(real, "move")  # type: ignore[assignment]  # It raises.
        while not server._bugs:
            assert (await answer(client, f"{server.urls.rest}/0/public/Time"))[1]["error"] in (
                [],
                ["EAPI:Rate limit exceeded"],
            )
        exchange.market = real
        acts = real.acts
        while real.acts == acts:
            await answer(client, f"{server.urls.rest}/fathom/venue")

    served(use, LIVELY)
    assert "the exchange goes on\nTraceback" in capfd.readouterr().err


# -- Anything at all -----------------------------------------------------------------------------------------

GET = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
UPGRADE = b"GET /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
WELL_KEYED = UPGRADE + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
GARBAGE = [
    b"",
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",  # A TLS client's hello.
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\xff\xfe" + GET + b"\r\n",
    b"GET /state%ff%00?a=%ff" + GET + b"\r\n",
    b"GET /" + b"a" * 100_000 + GET + b"\r\n",
    b"GET /" + GET + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
    b"POST /" + GET + b"Content-Length: -5\r\n\r\n",
    b"POST /" + GET + b"Content-Length: 5000000\r\n\r\n",
    b"POST /clock" + GET + b"Content-Length: 3\r\n\r\n\xff\xff\xff",
    b"POST /0/private/Balance" + GET + b"Content-Length: 3\r\n\r\n\xff\xff\xff",
    UPGRADE + b"Sec-WebSocket-Key: x\r\n\r\n",
    WELL_KEYED + b"\xff" * 12,
    WELL_KEYED + b"\x81\x85\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb",  # Text that is no text.
    WELL_KEYED + b"\x81\x05hello",  # Not masked.
    WELL_KEYED + b"\x88\x81\x00\x00\x00\x00\x01",  # A close with half a code.
    WELL_KEYED + b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",  # A frame of 8 EiB.
]


def test_any_bytes_on_any_port_leave_it_alive_and_quiet() -> None:
    async def knock(port: int, content: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(content)
        writer.write_eof()
        with suppress(ConnectionError):
            said = await reader.read()
            assert b"Traceback" not in said
            assert b'File "' not in said
        writer.close()

    async def main(venue: LocalExchange) -> None:
        ports = [int(url.split(":")[2].split("/")[0]) for name, url in venue.said.items() if name in NAMES]
        async with asyncio.timeout(20), aiohttp.ClientSession() as client:
            for port in dict.fromkeys(ports):
                for content in GARBAGE:
                    await knock(port, content)
            assert (await answer(client, f"{venue.rest}/0/public/Time"))[1]["error"] == []
            for url in (venue.ws_public, venue.ws_private, venue.ws_level3):
                async with client.ws_connect(url) as ws:
                    assert (await ws.receive_json())["channel"] == "status"
            assert (await answer(client, f"{venue.control}/state"))[0] == 200

    with running_exchange("--quiet-market", "--pairs", "BTC/USD") as venue:  # Which insists on an empty stderr.
        run_loop(main(venue))


def test_the_exchange_is_the_servers_own() -> None:
    """A run of it is one process; the pure exchange in it may be looked at."""

    async def use(server: ExchangeServer, client: aiohttp.ClientSession) -> None:
        assert isinstance(server.exchange, Exchange)
        assert server.exchange.settings is QUIET
        before = server.exchange.clock.now_ns
        while server.exchange.clock.now_ns == before:
            await answer(client, f"{server.urls.rest}/fathom/venue")

    served(use)


def test_a_run_that_is_killed_at_once_gives_no_id_that_the_next_one_gives() -> None:
    happened: list[str] = []
    states: list[bytes] = []

    def keep(state: bytes) -> None:
        happened.append("kept")
        states.append(state)

    def told() -> None:
        happened.append("told")
        os.kill(os.getpid(), signal.SIGINT)

    server = ExchangeServer(QUIET)
    run_loop(serve_until_stopped(server, told=told, keep=keep))
    assert happened == ["kept", "told", "kept"]
    after = Exchange(QUIET, machine_ns=START_NS, state=states[0])  # As of before anybody could ask for anything.
    assert (json.loads(states[0])["run"], json.loads(after.state())["run"]) == (0, 1)  # Ids go by the run's number.
