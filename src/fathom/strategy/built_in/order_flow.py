"""Order-flow imbalance: who was busier at the best prices of late, buyers or sellers.

Cont, Kukanov, Stoikov (2014), "The price impact of order book events": what is added to the best bid or taken from the
best ask counts for the buyers, and the other way around; a best price that moves brings or takes its whole level.

Pure. Imports: market. Imported by: strategy/built_in/level3_maker.
"""

import math
from typing import Final

from fathom.market import Book

FULL: Final = 1.0


class OrderFlow:
    """The imbalance of about the last `window_s`, as a share of what stands at the best prices: -1 to 1."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._top: tuple[int, int, int, int] | None = None
        self._seen_ns = 0
        self._flow = 0.0
        self._depth = 0.0

    def see(self, book: Book, *, now_ns: int) -> None:
        """Take the best prices in, at each change of them."""
        bids, asks = book.bids(1), book.asks(1)
        passed_s = (now_ns - self._seen_ns) / 1e9
        if not bids or not asks:
            self._top = None
            return
        top = (*bids[0], *asks[0])
        before, self._top, self._seen_ns = self._top, top, now_ns
        if before is None or passed_s > self._window_s:  # What was between is not known: begin anew.
            self._flow, self._depth = 0.0, (top[1] + top[3]) / 2
            return
        keep = math.exp(-passed_s / self._window_s)
        self._flow = self._flow * keep + change(before, top)
        self._depth = self._depth * keep + (top[1] + top[3]) / 2 * (1 - keep)

    @property
    def share(self) -> float:
        """Above 0: buyers; below: sellers."""
        if self._depth <= 0:
            return 0.0
        return max(-FULL, min(FULL, self._flow / self._depth))


def change(before: tuple[int, int, int, int], after: tuple[int, int, int, int]) -> int:
    """Return what one change of (bid, its lots, ask, its lots) adds to the buyers' side, in lots."""
    bid0, bid_lots0, ask0, ask_lots0 = before
    bid1, bid_lots1, ask1, ask_lots1 = after
    flow = 0
    if bid1 >= bid0:
        flow += bid_lots1
    if bid1 <= bid0:
        flow -= bid_lots0
    if ask1 <= ask0:
        flow -= ask_lots1
    if ask1 >= ask0:
        flow += ask_lots0
    return flow
