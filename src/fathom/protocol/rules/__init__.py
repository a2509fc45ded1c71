"""What we may send: the rules of websocket-v2.md section 8 as tables and small checks.

Front door of the rules.

Pure. Imports: its own files. Imported by: the front door of protocol, session.
"""

from fathom.protocol.rules.order import check_order
from fathom.protocol.rules.order_types import ORDER_TYPES, OrderTypeRow
from fathom.protocol.rules.pair import ORDERS_TAKEN
from fathom.protocol.rules.requests import (
    BATCH_ADD_MAX,
    BATCH_CANCEL_MAX,
    CANCEL_AFTER_S_MAX,
    LEVEL3_SYMBOLS_MAX,
    check_request,
)

__all__ = [
    "BATCH_ADD_MAX",
    "BATCH_CANCEL_MAX",
    "CANCEL_AFTER_S_MAX",
    "LEVEL3_SYMBOLS_MAX",
    "ORDERS_TAKEN",
    "ORDER_TYPES",
    "OrderTypeRow",
    "check_order",
    "check_request",
]
