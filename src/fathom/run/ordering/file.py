"""A batch of orders of one pair from a file: JSON, JSON lines, or TOML.

The orders' fields are those of `batch_add` (websocket-v2.md 8.7), by Kraken's names; `symbol` may stand beside them or
in each. Numbers keep their digits.

I/O: reads a file. Imports: domain, protocol; forms. Imported by: command.
"""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.domain import LocalError
from fathom.protocol.messages import BatchOrder

FILE_BYTES_MAX: Final = 1_000_000
_JSON: Final = msgspec.json.Decoder(float_hook=Decimal)


def read_orders(path: Path, *, symbol: str | None) -> tuple[str, tuple[BatchOrder, ...]]:
    """Return the pair and its orders. Raises LocalError, with the number of the order, for what is wrong."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise LocalError("file", f"cannot read {path}: {error.strerror or error}") from None
    if len(content) > FILE_BYTES_MAX:
        raise LocalError("file", f"{path} has more than {FILE_BYTES_MAX} bytes")
    rows, beside = _rows(content, path)
    symbols = {symbol, beside, *(str(row.pop("symbol")) for row in rows if "symbol" in row)} - {None}
    if len(symbols) != 1:
        found = ", ".join(sorted(map(str, symbols)))
        raise LocalError("symbol", f"a batch is of one pair, and this has {found or 'none'}: name it by --symbol")
    return str(symbols.pop()), tuple(_order(row, index) for index, row in enumerate(rows, 1))


def _rows(content: bytes, path: Path) -> tuple[list[dict[str, Any]], str | None]:
    """Return the orders' tables, and the symbol that stands beside them."""
    try:
        if path.suffix.lower() == ".toml":
            said: Any = tomllib.loads(content.decode(), parse_float=Decimal)
            rows = said.get("order", said.get("orders"))
        else:
            said = _json(content)
            rows = said.get("orders") if isinstance(said, dict) else said
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise LocalError("file", f"{path} is neither TOML (.toml) nor JSON: {error}") from None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise LocalError(
            "file", f'{path} has no orders: a list of tables, as {{"symbol": ..., "orders": [...]}}, or [[order]]'
        )
    beside = said.get("symbol") if isinstance(said, dict) else None
    return [dict(row) for row in rows], beside


def _json(content: bytes) -> Any:
    """Return a document, or the rows of JSON lines."""
    try:
        said = _JSON.decode(content)
    except msgspec.DecodeError:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [_JSON.decode(line) for line in lines]
    return [said] if isinstance(said, dict) and "orders" not in said else said


def _order(row: dict[str, Any], index: int) -> BatchOrder:
    for name in row:
        if name not in BatchOrder.__struct_fields__:
            known = ", ".join(BatchOrder.__struct_fields__)
            raise LocalError(f"order {index}", f"has no field {name[:40]}; there are {known}")
    try:
        return msgspec.convert(row, BatchOrder)
    except msgspec.ValidationError as error:
        raise LocalError(f"order {index}", str(error)) from None
