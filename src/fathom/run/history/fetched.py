"""What was fetched, on its way into parts: trades a day, candles a month.

Imports: domain, protocol, store, sinks, run/recording. Imported by: fetch_command.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from fathom.domain import to_units
from fathom.protocol import rest
from fathom.run.history.sinks import TableSink, head_words
from fathom.run.recording.precisions import Precision
from fathom.store.history import PartitionWriter, day_of, need_history, part_head, part_path, plain_columns

SOURCE: Final = "rest"
SIDES: Final = {"b": "buy", "s": "sell"}
TYPES: Final = {"m": "market", "l": "limit"}


class TradeParts:
    """Trades of one pair, day by day: `begin` a day, `add` its trades, `close` it."""

    def __init__(self, data: Path, symbol: str, precision: Precision) -> None:
        self.rows = self.gaps = 0
        self._data = data
        self._symbol = symbol
        self._precision = precision
        self._day: date | None = None
        self._trades: TableSink | None = None
        self._gaps: TableSink | None = None
        self._last: tuple[int, int] | None = None  # The id of the trade before, and its time.
        self._last_day: date | None = None

    def is_whole(self, day: date) -> bool:
        """Return whether a day was had before, to its end."""
        path = part_path(self._data, "trades", self._symbol, day, SOURCE)
        return path.exists() and part_head(path).get("whole") == "true"

    def begin(self, day: date) -> None:
        """Begin a day; what there is of it is written anew."""
        if self._last_day is None or (day - self._last_day).days != 1:
            self._last = None  # Another stretch: what lies between was not asked for.
        self._day = self._last_day = day
        self._trades = TableSink(self._data, "trades", self._symbol, day, source=SOURCE, origin=SOURCE)

    def add(self, trade: rest.PublicTrade) -> None:
        """Take a trade, told once or twice."""
        assert self._trades is not None
        number = trade.trade_id
        if number is not None and self._last is not None:
            if number <= self._last[0]:
                return
            if number > self._last[0] + 1:
                self._gap(self._last[0] + 1, number - 1, self._last[1], trade.time_ns)
        if number is not None:
            self._last = (number, trade.time_ns)
        precision = self._precision
        self.rows += 1
        self._trades.add({
            "venue_ns": trade.time_ns, "local_ns": trade.time_ns, "trade_id": number, "side": SIDES.get(trade.side),
            "order_type": TYPES.get(trade.ord_type),
            "price_ticks": to_units(trade.price, precision=precision.price, field="price"),
            "qty_lots": to_units(trade.volume, precision=precision.qty, field="volume"),
            "price_precision": precision.price, "qty_precision": precision.qty,
        })  # fmt: skip

    def _gap(self, first: int, last: int, from_ns: int, to_ns: int) -> None:
        assert self._day is not None
        self.gaps += 1
        if self._gaps is None:
            self._gaps = TableSink(self._data, "gaps", self._symbol, self._day, source=SOURCE, origin=SOURCE)
        reason = f"trades {first} to {last} are missing"
        self._gaps.add({"channel": "trades", "from_ns": from_ns, "to_ns": to_ns, "reason": reason})

    def close(self, *, whole: bool) -> None:
        """A day is done."""
        for sink in (self._trades, self._gaps):
            if sink is not None:
                sink.close(whole=whole)
        self._trades = self._gaps = None

    def abandon(self) -> None:
        """Leave nothing of a day that was begun."""
        for sink in (self._trades, self._gaps):
            if sink is not None:
                sink.abandon()
        self._trades = self._gaps = None


class CandleParts:
    """Candles of one pair and interval, beside those that were fetched before."""

    def __init__(self, data: Path, symbol: str, precision: Precision, *, interval_s: int) -> None:
        self.days = 0  # That have candles now and had none before.
        self._data = data
        self._symbol = symbol
        self._precision = precision
        self._interval_s = interval_s

    def add(self, candles: Sequence[rest.Candle]) -> None:
        """Add candles; one that is there already is replaced."""
        by_month: dict[date, list[rest.Candle]] = {}
        for candle in candles:
            by_month.setdefault(day_of(candle.begin_ns).replace(day=1), []).append(candle)
        for month, some in by_month.items():
            self._write(month, {one.begin_ns: self._row(one) for one in some})

    def _write(self, month: date, rows: dict[int, dict[str, Any]]) -> None:
        source = f"{SOURCE}-{self._interval_s // 60}"
        path = part_path(self._data, "candles", self._symbol, month, source)
        before: dict[int, dict[str, Any]] = {}
        if path.exists():
            parquet = need_history("pyarrow.parquet")
            before = {row["begin_ns"]: row for row in parquet.ParquetFile(path).read().to_pylist()}
        merged = {**before, **rows}
        self.days += len({day_of(one) for one in merged}) - len({day_of(one) for one in before})
        with PartitionWriter(path, "candles") as writer:
            writer.write(plain_columns("candles", [merged[begin_ns] for begin_ns in sorted(merged)]))
            writer.close(head_words({"source": source, "origin": SOURCE, "whole": False}))

    def _row(self, candle: rest.Candle) -> dict[str, Any]:
        precision = self._precision
        prices = {
            f"{name}_ticks": to_units(getattr(candle, name), precision=precision.price, field=name)
            for name in ("open", "high", "low", "close")
        }
        return {
            **prices, "begin_ns": candle.begin_ns, "interval_s": self._interval_s, "local_ns": None,
            "volume_lots": to_units(candle.volume, precision=precision.qty, field="volume"), "vwap": str(candle.vwap),
            "trades": candle.trades, "price_precision": precision.price, "qty_precision": precision.qty,
        }  # fmt: skip
