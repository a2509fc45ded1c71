"""What the sessions of both WebSocket versions share: heartbeats, idle closes, allowances, the line they write to.

Front door.

Pure. Imports: its own files. Imported by: sessions, v1.
"""

from fathom.exchange.connection.allowance import Allowance
from fathom.exchange.connection.line import CLOSE_IDLE, CLOSE_SLOW, Line, RequestFaults
from fathom.exchange.connection.liveness import Liveness

__all__ = ["CLOSE_IDLE", "CLOSE_SLOW", "Allowance", "Line", "Liveness", "RequestFaults"]
