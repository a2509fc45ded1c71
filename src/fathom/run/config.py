"""The configuration of a run: read from TOML, kept in the journal's first entry as JSON.

Imports: domain, risk, sim. Imported by: run/bot, run/bot_file, run/packaged.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from fathom.domain import Instrument, LocalError
from fathom.risk import Limits
from fathom.run.backtest.settings import BacktestConfig
from fathom.sim import Fees


class StrategyConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One strategy: its own name, what it is, and that one's parameters.

    It is a built-in `kind`, or a class of the user's own file: `strategy = "my_bot.py:MyBot"`.
    """

    name: str
    kind: str = ""
    strategy: str = ""
    share: Decimal | None = None  # Of the capital. Those without one divide what is left.
    params: dict[str, object] = {}
    sha256: str = ""  # Of the user's file; written when a run begins.


class RunConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that the components are made from. Money in `quote`."""

    quote: str
    depths: Annotated[dict[str, int], Meta(min_length=1)]  # Symbol -> subscribed depth of its book.
    instruments: list[Instrument] = []  # What no frame tells, as in a recording without the `instrument` channel.
    balances: dict[str, Decimal] = {}  # What a paper account begins with.
    strategies: Annotated[list[StrategyConfig], Meta(min_length=1)]
    limits: Limits = Limits()
    fees: Fees = Fees()
    latency_ms: Annotated[int, Meta(ge=0, le=60_000)] = 20  # Between us and the venue on paper, each way.
    name: str = "bot"  # Its orders carry a mark made from it.
    rest_lag_s: Annotated[int, Meta(ge=0, le=600)] = 60  # How far the venue's own word on the account may be behind.
    reconciled: bool = False  # Nothing is traded until the account of the venue agrees with the journal.
    level3: dict[str, int] = {}  # Symbol -> subscribed depth of its level 3 book.
    account_s: Annotated[int, Meta(ge=1, le=86_400)] = 60  # How often the account is looked at where all agrees.
    look_s: Annotated[int, Meta(ge=1, le=3_600)] = 1  # How often risk looks at what no event tells of.
    backtest: BacktestConfig | None = None  # What it was made on, where it is one.


def read_config(text: bytes, *, where: str) -> RunConfig:
    """Return the configuration of a TOML text. Raises LocalError naming `where`, the key, and what is allowed."""
    try:
        return msgspec.toml.decode(text, type=RunConfig)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LocalError(where, str(error)) from None


def config_json(config: RunConfig) -> bytes:
    """Return the form that the journal keeps."""
    return msgspec.json.encode(config)


def config_of(kept: bytes) -> RunConfig:
    """Return the configuration that a journal keeps. Raises LocalError where it is of another version's shape."""
    try:
        return msgspec.json.decode(kept, type=RunConfig)
    except msgspec.DecodeError as error:
        raise LocalError("journal", f"its configuration cannot be read by this version: {error}") from None
