"""Order-flow imbalance: who was busier at the best prices of late, buyers or sellers.

Cont, Kukanov, Stoikov (2014), "The price impact of order book events": what is added to the best bid or taken from the
best ask counts for the buyers, and the other way around; a best price that moves brings or takes its whole level.

Pure. Imports: market. Imported by: strategy/built_in/level3_maker.
"""

import math
from typing import Final

from fathom.market import Book
from fathom.market.indicators import OrderFlowImbalance

FULL: Final = 1.0


class OrderFlow:
    """The imbalance of about the last `window_s`, as a share of what stands at the best prices: -1 to 1."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._change = OrderFlowImbalance(1)  # Of the last change alone.
        self._known = False
        self._seen_ns = 0
        self._flow = 0.0
        self._depth = 0.0

    def see(self, book: Book, *, now_ns: int) -> None:
        """Take the best prices in, at each change of them."""
        bids, asks = book.bids(1), book.asks(1)
        passed_s = (now_ns - self._seen_ns) / 1e9
        if not bids or not asks or (self._known and passed_s > self._window_s):
            self._change.reset()  # What was between is not known: begin anew.
            self._known = False
        if not bids or not asks:
            return
        change, depth = self._change.add(bids, asks), (bids[0][1] + asks[0][1]) / 2
        if not self._known or change is None:
            self._flow, self._depth = 0.0, depth
        else:
            keep = math.exp(-passed_s / self._window_s)
            self._flow = self._flow * keep + change
            self._depth = self._depth * keep + depth * (1 - keep)
        self._known, self._seen_ns = True, now_ns

    @property
    def share(self) -> float:
        """Above 0: buyers; below: sellers."""
        if self._depth <= 0:
            return 0.0
        return max(-FULL, min(FULL, self._flow / self._depth))
