"""What the libraries of the servers say on their own: a bug of ours goes to stderr, a client's nonsense does not.

Without this, each malformed request of anybody who finds the port writes a traceback on the user's terminal.

Imports: nothing of ours. Imported by: http_server, ws_server.
"""

import logging
import sys
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

NAME: Final = "fathom.net"
_CLIENTS_FAULTS: Final = ("WS parser error",)  # How picows begins what it says of a frame against the protocol.


def server_log() -> logging.Logger:
    """Return a logger for one server. It is nobody's child, so that a program's own logging stays as it is."""
    log = logging.Logger(NAME, logging.ERROR)  # noqa: LOG001 - A registered one would be shared, and keep its handlers.
    # The handler is asked, not the logger: picows gives each connection a logger of its own below this one.
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR)
    handler.addFilter(is_our_bug)
    log.addHandler(handler)
    return log


def is_our_bug(record: logging.LogRecord) -> bool:
    """Tell whether the record is of something that a client alone cannot bring about."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | RequestPayloadError | ConnectionError):
        return False
    return not str(record.msg).startswith(_CLIENTS_FAULTS)
