"""What a backtest assumes: as `[backtest]` of a bot's file says it, and as the journal keeps it.

Imports: domain, sim. Imported by: run/bot_file, run/config, and its neighbours.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from fathom.domain import LocalError
from fathom.sim.stepped import LatencyModel, Queue, TierName, Window

Kind = Literal["l2", "l3", "trades", "candles"]
NS_PER_MS: Final = 1_000_000


class BacktestTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[backtest]`: the venue of a backtest, where it differs from the one on paper."""

    queue: Queue = "pessimistic"  # How an order of ours comes forward where level 2 alone tells of the queue.
    tier: TierName = "intermediate"  # Of the account: how fast requests may come, and how many orders may be open.
    fees: Literal["schedule", "paper"] = "schedule"  # Kraken's own by volume, or those of [paper].
    volume_usd: Annotated[int, Meta(ge=0)] = 0  # What the account traded in the thirty days before.
    latency: str = ""  # "20ms", "5ms..80ms" or the journal of a live run; empty: latency_ms of [paper].
    seed: int = 1  # Of the draws of latency.
    maintenance: list[tuple[str, str]] = []  # From, to: UTC, such as "2026-11-03T09:00:00Z".
    # What a market order pays where candles or trades are all there is: half of it on each side of the price.
    spread_bps: Decimal = Decimal(10)
    volume_share: Decimal = Decimal("0.1")  # Of what was traded, that can be ours there.

    def __post_init__(self) -> None:
        if not (self.spread_bps.is_finite() and 0 <= self.spread_bps <= 1_000):
            raise ValueError(f"backtest.spread_bps must be from 0 to 1000, not {self.spread_bps}")
        if not (self.volume_share.is_finite() and 0 < self.volume_share <= 1):
            raise ValueError(f"backtest.volume_share must be above 0 and at most 1, not {self.volume_share}")


class UsedTape(Struct, frozen=True, kw_only=True):
    """One recorded day that was stepped over. Times in ns; `path` is within the data."""

    symbol: str
    kind: Kind
    path: str
    rows: int
    first_ns: int
    last_ns: int


class BacktestConfig(Struct, frozen=True, kw_only=True):
    """Everything that a backtest depends on besides the bot: with it and the data it can be run again, to the byte."""

    data: str
    from_ns: int
    to_ns: int
    tapes: list[UsedTape]
    queue: Queue
    latency: LatencyModel
    latency_words: str  # Where it comes from, for a person.
    tier: TierName
    schedule: bool  # Whether fees are Kraken's schedule; else those of the configuration.
    volume_usd: int
    maintenance: list[Window]
    switch_s: int  # After so long without any market that is trusted, the dead man's switch fires.
    spread_bps: Decimal
    volume_share: Decimal
    assumed: list[str] = []  # What was taken for granted, in sentences.


def latency_of(text: str, *, seed: int) -> LatencyModel | None:
    """Return the latency that a text names; None where it is no duration. Raises LocalError where it makes no sense.

    `20ms` is always that, `5ms..80ms` anything between, each as likely.
    """
    low, dots, high = text.replace(" ", "").partition("..")
    try:
        first, last = _ns(low), _ns(high) if dots else None
    except ValueError:
        return None
    ways = (first,) if last is None else (first, last)
    try:
        return LatencyModel(out_ns=ways, back_ns=ways, seed=seed)
    except ValueError as error:
        raise LocalError("latency", f"{text}: {error}") from None


def _ns(text: str) -> int:
    for unit, ns in (("us", 1_000), ("ms", NS_PER_MS), ("s", 1_000 * NS_PER_MS)):
        if text.endswith(unit):
            return int(Decimal(text.removesuffix(unit)) * ns) if text[:1].isdigit() else _no(text)
    return _no(text)


def _no(text: str) -> int:
    raise ValueError(text)
