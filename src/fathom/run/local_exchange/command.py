"""One `fathom exchange`: its settings checked, its files read, its greeting written.

Imports: domain, exchange, net, protocol, store. Imported by: cli.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, get_args, get_origin, get_type_hints

from msgspec import ValidationError, convert, structs

from fathom.domain import LocalError, RemoteError
from fathom.exchange import ApiKey, FaultSpec, Listing, Rules, Settings, Tier, read_faults
from fathom.net import Certificate, make_certificate, run_loop, venue
from fathom.protocol import parse_time
from fathom.run.local_exchange.greeting import greeting
from fathom.run.local_exchange.recorded_market import RecordedMarket
from fathom.run.local_exchange.serving import ExchangeServer, serve_until_stopped
from fathom.store import StateFolder, read_state, write_state

SPEED_MAX: Final = 1000.0
RATE_MAX: Final = 100_000.0
RULE_MAX: Final = 1_000_000_000  # Of any number among the rules; in seconds it is 31 years.
_SHARE: Final = "answer_first_share"
PORT_MAX: Final = 65_535 - 4
START_YEARS: Final = range(2000, 2200)  # Where the venue's clock may start: times fit 64 bits long after.
_SHOWN_MAX: Final = 12  # So many pairs of a recording are named in an error.


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeCommand:
    """The command line as given."""

    port: int = 0
    host: str = "127.0.0.1"
    seed: int = 1
    speed: float = 1.0
    rate: float | None = None
    pairs: tuple[str, ...] = ()
    market: Path | None = None
    faults: Path | None = None
    state: Path | None = None
    tier: Tier = "pro"
    limits: bool = True
    rules: tuple[str, ...] = ()  # NAME=VALUE each.
    tls: bool = False
    quiet_market: bool = False
    start: str | None = None
    json: bool = False


def run_exchange(command: ExchangeCommand) -> int:
    """Serve until Ctrl-C; return the exit status. Raises LocalError for what cannot be."""
    recording = _recording(command)
    settings = _settings(command, recording)
    folder = command.state or Path("runs") / "exchange"
    faults = _faults(command.faults)
    certificate = _certificate(command.host, folder) if command.tls else None

    def serve(state: bytes | None, keep: Callable[[bytes], None] | None) -> None:
        server = ExchangeServer(
            settings,
            host=command.host,
            port=command.port,
            tls=certificate.server if certificate else None,
            faults=faults,
            recording=recording,
            state=state,
        )
        authority = certificate.authority_file.resolve() if certificate else None
        with ExitStack() as left:

            def told() -> None:
                _leave_note(server, authority, left)  # First: whoever has read the greeting finds it.
                _tell(server, command, authority)

            run_loop(serve_until_stopped(server, told=told, keep=keep))

    if command.state is None:
        serve(None, None)
        return 0
    with StateFolder(command.state) as kept:
        serve(read_state(kept.folder), lambda content: write_state(kept.folder, content))
    return 0


def _leave_note(server: ExchangeServer, authority: Path | None, left: ExitStack) -> None:
    """Leave what `--venue local` needs, until the end. Where that cannot be the exchange serves all the same."""
    urls, keys = server.urls, server.exchange.keyring.keys()
    note = venue.Note(
        pid=os.getpid(),
        started_ns=time.time_ns(),
        rest=urls.rest,
        ws_public=urls.ws_public,
        ws_private=urls.ws_private,
        ws_level3=urls.ws_level3,
        control=urls.control,
        authority=None if authority is None else str(authority),
        accounts=[venue.SampleKey(name=key.account, key=key.key, secret=key.secret) for key in keys if key.otp is None],
    )
    try:
        left.enter_context(venue.left_note(note))
    except LocalError as error:
        sys.stderr.write(f"note: `--venue local` will not find this exchange: {error}\n")


def _tell(server: ExchangeServer, command: ExchangeCommand, authority: Path | None) -> None:
    keys = server.exchange.keyring.keys()
    if command.json:
        sys.stdout.write(json.dumps({**server.urls.as_dict(), "accounts": _accounts(keys)}) + "\n")
        if authority is not None:
            sys.stderr.write(f"note: clients must trust {authority}\n")
    else:
        sys.stdout.write(greeting(server.urls, keys, authority=authority))
    if not _is_loopback(command.host):
        sys.stderr.write(
            f"warning: listening on {command.host}: others on the network can reach it, and its control API\n"
        )
    sys.stdout.flush()


def _recording(command: ExchangeCommand) -> RecordedMarket | None:
    if command.market is None:
        return None
    if not command.market.exists():
        raise LocalError("market", f"there is no {command.market}")
    return RecordedMarket(command.market, symbol=command.pairs[0] if len(command.pairs) == 1 else None)


def _settings(command: ExchangeCommand, recording: RecordedMarket | None) -> Settings:
    if command.port and not 1 <= command.port <= PORT_MAX:
        raise LocalError("port", f"must be 0, or from 1 to {PORT_MAX}, not {command.port}")
    if not 0 < command.speed <= SPEED_MAX:
        raise LocalError("speed", f"must be above 0 and at most {SPEED_MAX:g}, not {command.speed:g}")
    if command.rate is not None and not 0 < command.rate <= RATE_MAX:
        raise LocalError("rate", f"must be above 0 and at most {RATE_MAX:g} a second, not {command.rate:g}")
    _check_host(command.host)
    if command.market is not None and command.quiet_market:
        raise LocalError("quiet-market", "contradicts --market")
    if command.state is not None and command.state.exists() and not command.state.is_dir():
        raise LocalError("state", f"{command.state} is a file: name a folder")
    return Settings(
        seed=command.seed,
        start_ns=_start_ns(command.start),
        symbols=_symbols(command, recording),
        speed=command.speed,
        rate=command.rate,
        tier=command.tier,
        rules=_rules(command),
        market=command.market is None and not command.quiet_market,
    )


def _rules(command: ExchangeCommand) -> Rules:
    """Return the venue's settings: the defaults, and those that were given."""
    rules = Rules(limits=command.limits)
    for given in command.rules:
        name, _, text = given.partition("=")
        if name not in Rules.__struct_fields__:
            raise LocalError("rule", f"{given!r} must be NAME=VALUE, with one of {', '.join(Rules.__struct_fields__)}")
        rules = structs.replace(rules, **{name: _rule(name, text)})
    return rules


def _rule(name: str, text: str) -> object:
    """Return the value of one setting. Numbers are finite, and above 0 but for the share, which is from 0 to 1."""
    try:
        value: object = getattr(convert({name: text}, Rules, strict=False), name)
    except ValidationError:
        value = None
    if isinstance(value, bool | str):
        return value
    share = name == _SHARE
    if isinstance(value, int | float) and (0 <= value <= 1 if share else 0 < value <= RULE_MAX):
        return value
    kind = get_type_hints(Rules)[name]
    if get_origin(kind) is Literal:
        allowed = " or ".join(get_args(kind))
    elif kind is bool:
        allowed = "true or false"
    elif share:
        allowed = "a number from 0 to 1"
    else:
        allowed = f"{'a whole number' if kind is int else 'a number'} above 0 and at most {RULE_MAX}"
    raise LocalError("rule", f"{name} must be {allowed}, not {text!r}")


def _symbols(command: ExchangeCommand, recording: RecordedMarket | None) -> tuple[str, ...] | None:
    """Return what to list: the pairs asked for, or those of a recording, or None for all."""
    if command.pairs:
        Listing.of(command.pairs)  # An unknown one is the first thing to say.
    if recording is None:
        return command.pairs or None
    recorded = recording.symbols()
    if not command.pairs:
        return recorded
    if not set(recorded).intersection(command.pairs):
        shown = ", ".join(recorded[:_SHOWN_MAX])
        raise LocalError("pairs", f"none of {', '.join(command.pairs)} is in {command.market}, which has {shown}")
    return command.pairs


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def _certificate(host: str, folder: Path) -> Certificate:
    """Make one for the host, and for the names by which this machine calls itself."""
    try:
        return make_certificate(tuple(dict.fromkeys((host, "localhost", "127.0.0.1", "::1"))), folder=folder)
    except OSError as error:
        raise LocalError("tls", f"cannot write to {folder}: {error.strerror or error}") from None


def _check_host(host: str) -> None:
    if host == "localhost":
        return
    try:
        ip_address(host)
    except ValueError:
        raise LocalError("host", f"{host!r} is not an IP address of this machine") from None


def _start_ns(text: str | None) -> int:
    if text is None:
        return time.time_ns()
    try:
        start_ns = parse_time(text)
    except RemoteError as error:
        raise LocalError("start", str(error)) from None
    if int(text[:4]) not in START_YEARS:
        raise LocalError("start", f"must be in the years {START_YEARS[0]} to {START_YEARS[-1]}, not {text}")
    return start_ns


def _faults(path: Path | None) -> tuple[FaultSpec, ...]:
    if path is None:
        return ()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LocalError("faults", f"cannot read {path}: {error.strerror or error}") from None
    return read_faults(content)


def _accounts(keys: list[ApiKey]) -> list[dict[str, object]]:
    return [
        {"name": key.account, "key": key.key, "secret": key.secret, "permissions": sorted(key.permissions)}
        for key in keys
    ]
