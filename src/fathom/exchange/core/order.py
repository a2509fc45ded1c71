"""One order at the venue, and one side of a trade.

Pure. Imports: bank, listing, ticket. Imported by: core, feeds, rest, sessions, v1, crowd.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from fathom.exchange.bank.account import Account
from fathom.exchange.core.ticket import Conditional
from fathom.protocol.messages import OrderSide, PriceType, StpType, TriggerReference, WireOrderType, WireTimeInForce

OrderStatus = Literal["pending_new", "new", "partially_filled", "filled", "canceled", "expired"]
ExecType = Literal[
    "pending_new", "new", "trade", "filled", "iceberg_refill", "canceled", "expired", "amended", "restated", "status"
]


@dataclass(slots=True, kw_only=True)
class Trigger:
    """When a stop, take-profit or trailing order goes live. Prices in ticks."""

    reference: TriggerReference
    price: Decimal  # As asked: a price, an offset or a distance.
    price_type: PriceType
    actual_ticks: int  # The price that sets it off, now.
    above: bool  # True: set off by a reference at or above `actual_ticks`; False: at or below.
    peak_ticks: int | None = None  # Trailing: the best the reference has been.
    last_ticks: int | None = None  # The reference that set it off.
    triggered: bool = False
    time_ns: int = 0


@dataclass(slots=True, kw_only=True)
class AmendRow:
    """One row of an order's history of amends (rest.md OrderAmends)."""

    amend_id: str
    amend_type: Literal["original", "user", "restated"]
    order_lots: int
    display_lots: int | None
    remaining_lots: int
    limit_ticks: int | None
    trigger_ticks: int | None
    reason: str | None
    post_only: bool
    time_ns: int


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """One order, from acceptance on. Only `core` changes it."""

    order_id: str  # O?????-?????-??????
    account: Account
    symbol: str
    side: OrderSide
    order_type: WireOrderType
    qty_lots: int  # In total. For a cash order, what it bought so far.
    cash_units: int | None = None  # Of quote.
    limit_ticks: int | None = None  # None until triggered, where it is an offset.
    limit_offset: Decimal | None = None  # trailing-stop-limit: from the trigger price.
    limit_price_type: PriceType = "static"
    trigger: Trigger | None = None
    time_in_force: WireTimeInForce = "gtc"
    post_only: bool = False
    reduce_only: bool = False
    leverage: int = 0
    display_lots: int | None = None  # Iceberg: the size of a slice.
    shown_lots: int = 0  # What stands in the book now; an iceberg shows less than remains.
    effective_ns: int | None = None
    expire_ns: int | None = None
    cl_ord_id: str | None = None
    userref: int | None = None
    sender_sub_id: str | None = None
    conditional: Conditional | None = None
    fee_in_base: bool = False
    stp_type: StpType = "cancel_newest"
    parent_id: str | None = None  # The order that made this one (OTO), or that it replaced (edit).
    liquidation: bool = False

    status: OrderStatus = "pending_new"
    opened_ns: int = 0
    changed_ns: int = 0  # Opened or last amended: its age counts from here (rate-limits.md 2).
    queued_ns: int = 0  # Since when it stands at its place in the queue: level 3's timestamp.
    closed_ns: int = 0
    reason: str | None = None
    cum_lots: int = 0
    cum_cost_units: int = 0  # Of quote.
    cum_fee_units: int = 0  # Of the fee's asset.
    held_asset: str = ""  # What the bank keeps aside for it.
    held_units: int = 0
    resting: bool = False  # Stands in the book.
    amended: bool = False
    amends: list[AmendRow] = field(default_factory=list)
    fill_ids: list[str] = field(default_factory=list)
    last_trade_ns: int = 0

    @property
    def left_lots(self) -> int:
        """What remains to be filled."""
        return self.qty_lots - self.cum_lots

    @property
    def is_open(self) -> bool:
        """Tell whether it can still change."""
        return self.status in {"pending_new", "new", "partially_filled"}
