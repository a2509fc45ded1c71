"""Who presses: order-flow imbalance of the best levels, and VPIN.

Pure. Imports: window. Imported by: the front door.
"""

import math
from collections.abc import Sequence

from fathom.domain import LocalError, Side
from fathom.market.indicators.window import Window, checked

Level = tuple[int, int]  # Price, quantity.


class OrderFlowImbalance:
    """What was added to bids and taken from asks, less the opposite, over the last `period` changes of the book.

    By Cont, Kukanov and Stoikov (2014), summed over the best `levels`: above zero where buyers press. In lots.
    """

    __slots__ = ("_asks", "_bids", "_window", "levels", "value")

    def __init__(self, period: int, *, levels: int = 1) -> None:
        self.value: float | None = None
        self.levels = checked(levels, name="levels")
        self._window = Window(period)
        self._bids: list[Level] | None = None
        self._asks: list[Level] = []

    def add(self, bids: Sequence[Level], asks: Sequence[Level]) -> float | None:
        """Take the book in as it is now: (price, quantity) of at least `levels` a side, best first.

        A level that is missing, in an empty book, counts as none.
        """
        bids, asks = list(bids[: self.levels]), list(asks[: self.levels])
        if self._bids is not None:
            flow = _gained(self._bids, bids, 1) - _gained(self._asks, asks, -1)
            self._window.add(flow)
            if self._window.full:
                self.value = self._window.sum
        self._bids, self._asks = bids, asks
        return self.value

    def reset(self) -> None:
        """Forget the book, as after a quarantine: what lies between is no flow."""
        self._bids = None


def _gained(before: Sequence[Level], now: Sequence[Level], sign: int) -> int:
    """Return what a side gained, level by level: a better price is all new, a worse one leaves all that was there."""
    gained = 0
    for place in range(max(len(before), len(now))):
        old = before[place] if place < len(before) else None
        new = now[place] if place < len(now) else None
        if new is not None and (old is None or new[0] * sign >= old[0] * sign):
            gained += new[1]
        if old is not None and (new is None or new[0] * sign <= old[0] * sign):
            gained -= old[1]
    return gained


class Vpin:
    """How one-sided trading is: of the last `buckets` of equal volume, the mean of |bought - sold| / volume, 0 to 1.

    By Easley, Lopez de Prado and O'Hara (2012), with the taker's side as the venue tells it instead of a guess.
    """

    __slots__ = ("_bought", "_filled", "_window", "bucket_qty", "value")

    def __init__(self, bucket_qty: float, *, buckets: int = 50) -> None:
        if not (math.isfinite(bucket_qty) and bucket_qty > 0):
            raise LocalError("bucket_qty", f"must be above 0, not {bucket_qty}")
        self.value: float | None = None
        self.bucket_qty = bucket_qty
        self._window = Window(buckets)
        self._bought = 0.0
        self._filled = 0.0

    def add(self, side: Side, qty: float) -> float | None:
        """Take a trade in by its taker's side; one that is larger than a bucket fills several."""
        left = qty
        room = self.bucket_qty - self._filled
        if left >= room:
            self._close(side, room)
            left -= room
            whole = int(left // self.bucket_qty)
            for _ in range(min(whole, self._window.period)):  # More would push out what they are themselves.
                self._close(side, self.bucket_qty)
            left = max(left - whole * self.bucket_qty, 0.0)
        self._filled += left
        self._bought += left if side == "buy" else 0.0
        return self.value

    def _close(self, side: Side, qty: float) -> None:
        bought = self._bought + (qty if side == "buy" else 0.0)
        self._window.add(abs(2 * bought - self.bucket_qty) / self.bucket_qty)
        self._filled = self._bought = 0.0
        if self._window.full:
            self.value = self._window.sum / self._window.period
