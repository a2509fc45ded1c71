"""`fathom replay`: a journal run again and compared.

Imports: domain, engine, store, bot. Imported by: cli, demo.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fathom.domain import Entry, LocalError, RunStarted
from fathom.engine import Replayed, replay
from fathom.run.bot import components_of
from fathom.store import JournalReader, TornTail


def replay_journal(folder: Path) -> tuple[Replayed, TornTail | None]:
    """Replay the journal in `folder`; return what was found, and what a crash left unfinished at its end.

    Raises JournalError where it is not whole, LocalError where it is no run, or holds no entry to compare.
    """
    reader = JournalReader(folder)
    first, journal = begun(iter(reader))
    if first is not None and is_backtest(first):
        from fathom.run.backtest.rerun import rerun  # noqa: PLC0415 - Needs the extra `history`.

        replayed, _, _ = rerun(journal, folder)
    else:
        replayed = replay(journal, components_of)
    if replayed.agrees and not replayed.entries:
        raise LocalError(str(folder), "holds no entry of a journal: name the folder that a run left behind")
    return replayed, reader.torn


def is_backtest(first: Entry) -> bool:
    """Whether a journal that begins so is of a backtest: it is run again over the recording."""
    return isinstance(first.event, RunStarted) and first.event.mode == "backtest"


def begun(journal: Iterator[tuple[Entry, bytes]]) -> tuple[Entry | None, Iterator[tuple[Entry, bytes]]]:
    """Return the first entry, and the whole journal again."""
    first = next(journal, None)
    return (None, journal) if first is None else (first[0], chain((first,), journal))


def told(replayed: Replayed, torn: TornTail | None = None) -> str:
    """Return what a replay found, in a sentence or two for a person."""
    tail = (
        ""
        if torn is None
        else f"\nthe run was cut off: {torn.bytes_cut:,} bytes of an unfinished entry end {torn.segment}"
    )
    counted = f"{replayed.entries:,} entries, {replayed.inputs:,} of them inputs"
    if (difference := replayed.difference) is None:
        return f"replay agrees byte for byte: {counted}{tail}"
    return (
        f"replay DIFFERS at entry {difference.seq} after {counted}\n"
        f"  journal: {difference.journaled!r:.300}\n"
        f"  replay:  {difference.replayed!r:.300}{tail}"
    )
