"""One symbol's position by average cost: what our own fills bought, sold, earned and paid.

Quantities are kept in base currency and not in lots: the pair's precision may change while we hold. Every sum is exact;
only an average cost is rounded, to the last decimal of the pair's costs, and what one close is rounded by stays in the
cost of the rest. Pure. Imports: domain. Imported by: portfolio/portfolio.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

from fathom.domain import EXACT, Instrument, OrderTraded

ZERO: Final = Decimal(0)
AVERAGING: Final = Context(prec=80, rounding=ROUND_HALF_EVEN)


class Position:
    """What was bought and sold since the start of the run, what it cost, and the profit that was realised.

    Money is in the pair's quote currency, without fees where it does not say so.
    """

    __slots__ = (
        "bought",
        "cost_quote",
        "fees_other",
        "fees_quote",
        "instrument",
        "qty",
        "realised_quote",
        "sold",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument  # The pair's rules as they are now: how a fill is to be read.
        self.qty = ZERO  # Below zero: sold more than bought since the start, out of what was there.
        self.cost_quote = ZERO  # What `qty` cost; where below zero, what it brought in.
        self.realised_quote = ZERO
        self.fees_quote = ZERO  # Fees in base currency at the price of their fill.
        self.fees_other: dict[str, Decimal] = {}  # Fees in a third asset, by asset: no price of this pair values them.
        self.bought = ZERO
        self.sold = ZERO

    @property
    def qty_lots(self) -> int:
        """The quantity in whole lots of the present precision, towards zero."""
        return self._lots(self.qty)

    @property
    def bought_lots(self) -> int:
        """All that was bought, in lots."""
        return self._lots(self.bought)

    @property
    def sold_lots(self) -> int:
        """All that was sold, in lots."""
        return self._lots(self.sold)

    def trade(self, fill: OrderTraded) -> None:
        """Take one fill in. What closes realises profit against its average cost; what is beyond opens anew."""
        assert fill.qty_lots > 0, f"a fill of nothing: {fill}"
        qty, price = self.instrument.qty(fill.qty_lots), self.instrument.price(fill.price_ticks)
        with localcontext(EXACT):
            signed = qty if fill.side == "buy" else -qty
            if fill.side == "buy":
                self.bought += qty
            else:
                self.sold += qty
            closing = min(qty, abs(self.qty)) if signed * self.qty < 0 else ZERO
            if closing:
                basis = self._basis(closing)
                gain = closing * price - basis
                self.realised_quote += gain if self.qty > 0 else -gain
                self.cost_quote -= basis
            self.cost_quote += (qty - closing) * price
            self.qty += signed
            self._pay(fill, price)

    def unrealised_quote(self, mid_quote: Decimal) -> Decimal:
        """Return what closing at the mid would earn."""
        with localcontext(EXACT):
            value = abs(self.qty) * mid_quote
            return value - self.cost_quote if self.qty >= 0 else self.cost_quote - value

    def _basis(self, qty: Decimal) -> Decimal:
        """Return the cost of a part of what is held. All of it costs all: no crumb is left behind."""
        held = abs(self.qty)
        if qty == held:
            return self.cost_quote
        with localcontext(AVERAGING):
            decimals = self.instrument.price_precision + self.instrument.qty_precision
            return (self.cost_quote * qty / held).quantize(Decimal(1).scaleb(-decimals))

    def _pay(self, fill: OrderTraded, price: Decimal) -> None:
        if fill.fee_asset == self.instrument.quote:
            self.fees_quote += fill.fee
        elif fill.fee_asset == self.instrument.base:
            self.fees_quote += fill.fee * price
        elif fill.fee:
            self.fees_other[fill.fee_asset] = self.fees_other.get(fill.fee_asset, ZERO) + fill.fee

    def _lots(self, qty: Decimal) -> int:
        return int(qty.scaleb(self.instrument.qty_precision, context=EXACT))
