"""The one bridge between Kraken's words and ours: messages to events, approvals to requests.

Front door of the bridge.

Pure. Imports: its own files. Imported by: the front door of protocol.
"""

from fathom.protocol.translate.approvals import add_request, amend_request, cancel_request
from fathom.protocol.translate.market import (
    PairsTold,
    instrument_of,
    pairs_told,
    trades_seen,
    venue_status,
)
from fathom.protocol.translate.orders import (
    ExecutionNews,
    OurOrder,
    Refusal,
    batch_taken,
    execution_news,
    order_refused,
    order_taken,
)

__all__ = [
    "ExecutionNews",
    "OurOrder",
    "PairsTold",
    "Refusal",
    "add_request",
    "amend_request",
    "batch_taken",
    "cancel_request",
    "execution_news",
    "instrument_of",
    "order_refused",
    "order_taken",
    "pairs_told",
    "trades_seen",
    "venue_status",
]
