"""One margin position (rest.md OpenPositions).

Pure. Imports: scale. Imported by: bank, core, rest.
"""

from dataclasses import dataclass, field
from typing import Final

from fathom.exchange.bank.scale import share
from fathom.protocol.messages import OrderSide

FILL_IDS_MAX: Final = 10_000  # Later fills of one position are not listed with it.


@dataclass(slots=True, kw_only=True, eq=False)
class Position:
    """Borrowed money in the market, opened by one order. Sums are of quote units; those `closed` only ever grow."""

    position_id: str  # T?????-?????-??????
    order_id: str
    symbol: str
    side: OrderSide  # buy: long.
    leverage: int
    opened_ns: int
    rollover_ns: int  # When the next rollover fee falls due.
    qty_lots: int = 0  # In total, closed lots included; cost and margin likewise.
    cost_units: int = 0
    fee_units: int = 0  # Of opening, and of rollover.
    margin_units: int = 0  # Initial margin.
    closed_lots: int = 0
    closed_cost_units: int = 0  # What the closing trades cost or brought.
    closed_fee_units: int = 0
    closed_margin_units: int = 0
    net_units: int = 0  # Realised, before fees.
    left_cost_units: int = 0  # What the lots that are still open cost.
    fill_ids: list[str] = field(default_factory=list)

    @property
    def left_lots(self) -> int:
        """Return what is still open."""
        return self.qty_lots - self.closed_lots

    @property
    def left_margin_units(self) -> int:
        """Return the initial margin of what is still open."""
        return self.margin_units - self.closed_margin_units

    def add(self, *, lots: int, cost_units: int, fee_units: int) -> int:
        """Open more; return the initial margin of it, rounded up."""
        margin_units = -(-cost_units // self.leverage)
        self.qty_lots += lots
        self.cost_units += cost_units
        self.left_cost_units += cost_units
        self.fee_units += fee_units
        self.margin_units += margin_units
        return margin_units

    def note_fill(self, exec_id: str) -> None:
        """Remember a fill of it, up to a number."""
        if len(self.fill_ids) < FILL_IDS_MAX:
            self.fill_ids.append(exec_id)

    def close(self, *, lots: int, cost_units: int, fee_units: int) -> int:
        """Close some at what the trade cost or brought; return the profit, before fees. The last lots take the rest."""
        left_lots = self.left_lots
        assert 0 < lots <= left_lots
        opening_units = share(self.left_cost_units, lots, left_lots)
        margin_units = share(self.left_margin_units, lots, left_lots)
        profit_units = cost_units - opening_units if self.side == "buy" else opening_units - cost_units
        self.left_cost_units -= opening_units
        self.closed_margin_units += margin_units
        self.closed_lots += lots
        self.closed_cost_units += cost_units
        self.closed_fee_units += fee_units
        self.net_units += profit_units
        return profit_units

    def settle(self, *, lots: int) -> int:
        """Close some by paying the loan back; return what it cost to open. No profit is made."""
        opening_units = share(self.left_cost_units, lots, self.left_lots)
        self.close(lots=lots, cost_units=opening_units, fee_units=0)
        return opening_units
