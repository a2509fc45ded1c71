"""One symbol's position: what our own fills bought, sold, earned and paid, and the lots that are held.

Quantities are kept in base currency and not in lots of the pair: its precision may change while we hold. Every sum is
exact; only a part of a lot's cost may be rounded, to the last decimal of the pair's costs, and what one close is
rounded by stays in the cost of the rest. Pure. Imports: domain, lots. Imported by: portfolio/portfolio, statistics.
"""

from collections import deque
from decimal import Decimal

from fathom.domain import EXACT, Instrument, OrderTraded
from fathom.portfolio.lots import LOTS_MAX, METHODS, ZERO, Lot, LotMethod, Lots, join_last


class Position:
    """What was bought and sold since the start of the run, what it cost, and the profit that was realised.

    Money is in the pair's quote currency, without fees where it does not say so.
    """

    __slots__ = (
        "_open",
        "_whole",
        "bought",
        "cost_quote",
        "fees_other",
        "fees_quote",
        "instrument",
        "lots",
        "method",
        "qty",
        "realised_quote",
        "sold",
    )

    def __init__(self, instrument: Instrument, *, method: LotMethod = "fifo") -> None:
        self.instrument = instrument  # The pair's rules as they are now: how a fill is to be read.
        self.method: LotMethod = method
        self.qty = ZERO  # Below zero: sold more than bought since the start, out of what was there.
        self.cost_quote = ZERO  # What `qty` cost; where below zero, what it brought in.
        self.realised_quote = ZERO
        self.fees_quote = ZERO  # Fees in base currency at the price of their fill.
        self.fees_other: dict[str, Decimal] = {}  # Fees in a third asset, by asset: no price of this pair values them.
        self.bought = ZERO
        self.sold = ZERO
        self.lots: Lots = deque()  # The one that closes next is the first.
        self._open = METHODS[method]
        self._whole = (ZERO, instrument, 0)  # What `qty_lots` found last, and of what: it is asked with every move.

    @property
    def qty_lots(self) -> int:
        """The quantity in whole lots of the present precision, towards zero."""
        known = self._whole
        if known[0] is not self.qty or known[1] is not self.instrument:
            known = self._whole = (self.qty, self.instrument, self._lots(self.qty))
        return known[2]

    @property
    def bought_lots(self) -> int:
        """All that was bought, in lots."""
        return self._lots(self.bought)

    @property
    def sold_lots(self) -> int:
        """All that was sold, in lots."""
        return self._lots(self.sold)

    @property
    def average_quote(self) -> Decimal | None:
        """The average price of what is held, rounded beyond the 28th digit; None where nothing is."""
        return self.cost_quote / abs(self.qty) if self.qty else None

    def trade(self, fill: OrderTraded) -> Decimal | None:
        """Take one fill in; return the profit that it realised, None where it closed nothing.

        What closes realises profit against the cost of the lots that it closes; what is beyond opens anew.
        """
        assert fill.qty_lots > 0, f"a fill of nothing: {fill}"
        instrument = self.instrument
        qty, price = instrument.qty(fill.qty_lots), instrument.price(fill.price_ticks)
        buys = fill.side == "buy"
        if buys:
            self.bought = EXACT.add(self.bought, qty)
        else:
            self.sold = EXACT.add(self.sold, qty)
        if fill.fee:
            self._pay(fill, price)
        before, long = self.qty, self.qty > 0
        self.qty = EXACT.add(before, qty) if buys else EXACT.subtract(before, qty)
        gain = None
        if before and long != buys:
            held = abs(before)
            closing = min(qty, held)
            gain = self._close(
                closing, price, long=long, decimals=instrument.price_precision + instrument.qty_precision
            )
            qty = EXACT.subtract(qty, closing)
        if qty:
            cost = EXACT.multiply(qty, price)
            self.cost_quote = EXACT.add(self.cost_quote, cost)
            self._open(self.lots, Lot(qty, cost, price, fill.exec_id), long=buys)
            if len(self.lots) > LOTS_MAX:
                join_last(self.lots)
        return gain

    def unrealised_quote(self, mid_quote: Decimal) -> Decimal:
        """Return what closing at the mid would earn."""
        value = EXACT.multiply(abs(self.qty), mid_quote)
        return EXACT.subtract(value, self.cost_quote) if self.qty >= 0 else EXACT.subtract(self.cost_quote, value)

    def _close(self, qty: Decimal, price: Decimal, *, long: bool, decimals: int) -> Decimal:
        """Close lots, from the front; return the profit."""
        lots, basis, left = self.lots, ZERO, qty
        while left:
            lot = lots[0]
            if lot.qty <= left:
                lots.popleft()
                left = EXACT.subtract(left, lot.qty)
                basis = EXACT.add(basis, lot.cost)  # All of it costs all: no crumb is left behind.
            else:
                basis = EXACT.add(basis, lot.take(left, decimals=decimals))
                left = ZERO
        brought = EXACT.multiply(qty, price)
        gain = EXACT.subtract(brought, basis) if long else EXACT.subtract(basis, brought)
        self.cost_quote = EXACT.subtract(self.cost_quote, basis)
        self.realised_quote = EXACT.add(self.realised_quote, gain)
        return gain

    def _pay(self, fill: OrderTraded, price: Decimal) -> None:
        if fill.fee_asset == self.instrument.quote:
            self.fees_quote = EXACT.add(self.fees_quote, fill.fee)
        elif fill.fee_asset == self.instrument.base:
            self.fees_quote = EXACT.add(self.fees_quote, EXACT.multiply(fill.fee, price))
        else:
            self.fees_other[fill.fee_asset] = EXACT.add(self.fees_other.get(fill.fee_asset, ZERO), fill.fee)

    def _lots(self, qty: Decimal) -> int:
        return int(qty.scaleb(self.instrument.qty_precision, context=EXACT))
