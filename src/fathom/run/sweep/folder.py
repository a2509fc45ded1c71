"""A sweep's folder: what it is a sweep of, and every result, a line each, as it comes.

| file | what |
|---|---|
| `sweep.json` | what was asked: another bot, data, space or question is refused here |
| `results.jsonl` | what came of each trial, only ever added to; a line that a crash cut off is taken away |
| `optuna.log` | what optuna knows of the search: any tool of optuna's reads it |
| `report.html` | the report, written anew at the end of each run |

I/O: reads and writes the folder. Imports: domain; bot_file, deflated, scoring, space, splits. Imported by: run/sweep.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct, structs

from fathom.domain import JournalError, LocalError
from fathom.run.bot_file import BotFile
from fathom.run.sweep.deflated import Moments
from fathom.run.sweep.scoring import Objective
from fathom.run.sweep.space import Dimension, Params
from fathom.run.sweep.splits import Splits

SETTINGS: Final = "sweep.json"
RESULTS: Final = "results.jsonl"
OPTUNA: Final = "optuna.log"
LOCK: Final = "sweep.lock"

Sampler = Literal["tpe", "random"]
Kind = Literal["trial", "neighbour", "held_out"]


class Settings(Struct, frozen=True, kw_only=True):
    """What decides which trials there are and what they come to; what is not the same is another sweep."""

    bot: str  # SHA-256 of the file as it was read, with those of users' strategies.
    data: str  # The same of what the recorded markets are.
    space: list[Dimension]
    objective: Objective
    splits: Splits
    bar_s: int
    sampler: Sampler
    seed: int


WORDS: Final = {
    "bot": "bot file, or another text of its strategies",
    "data": "data",
    "space": "parameters to search",
    "objective": "objective",
    "splits": "time, folds or period held out",
    "bar_s": "length of bars",
    "sampler": "sampler",
    "seed": "seed",
}


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One result. Scores are None where there is none; `why` says why it failed, and is empty where it did not."""

    kind: Kind
    number: int  # Of the trial; of the one that it is next to, where it is a neighbour.
    params: Params
    score: float | None = None
    tests: list[float | None] = []
    trains: list[float | None] = []
    fills: int = 0
    profit: float = 0.0
    growth: float = 0.0
    drawdown: float = 0.0
    moments: Moments | None = None
    seconds: float = 0.0
    why: str = ""
    varied: str = ""  # The parameter in which a neighbour differs.


_row: Final = msgspec.json.Decoder(Row)
_settings: Final = msgspec.json.Decoder(Settings)


def bot_print(file: BotFile) -> str:
    """Return what tells one bot from another, wherever its files lie."""
    strategies = [structs.replace(one, strategy=one.strategy.rpartition("/")[2]) for one in file.strategies]
    return hashlib.sha256(msgspec.json.encode(structs.replace(file, strategies=strategies))).hexdigest()


class Folder:
    """The folder, open: one sweep has it to itself."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.rows: list[Row] = []
        self._settle()
        for number, line in enumerate(_whole_lines(path / RESULTS), 1):
            try:
                self.rows.append(_row.decode(line))
            except msgspec.DecodeError as error:
                raise LocalError(f"{path / RESULTS}:{number}", f"is no result of a sweep: {error}") from None
        _whole_lines(path / OPTUNA)
        # Left by one that was killed: the folder is ours alone, and optuna would wait half a minute for it.
        (path / f"{OPTUNA}.lock").unlink(missing_ok=True)

    def of(self, kind: Kind) -> list[Row]:
        """Return the results of one kind, in the order in which they came."""
        return [row for row in self.rows if row.kind == kind]

    def add(self, row: Row) -> None:
        """Keep a result: it is on the disk when this returns. Raises JournalError where the disk refuses."""
        try:
            with (self.path / RESULTS).open("ab") as file:
                file.write(msgspec.json.encode(row) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise JournalError(f"{self.path / RESULTS}: cannot be written: {error.strerror}") from error
        self.rows.append(row)

    def _settle(self) -> None:
        place = self.path / SETTINGS
        if place.exists():
            try:
                there = _settings.decode(place.read_bytes())
            except msgspec.DecodeError as error:
                raise LocalError(str(place), f"is of no sweep of this version: {error}") from None
            if other := [word for name, word in WORDS.items() if getattr(there, name) != getattr(self.settings, name)]:
                raise LocalError(
                    str(self.path), f"holds a sweep of another {other[0]}: give another --out, or delete the folder"
                )
            return
        if (self.path / RESULTS).exists():
            raise LocalError(str(self.path), f"holds results, and no {SETTINGS} that says of what: give another --out")
        half = place.with_suffix(".part")
        half.write_bytes(msgspec.json.format(msgspec.json.encode(self.settings)) + b"\n")
        half.replace(place)


@contextmanager
def opened(path: Path, settings: Settings) -> Iterator[Folder]:
    """Yield the folder; made where it is missing.

    Raises LocalError where it is another sweep's, or another process has it, JournalError where the disk refuses.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise JournalError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Folder(path, settings)
    except BlockingIOError:
        raise LocalError(str(path), "another sweep is at work there; wait for it, or give another --out") from None
    finally:
        os.close(lock)


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a file, without one that was cut off, which is taken away."""
    if not path.exists():
        return []
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if len(whole) < len(text):
        os.truncate(path, len(whole))
    return whole.splitlines()
