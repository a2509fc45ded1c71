"""WebSocket version 2, from the exchange's side: one session a connection.

Front door.

Pure. Imports: its own files. Imported by: exchange.
"""

from fathom.exchange.sessions.session import V2Session

__all__ = ["V2Session"]
