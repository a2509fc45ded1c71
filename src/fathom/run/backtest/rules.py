"""What a pair allows in a backtest: as recorded, or as Kraken is known to have it, or as the numbers tell.

I/O: reads files through store. Imports: domain, exchange, store. Imported by: backtest.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from fathom.domain import Instrument, LocalError
from fathom.exchange import Listing
from fathom.store.history import need_history, partitions


class Ruled(NamedTuple):
    """An instrument, and what had to be assumed of it: empty where it was recorded."""

    instrument: Instrument
    assumed: str


def rules_of(data: Path, symbol: str, *, at_ns: int, precisions: tuple[int, int]) -> Ruled:
    """Return a pair's rules as of a time; `precisions` of price and quantity are what the recording's numbers have."""
    recorded = _recorded(data, symbol, at_ns, precisions)
    if recorded is not None:
        return Ruled(recorded, "")
    known = _known(symbol, precisions)
    if known is not None:
        return Ruled(known, f"{symbol}: its minima were not recorded; those are taken that Kraken is known to have")
    base, slash, quote = symbol.partition("/")
    if not slash:
        raise LocalError("symbol", f"{symbol!r} is no pair, as BTC/USD is")
    bare = Instrument(
        symbol=symbol, base=base, quote=quote, price_precision=precisions[0], qty_precision=precisions[1],
        cost_precision=max(precisions[0], 5), qty_lots_min=1, cost_min=Decimal(0),
    )  # fmt: skip
    return Ruled(bare, f"{symbol}: its minima were not recorded and are not known: none were applied")


def _recorded(data: Path, symbol: str, at_ns: int, precisions: tuple[int, int]) -> Instrument | None:
    """Return what was told last until a time, or first after it, in the recording's own precisions."""
    parquet = need_history("pyarrow.parquet")
    rows: list[dict[str, Any]] = []
    for one in partitions(data):
        if one.kind == "instruments" and one.symbol == symbol:
            rows += parquet.read_table(one.path, partitioning=None).to_pylist()
    rows = [row for row in rows if (row["price_precision"], row["qty_precision"]) == precisions]
    rows.sort(key=lambda row: row["local_ns"])
    before = [row for row in rows if row["local_ns"] <= at_ns]
    row = before[-1] if before else rows[0] if rows else None
    if row is None:
        return None
    return Instrument(
        symbol=symbol, base=row["base"], quote=row["quote"], price_precision=row["price_precision"],
        qty_precision=row["qty_precision"], cost_precision=row["cost_precision"],
        price_increment_ticks=row["price_increment_ticks"], qty_increment_lots=row["qty_increment_lots"],
        qty_lots_min=row["qty_lots_min"], cost_min=Decimal(row["cost_min"]), status=row["status"],
    )  # fmt: skip


def _known(symbol: str, precisions: tuple[int, int]) -> Instrument | None:
    pair = Listing().pairs.get(symbol)
    if pair is None or (pair.price_precision, pair.qty_precision) != precisions:
        return None
    return Instrument(
        symbol=symbol, base=pair.base, quote=pair.quote, price_precision=pair.price_precision,
        qty_precision=pair.qty_precision, cost_precision=pair.cost_precision,
        price_increment_ticks=pair.price_increment_ticks, qty_lots_min=pair.qty_lots_min, cost_min=pair.cost_min,
    )  # fmt: skip
