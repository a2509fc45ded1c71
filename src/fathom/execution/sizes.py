"""How a quantity is cut so that every piece is one that the venue takes. Quantities in lots.

Pure. Imports: domain. Imported by: bracket, chase, iceberg, twap.
"""

from math import ceil

from fathom.domain import Instrument


def least_lots(instrument: Instrument, price_ticks: int) -> int:
    """Return the smallest order at a price: the pair's minimum of quantity and of cost, on its increment."""
    lots = instrument.qty_lots_min
    one_lot = instrument.cost(price_ticks=price_ticks, qty_lots=1)
    if one_lot > 0:
        lots = max(lots, ceil(instrument.cost_min / one_lot))
    step = instrument.qty_increment_lots
    return -(-lots // step) * step


def piece_lots(left_lots: int, wanted_lots: int, instrument: Instrument, *, least_lots: int) -> int:
    """Return how much of `left_lots` the next order takes, near `wanted_lots`.

    Nothing where the piece would be below the least; all that is left where the rest would be.
    """
    step = instrument.qty_increment_lots
    whole = left_lots - left_lots % step
    lots = min(wanted_lots - wanted_lots % step, whole)
    if whole - lots < least_lots:
        lots = whole
    return lots if lots >= least_lots else 0
