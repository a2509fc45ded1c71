"""One symbol's position by average cost: what our own fills bought, sold, earned and paid.

Pure. Imports: domain. Imported by: portfolio/portfolio.
"""

from decimal import Decimal

from fathom.domain import EXACT, Instrument, OrderTraded

ZERO = Decimal(0)


class Position:
    """Lots since the start of the run, their cost, and the profit that was realised. Money in quote currency."""

    __slots__ = (
        "bought_lots",
        "cost_quote",
        "fees_quote",
        "instrument",
        "qty_lots",
        "realised_quote",
        "sold_lots",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.qty_lots = 0  # Below zero: sold more than bought since the start, out of what was there.
        self.cost_quote = ZERO  # What `qty_lots` cost (received, where below zero), without fees.
        self.realised_quote = ZERO  # Without fees.
        self.fees_quote = ZERO
        self.bought_lots = 0
        self.sold_lots = 0

    def trade(self, fill: OrderTraded) -> None:
        """Take one fill in. What closes lots realises profit against their average cost."""
        signed = fill.qty_lots if fill.side == "buy" else -fill.qty_lots
        if fill.side == "buy":
            self.bought_lots += fill.qty_lots
        else:
            self.sold_lots += fill.qty_lots
        closing = min(abs(signed), abs(self.qty_lots)) if signed * self.qty_lots < 0 else 0
        if closing:
            proceeds = self.instrument.cost(price_ticks=fill.price_ticks, qty_lots=closing)
            basis = self._basis(closing)
            self.realised_quote += (proceeds - basis) if self.qty_lots > 0 else (basis - proceeds)
            self.cost_quote -= basis
        opening = abs(signed) - closing
        if opening:
            self.cost_quote += self.instrument.cost(price_ticks=fill.price_ticks, qty_lots=opening)
        self.qty_lots += signed
        if fill.fee_asset == self.instrument.quote:
            self.fees_quote += fill.fee
        elif fill.fee_asset == self.instrument.base:
            self.fees_quote += EXACT.multiply(fill.fee, self.instrument.price(fill.price_ticks))

    def unrealised_quote(self, mid_quote: Decimal) -> Decimal:
        """Return what closing at the mid would earn, without fees."""
        value = self.instrument.qty(abs(self.qty_lots)) * mid_quote
        return value - self.cost_quote if self.qty_lots >= 0 else self.cost_quote - value

    def _basis(self, lots: int) -> Decimal:
        """Return the cost of `lots` of what is held. All of it costs all: no crumb is left behind."""
        held = abs(self.qty_lots)
        return self.cost_quote if lots == held else self.cost_quote * lots / held
