"""A whole rehearsal with a key, a secret, a second factor and tokens: nothing that it shows or keeps has one of them.

Looked through: what programs print and log, tracebacks with the locals of every frame, events, results, the
representations of objects, frames as a tap gets them, recordings, the state that processes share, command lines.
"""

import asyncio
import io
import json
import logging
import os
import sys
import time
import traceback
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
import zstandard
from rich.console import Console
from rich.traceback import Traceback

import fathom
from fathom.domain import FathomError
from fathom.exchange import Rules, Settings
from fathom.exchange.samples import TRADE
from fathom.net import Credentials, Kraken, Options, connect, run_loop
from fathom.net.keys import KeyRotation
from fathom.net.rest import RestTerms
from fathom.protocol import HttpRequest, rest
from fathom.run.local_exchange.serving import ExchangeServer

BTC = "BTC/USD"
PIECE = 12  # So many characters in a row are as good as the whole.
COMMAND_S_MAX = 60.0
LIMIT: dict[str, Any] = {"order_qty": "0.001", "limit_price": "50000"}
OPTIONS = Options(
    rest=RestTerms(order_deadline_s=0.5, attempt_s=0.5, deadline_s=2.0, backoff_s=0.01),
    answer_s_max=0.3,
    lookup_s_max=1.0,
    lookup_first_s=0.05,
    lookup_every_s=0.1,
    engine_deadline_s=0.4,
    seed=1,
)


class Vault:
    """Everything that nobody may see, in the forms that texts give it; and everything that was seen."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._pieces: dict[str, str] = {}
        self.seen: dict[str, list[str]] = {}

    def learn(self, name: str, text: str) -> None:
        """This must not be seen."""
        forms = {text, quote(text, safe=""), json.dumps(text)[1:-1], text.replace("/", "\\/")}
        if name == "secret":
            raw = b64decode(text)
            forms |= {raw.hex(), repr(raw)[2:-1]}
        for form in forms:
            self._whole[form] = name
            if len(form) > PIECE:
                self._pieces |= {form[at : at + PIECE]: name for at in range(len(form) - PIECE + 1)}

    def saw(self, where: str, text: str | bytes) -> None:
        """This is what somebody may see."""
        self.seen.setdefault(where, []).append(text if isinstance(text, str) else text.decode("latin-1"))

    def count(self, name: str) -> int:
        """How many forms of a kind there are: a rehearsal without any would show nothing."""
        return sum(kind == name for kind in self._whole.values())

    def leaks(self) -> list[str]:
        """Where something was seen that must not be."""
        found: set[str] = set()
        for where, texts in self.seen.items():
            whole = "\0".join(texts)
            found |= {f"{name} in {where}" for form, name in self._whole.items() if form in whole}
            pieces = {whole[at : at + PIECE] for at in range(len(whole) - PIECE + 1)} & self._pieces.keys()
            found |= {f"a piece of {self._pieces[piece]} in {where}" for piece in pieces}
        return sorted(found)

    def raised(self, error: BaseException) -> None:
        """Somebody shows this error in every way there is, with all that the frames hold."""
        self.saw("errors", f"{error!r} {error} {getattr(error, '__notes__', '')}")
        with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.saw("tracebacks with locals", "".join(with_locals.format()))
        console = Console(file=io.StringIO(), width=200, force_terminal=False)
        shown = Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_length=None, locals_max_string=None,
            width=200, extra_lines=0,
        )  # fmt: skip
        console.print(shown)
        assert isinstance(console.file, io.StringIO)
        self.saw("rich tracebacks", console.file.getvalue())


class Parts:
    """A key as the test has it: it shows nothing, for the test's own frames are in the tracebacks too."""

    def __init__(self, key: str, secret: str, otp: str) -> None:
        self.key, self.secret, self.otp = key, secret, otp

    def __repr__(self) -> str:
        return "<parts>"

    def but(self, **other: str) -> "Parts":
        """The same, with something else in one place."""
        return Parts(**{**vars(self), **other})

    @property
    def credentials(self) -> Credentials:
        return Credentials(**vars(self))

    @property
    def environment(self) -> dict[str, str]:
        return {f"FATHOM_API_{name.upper()}": text for name, text in vars(self).items()}


class Rehearsal:
    """The exchange with keys that have a second factor, and a watch on what is secret there."""

    def __init__(self, server: ExchangeServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.vault = Vault()
        self.signs = 0
        exchange = server.exchange
        answer, make_token = exchange.answer, exchange.keyring.make_token

        def heard(request: HttpRequest, **more: Any) -> Any:
            if sign := request.headers.get("api-sign"):
                self.signs += 1
                self.vault.learn("API-Sign", sign)
            return answer(request, **more)

        def made(*given: Any, **more: Any) -> str:
            token = make_token(*given, **more)
            self.vault.learn("token", token)
            return token

        exchange.answer = heard  # type: ignore[method-assign]  # To hear what is sent, as it is sent.
        exchange.keyring.make_token = made  # type: ignore[method-assign]  # As above.

    def key(self, name: str) -> "Parts":
        """One more key of alice's, with a second factor."""
        parts = Parts(f"KEY{name}".ljust(56, "k"), b64encode(Random(name).randbytes(64)).decode(), f"otp-{name}-9f3Kq")
        self.server.exchange.keyring.add(
            "alice", key=parts.key, secret=parts.secret, otp=parts.otp, permissions=TRADE, label=name,
            now_ns=time.time_ns(),
        )  # fmt: skip
        self.vault.learn("secret", parts.secret)
        self.vault.learn("OTP", parts.otp)
        return parts

    def fault(self, kind: str, /, **keys: Any) -> None:
        """Begin one fault."""
        body = json.dumps({"kind": kind, **keys}).encode()
        self.server.exchange.control(HttpRequest(method="POST", path="/faults", body=body), now_ns=time.time_ns())

    def heal(self) -> None:
        """End every fault."""
        self.server.exchange.control(HttpRequest(method="DELETE", path="/faults"), now_ns=time.time_ns())

    def write_key(self, parts: Parts) -> Path:
        """Put a key where the client looks for one."""
        path, new = self.folder / "key.toml", self.folder / "key.new"
        new.write_text("".join(f'{name} = "{text}"\n' for name, text in vars(parts).items()))
        new.chmod(0o600)
        new.rename(path)
        return path

    async def fails(self, work: Awaitable[Any]) -> None:
        """Do what goes wrong, and show the error."""
        try:
            self.vault.saw("results", repr(await work))
        except Exception as error:  # noqa: BLE001 - Whatever it is: somebody shows it.
            self.vault.raised(error)
        else:
            raise AssertionError("it went well")

    async def does(self, work: Awaitable[Any]) -> Any:
        """Do what goes well, and show the result."""
        result = await work
        self.vault.saw("results", repr(result))
        return result

    async def cut_short(self, work: Awaitable[Any], *, after_s: float = 0.1) -> None:
        """Lose patience, as a program of a user's does: the error has the frames of all that was going on."""

        async def impatient() -> None:
            async with asyncio.timeout(after_s):
                await work

        await self.fails(impatient())

    async def command(self, *words: str, key: Parts, status: int | None = 0) -> None:
        """Run `fathom` as a user does, with --debug, and keep what it prints and how it is called."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fathom", *words, "--venue", self.server.urls.rest, "--debug",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **key.environment},
        )  # fmt: skip
        self.vault.saw("command lines", Path(f"/proc/{process.pid}/cmdline").read_bytes())
        async with asyncio.timeout(COMMAND_S_MAX):
            out, err = await process.communicate()
        self.vault.saw(f"fathom {words[0]}", out + err)
        assert status is None or process.returncode == status, (words, out, err)


@asynccontextmanager
async def rehearsed(folder: Path) -> AsyncIterator[Rehearsal]:
    what = Settings(start_ns=time.time_ns(), symbols=(BTC,), speed=5.0, rules=Rules(limits=False))
    server = ExchangeServer(what)
    await server.start()
    try:
        yield Rehearsal(server, folder)
    finally:
        await server.stop()


@contextmanager
def everything_logged(vault: Vault) -> Iterator[None]:
    """Every logger there is writes everything that it has to say."""
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        vault.saw("logs", stream.getvalue())


def insides(kraken: Kraken) -> str:
    """What somebody sees who prints objects while looking for a mistake."""
    running = kraken._running
    things: list[Any] = [kraken, running, running.rest, running.found, running.venue, running.options, *running.links()]
    things += [link.session for link in running.links()]
    return "\n".join(f"{thing!r} {getattr(thing, '__dict__', '')!r}" for thing in things)


def test_nothing_that_is_secret_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(fathom.__file__).parents[1]))
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))
    for name in ("look_s", "settle_s"):
        monkeypatch.setitem(KeyRotation.__init__.__kwdefaults__, name, 0.1)

    async def main() -> Vault:
        asyncio.get_running_loop().set_debug(True)
        async with rehearsed(tmp_path) as stage:
            with everything_logged(stage.vault):
                await in_this_process(stage)
                await with_commands(stage)
            assert stage.signs > 30
            return stage.vault

    vault = run_loop(main())
    for folder in (tmp_path / "state", tmp_path / "tape"):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            if file.suffix == ".zst":
                content = zstandard.ZstdDecompressor().stream_reader(content).read()
            vault.saw(f"files in {folder.name}", content)
    vault.saw("command lines", Path("/proc/self/cmdline").read_bytes())
    assert all(vault.count(name) for name in ("secret", "OTP", "token", "API-Sign"))
    assert {"logs", "events", "frames", "results", "errors", "files in tape", "files in state"} <= set(vault.seen)
    assert vault.leaks() == []


async def in_this_process(stage: Rehearsal) -> None:
    """Connect, trade, fail in many ways, change the key, leave."""
    vault = stage.vault
    first, second = stage.key("one"), stage.key("two")
    changed = asyncio.Event()

    def told(event: Any) -> None:
        vault.saw("events", repr(event))
        if type(event).__name__ == "KeyChanged" and "in use from now on" in event.reason:
            changed.set()

    kraken = connect(
        stage.server.urls.rest, key_file=stage.write_key(first), options=OPTIONS,
        tap=lambda _link, frame, _ns: vault.saw("frames", frame),
    )  # fmt: skip
    async with kraken:
        kraken.events(callback=told)
        kraken.executions(history=True, callback=lambda row: vault.saw("events", repr(row)))
        kraken.balances(callback=lambda row: vault.saw("events", repr(row)))
        kraken.level3(BTC)
        kraken.book(BTC)
        await kraken.trading()
        await stage.does(kraken.guard(timeout_s=30))
        vault.saw("representations", insides(kraken))
        added = await stage.does(kraken.add_order(BTC, "buy", "limit", **LIMIT))
        await stage.does(kraken.amend_order(order_id=added.order_id, limit_price="51000"))
        await stage.fails(kraken.add_order(BTC, "buy", "limit", order_qty="900", limit_price="50000"))
        await stage.fails(kraken.add_order("XBT/USD", "buy", "limit", **LIMIT))
        for kind, method in (
            ("lost_answer", "edit_order"), ("rest_drop", "BalanceEx"), ("rest_status", "OpenOrders"),
            ("rest_delay", "Ledgers"), ("refuse", "TradeBalance"),
        ):  # fmt: skip
            stage.fault(kind, method=method, **({"text": "EGeneral:Internal error"} if kind == "refuse" else {}))
        await stage.fails(kraken.edit_order(BTC, added.order_id, limit_price="52000"))
        for request in (rest.BalanceEx(), rest.OpenOrders(), rest.TradeBalance()):
            await stage.fails(kraken.rest(request))
        await stage.cut_short(kraken.rest(rest.Ledgers()))
        stage.heal()
        stage.fault("rest_delay", method="AddOrder", delay_s=1)
        stage.fault("lost_answer", method="add_order")
        await stage.cut_short(kraken.add_order(BTC, "buy", "limit", **LIMIT))
        stage.fault("invalid_session", count=1)
        await stage.cut_short(kraken.add_order(BTC, "buy", "limit", **LIMIT), after_s=0.2)
        stage.heal()
        for kind in ("truncate", "corrupt", "unknown_fields"):
            stage.fault(kind, role="private", count=3)
        stage.fault("close", role="private", code=1006)
        await kraken._running.until(lambda: not kraken._running.private.links[0].is_open, what="the end", timeout_s=5)
        vault.saw("representations", insides(kraken))
        stage.heal()
        stage.write_key(second)
        async with asyncio.timeout(15):
            await changed.wait()
        stage.server.exchange.keyring.remove(first.key)
        await stage.does(kraken.rest(rest.BalanceEx()))
        vault.saw("representations", insides(kraken))
        stage.write_key(second.but(otp="wrong"))
        await stage.does(kraken.cancel_all())
    never = b64encode(Random("never").randbytes(64)).decode()
    for wrong in (second.but(otp="wrong"), second.but(secret=never), second.but(key="unknown")):
        async with connect(stage.server.urls.rest, credentials=wrong.credentials, options=OPTIONS) as other:
            await stage.fails(other.add_order(BTC, "buy", "limit", **LIMIT))
            await stage.fails(other.rest(rest.BalanceEx()))
    try:
        _ = second.but(key=second.secret, secret=second.key).credentials
    except FathomError as error:
        vault.raised(error)


async def with_commands(stage: Rehearsal) -> None:
    """What people type, right and wrong."""
    good = stage.key("three")
    wrong = good.but(otp="wrong")
    tape = str(stage.folder / "tape")
    await asyncio.gather(
        stage.command("order", "add", BTC, "buy", "0.001", "--limit-price", "50000", "--yes", key=good),
        stage.command("ws", "executions", "--history", "--json", "--seconds", "1", key=good),
        stage.command("record", BTC, "--channels", "level3,book", "--out", tape, "--count", "50", key=good),
        stage.command("doctor", "--journal", str(stage.folder / "runs"), status=None, key=good),
        stage.command("rest", "BalanceEx", status=1, key=wrong),
        stage.command("order", "cancel-all", "--yes", status=1, key=wrong),
    )
    await stage.command("kill", key=good)
