"""The private channels: executions and balances (websocket-v2.md 7.1, 7.2).

Pure. Imports: wire. Imported by: codec, translate.
"""

from decimal import Decimal
from typing import Literal

from fathom.protocol.messages.wire import MessageType, OrderSide, Wire


class Fee(Wire, frozen=True, kw_only=True):
    """One fee of one fill. Tiny ones come with exponents, such as 1.5e-05."""

    asset: str
    qty: Decimal


class TriggerState(Wire, frozen=True, kw_only=True):
    """The trigger of a stop, take-profit or trailing order."""

    reference: str | None = None
    price: Decimal | None = None
    price_type: str | None = None
    actual_price: Decimal | None = None
    peak_price: Decimal | None = None
    last_price: Decimal | None = None
    status: str | None = None
    timestamp: str | None = None


class Contingent(Wire, frozen=True, kw_only=True):
    """The template of the secondary order."""

    order_type: str | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: str | None = None
    limit_price: Decimal | None = None
    limit_price_type: str | None = None


class Execution(Wire, frozen=True, kw_only=True):
    """One row: complete for `pending_new` and in snapshots, else identifiers and what changed.

    `symbol` and `cl_ord_id` may be missing: the reader keeps them by `order_id`.
    """

    order_id: str
    exec_type: str
    order_status: str
    timestamp: str
    cl_ord_id: str | None = None
    order_userref: int | None = None
    symbol: str | None = None
    side: OrderSide | None = None
    order_type: str | None = None
    order_qty: Decimal | None = None
    cash_order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: str | None = None
    time_in_force: str | None = None  # Upper case here, lower case in requests.
    post_only: bool | None = None
    reduce_only: bool | None = None
    margin: bool | None = None
    no_mpp: bool | None = None
    display_qty: Decimal | None = None
    display_qty_remain: Decimal | None = None
    effective_time: str | None = None
    expire_time: str | None = None
    fee_ccy_pref: str | None = None
    ord_ref_id: str | None = None
    contingent: Contingent | None = None
    triggers: TriggerState | None = None
    sender_sub_id: str | None = None
    cum_qty: Decimal | None = None
    cum_cost: Decimal | None = None
    avg_price: Decimal | None = None
    fee_usd_equiv: Decimal | None = None
    amended: bool | None = None
    reason: str | None = None
    liquidated: bool | None = None
    position_status: str | None = None
    exec_id: str | None = None
    trade_id: int | None = None
    last_qty: Decimal | None = None
    last_price: Decimal | None = None
    cost: Decimal | None = None
    liquidity_ind: str | None = None
    fees: tuple[Fee, ...] = ()
    margin_borrow: bool | None = None
    ext_ord_id: str | None = None
    ext_exec_id: str | None = None
    user: str | None = None
    ratecount: Decimal | None = None  # Name from a peer's model; the documents give none.
    cancel_reason: str | None = None  # This and the next three are deprecated, and still sent.
    stop_price: Decimal | None = None
    trigger: str | None = None
    triggered_price: Decimal | None = None


class ExecutionsMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="executions"):
    """Orders and fills. `sequence` grows by one a message: a gap is a lost message."""

    type: MessageType
    data: tuple[Execution, ...]
    sequence: int


class Wallet(Wire, frozen=True, kw_only=True):
    """A part of a balance."""

    type: str
    id: str
    balance: Decimal


class Balance(Wire, frozen=True, kw_only=True):
    """The total of one asset."""

    asset: str
    balance: Decimal
    asset_class: str | None = None
    wallets: tuple[Wallet, ...] = ()
    user: str | None = None


class LedgerEntry(Wire, frozen=True, kw_only=True):
    """One change of a balance: it moves by `amount` less `fee`; `balance` is the new one."""

    asset: str
    amount: Decimal
    balance: Decimal
    fee: Decimal
    ledger_id: str
    ref_id: str
    timestamp: str
    type: str
    asset_class: str | None = None
    subtype: str | None = None
    category: str | None = None
    wallet_type: str | None = None
    wallet_id: str | None = None
    user: str | None = None


class BalancesSnapshot(Wire, frozen=True, kw_only=True, tag_field="type", tag="snapshot", omit_defaults=False):
    """All balances."""

    data: tuple[Balance, ...]
    sequence: int
    channel: Literal["balances"] = "balances"


class BalancesUpdate(Wire, frozen=True, kw_only=True, tag_field="type", tag="update", omit_defaults=False):
    """Ledger entries: the rows differ from the snapshot's, so the types do."""

    data: tuple[LedgerEntry, ...]
    sequence: int
    channel: Literal["balances"] = "balances"
