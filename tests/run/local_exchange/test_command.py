"""`fathom exchange` as a user starts it: what it says first, how it ends, and what its options do."""

import asyncio
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fathom.cli.app import FAILED, main
from fathom.exchange import Rules
from fathom.net import run_loop, venue
from fathom.run import packaged
from fathom.run.local_exchange import command as exchange_command
from fathom.run.local_exchange.command import ExchangeCommand
from local_exchange import LocalExchange, running_exchange

RECORDINGS = Path(packaged.__file__).parent / "recordings"
SMALL = ("--quiet-market", "--pairs", "BTC/USD")
KEYS = ["rest", "ws_public", "ws_private", "ws_level3", "ws_v1", "control", "accounts"]  # Of the first line.
Use = Callable[[aiohttp.ClientSession], Awaitable[Any]]


def browsed(use: Use) -> Any:
    async def main() -> Any:
        async with asyncio.timeout(20), aiohttp.ClientSession() as client:
            return await use(client)

    return run_loop(main())


async def got(client: aiohttp.ClientSession, url: str, **terms: Any) -> Any:
    async with client.get(url, **terms) as response:
        return await response.json()


@contextmanager
def started(*options: str, cwd: Path | None = None) -> Iterator["subprocess.Popen[str]"]:
    """Start one; whoever uses it ends it."""
    command = [sys.executable, "-m", "fathom", "exchange", "--port", "0", *SMALL, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: "subprocess.Popen[str]", last: str) -> str:
    """Read its greeting up to the line that begins so."""
    assert process.stdout is not None
    lines: list[str] = []
    while not (lines and lines[-1].strip().startswith(last)):
        line = process.stdout.readline()
        assert line, "".join(lines)
        lines.append(line)
    return "".join(lines)


def ended(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    _, complaints = process.communicate(timeout=20)
    return process.returncode, complaints


def test_the_first_line_is_all_that_a_program_needs() -> None:
    with running_exchange("--seed", "7", "--pairs", "BTC/USD", "ETH/USD", "--speed", "5", "--no-limits") as venue:
        assert list(venue.said) == KEYS
        assert [list(account) for account in venue.said["accounts"]] == [["name", "key", "secret", "permissions"]] * 6
        assert all(venue.said[name].endswith("/v2") for name in ("ws_public", "ws_private", "ws_level3"))
        assert not venue.ws_v1.endswith("/v2")

        async def use(client: aiohttp.ClientSession) -> None:
            said = await got(client, f"{venue.rest}/fathom/venue")
            assert said == {name: venue.said[name] for name in KEYS[:-1]}
            for _ in range(50):  # No limits: a public call a second would be refused by now.
                pairs = await got(client, f"{venue.rest}/0/public/AssetPairs")
                assert sorted(pair["wsname"] for pair in pairs["result"].values()) == ["ETH/USD", "XBT/USD"]
            async with client.get(f"{venue.control}/metrics") as response:
                names = {family.name for family in text_string_to_metric_families(await response.text())}
            assert "fathom_exchange_orders_open" in names
            async with client.ws_connect(venue.ws_public) as ws:
                await ws.send_json({"method": "subscribe", "params": {"channel": "book", "symbol": ["ETH/USD"]}})
                while (await ws.receive_json()).get("type") != "update":
                    pass

        browsed(use)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_clients_connected(number: signal.Signals) -> None:
    with started("--json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())

        async def use(client: aiohttp.ClientSession) -> int | None:
            async with client.ws_connect(said["ws_public"]) as ws:
                await ws.receive_json()
                process.send_signal(number)
                assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
                return ws.close_code

        assert browsed(use) == 1001
        out, complaints = process.communicate(timeout=20)
        assert (process.returncode, out, complaints) == (0, "", "")  # The first line was the only one.


def test_local_clients_find_it_without_being_told(tmp_path: Path) -> None:
    """By a note, from before its greeting to its end; where none can be left it says so and serves."""
    with running_exchange(*SMALL) as other, started("--tls", "--json", "--state", str(tmp_path)) as process:
        assert process.stdout is not None
        exchange = LocalExchange(json.loads(process.stdout.readline()))
        choice = run_loop(venue.choose_venue("local"))
        assert [choice.venue.url(name) for name in ("rest", "public", "private", "level3")] == [
            exchange.said[name] for name in ("rest", "ws_public", "ws_private", "ws_level3")
        ]
        assert choice.venue.authority == tmp_path / "fathom-exchange-ca.pem"
        assert choice.remark is not None
        assert exchange.rest in choice.remark
        for account in ("alice", "treasurer"):
            assert venue.credentials_for(choice, account=account).credentials.key == exchange.key(account)[0]
        named = run_loop(venue.choose_venue(exchange.rest))
        assert named.venue.ws_private == exchange.ws_private
        assert run_loop(venue.choose_venue(other.rest)).venue.ws_private == other.ws_private
        assert ended(process, signal.SIGTERM)[0] == 0
        assert [note.rest for note in venue.running_exchanges()] == [other.rest]
    assert venue.running_exchanges() == []


def test_where_no_note_can_be_left_it_serves_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "file"))
    with started("--json") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["rest"]
        status, complaints = ended(process, signal.SIGINT)
    assert status == 0
    assert complaints.startswith("note: `--venue local` will not find this exchange: FATHOM_STATE_DIR: cannot write to")


def test_over_tls_a_client_that_trusts_what_it_prints_is_served(tmp_path: Path) -> None:
    with started("--tls", "--host", "localhost", "--state", "kept", cwd=tmp_path) as process:
        text = told(process, "export SSL_CERT_FILE")
        (authority,) = re.findall(r"TLS: trust (\S+) in", text)
        assert Path(authority) == tmp_path / "kept" / "fathom-exchange-ca.pem"
        (rest,) = re.findall(r"^  rest +(https://localhost:\d+)$", text, re.MULTILINE)
        (level3,) = re.findall(r"^  ws_level3 +(wss://localhost:\d+/v2)$", text, re.MULTILINE)
        trusting = ssl.create_default_context(cafile=authority)

        async def use(client: aiohttp.ClientSession) -> None:
            for url in (rest, rest.replace("localhost", "127.0.0.1")):
                assert (await got(client, f"{url}/0/public/Time", ssl=trusting))["error"] == []
            async with client.ws_connect(level3, ssl=trusting) as ws:
                assert (await ws.receive_json())["channel"] == "status"

        browsed(use)
        assert ended(process, signal.SIGTERM) == (0, "")


def test_what_a_program_must_know_besides_is_on_stderr(tmp_path: Path) -> None:
    """Whom to trust, and that others can reach it: a line each."""
    with started("--tls", "--json", "--host", "0.0.0.0", cwd=tmp_path) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert list(said) == KEYS
        assert said["rest"].startswith("https://0.0.0.0:")
        authority = tmp_path / "runs" / "exchange" / "fathom-exchange-ca.pem"
        assert authority.exists()
        status, complaints = ended(process, signal.SIGINT)
        assert (status, complaints.splitlines()) == (
            0,
            [
                f"note: clients must trust {authority}",
                "warning: listening on 0.0.0.0: others on the network can reach it, and its control API",
            ],
        )


def test_a_recording_is_the_market() -> None:
    """A capture of ten pairs, of which those are left out that are not listed here."""
    capture = str(RECORDINGS / "ten-pairs-2021-04-17.jsonl.zst")
    with running_exchange("--market", capture, "--speed", "20") as venue:

        async def use(client: aiohttp.ClientSession) -> None:
            pairs = (await got(client, f"{venue.rest}/0/public/AssetPairs"))["result"]
            assert 1 <= len(pairs) < 10
            state: dict[str, Any] = {"pairs": []}
            while not state["pairs"] or any(pair["best_bid"] is None for pair in state["pairs"]):
                state = await got(client, f"{venue.control}/state")
            assert [pair["symbol"] for pair in state["pairs"] if float(pair["best_bid"]) <= 0] == []

        browsed(use)


def test_a_trade_history_is_the_market(tmp_path: Path) -> None:
    path = tmp_path / "BCHEUR.csv"
    path.write_text("".join(f"{1672531436 + turn},{90 + turn / 100},1.1\n" for turn in range(100)))
    faults = tmp_path / "faults.toml"
    faults.write_text('[[fault]]\nkind = "duplicate"\nchannel = "trade"\n')
    with running_exchange(
        "--market", str(path), "--pairs", "BCH/EUR", "--speed", "100", "--faults", str(faults),
        "--start", "2026-01-01T00:00:00Z", "--tier", "starter",
    ) as venue:  # fmt: skip

        async def use(client: aiohttp.ClientSession) -> None:
            async with client.ws_connect(venue.ws_public) as ws:
                await ws.send_json({"method": "subscribe", "params": {"channel": "trade", "symbol": ["BCH/EUR"]}})
                trades: list[Any] = []
                while len(trades) < 2:
                    frame = await ws.receive_json()
                    trades += [frame] if frame.get("type") == "update" and frame["channel"] == "trade" else []
            assert trades[0] == trades[1]  # The fault that the file asks for.
            assert trades[0]["data"][0]["timestamp"].startswith("2026-01-01T00:00:")
            state = await got(client, f"{venue.control}/state")
            assert {account["tier"] for account in state["accounts"]} == {"starter"}

        browsed(use)


def test_a_taken_port_is_one_clear_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["exchange", *SMALL, "--port", str(port)]) == FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(rf"error: port: cannot listen on 127\.0\.0\.1:{port}: .*in use.*\n", err)


def test_accounts_are_kept_between_runs(tmp_path: Path) -> None:
    kept = ("--state", str(tmp_path / "kept"))
    euros: list[str] = []
    keys: list[tuple[str, str]] = []
    for _ in range(2):
        with running_exchange(*SMALL, *kept) as venue:

            async def use(client: aiohttp.ClientSession, venue: LocalExchange = venue) -> str:
                terms = {"asset": "EUR", "amount": "1.25"}
                async with client.post(f"{venue.control}/accounts/alice/deposit", json=terms) as response:
                    balance: str = (await response.json())["balance"]
                    return balance

            euros.append(browsed(use))
            keys.append(venue.key("alice"))
    assert euros == ["20001.2500", "20002.5000"]
    assert keys[0] == keys[1]


def test_rules_are_set_by_name() -> None:
    given = (
        "ioc_rest=expired",
        "idle_close_s=5",
        "history_call_cost=2",
        "pair_fees_listed=true",
        "answer_first_share=0",
    )
    rules = exchange_command._rules(ExchangeCommand(rules=given, limits=False))
    assert rules == Rules(
        ioc_rest="expired",
        idle_close_s=5.0,
        history_call_cost=2,
        pair_fees_listed=True,
        answer_first_share=0.0,
        limits=False,
    )


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("nothing=1", "limits, ioc_rest, "),
        ("limits", "limits must be true or false, not ''"),
        ("ioc_rest=gone", "ioc_rest must be canceled or expired, not 'gone'"),
        ("heartbeat_s=0", "heartbeat_s must be a number above 0 and at most 1000000000, not '0'"),
        ("heartbeat_s=nan", "heartbeat_s must be a number above 0"),
        ("heartbeat_s=inf", "heartbeat_s must be a number above 0"),
        ("token_life_s=1.5", "token_life_s must be a whole number above 0"),
        ("answer_first_share=2", "answer_first_share must be a number from 0 to 1, not '2'"),
    ],
)
def test_a_rule_that_is_none(capsys: pytest.CaptureFixture[str], given: str, error: str) -> None:
    assert main(["exchange", *SMALL, "--port", "0", "--rule", "limits=false", "--rule", given]) == FAILED
    assert error in capsys.readouterr().err
