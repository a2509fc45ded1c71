"""Writes one part of a table: pieces as they come, the file there when it is whole.

I/O: writes files. Imports: domain, store/folder, folder, needed, tables. Imported by: the front door.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from fathom.domain import JournalError, LocalError
from fathom.store.folder import half_name
from fathom.store.history.needed import need_history
from fathom.store.history.tables import SCHEMAS
from fathom.store.segment import os_sentence

COMPRESSION: Final = "zstd"
LEVEL: Final = 3


class PartitionWriter:
    """A part that is being written: `write` tables, then `close`; what is not closed leaves nothing.

    `head` goes into the file's own metadata, for whoever lists parts. Raises JournalError where the disk refuses.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self.rows = 0
        self._half = half_name(path)
        parquet = need_history("pyarrow.parquet")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer: Any = parquet.ParquetWriter(
                self._half, SCHEMAS[kind], compression=COMPRESSION, compression_level=LEVEL
            )
        except OSError as error:
            raise JournalError(os_sentence("write", path, error)) from error

    def write(self, table: Any) -> None:
        """Add a table of the part's columns."""
        if not table.num_rows:
            return
        try:
            self._writer.write_table(table)
        except OSError as error:
            raise JournalError(os_sentence("write", self.path, error)) from error
        self.rows += table.num_rows

    def close(self, head: Mapping[str, str]) -> None:
        """Write the end, and give the file its name."""
        try:
            self._writer.add_key_value_metadata({f"fathom.{key}": value for key, value in head.items()})
            self._writer.close()
            self._half.replace(self.path)
        except OSError as error:
            raise JournalError(os_sentence("write", self.path, error)) from error

    def abandon(self) -> None:
        """Forget it; nothing of it stays."""
        try:
            self._writer.close()
        finally:
            self._half.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._half.exists():
            self.abandon()


def part_head(part: Any, *, name: str = "") -> dict[str, str]:
    """Return what a part, a path or an open file, says of itself, and its `rows`.

    Raises LocalError where it cannot be read.
    """
    pa, parquet = need_history("pyarrow"), need_history("pyarrow.parquet")
    try:
        found = parquet.read_metadata(part)
    except (OSError, pa.ArrowInvalid) as error:
        raise LocalError(name or str(part), f"cannot be read as Parquet: {error}") from error
    said = {
        key.decode().removeprefix("fathom."): value.decode()
        for key, value in (found.metadata or {}).items()
        if key.startswith(b"fathom.")
    }
    return {**said, "rows": str(found.num_rows)}
