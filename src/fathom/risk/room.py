"""The room that approved orders hold: what they may still give away and bring in, and what that is worth.

Held at approval, followed with each fill and amend, released at a final state; kept as sums, so that an order is judged
without a look at all the others. The prices of what an order is worth are those of its approval. Pure.
Imports: domain, orders, amounts, pricing. Imported by: risk/account.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.domain import Instrument, Side
from fathom.orders import FINAL, Order
from fathom.risk.amounts import ZERO, cost_of, qty_of
from fathom.risk.pricing import LIMITED, worse_ticks


class Terms(Struct, frozen=True):
    """What an order was approved at: its worst price in ticks, the mid, and the account's currency for one quote."""

    instrument: Instrument
    ticks: int
    mid: Decimal
    rate: Decimal
    fee_share: Decimal


class Held(Struct):
    """The room of one order. `given` is in the asset `gives`, `taken` in `takes`, `value` in the account's currency."""

    side: Side
    symbol: str
    terms: Terms
    gives: str
    takes: str
    lots: int = 0
    ticks: int = 0
    given: Decimal = ZERO
    taken: Decimal = ZERO
    value: Decimal = ZERO
    open: bool = True  # Not final yet; a filled order whose fills are not told holds room still, but is not open.


class Room:
    """The sums over all orders that hold room."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.open = 0
        self.value = ZERO
        self.given: dict[str, Decimal] = {}
        self.taken: dict[str, Decimal] = {}
        self._open_of: dict[str, int] = {}
        self._value_of: dict[str, Decimal] = {}
        self._lots: dict[tuple[str, Side], int] = {}

    def lots(self, symbol: str, side: Side) -> int:
        """Return what all our orders of a side could still fill."""
        return self._lots.get((symbol, side), 0)

    def open_of(self, symbol: str) -> int:
        """Return how many of our orders are open at a symbol."""
        return self._open_of.get(symbol, 0)

    def value_of(self, symbol: str) -> Decimal:
        """Return what all open orders of a symbol are worth."""
        return self._value_of.get(symbol, ZERO)

    def hold(self, order: Order, terms: Terms) -> None:
        """Hold room for an order that was approved just now."""
        side, symbol, instrument = order.side, order.symbol, terms.instrument
        base, quote = instrument.base, instrument.quote
        gives, takes = (quote, base) if side == "buy" else (base, quote)
        held = self.held[order.order_id] = Held(side, symbol, terms, gives, takes)
        self.open += 1
        self._open_of[symbol] = self._open_of.get(symbol, 0) + 1
        self._count(held, lots=order.left_lots_worst, ticks=terms.ticks)

    def follow(self, order: Order, terms: Terms | None = None) -> None:
        """Take in that an order changed, of which news came; with new `terms` where an amend was approved."""
        held = self.held.get(order.order_id)
        if held is None:
            return
        if terms is not None:
            held.terms = terms
        final = order.state in FINAL
        if final and held.open:
            held.open = False
            self.open -= 1
            self._open_of[held.symbol] -= 1
        lots = order.untold_lots if final else order.left_lots_worst
        ticks = held.terms.ticks if terms is not None else held.ticks
        if order.price_ticks_worst is not None and order.wanted.order_type in LIMITED:
            ticks, trigger_ticks = order.price_ticks_worst, order.wanted.trigger_ticks
            if trigger_ticks is not None:
                ticks = worse_ticks(order.side, ticks, trigger_ticks)
        if lots != held.lots or ticks != held.ticks or terms is not None:
            self._count(held, lots=lots, ticks=ticks)
        if final and not lots:
            del self.held[order.order_id]

    def _count(self, held: Held, *, lots: int, ticks: int) -> None:
        """Put new figures of one order in the place of its old ones."""
        terms, symbol = held.terms, held.symbol
        given, taken, value = worth_at_worst(terms, held.side, lots=lots, ticks=ticks)
        gives, takes = held.gives, held.takes
        self.given[gives] = self.given.get(gives, ZERO) - held.given + given
        self.taken[takes] = self.taken.get(takes, ZERO) - held.taken + taken
        change = value - held.value
        self.value += change
        self._value_of[symbol] = self._value_of.get(symbol, ZERO) + change
        key = (symbol, held.side)
        self._lots[key] = self._lots.get(key, 0) + lots - held.lots
        held.lots, held.ticks, held.given, held.taken, held.value = lots, ticks, given, taken, value


def worth_at_worst(terms: Terms, side: Side, *, lots: int, ticks: int) -> tuple[Decimal, Decimal, Decimal]:
    """Return what so many lots give away and bring in at worst, and their worth in the account's currency.

    A buy gives its cost and fee. A sale may fetch more than it asks for: it is worth the dearer of its price and the
    mid, and brings that in.
    """
    if not lots:
        return ZERO, ZERO, ZERO
    instrument = terms.instrument
    cost, qty = cost_of(instrument, price_ticks=ticks, qty_lots=lots), qty_of(instrument, lots)
    if side == "buy":
        return cost + cost * terms.fee_share, qty, cost * terms.rate
    most = max(cost, qty * terms.mid)
    return qty, most, most * terms.rate
