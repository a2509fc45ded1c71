"""Indicators over whole series at once, compiled with numba: for research, and as a check of the streaming ones.

Each takes arrays of float64 and returns arrays of the same length, NaN where there is no value yet; what they compute
is what `market/indicators` says step by step. Needs the extra `signals`. Nothing of fathom imports this file: whoever
wants it does, by `from fathom.market import batch`. The first call of each compiles it; later runs find that on disk.

Pure. Imports: numpy, numba. Imported by: users.
"""

from collections.abc import Callable
from typing import Any, TypeVar

try:
    import numpy as np
    from numba import njit
except ImportError as error:
    raise ImportError(f"{error}: install them with pip install 'fathom-trader[signals]'") from error
from numpy.typing import NDArray

Array = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])


def _compiled(function: F) -> F:
    """Compile on first use; NaN and overflow behave as IEEE says."""
    made: Any = njit(cache=True)(function)
    compiled: F = made
    return compiled


@_compiled
def _rolling_sum(numbers: Array, period: int) -> Array:
    """Sum of the last `period`: of blocks from their begin and to their end, so that nothing is subtracted."""
    n = numbers.size
    ahead, behind, out = numbers.copy(), numbers.copy(), np.full(n, np.nan)
    for i in range(1, n):
        if i % period:
            ahead[i] = ahead[i - 1] + numbers[i]
    for i in range(n - 2, -1, -1):
        if (i + 1) % period:
            behind[i] = behind[i + 1] + numbers[i]
    for i in range(period - 1, n):
        first = i + 1 - period
        out[i] = ahead[i] if first % period == 0 else behind[first] + ahead[i]
    return out


@_compiled
def _rolling_max(numbers: Array, period: int) -> Array:
    """Highest of the last `period`, by the same blocks."""
    n = numbers.size
    ahead, behind, out = numbers.copy(), numbers.copy(), np.full(n, np.nan)
    for i in range(1, n):
        if i % period:
            ahead[i] = max(ahead[i - 1], numbers[i])
    for i in range(n - 2, -1, -1):
        if (i + 1) % period:
            behind[i] = max(behind[i + 1], numbers[i])
    for i in range(period - 1, n):
        out[i] = max(behind[i + 1 - period], ahead[i])
    return out


def sma(numbers: Array, period: int) -> Array:
    """The mean of the last `period` numbers."""
    return _rolling_sum(numbers, period) / period


@_compiled
def ema(numbers: Array, period: int) -> Array:
    """An average in which each number weighs 2 / (period + 1); it begins with the mean of the first `period`.

    NaN at the beginning is left out.
    """
    out = np.full(numbers.size, np.nan)
    weight = 2.0 / (period + 1)
    first = 0
    while first < numbers.size and np.isnan(numbers[first]):
        first += 1
    seed = first + period - 1
    if seed >= numbers.size:
        return out
    value = np.mean(numbers[first : seed + 1])
    out[seed] = value
    for i in range(seed + 1, numbers.size):
        value += (numbers[i] - value) * weight
        out[i] = value
    return out


@_compiled
def rsi(prices: Array, period: int) -> Array:
    """How much of the movement was up, 0 to 100, by Wilder's average; 50 where nothing moved."""
    out = np.full(prices.size, np.nan)
    up = down = 0.0
    for i in range(1, prices.size):
        change = prices[i] - prices[i - 1]
        gain, loss = max(change, 0.0), max(-change, 0.0)
        if i <= period:
            up += gain / period
            down += loss / period
        else:
            up = (up * (period - 1) + gain) / period
            down = (down * (period - 1) + loss) / period
        if i >= period:
            out[i] = 50.0 if up + down == 0 else 100.0 * up / (up + down)
    return out


@_compiled
def atr(highs: Array, lows: Array, closes: Array, period: int) -> Array:
    """The average true range by Wilder's average."""
    out = np.full(closes.size, np.nan)
    value = 0.0
    for i in range(1, closes.size):
        true_range = max(highs[i], closes[i - 1]) - min(lows[i], closes[i - 1])
        if i <= period:
            value += true_range / period
        else:
            value += (true_range - value) / period
        if i >= period:
            out[i] = value
    return out


def macd(prices: Array, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Array, Array, Array]:
    """Return the fast average less the slow one, the average of that, and the difference of both."""
    quick = ema(prices, fast)
    quick[: slow - 1] = np.nan
    quick[slow - fast :] = ema(np.ascontiguousarray(prices[slow - fast :]), fast)  # Both begin together.
    line = quick - ema(prices, slow)
    average = ema(line, signal)
    line = np.where(np.isnan(average), np.nan, line)
    return line, average, line - average


@_compiled
def _deviation(prices: Array, middle: Array, period: int) -> Array:
    """Standard deviation of each window, in two passes over it."""
    out = np.full(prices.size, np.nan)
    for i in range(period - 1, prices.size):
        squares = 0.0
        for j in range(i + 1 - period, i + 1):
            squares += (prices[j] - middle[i]) ** 2
        out[i] = np.sqrt(squares / period)
    return out


def bollinger(prices: Array, period: int = 20, width: float = 2.0) -> tuple[Array, Array, Array]:
    """Return the bands above, in the middle and below: the mean and `width` standard deviations around it."""
    middle = sma(prices, period)
    half = width * _deviation(prices, middle, period)
    return middle + half, middle, middle - half


def donchian(highs: Array, lows: Array, period: int = 20) -> tuple[Array, Array, Array]:
    """Return the highest high, the middle, and the lowest low of the last `period` candles."""
    upper, lower = _rolling_max(highs, period), -_rolling_max(-lows, period)
    return upper, (upper + lower) / 2, lower


def vwap(prices: Array, qtys: Array, period: int = 0) -> Array:
    """The average price by quantity of the last `period` observations; 0: since the start.

    Where nothing of a window traded, the value before it.
    """
    if period == 0:
        return _ratio(np.cumsum(prices * qtys), np.cumsum(qtys))
    return _ratio(_rolling_sum(prices * qtys, period), _rolling_sum(qtys, period))


@_compiled
def _ratio(costs: Array, qtys: Array) -> Array:
    out = np.full(costs.size, np.nan)
    for i in range(costs.size):
        if qtys[i] > 0:
            out[i] = costs[i] / qtys[i]
        elif i > 0:
            out[i] = out[i - 1]
    return out


def realised_volatility(prices: Array, period: int, steps: float = 1.0) -> Array:
    """The root of the mean squared log return of the last `period` steps, times the root of `steps`."""
    out = np.full(prices.size, np.nan)
    out[1:] = np.sqrt(_rolling_sum(np.log(prices[1:] / prices[:-1]) ** 2, period) / period * steps)
    return out


def order_flow_imbalance(bids: Array, bid_qtys: Array, asks: Array, ask_qtys: Array, period: int) -> Array:
    """Order-flow imbalance of the best level, over the last `period` changes: prices and quantities of both sides."""
    out = np.full(bids.size, np.nan)
    flow = np.where(bids[1:] >= bids[:-1], bid_qtys[1:], 0.0) - np.where(bids[1:] <= bids[:-1], bid_qtys[:-1], 0.0)
    flow -= np.where(asks[1:] <= asks[:-1], ask_qtys[1:], 0.0) - np.where(asks[1:] >= asks[:-1], ask_qtys[:-1], 0.0)
    out[1:] = _rolling_sum(flow, period)
    return out


@_compiled
def vpin(buys: NDArray[np.bool_], qtys: Array, bucket_qty: float, buckets: int = 50) -> Array:
    """VPIN after each trade: `buys` tells whether the taker bought."""
    out = np.full(qtys.size, np.nan)
    shares = np.zeros(buckets)
    closed = 0
    total = bought = filled = 0.0
    value = np.nan
    for i in range(qtys.size):
        left = qtys[i]
        room = bucket_qty - filled
        if left >= room:
            whole = int((left - room) // bucket_qty)
            for n in range(1 + min(whole, buckets)):
                part = room if n == 0 else bucket_qty
                if buys[i]:
                    bought += part
                share = abs(2 * bought - bucket_qty) / bucket_qty
                total += share - shares[closed % buckets]
                shares[closed % buckets] = share
                closed += 1
                if closed % buckets == 0:
                    total = np.sum(shares)
                bought = filled = 0.0
                if closed >= buckets:
                    value = total / buckets
            left = max(left - room - whole * bucket_qty, 0.0)
        filled += left
        if buys[i]:
            bought += left
        out[i] = value
    return out
