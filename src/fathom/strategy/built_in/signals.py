"""What closed candles say: channels, averages, ranges. Floats in ticks: opinions, never a price of an order.

Each takes candles oldest first and looks at the last of them. Pure. Imports: domain. Imported by: trend,
mean_reversion.
"""

import math
from collections.abc import Sequence

from fathom.domain import Candle


def channel(candles: Sequence[Candle], n: int) -> tuple[int, int] | None:
    """Return (lowest low, highest high) of the last `n`; None of fewer."""
    if len(candles) < n:
        return None
    last = candles[len(candles) - n :]
    return min(one.low_ticks for one in last), max(one.high_ticks for one in last)


def average(candles: Sequence[Candle], n: int) -> float | None:
    """Return the mean of the last `n` closes; None of fewer."""
    if len(candles) < n:
        return None
    return sum(one.close_ticks for one in candles[len(candles) - n :]) / n


def deviation(candles: Sequence[Candle], n: int) -> float | None:
    """Return the standard deviation of the last `n` closes, of the whole population as Bollinger has it."""
    mean = average(candles, n)
    if mean is None:
        return None
    return math.sqrt(math.fsum((one.close_ticks - mean) ** 2 for one in candles[len(candles) - n :]) / n)


def true_range(candles: Sequence[Candle], n: int) -> float | None:
    """Return the mean of the last `n` true ranges: each candle's span, with the close before it. None of fewer."""
    if len(candles) < n + 1:
        return None
    spans = [
        max(one.high_ticks, before.close_ticks) - min(one.low_ticks, before.close_ticks)
        for before, one in zip(candles[len(candles) - n - 1 : -1], candles[len(candles) - n :], strict=True)
    ]
    return sum(spans) / n
