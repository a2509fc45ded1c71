"""What prices did: RSI and ATR by Wilder's average, and the average price by quantity (VWAP).

Pure. Imports: window. Imported by: the front door.
"""

from fathom.market.indicators.window import Window, checked

NEUTRAL = 50.0


class Rsi:
    """How much of the movement of the last `period` steps or so was up, 0 to 100. 50 where nothing moved."""

    __slots__ = ("_down", "_last", "_seen", "_up", "period", "value")

    def __init__(self, period: int = 14) -> None:
        self.value: float | None = None
        self.period = checked(period)
        self._last: float | None = None
        self._seen = 0
        self._up = 0.0
        self._down = 0.0

    def add(self, price: float) -> float | None:
        """Take the next price in."""
        last, self._last = self._last, price
        if last is None:
            return None
        up, down = max(price - last, 0.0), max(last - price, 0.0)
        period = self.period
        if self._seen < period:
            self._seen += 1
            self._up += up / period
            self._down += down / period
            if self._seen < period:
                return None
        else:
            self._up = (self._up * (period - 1) + up) / period
            self._down = (self._down * (period - 1) + down) / period
        moved = self._up + self._down
        self.value = NEUTRAL if moved == 0 else 100 * self._up / moved
        return self.value


class Atr:
    """The average true range: how far a price goes in one candle, gaps included."""

    __slots__ = ("_last_close", "_seen", "_sum", "period", "value")

    def __init__(self, period: int = 14) -> None:
        self.value: float | None = None
        self.period = checked(period)
        self._last_close: float | None = None
        self._seen = 0
        self._sum = 0.0

    def add(self, high: float, low: float, close: float) -> float | None:
        """Take the next candle in."""
        last, self._last_close = self._last_close, close
        if last is None:
            return None
        true_range = max(high, last) - min(low, last)
        if self.value is not None:
            self.value += (true_range - self.value) / self.period
            return self.value
        self._seen += 1
        self._sum += true_range
        if self._seen == self.period:
            self.value = self._sum / self.period
        return self.value


class Vwap:
    """The average price by quantity: of the last `period` observations, or since the start or the last `reset`."""

    __slots__ = ("_cost", "_costs", "_qty", "_qtys", "value")

    def __init__(self, period: int | None = None) -> None:
        self.value: float | None = None
        self._costs = None if period is None else Window(period)
        self._qtys = None if period is None else Window(period)
        self._cost = 0.0
        self._qty = 0.0

    def add(self, price: float, qty: float) -> float | None:
        """Take a trade in, or a candle's own average and quantity. None, or the last value, while nothing traded."""
        if self._costs is None or self._qtys is None:
            self._cost += price * qty
            self._qty += qty
        else:
            self._costs.add(price * qty)
            self._qtys.add(qty)
            if not self._qtys.full:
                return None
            self._cost, self._qty = self._costs.sum, self._qtys.sum
        if self._qty > 0:
            self.value = self._cost / self._qty
        return self.value

    def reset(self) -> None:
        """Begin anew, as at midnight."""
        self.value = None
        self._cost = self._qty = 0.0
        if self._costs is not None and self._qtys is not None:
            self._costs.clear()
            self._qtys.clear()
