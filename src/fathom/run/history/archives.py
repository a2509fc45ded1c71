"""Kraken's downloadable archives: trades and candles.

Files of CSV without a head, named by the pair and, for candles, the minutes of one: XBTUSD.csv, XBTUSD_60.csv; plain or
gzip. They are read in pieces; every number comes out exactly, or not at all.

I/O: reads files. Imports: domain, protocol, store. Imported by: import_command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from fathom.domain import LocalError
from fathom.protocol import v2_symbol
from fathom.run.recording.precisions import Precision
from fathom.store.history import need_history

QUOTES: Final = ("USDT", "USDC", "PYUSD", "USDG", "DAI", "USD", "EUR", "GBP", "CAD", "JPY", "CHF", "AUD", "XBT", "ETH")
CANDLE: Final = ("time", "open", "high", "low", "close", "volume", "trades")
TRADE: Final = ("time", "price", "volume")
BLOCK_BYTES: Final = 1 << 22
TIME_DECIMALS: Final = 9
_NAME: Final = re.compile(r"(?P<pair>[A-Z0-9.]+)(?:_(?P<minutes>\d+))?\.csv(?:\.gz)?", re.IGNORECASE)


class Archive(NamedTuple):
    """One file: whose, and of what. `interval_s` is None for trades."""

    path: Path
    symbol: str
    interval_s: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, in their order."""
        return TRADE if self.interval_s is None else CANDLE


def archive_of(path: Path, *, symbol: str | None = None, interval_min: int | None = None) -> Archive:
    """Return what a file is by its name, where the user does not say. Raises LocalError where neither tells."""
    match = _NAME.fullmatch(path.name)
    if match is not None and match["minutes"] and interval_min is None:
        interval_min = int(match["minutes"])
    if symbol is None and match is not None:
        symbol = _symbol(match["pair"].upper())
    if symbol is None:
        raise LocalError(str(path), "its name is no pair's, as XBTUSD.csv or XBTUSD_60.csv is: say --symbol BTC/USD")
    if interval_min is not None and interval_min < 1:
        raise LocalError("interval", f"a candle lasts one minute or more, not {interval_min}")
    return Archive(path, symbol, None if interval_min is None else interval_min * 60)


def _symbol(pair: str) -> str | None:
    for quote in QUOTES:
        if pair.endswith(quote) and len(pair) > len(quote):
            return v2_symbol(f"{pair.removesuffix(quote)}/{quote}")
    return None


def decimals_of(archive: Archive) -> Precision:
    """Return the most decimals that prices and volumes of the file have, without zeros at their ends."""
    prices = qtys = 0
    for table in _texts(archive):
        names = table.column_names
        for name in ("price",) if archive.interval_s is None else ("open", "high", "low", "close"):
            prices = max(prices, _most(table.column(names.index(name))))
        qtys = max(qtys, _most(table.column(names.index("volume"))))
    return Precision(prices, qtys)


def rows_of(archive: Archive, precision: Precision) -> Iterator[dict[str, Any]]:
    """Yield the file's columns, piece by piece, as arrays of exact ints: times in ns, prices in ticks, volumes in lots.

    Raises LocalError where a number is finer than the precision, or times go back.
    """
    np = need_history("numpy")
    last_ns = None
    for table in _texts(archive):
        found: dict[str, Any] = {}
        for name in archive.columns:
            places = TIME_DECIMALS if name == "time" else 0 if name == "trades" else precision.price
            places = precision.qty if name == "volume" else places
            found[name] = _ints(archive, table.column(name), name, places)
        times = found["time"]
        if len(times) and ((np.diff(times) < 0).any() or (last_ns is not None and times[0] < last_ns)):
            raise LocalError(str(archive.path), "its times go back: sort it by time first")
        last_ns = times[-1] if len(times) else last_ns
        yield found


def _texts(archive: Archive) -> Iterator[Any]:
    """Yield the file's columns as texts, piece by piece."""
    pa, csv = need_history("pyarrow"), need_history("pyarrow.csv")
    names = list(archive.columns)
    try:
        with csv.open_csv(
            archive.path,
            read_options=csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        ) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch])
    except (OSError, pa.ArrowInvalid) as error:
        of = "trades" if archive.interval_s is None else "candles"
        raise LocalError(str(archive.path), f"cannot be read as {of} ({', '.join(names)}): {error}") from error


def _most(column: Any) -> int:
    """Return the most decimals that a text has, without zeros at the end."""
    pc = need_history("pyarrow.compute")
    if not len(column):
        return 0
    split = pc.split_pattern(column, ".", max_splits=1)
    fractions = pc.list_slice(split, 1, 2)
    flat = pc.list_flatten(fractions)
    if not len(flat):
        return 0
    return int(pc.max(pc.utf8_length(pc.utf8_rtrim(flat, "0"))).as_py())


def _ints(archive: Archive, column: Any, name: str, places: int) -> Any:
    """Return texts of numbers as int64 of 10^-places, exactly."""
    pa, np = need_history("pyarrow"), need_history("numpy")
    try:
        exact = column.combine_chunks().cast(pa.decimal128(38, 18)).cast(pa.decimal128(38, places))
    except pa.ArrowInvalid as error:
        raise LocalError(
            str(archive.path), f"its {name} is no number with {places} decimals at most: {_first_line(error)}"
        ) from error
    if exact.null_count:
        raise LocalError(str(archive.path), f"a {name} is missing")
    halves = np.frombuffer(exact.buffers()[1], "<i8")[2 * exact.offset : 2 * (exact.offset + len(exact))]
    low, high = halves[::2], halves[1::2]
    if (high != low >> 63).any():
        raise LocalError(str(archive.path), f"a {name} does not fit 64 bits at {places} decimals")
    return low


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
