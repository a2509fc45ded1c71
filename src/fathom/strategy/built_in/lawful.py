"""Prices and quantities that the pair allows: rounded to its increments, and above its minima.

Floats are opinions; here they become ticks and lots, by functions that name their rounding. Pure. Imports: domain,
market. Imported by: the built-in strategies.
"""

import math
from decimal import Decimal

from msgspec import Struct

from fathom.domain import EXACT, Instrument, Side
from fathom.market import Book


def floor_price(instrument: Instrument, ticks: float) -> int:
    """Return the highest allowed price at or below `ticks`: for a bid."""
    step = instrument.price_increment_ticks
    return math.floor(ticks) // step * step


def ceil_price(instrument: Instrument, ticks: float) -> int:
    """Return the lowest allowed price at or above `ticks`: for an ask."""
    step = instrument.price_increment_ticks
    return -(-math.ceil(ticks) // step * step)


def floor_qty(instrument: Instrument, lots: float) -> int:
    """Return the largest allowed quantity that is not above `lots`; 0 where that is below zero."""
    whole = max(math.floor(lots), 0)
    return whole - whole % instrument.qty_increment_lots


def lots_of(instrument: Instrument, qty: Decimal) -> int:
    """Return a quantity of the configuration in lots, rounded down: the pair's precision may change as we run."""
    return floor_qty(instrument, int(qty.scaleb(instrument.qty_precision, context=EXACT)))


class Size:
    """A quantity of the configuration that is asked for with every move of a book: `lots_of`, kept."""

    __slots__ = ("_instrument", "_lots", "_qty")

    def __init__(self, qty: Decimal) -> None:
        self._qty = qty
        self._instrument: Instrument | None = None
        self._lots = 0

    def lots(self, instrument: Instrument) -> int:
        """Return it in lots of the pair as it is now, rounded down."""
        if instrument is not self._instrument:
            self._instrument, self._lots = instrument, lots_of(instrument, self._qty)
        return self._lots


def lots_for(instrument: Instrument, spend: Decimal, *, price_ticks: int) -> int:
    """Return how many lots an amount of the quote currency buys at a price, rounded down."""
    if price_ticks <= 0 or spend <= 0:
        return 0
    return floor_qty(instrument, int(spend / instrument.cost(price_ticks=price_ticks, qty_lots=1)))


def big_enough(instrument: Instrument, *, price_ticks: int, qty_lots: int) -> bool:
    """Whether the venue takes an order of this size: its least quantity, and its least value."""
    if qty_lots < max(instrument.qty_lots_min, 1) or price_ticks <= 0:
        return False
    return instrument.cost(price_ticks=price_ticks, qty_lots=qty_lots) >= instrument.cost_min


def taking_price(book: Book, side: Side, *, slippage: int) -> int | None:
    """Return the limit of an order that takes: the best price and so many increments worse; None without a best."""
    instrument = book.instrument
    give = slippage * instrument.price_increment_ticks
    if side == "buy":
        ask = book.best_ask_ticks
        # An odd best price, off the increments, is rounded away from us: the limit must still reach it.
        return None if ask is None else ceil_price(instrument, ask) + give
    bid = book.best_bid_ticks
    return None if bid is None else max(floor_price(instrument, bid) - give, instrument.price_increment_ticks)


def check_above_zero(params: Struct, *names: str) -> None:
    """Raise ValueError where a decimal parameter is not a number above 0; None is let pass."""
    for name in names:
        value: Decimal | None = getattr(params, name)
        if value is not None and not (value.is_finite() and value > 0):
            raise ValueError(f"{name} must be above 0, not {value}")
