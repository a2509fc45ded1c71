"""Where this user's processes keep what they share: nonces, connection attempts, which local exchanges run.

Imports: nothing of ours. Imported by: keys, venue, rest, link.
"""

import os
from pathlib import Path


def state_dir() -> Path:
    """Return the folder: FATHOM_STATE_DIR, or `fathom` below XDG_STATE_HOME, or ~/.local/state/fathom.

    It need not exist: whoever writes there makes it, for this user alone.
    """
    if given := os.environ.get("FATHOM_STATE_DIR"):
        return Path(given)
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "fathom"
