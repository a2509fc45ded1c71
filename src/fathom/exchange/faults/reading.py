"""A fault file, and one fault of the control API: TOML or a table in, specs or one clear error out.

Pure. Imports: domain, kinds, spec. Imported by: faults, the front door.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import structs, toml

from fathom.domain import LocalError
from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.faults.spec import FaultSpec

FAULTS_MAX: Final = 1_000  # On at once; more are refused.
FILE_BYTES_MAX: Final = 1_048_576  # A longer file is refused.
_SHOWN_MAX: Final = 60  # So much of a wrong value is repeated.


def read_faults(text: bytes) -> tuple[FaultSpec, ...]:
    """Return the faults of a file, in its order. Raises LocalError for the first mistake, with the table's number."""
    if len(text) > FILE_BYTES_MAX:
        raise LocalError("faults", f"the file must have at most {FILE_BYTES_MAX} bytes, not {len(text)}")
    try:
        content = toml.decode(text)
    except (ValueError, RecursionError) as error:  # A number without end is a ValueError too.
        raise LocalError("faults", f"the file is not TOML: {' '.join(str(error).split())}") from None
    tables = content.pop("fault", [])
    if content:
        raise LocalError("faults", f"{_shown(next(iter(content)))} does not belong there: every table is [[fault]]")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise LocalError("faults", "fault must be tables: write [[fault]] above each")
    if len(tables) > FAULTS_MAX:
        raise LocalError("faults", f"there may be {FAULTS_MAX} at most, not {len(tables)}")
    return tuple(_numbered(number, table) for number, table in enumerate(tables, 1))


def read_fault(table: Mapping[str, Any]) -> FaultSpec:
    """Return one fault, with what its kind takes for granted. Raises LocalError for the first mistake."""
    name = table.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        said = "is required" if name is None else f"{_shown(name)} is no kind of fault"
        raise LocalError("kind", f"{said}; there are {', '.join(KINDS)}")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        form = kind.takes.get(key)
        if form is None:
            raise LocalError(_shown_key(key), f"is no key of {name}, which takes {', '.join(kind.takes)}")
        values[key] = form.read(value)
        if values[key] is None:
            raise LocalError(key, f"{form.rule}, not {_shown(value)}")
    for key in kind.needs:
        if key not in values:
            raise LocalError(key, f"is required for {name}: it {kind.takes[key].rule}")
    _check_together(str(name), values)
    return FaultSpec(kind=str(name), **{**kind.defaults, **values})


def checked(spec: FaultSpec) -> FaultSpec:
    """Return a spec that was not read, as if it had been. Raises LocalError."""
    return read_fault({key: value for key, value in structs.asdict(spec).items() if value is not None})


def _check_together(kind: str, values: Mapping[str, Any]) -> None:
    """Check what no form can see alone."""
    if kind == "system" and ("status" in values) == ("cycle" in values):
        raise LocalError("status", "is required for system, or a cycle, and not both")
    if kind == "system" and "cycle" in values and "for_s" in values:
        raise LocalError("for_s", "contradicts cycle, whose steps say how long each lasts")
    if kind == "rescale" and not {"price_precision", "qty_precision"} & values.keys():
        raise LocalError("price_precision", "is required for rescale, or qty_precision, or both")


def _numbered(number: int, table: dict[str, Any]) -> FaultSpec:
    try:
        return read_fault(table)
    except LocalError as error:
        raise LocalError(f"fault {number}, {error.field}", error.rule) from None


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_MAX else f"{shown[:_SHOWN_MAX]}..."


def _shown_key(key: str) -> str:
    return key if key.isidentifier() and len(key) <= _SHOWN_MAX else _shown(key)
