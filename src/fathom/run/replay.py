"""`fathom replay`: a journal run again and compared.

Imports: engine, store, bot. Imported by: cli, demo.
"""

from pathlib import Path

from fathom.engine import Replayed, replay
from fathom.run.bot import components_of
from fathom.store import JournalReader


def replay_journal(folder: Path) -> Replayed:
    """Replay the journal in `folder`. Raises JournalError where it is not whole, LocalError where it is no run."""
    return replay(JournalReader(folder), components_of)


def told(replayed: Replayed) -> str:
    """Return what a replay found, in a sentence or two for a person."""
    counted = f"{replayed.entries:,} entries, {replayed.inputs:,} of them inputs"
    if (difference := replayed.difference) is None:
        return f"replay agrees byte for byte: {counted}"
    return (
        f"replay DIFFERS at entry {difference.seq} after {counted}\n"
        f"  journal: {difference.journaled!r:.300}\n"
        f"  replay:  {difference.replayed!r:.300}"
    )
