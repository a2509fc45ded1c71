"""A logger that says nothing: what becomes of a connection is told by events, not by the library's own log.

Imports: nothing of ours. Imported by: socket.
"""

import logging
from typing import Final

NAME: Final = "fathom.net.link"


def quiet_log() -> logging.Logger:
    """Return a logger that is nobody's child and writes nowhere."""
    log = logging.Logger(NAME, logging.CRITICAL + 1)  # noqa: LOG001 - A registered one would be shared.
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
