"""Moving averages: simple, exponential, and the difference of two (MACD). Seeded as TA-Lib does.

Pure. Imports: window. Imported by: the front door.
"""

from typing import NamedTuple

from fathom.domain import LocalError
from fathom.market.indicators.window import Window, checked


class Sma:
    """The mean of the last `period` numbers."""

    __slots__ = ("_window", "value")

    def __init__(self, period: int) -> None:
        self.value: float | None = None
        self._window = Window(period)

    def add(self, number: float) -> float | None:
        """Take the next number in."""
        window = self._window
        window.add(number)
        if window.full:
            self.value = window.sum / window.period
        return self.value


class Ema:
    """An average that forgets: each number weighs 2 / (period + 1). It begins with the mean of the first `period`."""

    __slots__ = ("_seen", "_sum", "_weight", "period", "value")

    def __init__(self, period: int) -> None:
        self.value: float | None = None
        self.period = checked(period)
        self._weight = 2 / (period + 1)
        self._seen = 0
        self._sum = 0.0

    def add(self, number: float) -> float | None:
        """Take the next number in."""
        if self.value is not None:
            self.value += (number - self.value) * self._weight
            return self.value
        self._seen += 1
        self._sum += number
        if self._seen == self.period:
            self.value = self._sum / self.period
        return self.value


class MacdValue(NamedTuple):
    """The fast average less the slow one, the average of that, and how far it is above that."""

    macd: float
    signal: float
    histogram: float


class Macd:
    """Whether a move gains or loses pace. The fast average begins so that both begin together."""

    __slots__ = ("_fast", "_signal", "_skip", "_slow", "value")

    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
        """Raises LocalError where the fast one is not the shorter one."""
        if not fast < slow:
            raise LocalError("fast", f"must be below slow, {slow}, not {fast}")
        self.value: MacdValue | None = None
        self._fast, self._slow, self._signal = Ema(fast), Ema(slow), Ema(signal)
        self._skip = slow - fast

    def add(self, number: float) -> MacdValue | None:
        """Take the next number in."""
        slow = self._slow.add(number)
        if self._skip:
            self._skip -= 1
            return None
        fast = self._fast.add(number)
        if fast is None or slow is None:
            return None
        macd = fast - slow
        signal = self._signal.add(macd)
        if signal is not None:
            self.value = MacdValue(macd, signal, macd - signal)
        return self.value
