"""`fathom data fetch`: trades and candles of a pair from Kraken's REST, day by day and within its limits.

Trades are had from any time on, a thousand a call; of candles only the last 720. A day of trades that was had whole is
not asked for again, so that whatever stopped it, the same command goes on. Candles are added to those that are there.

I/O: the network, through net; writes files through store. Imports: domain, net, protocol, store, fetched, run/reaching.
Imported by: cli.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from fathom.domain import LocalError
from fathom.net import RestClient, RestTerms
from fathom.protocol import rest
from fathom.run.history.fetched import CandleParts, TradeParts
from fathom.run.reaching import CLOSE_S_MAX, reach
from fathom.run.recording.precisions import Precision
from fathom.run.where import Where
from fathom.store.history import day_begins_ns, day_of, need_history, symbol_folder

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
INTERVALS: Final = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
PACE_S: Final = 1.0  # Kraken's own advice for public calls.
NS_PER_S: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchCommand:
    """The command line. Days are of UTC, both included; `interval` of candles is in minutes, None for trades."""

    data: Path
    symbol: str
    first: date | None = None
    last: date | None = None
    interval: int | None = None
    pace_s: float = PACE_S
    where: Where = field(default_factory=Where)


class Fetched(msgspec.Struct):
    """What came of it."""

    symbol: str
    kind: str
    rows: int
    days: int
    days_kept: int  # That were there already.
    gaps: int
    calls: int
    first: str
    last: str


async def fetch(command: FetchCommand, progress: Progress) -> Fetched:
    """Fetch. Raises LocalError for what cannot be, and whatever stands in the way of the venue."""
    _check(command)
    need_history("pyarrow.parquet")
    reached = await reach(command.where, key=False)
    async with RestClient(reached.venue, terms=RestTerms(close_s=CLOSE_S_MAX)) as client:
        calls = _Calls(client, command.pace_s)
        precision = await _precision(calls, command.symbol)
        if command.interval is not None:
            return await _candles(command, calls, precision, command.interval)
        return await _trades(command, calls, precision, progress)


def _check(command: FetchCommand) -> None:
    symbol_folder(command.symbol)
    if command.interval is not None and command.interval not in INTERVALS:
        raise LocalError("interval", f"must be one of {', '.join(map(str, INTERVALS))} minutes, not {command.interval}")
    if command.interval is not None and (command.first or command.last):
        raise LocalError("from", "of candles REST has only the last 720: import Kraken's archives for those before")
    if command.interval is None and command.first is None:
        raise LocalError("from", "say from which day on: --from 2026-11-30")
    if command.first and command.last and command.last < command.first:
        raise LocalError("to", f"the last day, {command.last}, is before the first, {command.first}")


class _Calls:
    """One call at a time, a pace apart."""

    def __init__(self, client: RestClient, pace_s: float) -> None:
        self.count = 0
        self._client = client
        self._pace_s = pace_s
        self._next_s = 0.0

    async def __call__(self, request: rest.RestRequest[T]) -> T:
        now_s = time.monotonic()
        if now_s < self._next_s:
            await asyncio.sleep(self._next_s - now_s)
        self._next_s = time.monotonic() + self._pace_s
        self.count += 1
        return await self._client.call(request)


async def _precision(calls: _Calls, symbol: str) -> Precision:
    pairs = await calls(rest.AssetPairs(pair=(symbol,)))
    if len(pairs) != 1:
        raise LocalError("symbol", f"the venue has no pair {symbol}")
    (pair,) = pairs.values()
    if pair.pair_decimals is None or pair.lot_decimals is None:
        raise LocalError("symbol", f"the venue does not say how many decimals {symbol} has")
    return Precision(pair.pair_decimals, pair.lot_decimals)


async def _trades(command: FetchCommand, calls: _Calls, precision: Precision, progress: Progress) -> Fetched:
    assert command.first is not None
    today = datetime.now(UTC).date()
    last = min(command.last or today, today)
    parts = TradeParts(command.data, command.symbol, precision)
    days = [command.first + timedelta(days=one) for one in range((last - command.first).days + 1)]
    wanted = [day for day in days if not parts.is_whole(day)]
    try:
        for number, day in enumerate(wanted):
            progress(f"{command.symbol} trades of {day}", number, len(wanted))
            await _one_day(command, calls, parts, day)
    except BaseException:
        parts.abandon()
        raise
    return Fetched(
        symbol=command.symbol, kind="trades", rows=parts.rows, days=len(wanted), days_kept=len(days) - len(wanted),
        gaps=parts.gaps, calls=calls.count, first=str(command.first), last=str(last),
    )  # fmt: skip


async def _one_day(command: FetchCommand, calls: _Calls, parts: TradeParts, day: date) -> None:
    """Take every trade of a day until it ends, or until now; a day that is over is whole."""
    parts.begin(day)
    ends_ns = min(day_begins_ns(day + timedelta(days=1)), now_ns := time.time_ns())
    async for trade in _trades_since(command, calls, day_begins_ns(day) - 1):
        if trade.time_ns >= ends_ns:
            break
        parts.add(trade)
    parts.close(whole=ends_ns < now_ns)


async def _trades_since(command: FetchCommand, calls: _Calls, since_ns: int) -> AsyncIterator[rest.PublicTrade]:
    """Yield trades from a time on, until a page says nothing new."""
    since = str(since_ns)
    while True:
        page = await calls(rest.Trades(pair=command.symbol, since=since))
        for trade in page.trades:
            yield trade
        if not page.trades or page.last == since:
            return
        since = page.last


async def _candles(command: FetchCommand, calls: _Calls, precision: Precision, interval: int) -> Fetched:
    said = await calls(rest.OHLC(pair=command.symbol, interval=interval))  # type: ignore[arg-type]  # It was checked.
    over = [one for one in said.candles if one.begin_ns + interval * 60 * NS_PER_S <= time.time_ns()]
    parts = CandleParts(command.data, command.symbol, precision, interval_s=interval * 60)
    parts.add(over)
    span = [str(day_of(one.begin_ns)) for one in (*over[:1], *over[-1:])]
    return Fetched(
        symbol=command.symbol, kind="candles", rows=len(over), days=parts.days, days_kept=0, gaps=0, calls=calls.count,
        first=span[0] if span else "", last=span[-1] if span else "",
    )  # fmt: skip
