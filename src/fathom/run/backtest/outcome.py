"""What came of a backtest: the report of its run, and what only a backtest can say.

Pure. Imports: portfolio, sim, ui. Imported by: backtest, printing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from fathom.portfolio import Summary
from fathom.sim.stepped import Queued
from fathom.ui import RunTold

UNKNOWN: Final = 1 << 61  # So much before an order says that nobody knows: the book did not show its price.


class QueueRow(Struct, frozen=True, kw_only=True):
    """How orders fared in the queues of one pair. None where nothing tells."""

    symbol: str
    rested: int  # How often an order came to rest.
    filled: int  # Of these, how many were filled whole there.
    touched: int  # How many in part.
    ahead_mean_lots: float | None  # What stood before them when they came.
    filled_share: float | None  # Of the quantity that rested.
    filled_p50_s: float | None  # How long those rested that were filled whole.
    left_p50_s: float | None  # And those that were not.


class HoldingTold(Struct, frozen=True, kw_only=True):
    """What the account would be worth if nobody had traded, in the reporting currency. None: something has no price."""

    first: float | None
    last: float | None
    share: float | None  # What it grew by.
    better: float | None  # By how much the bot did better: the share of its growth less that one.


class BacktestTold(Struct, frozen=True, kw_only=True):
    """What `--json` writes."""

    run: RunTold
    data: str
    from_ns: int
    to_ns: int
    frames: int  # Stepped over.
    wakes: int  # For which somebody was woken by the market.
    wall_s: float
    queue: str
    latency: str
    tier: str
    fees: str
    symbols: dict[str, str]  # What each was stepped over: l2, l3, trades or candles.
    assumed: list[str]
    holding: HoldingTold
    queues: list[QueueRow]
    switched_off: int  # Orders that the dead man's switch ended.
    throttled: int  # Requests that had no room in the counters.


class Outcome(Struct, frozen=True, kw_only=True):
    """What whoever started it gets."""

    told: BacktestTold
    equity: list[tuple[int, float]]  # (ns, in the quote currency), oldest first.

    @property
    def summary(self) -> Summary:
        """The report in numbers."""
        return self.told.run.summary


def queue_rows(queued: Sequence[Queued]) -> list[QueueRow]:
    """Return how orders fared, pair by pair."""
    rows = []
    for symbol in sorted({one.symbol for one in queued}):
        here = [one for one in queued if one.symbol == symbol]
        whole = [one for one in here if one.filled_lots >= one.qty_lots]
        left = [one for one in here if one.filled_lots < one.qty_lots]
        lots = sum(one.qty_lots for one in here)
        rows.append(
            QueueRow(
                symbol=symbol,
                rested=len(here),
                filled=len(whole),
                touched=sum(1 for one in left if one.filled_lots),
                ahead_mean_lots=_mean([one.ahead_lots for one in here if one.ahead_lots < UNKNOWN]),
                filled_share=sum(one.filled_lots for one in here) / lots if lots else None,
                filled_p50_s=_median_s(whole),
                left_p50_s=_median_s(left),
            )
        )
    return rows


def _mean(lots: Sequence[int]) -> float | None:
    return sum(lots) / len(lots) if lots else None


def _median_s(queued: Sequence[Queued]) -> float | None:
    times = sorted(one.rested_ns for one in queued)
    return times[len(times) // 2] / 1e9 if times else None
