"""WebSocket version 1, server side: what the hosts ws.kraken.com and ws-auth.kraken.com say to older clients.

Front door.

Pure. Imports: its own files. Imported by: exchange.
"""

from fathom.exchange.v1.session import V1Session

__all__ = ["V1Session"]
