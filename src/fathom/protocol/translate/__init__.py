"""The one bridge between Kraken's words and ours: messages to events, approvals to requests.

Front door of the bridge.

Pure. Imports: its own files. Imported by: the front door of protocol.
"""

from fathom.protocol.translate.account_rows import row_fill, row_order
from fathom.protocol.translate.approvals import add_request, amend_request, cancel_request
from fathom.protocol.translate.foreign import foreign_news
from fathom.protocol.translate.funds import balances_seen, funds_moved, row_moved
from fathom.protocol.translate.market import (
    CandlesTold,
    PairsTold,
    candles_told,
    instrument_of,
    leverages_told,
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
from fathom.protocol.translate.rest_account import (
    PAGE,
    asset_names,
    fills_since,
    ledger_moved,
    ledger_since,
    pair_names,
    rest_fill,
    rest_order,
)
from fathom.protocol.translate.rest_orders import (
    LEVERAGE_MAX,
    add_by_rest,
    amend_by_rest,
    batch_by_rest,
    batch_cancel_by_rest,
    cancel_after_by_rest,
    cancel_all_by_rest,
    cancels_by_rest,
    edit_by_rest,
)
from fathom.protocol.translate.rest_rows import fill_row, order_row

__all__ = [
    "LEVERAGE_MAX",
    "PAGE",
    "CandlesTold",
    "ExecutionNews",
    "OurOrder",
    "PairsTold",
    "Refusal",
    "add_by_rest",
    "add_request",
    "amend_by_rest",
    "amend_request",
    "asset_names",
    "balances_seen",
    "batch_by_rest",
    "batch_cancel_by_rest",
    "batch_taken",
    "cancel_after_by_rest",
    "cancel_all_by_rest",
    "cancel_request",
    "cancels_by_rest",
    "candles_told",
    "edit_by_rest",
    "execution_news",
    "fill_row",
    "fills_since",
    "foreign_news",
    "funds_moved",
    "instrument_of",
    "ledger_moved",
    "ledger_since",
    "leverages_told",
    "order_refused",
    "order_row",
    "order_taken",
    "pair_names",
    "pairs_told",
    "rest_fill",
    "rest_order",
    "row_fill",
    "row_moved",
    "row_order",
    "trades_seen",
    "venue_status",
]
