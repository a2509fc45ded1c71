"""What happened at the venue, for whoever publishes it: market data, private streams, metrics.

The venue appends them to `Venue.events` in the order in which they happened; `take_events` empties it.

Pure. Imports: bank, listing, order. Imported by: core, feeds, sessions, v1, crowd.
"""

from typing import Literal

from msgspec import Struct

from fathom.exchange.bank.account import Account, LedgerEntry
from fathom.exchange.bank.fill import Fill
from fathom.exchange.core.order import ExecType, Order, OrderStatus, Trigger
from fathom.exchange.listing import Pair
from fathom.protocol.messages import OrderSide

SystemStatus = Literal["online", "post_only", "limit_only", "cancel_only", "maintenance"]
# What a market does: the stricter of the engine's state and the pair's.
MarketMode = Literal["online", "post_only", "limit_only", "cancel_only", "maintenance", "reduce_only", "delisted"]


class OrderTold(Struct, frozen=True, gc=False):
    """One row of `executions`, with the order's sums as they were then. Not said of a house account's orders.

    Several rows of one command are told together, after it: what may have moved on by then is kept here.
    """

    order: Order
    exec_type: ExecType
    status: OrderStatus
    time_ns: int
    cum_lots: int
    cum_cost_units: int
    cum_fee_units: int
    reason: str | None = None
    fill: Fill | None = None
    shown_lots: int | None = None
    trigger: Trigger | None = None  # With exec type `status`.


class TradeDone(Struct, frozen=True, gc=False):
    """One public trade; `side` and `ord_type` are the taker's."""

    symbol: str
    trade_id: int
    side: OrderSide
    price_ticks: int
    qty_lots: int
    ord_type: Literal["limit", "market"]
    time_ns: int


class QueueMoved(Struct, frozen=True, gc=False):
    """One order's place in the visible book changed: what level 3 tells, and level 2 sums up.

    `lots` is what is shown after it; in a delete, what was shown last. A new price is a delete and an add.
    """

    symbol: str
    side: OrderSide  # buy: a bid.
    kind: Literal["add", "modify", "delete"]
    order_id: str
    price_ticks: int
    lots: int
    time_ns: int  # The order's place in the queue: when inserted or amended.


class Posted(Struct, frozen=True, gc=False):
    """One ledger entry of one account. Not said of house accounts."""

    account: Account
    entry: LedgerEntry


class SystemChanged(Struct, frozen=True, gc=False):
    """The engine's state."""

    status: SystemStatus
    time_ns: int


class PairChanged(Struct, frozen=True, gc=False):
    """A pair's state, precision or minima.

    After a change of precision the book is re-scaled: what stays and what goes is not told order by order, the book is
    to be read anew. Whether the precision changed shows in `old`.
    """

    pair: Pair
    old: Pair
    time_ns: int


Event = OrderTold | TradeDone | QueueMoved | Posted | SystemChanged | PairChanged
