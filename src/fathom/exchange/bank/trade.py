"""One trade between two orders, in ticks and lots and in the ledger's units.

Pure. Imports: scale. Imported by: bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from fathom.exchange.bank.scale import Scale

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from fathom.exchange.core.order import Order


class Trade(Struct, frozen=True, kw_only=True, gc=False):
    """What both sides agree on. `cost_units` and `base_units` are the same for both: nobody gets what nobody gave."""

    scale: Scale
    maker: Order
    taker: Order
    price_ticks: int
    qty_lots: int
    cost_units: int
    base_units: int
    trade_id: int
    time_ns: int
