"""One account's side of one trade, as the bank settled it.

Pure. Imports: protocol's words. Imported by: bank, and through core every door.
"""

from typing import Literal

from msgspec import Struct

from fathom.protocol.messages import OrderSide, WireOrderType


class Fill(Struct, frozen=True, kw_only=True, gc=False):
    """One account's side of one trade. `cost_units` and `fee_units` are of the ledger: ints of the asset's decimals."""

    exec_id: str  # T?????-?????-??????
    trade_id: int
    order_id: str
    symbol: str
    side: OrderSide
    order_type: WireOrderType
    price_ticks: int
    qty_lots: int
    cost_units: int  # Of quote.
    fee_asset: str
    fee_units: int
    maker: bool
    time_ns: int
    leverage: int = 0
    margin_units: int = 0  # Of quote: initial margin taken.
    position_id: str | None = None  # The margin position it opened or closes.
    closing: bool = False
    position_status: Literal["opened", "closing", "closed"] | None = None  # What it did to a margin position.
    liquidation: bool = False
    ledger_ids: tuple[str, ...] = ()
