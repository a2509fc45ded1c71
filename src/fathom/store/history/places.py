"""Folders of recorded markets that are not on this disk: s3://bucket/data and whatever else fsspec knows.

What is elsewhere is a text with `://`. Parts are copied to and fro, and asked where they are; tapes are mapped into
memory, so they have to be here.

I/O: reads and writes files, and the network where a place is there. Imports: domain, folder, needed. Imported by: the
front door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from fathom.domain import JournalError, LocalError
from fathom.store.history.folder import KINDS, PARTITION
from fathom.store.history.needed import need_history

PIECE_BYTES: Final = 1 << 22
HALF: Final = ".part"


class Held(NamedTuple):
    """One file of a place, by its name within it."""

    name: str  # l2/symbol=BTC-USD/date=2026-11-30/market.parquet
    kind: str
    symbol: str
    day: date
    source: str
    size: int


class Place:
    """A folder, here or elsewhere. Raises LocalError where nothing here knows how to reach it."""

    def __init__(self, where: str | Path) -> None:
        self.name = str(where)
        self.is_here = "://" not in self.name
        fsspec = need_history("fsspec")
        try:
            self._fs, self._root = fsspec.core.url_to_fs(self.name)
        except (ImportError, ValueError) as error:
            raise LocalError(self.name, f"cannot be reached: {error}") from error

    @property
    def filesystem(self) -> Any:
        """Fsspec's own, for others that read by it."""
        return self._fs

    def held(self) -> Iterator[Held]:
        """Yield every part and every tape. Raises LocalError where the place does not answer."""
        for kind in (*KINDS, "tape"):
            root = f"{self._root}/{kind}"
            try:
                found = self._fs.find(root, detail=True) if self._fs.exists(root) else {}
            except Exception as error:
                raise self._unreachable(error) from error
            for path in sorted(found):
                match = PARTITION.fullmatch(path[len(root) + 1 :])
                source, _, suffix = ("" if match is None else match["name"]).rpartition(".")
                if match is None or suffix != ("tape" if kind == "tape" else "parquet"):
                    continue
                day = date.fromisoformat(match["date"])
                name = f"{kind}/{match[0]}"
                yield Held(name, kind, match["symbol"].replace("-", "/"), day, source, int(found[path]["size"]))

    def read(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes, piece by piece."""
        with self.opened(name) as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    @contextmanager
    def opened(self, name: str) -> Iterator[Any]:
        """Yield a file to be read, of which no more is fetched than is asked for."""
        try:
            with self._fs.open(f"{self._root}/{name}", "rb") as file:
                yield file
        except LocalError:
            raise
        except Exception as error:
            raise self._unreachable(error) from error

    def write(self, name: str, pieces: Iterator[bytes]) -> int:
        """Write a file, whole or not at all; return its size."""
        path = f"{self._root}/{name}"
        half = path + HALF if self.is_here else path  # Elsewhere a file appears as it is closed ...
        size, whole = 0, False
        try:
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._fs.open(half, "wb") as file:
                for piece in pieces:
                    size += file.write(piece)
            if half != path:
                self._fs.mv(half, path)
            whole = True
        except LocalError:
            raise
        except Exception as error:
            raise JournalError(f"Cannot write {path}: {_words(error)}") from error
        finally:
            if not whole:  # ... and so does one that was broken off.
                self._forget(half)
        return size

    def _forget(self, path: str) -> None:
        with suppress(Exception):  # What hindered the writing may hinder this too; that is told already.
            if self._fs.exists(path):
                self._fs.rm(path)

    def _unreachable(self, error: Exception) -> LocalError:
        return LocalError(self.name, f"cannot be read: {_words(error)}")


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
