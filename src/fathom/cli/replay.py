"""`fathom replay`.

Imports: run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path

from fathom.run.replay import replay_journal, told


def replay(journal: Path, /) -> int:
    """Run a journal again and compare it byte for byte.

    New components, made as the journal's first entry says, are fed its inputs
    and must say just what it says they said.
    The exit status is 0 only where they do.

    Parameters
    ----------
    journal
        The folder that a run left behind.
    """
    replayed, torn = replay_journal(journal)
    sys.stdout.write(told(replayed, torn) + "\n")
    return 0 if replayed.agrees else 1
