"""`bot.toml`: what a user writes of a bot, read with errors that say which line, which key, and what is allowed.

The environment overrides any key: FATHOM_BOT__RISK__ORDER_VALUE_MAX=500 sets `order_value_max` of `[risk]`.

Imports: domain, risk, sim, config, loading. Imported by: run/check, run/trading.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, structs

from fathom.domain import LocalError, error_place, error_sentence
from fathom.risk import Limits
from fathom.run.backtest.settings import BacktestTable
from fathom.run.config import RunConfig, StrategyConfig
from fathom.run.loading import settled
from fathom.sim import Fees

Mode = Literal["rehearsal", "paper", "live"]
OnStop = Literal["cancel", "keep", "flatten"]
REST_LAG_S: Final = 60  # websocket-v2.md 2.3.
OVERRIDE: Final = "FATHOM_BOT__"
DEPTHS: Final = (10, 25, 100, 500, 1000)


class SymbolTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pair: how deep its book is, and whether every order of it is wanted too."""

    depth: Literal[10, 25, 100, 500, 1000] = 10
    level3: Literal[0, 10, 100, 1000] = 0  # Depth of the level 3 book; 0: none.


class PaperTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account on paper begins with, what it pays, and how far away its venue is."""

    balances: dict[str, Decimal] = {}
    fees: Fees = Fees()
    latency_ms: Annotated[int, Meta(ge=0, le=60_000)] = 20


class StopTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of open orders, or of what is held, when the bot is told to stop."""

    orders: OnStop = "cancel"
    seconds: Annotated[int, Meta(ge=1, le=600)] = 20  # Then it ends, and says what is left.


class JournalTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the log is kept, and how firmly."""

    folder: str = ""  # Empty: runs/<name>-<mode>.
    sync: Literal["always", "effects", "behind", "close"] = "effects"


class SwitchTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dead man's switch: the venue cancels everything `timeout_s` after the bot was last heard of."""

    timeout_s: Annotated[int, Meta(ge=10, le=3600)] = 60
    renew_s: Annotated[int, Meta(ge=1, le=1800)] = 20


class VenueTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which venue each mode means: kraken, kraken-beta, local, or the REST URL of an exchange like it."""

    rehearsal: str = "local"
    paper: str = "kraken"
    live: str = "kraken"
    # How far the local exchange's REST may be behind: as Kraken's, unless a rehearsal has no minute to wait for that.
    rehearsal_lag_s: Annotated[int, Meta(ge=1, le=600)] = REST_LAG_S


class AccountTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose money it is. The key itself is never here: it is found as docs/keys.md says."""

    name: str = "main"  # Typed by a person before `--mode live` begins.
    rehearsal: str | None = None  # A sample account of the local exchange.
    key_file: str | None = None
    key_dir: str | None = None
    keyring: str | None = None
    allow_unknown_rights: bool = False


class BotFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,32}$")]
    quote: Annotated[str, Meta(min_length=1)] = "USD"
    symbols: list[str] | dict[str, SymbolTable]
    strategies: Annotated[list[StrategyConfig], Meta(min_length=1)]
    risk: Limits = Limits()
    venue: VenueTable = VenueTable()
    account: AccountTable = AccountTable()
    paper: PaperTable = PaperTable()
    stop: StopTable = StopTable()
    journal: JournalTable = JournalTable()
    switch: SwitchTable = SwitchTable()
    backtest: BacktestTable = BacktestTable()

    def __post_init__(self) -> None:
        if not self.symbols:
            raise ValueError("symbols names none: list at least one, such as symbols = ['BTC/USD']")
        for symbol in self.tables:
            if "/" not in symbol or symbol != symbol.upper():
                raise ValueError(f"symbols: {symbol!r} is no pair: write it as BTC/USD")
        if strangers := self.risk.strangers(self.tables):
            here = ", ".join(self.tables)
            raise ValueError(f"risk has limits of {', '.join(strangers)}, and symbols has only {here}")
        if self.switch.renew_s * 2 > self.switch.timeout_s:
            raise ValueError("switch.renew_s must be at most half of switch.timeout_s: one renewal may be lost")

    @property
    def tables(self) -> dict[str, SymbolTable]:
        """The pairs, each with its depths."""
        if isinstance(self.symbols, dict):
            return self.symbols
        return {symbol: SymbolTable() for symbol in self.symbols}

    def run_config(self, mode: Mode) -> RunConfig:
        """Return what the components are made from: it goes into the journal's first entry."""
        return RunConfig(
            name=self.name,
            reconciled=True,
            # The venue on paper is in this process.
            rest_lag_s={"paper": 0, "rehearsal": self.venue.rehearsal_lag_s, "live": REST_LAG_S}[mode],
            quote=self.quote,
            depths={symbol: table.depth for symbol, table in self.tables.items()},
            level3={symbol: table.level3 for symbol, table in self.tables.items() if table.level3},
            balances=self.paper.balances,
            strategies=self.strategies,
            limits=self.risk,
            fees=self.paper.fees,
            latency_ms=self.paper.latency_ms,
        )

    def folder(self, mode: Mode) -> Path:
        """Return where the journal of a mode is."""
        return Path(self.journal.folder or f"runs/{self.name}-{mode}")


def read_bot_file(path: Path, environment: Mapping[str, str]) -> BotFile:
    """Return the bot of a file, with what the environment overrides. Raises LocalError in one sentence."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        raise LocalError(str(path), "there is no such file; `fathom new NAME` writes one to begin with") from None
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(str(path), f"cannot be read: {error}") from None
    try:
        told: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LocalError(str(path), f"is not TOML: {error}") from None
    overridden = _override(told, environment)
    try:
        file = msgspec.convert(told, BotFile, strict=False)
    except msgspec.ValidationError as error:
        raise LocalError(_place(path, text, error_place(error), overridden), error_sentence(error, BotFile)) from None
    return structs.replace(file, strategies=settled(file.strategies, folder=path.parent))


def _override(told: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's values in; return which variable set which key."""
    found: dict[str, str] = {}
    for variable in sorted(environment):
        if not variable.startswith(OVERRIDE):
            continue
        *tables, key = variable.removeprefix(OVERRIDE).lower().split("__")
        place = told
        for table in tables:
            inner = place.setdefault(table, {})
            if not isinstance(inner, dict):
                raise LocalError(variable, f"{table} is no table in the file: only keys of tables can be overridden")
            place = inner
        place[key] = environment[variable]
        found[".".join((*tables, key))] = variable
    return found


def _place(path: Path, text: str, key: str, overridden: Mapping[str, str]) -> str:
    """Return the file with the line of the key that an error is about, or the variable that set it."""
    if key in overridden:
        return overridden[key]
    name = re.sub(r"\[[^\]]*\]", "", key).rpartition(".")[2]
    if not name:
        return str(path)
    found = re.search(rf'^\s*\[*"?{re.escape(name)}"?\b|\b{re.escape(name)}\s*=', text, re.MULTILINE)
    line = "" if found is None else f":{text.count(chr(10), 0, found.end()) + 1}"
    return f"{path}{line}: {key}"
