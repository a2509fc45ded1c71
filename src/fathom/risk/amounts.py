"""Exact sums at little cost: one context for all that risk reckons, and the units of ticks and lots.

Operators in a context that never rounds cost a quarter of the same calls upon the context, and every order asks for
dozens. Pure. Imports: domain. Imported by: every file of risk that reckons.
"""

from collections.abc import Callable
from decimal import Context, Decimal, getcontext, setcontext
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from fathom.domain import EXACT, Instrument

ZERO: Final = Decimal(0)
ORDINARY: Final = Context(prec=28)  # What others expect to find who reckon on our behalf.
DECIMALS_MAX: Final = 64  # Of a price and a quantity together; Kraken's have 10 at most each.
UNITS: Final = tuple(Decimal(1).scaleb(-decimals) for decimals in range(DECIMALS_MAX))

Args = ParamSpec("Args")
Said = TypeVar("Said")


def exactly(function: Callable[Args, Said]) -> Callable[Args, Said]:
    """Let a function reckon in the context that raises where it would have to round."""

    @wraps(function)
    def inner(*args: Args.args, **kwargs: Args.kwargs) -> Said:
        before = getcontext()
        setcontext(EXACT)
        try:
            return function(*args, **kwargs)
        finally:
            setcontext(before)

    return inner


def price_of(instrument: Instrument, price_ticks: int) -> Decimal:
    """Return a price in quote currency, as Instrument.price does."""
    return UNITS[instrument.price_precision] * price_ticks


def qty_of(instrument: Instrument, qty_lots: int) -> Decimal:
    """Return a quantity in base currency, as Instrument.qty does."""
    return UNITS[instrument.qty_precision] * qty_lots


def cost_of(instrument: Instrument, *, price_ticks: int, qty_lots: int) -> Decimal:
    """Return price times quantity in quote currency, as Instrument.cost does."""
    return UNITS[instrument.price_precision + instrument.qty_precision] * (price_ticks * qty_lots)


def mid_of(instrument: Instrument, twice: int) -> Decimal:
    """Return the mid in quote currency, of its double in ticks."""
    return UNITS[instrument.price_precision + 1] * (5 * twice)
