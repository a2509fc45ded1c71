"""The tables of a recorded market: their columns, and how rows of the kernel become columns.

Prices are ticks of 10^-price_precision, quantities lots of 10^-qty_precision, times ns since 1970: ints, exactly. Both
precisions stand beside them in each row, so that a table can be read by itself.

Pure, but for the extra that it imports. Imports: kernel, needed. Imported by: the front door, writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fathom.kernel import rows as tape
from fathom.store.history.needed import need_history

# By table: its columns, and Arrow's name of their type. `?` may be missing.
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "l2": {
        "frame": "uint32", "venue_ns": "int64?", "local_ns": "int64", "side": "word", "price_ticks": "int64",
        "qty_lots": "int64", "snapshot": "bool", "seed": "bool", "last": "bool", "verdict": "word",
        "price_precision": "int8", "qty_precision": "int8",
    },
    "l3": {
        "frame": "uint32", "venue_ns": "int64?", "local_ns": "int64", "order_ns": "int64?", "event": "word",
        "side": "word", "order_id": "string", "order": "int64", "price_ticks": "int64", "qty_lots": "int64",
        "snapshot": "bool", "seed": "bool", "last": "bool", "verdict": "word", "price_precision": "int8",
        "qty_precision": "int8",
    },
    "trades": {
        "venue_ns": "int64", "local_ns": "int64", "trade_id": "int64?", "side": "word?", "order_type": "word?",
        "price_ticks": "int64", "qty_lots": "int64", "price_precision": "int8", "qty_precision": "int8",
    },
    "candles": {
        "begin_ns": "int64", "interval_s": "int32", "local_ns": "int64?", "open_ticks": "int64", "high_ticks": "int64",
        "low_ticks": "int64", "close_ticks": "int64", "volume_lots": "int64", "vwap": "string?", "trades": "int64",
        "price_precision": "int8", "qty_precision": "int8",
    },
    "instruments": {
        "local_ns": "int64", "base": "string", "quote": "string", "status": "word", "price_precision": "int8",
        "qty_precision": "int8", "cost_precision": "int8", "price_increment_ticks": "int64",
        "qty_increment_lots": "int64", "qty_lots_min": "int64", "cost_min": "string",
    },
    "gaps": {"channel": "word", "from_ns": "int64", "to_ns": "int64?", "reason": "string"},
}  # fmt: skip

VERDICTS: Final = ("seed", "verified", "mismatch", "unchecked")
SIDES: Final = ("bid", "ask")
EVENTS: Final = {tape.ADD: "add", tape.MODIFY: "modify", tape.DELETE: "delete"}


class Schemas(dict[str, Any]):
    """Arrow schemas by table, made when first asked for."""

    def __missing__(self, kind: str) -> Any:
        pa = need_history("pyarrow")
        types = {
            "word": pa.dictionary(pa.int8(), pa.string()), "string": pa.string(), "bool": pa.bool_(),
            "int64": pa.int64(), "int32": pa.int32(), "int8": pa.int8(), "uint32": pa.uint32(),
        }  # fmt: skip
        fields = [
            pa.field(name, types[kind_.removesuffix("?")], nullable=kind_.endswith("?"))
            for name, kind_ in COLUMNS[kind].items()
        ]
        schema = self[kind] = pa.schema(fields)
        return schema


SCHEMAS: Final = Schemas()


def row_type() -> Any:
    """Return numpy's form of a row."""
    np = need_history("numpy")
    return np.dtype([
        ("local_ns", "<i8"), ("venue_ns", "<i8"), ("order_ns", "<i8"), ("price", "<i8"), ("qty", "<i8"),
        ("order", "<i8"), ("frame", "<u4"), ("kind", "u1"), ("flags", "u1"), ("spare", "<u2"),
    ])  # fmt: skip


def book_columns(rows: bytes, *, precisions: tuple[int, int]) -> Any:
    """Return the `l2` table of rows of level 2, without those that clear a book or tell of a gap."""
    pa, np = need_history("pyarrow"), need_history("numpy")
    found = np.frombuffer(rows, row_type())
    found = found[(found["kind"] & 254) == tape.LEVEL]
    return pa.table(
        {**_common(found, precisions), "frame": found["frame"], "venue_ns": _maybe(found["venue_ns"])},
        schema=SCHEMAS["l2"],
    )


def order_columns(rows: bytes, names: bytes, *, precisions: tuple[int, int]) -> Any:
    """Return the `l3` table of rows of level 3 and the ids beside them."""
    pa, np = need_history("pyarrow"), need_history("numpy")
    found = np.frombuffer(rows, row_type())
    ids = np.frombuffer(names, f"S{tape.NAME_BYTES}")
    keep = np.isin(found["kind"] & 254, list(EVENTS))
    found, ids = found[keep], ids[keep]
    events = ((found["kind"] & 254) - tape.ADD) >> 1
    columns = {
        **_common(found, precisions),
        "frame": found["frame"],
        "venue_ns": _maybe(found["venue_ns"]),
        "order_ns": _maybe(found["order_ns"]),
        "event": _words(events, tuple(EVENTS.values())),
        "order_id": pa.array(ids.astype(f"U{tape.NAME_BYTES}"), pa.string()),
        "order": found["order"],
    }
    return pa.table(columns, schema=SCHEMAS["l3"])


def plain_columns(kind: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return a table of rows that are mappings, such as trades."""
    pa = need_history("pyarrow")
    schema = SCHEMAS[kind]
    columns = {}
    for field in schema:
        values = [row.get(field.name) for row in rows]
        columns[field.name] = (
            pa.array(values, pa.string()).dictionary_encode().cast(field.type)
            if pa.types.is_dictionary(field.type)
            else pa.array(values, field.type)
        )
    return pa.table(columns, schema=schema)


def _common(found: Any, precisions: tuple[int, int]) -> dict[str, Any]:
    np = need_history("numpy")
    count = len(found)
    return {
        "local_ns": found["local_ns"],
        "side": _words(found["kind"] & 1, SIDES),
        "price_ticks": found["price"],
        "qty_lots": found["qty"],
        "snapshot": (found["flags"] & tape.SNAPSHOT) != 0,
        "seed": (found["flags"] & tape.SEED) != 0,
        "last": (found["flags"] & tape.LAST) != 0,
        "verdict": _words(found["flags"] & 3, VERDICTS),
        "price_precision": np.full(count, precisions[0], "i1"),
        "qty_precision": np.full(count, precisions[1], "i1"),
    }


def _words(codes: Any, words: Sequence[str]) -> Any:
    pa = need_history("pyarrow")
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("i1")), pa.array(words, pa.string()))


def _maybe(times: Any) -> Any:
    """Return times of which -1 says that there is none."""
    pa = need_history("pyarrow")
    return pa.array(times, pa.int64(), mask=times < 0)
