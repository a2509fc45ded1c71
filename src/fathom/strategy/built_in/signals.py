"""What the candles that are kept say: channels, averages, deviations, ranges. Floats in ticks, never an order's price.

The indicators of the market, run over the last candles anew each time: so candles that the venue told later, of the
time while we were away, count as well. Pure. Imports: domain, market. Imported by: trend, mean_reversion.
"""

from collections.abc import Sequence

from fathom.domain import Candle
from fathom.market.indicators import Atr, Bollinger, Donchian, Sma


def channel(candles: Sequence[Candle], n: int) -> tuple[float, float] | None:
    """Return (lowest low, highest high) of the last `n`; None of fewer."""
    donchian = Donchian(n)
    for one in candles[-n:]:
        donchian.add(one.high_ticks, one.low_ticks)
    return None if donchian.value is None else (donchian.value.lower, donchian.value.upper)


def average(candles: Sequence[Candle], n: int) -> float | None:
    """Return the mean of the last `n` closes; None of fewer."""
    sma = Sma(n)
    for one in candles[-n:]:
        sma.add(one.close_ticks)
    return sma.value


def deviation(candles: Sequence[Candle], n: int) -> tuple[float, float] | None:
    """Return (mean, standard deviation) of the last `n` closes, as Bollinger has them; None of fewer."""
    bollinger = Bollinger(n, 1.0)
    for one in candles[-n:]:
        bollinger.add(one.close_ticks)
    return None if bollinger.value is None else (bollinger.value.middle, bollinger.value.upper - bollinger.value.middle)


def true_range(candles: Sequence[Candle], n: int) -> float | None:
    """Return the mean of the last `n` true ranges: each candle's span, with the close before it. None of fewer."""
    atr = Atr(n)
    for one in candles[-n - 1 :]:
        atr.add(one.high_ticks, one.low_ticks, one.close_ticks)
    return atr.value
