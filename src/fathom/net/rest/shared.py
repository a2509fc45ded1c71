"""One nonce authority for all clients of this process, so that calls of one key take their turns whoever makes them.

Imports: state_dir; nonces. Imported by: the front door.
"""

import asyncio
from pathlib import Path
from weakref import WeakKeyDictionary

from fathom.net.rest.nonces import NonceAuthority
from fathom.net.state_dir import state_dir

# By loop, because whoever waits for a turn waits in one; by folder, which a program may change.
_authorities: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Path, NonceAuthority]]" = WeakKeyDictionary()


def shared_authority() -> NonceAuthority:
    """Return the authority of the running loop for the state folder as it is now."""
    by_folder = _authorities.setdefault(asyncio.get_running_loop(), {})
    folder = state_dir()
    if folder not in by_folder:
        by_folder[folder] = NonceAuthority()
    return by_folder[folder]
