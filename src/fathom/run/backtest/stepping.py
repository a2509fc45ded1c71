"""The tapes of a backtest, opened: a stepper of the kernel for each pair, and the candles from before the window.

I/O: maps files. Imports: domain, kernel, store, made_tapes, recorded, settings. Imported by: backtest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from fathom.domain import Candle, LocalError
from fathom.kernel import stepper as kernel
from fathom.run.backtest.made_tapes import NS_PER_SECOND, Made, of_candles, of_trades
from fathom.run.backtest.settings import UsedTape
from fathom.sim.stepped import QUEUES, Queue
from fathom.store.history import Tape, need_history, partitions

CANDLES_KEPT: Final = 5_000  # Of before the window, that a strategy may look back at.


class Stepping:
    """Steppers by symbol over the days that are used. Close it, or use it with `with`."""

    def __init__(
        self, data: Path, used: Sequence[UsedTape], *, queue: Queue, spread_bps: float, volume_share: float
    ) -> None:
        """Raises LocalError where a tape cannot be read, or is not the one that was used before."""
        self.levels: dict[str, kernel.Stepper] = {}
        self.orders: dict[str, kernel.Stepper] = {}
        self.precisions: dict[str, tuple[int, int]] = {}
        self._tapes: list[Tape] = []
        self._data = data
        self._queue = QUEUES[queue]
        self._bps, self._share = spread_bps, volume_share
        try:
            for symbol in dict.fromkeys(one.symbol for one in used):
                self._open(symbol, [one for one in used if one.symbol == symbol])
        except BaseException:
            self.close()
            raise

    def skip_to(self, time_ns: int) -> None:
        """Bring every book to just before a time."""
        for stepper in (*self.levels.values(), *self.orders.values()):
            stepper.skip_to(time_ns)

    def close(self) -> None:
        """Let go of the files."""
        self.levels.clear()
        self.orders.clear()
        for tape in self._tapes:
            tape.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, symbol: str, used: Sequence[UsedTape]) -> None:
        kinds = {one.kind for one in used}
        for kind in ("l2", "l3"):
            if kind in kinds:
                rows = [self._tape(one) for one in used if one.kind == kind]
                stepper = kernel.Stepper(rows, self._queue) if kind == "l2" else kernel.Stepper(rows, self._queue, True)
                (self.orders if kind == "l3" else self.levels)[symbol] = stepper
                self.precisions[symbol] = self._scale(rows[0])
        if symbol in self.precisions:
            return
        made = self._made(used)
        self.levels[symbol] = kernel.Stepper([made.rows], self._queue)
        self.precisions[symbol] = made.precisions

    def _tape(self, used: UsedTape) -> memoryview:
        tape = Tape(self._data / used.path)
        self._tapes.append(tape)
        if (tape.head.rows, tape.head.first_ns, tape.head.last_ns) != (used.rows, used.first_ns, used.last_ns):
            raise LocalError(used.path, "is not the tape that this backtest was made on: it was compiled again since")
        return tape.rows

    @staticmethod
    def _scale(rows: memoryview) -> tuple[int, int]:
        """Return the precisions of a tape: those of its first book."""
        probe = kernel.Stepper([rows])
        probe.step(2**62, 1)
        return probe.price_precision, probe.qty_precision

    def _made(self, used: Sequence[UsedTape]) -> Made:
        pa, parquet = need_history("pyarrow"), need_history("pyarrow.parquet")
        tables = [parquet.read_table(self._data / one.path, partitioning=None) for one in used]
        for one, table in zip(used, tables, strict=True):
            if table.num_rows != one.rows:
                raise LocalError(one.path, "is not the table that this backtest was made on")
        table = pa.concat_tables(tables)
        if used[0].kind == "trades":
            return of_trades(table.sort_by("local_ns"), spread_bps=self._bps, volume_share=self._share)
        return of_candles(finest(table), spread_bps=self._bps, volume_share=self._share)


def finest(table: Any) -> Any:
    """Return the candles of the shortest interval that a table has, each once, in order of their beginning."""
    compute = need_history("pyarrow.compute")
    shortest = compute.min(table["interval_s"])
    table = table.filter(compute.equal(table["interval_s"], shortest)).sort_by("begin_ns")
    begins = table["begin_ns"].to_numpy()
    return table.filter([True, *(begins[1:] != begins[:-1])]) if len(begins) else table


def candles_before(
    data: Path, wanted: Iterable[tuple[str, int]], *, until_ns: int, precisions: Mapping[str, tuple[int, int]]
) -> dict[tuple[str, int], tuple[list[Candle], int]]:
    """Return the venue's candles that were over before a time, by symbol and interval in seconds, oldest first."""
    parquet = need_history("pyarrow.parquet")
    found: dict[tuple[str, int], tuple[list[Candle], int]] = {}
    parts = [one for one in partitions(data) if one.kind == "candles"]
    for symbol, interval_s in wanted:
        rows: dict[int, dict[str, Any]] = {}
        for one in parts:
            if one.symbol == symbol:
                filters = [("interval_s", "=", interval_s), ("begin_ns", "<=", until_ns - interval_s * NS_PER_SECOND)]
                for row in parquet.read_table(one.path, partitioning=None, filters=filters).to_pylist():
                    rows[row["begin_ns"]] = row
        told = [_candle(rows[begin], precisions[symbol]) for begin in sorted(rows)[-CANDLES_KEPT:]]
        if told:
            found[symbol, interval_s] = (told, until_ns)
    return found


def _candle(row: Mapping[str, Any], precisions: tuple[int, int]) -> Candle:
    """Return a row of `candles` in a pair's own precisions. Of an archive they may be others."""
    price = 10 ** (precisions[0] - row["price_precision"])
    qty = 10 ** (precisions[1] - row["qty_precision"])
    opened, high, low, close = (round(row[f"{name}_ticks"] * price) for name in ("open", "high", "low", "close"))
    vwap = close if row["vwap"] is None else round(float(row["vwap"]) * 10 ** precisions[0])
    return Candle(
        row["begin_ns"], opened, high, low, close, vwap, round(row["volume_lots"] * qty), row["trades"], whole=True
    )
