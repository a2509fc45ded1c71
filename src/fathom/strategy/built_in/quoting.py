"""Where a market maker's quotes belong, by two papers: pure formulas, in the units of whoever calls them.

* Avellaneda, Stoikov (2008), "High-frequency trading in a limit order book": with absolute risk aversion `gamma`, a mid
  that moves by `sigma` per square root of a second, and orders that are hit at the rate A exp(-kappa distance), the
  maker's own price is the reservation price r = s - q gamma sigma^2 (T - t), and its best spread about that is
  gamma sigma^2 (T - t) + (2 / gamma) ln(1 + gamma / kappa).
* Gueant, Lehalle, Fernandez-Tapia (2013), "Dealing with the inventory risk": the same market with a bound on the
  inventory and no end; far from an end each quote's distance from the mid tends to
  (1 / gamma) ln(1 + gamma / kappa) + (2 q + 1) / 2 S for the bid, and with (1 - 2 q) / 2 S for the ask, where
  S = sqrt(sigma^2 gamma / (2 kappa A) (1 + gamma / kappa)^(1 + kappa / gamma)).

`q` counts orders: an inventory of one is one order's quantity. Pure. Imports: nothing. Imported by: the market makers.
"""

import math


def avellaneda_stoikov(
    mid: float, q: float, *, gamma: float, sigma: float, kappa: float, left_s: float
) -> tuple[float, float]:
    """Return (reservation price, half of the spread) with `left_s` seconds until the end."""
    risk = gamma * sigma**2 * left_s
    return mid - q * risk, risk / 2 + math.log1p(gamma / kappa) / gamma


def glft(q: float, *, gamma: float, sigma: float, kappa: float, intensity: float) -> tuple[float, float]:
    """Return (the bid's distance from the mid, the ask's); one below zero is on the other side of it."""
    base = math.log1p(gamma / kappa) / gamma
    # (1 + gamma / kappa) ** (1 + kappa / gamma), by logarithms: the power alone may be beyond a float.
    grows = math.exp(min((1 + kappa / gamma) * math.log1p(gamma / kappa), 700.0))
    step = math.sqrt(sigma**2 * gamma / (2 * kappa * intensity) * grows)
    return base + (2 * q + 1) / 2 * step, base + (1 - 2 * q) / 2 * step


class Volatility:
    """The mid's movement per square root of a second, averaged over about `window_s`.

    From squared changes over the time between them: the more often we look, the less a jump is smeared.
    """

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._last: tuple[int, float] | None = None
        self._squares = 0.0  # Decayed sum of squared changes ...
        self._seconds = 0.0  # ... and of the time they took.

    def see(self, price: float, *, now_ns: int) -> None:
        """Take one price in. Several at one time count as one change."""
        if self._last is None:
            self._last = (now_ns, price)
            return
        passed_s = (now_ns - self._last[0]) / 1e9
        if passed_s <= 0:
            return
        keep = math.exp(-passed_s / self._window_s)
        self._squares = self._squares * keep + (price - self._last[1]) ** 2
        self._seconds = self._seconds * keep + passed_s
        self._last = (now_ns, price)

    @property
    def per_root_s(self) -> float | None:
        """The estimate; None until a quarter of the window was seen."""
        if self._seconds < self._window_s / 4:
            return None
        return math.sqrt(self._squares / self._seconds)
