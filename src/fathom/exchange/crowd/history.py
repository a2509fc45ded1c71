"""A trade history as a market: a thin book around each trade, made of nothing but the trades.

A history does not say who took. By the tick rule a trade above the one before was a buyer's, one below a seller's, one
at the same price the same side's again.

Pure. Imports: level_ghosts, stage. Imported by: scene.
"""

from typing import Final

from fathom.exchange.crowd.level_ghosts import LevelGhosts
from fathom.exchange.crowd.stage import Stage
from fathom.protocol.messages import OrderSide

LEVELS: Final = 10  # A side.
GAP: Final = 2000  # A level is so many times finer than the price, and at least a tick, from the next one.
MEMORY: Final = 8  # Trades: over so many the usual size is averaged.


class History:
    """One pair's trades, and the book around the last one."""

    __slots__ = ("_ghosts", "_price_ticks", "_stage", "_taking", "_usual_lots")

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ghosts = LevelGhosts(stage, depth=LEVELS)
        self._price_ticks = 0
        self._usual_lots = 0
        self._taking: OrderSide = "buy"

    def trade(self, *, price_ticks: int, qty_lots: int, now_ns: int) -> None:
        """Bring the book to a trade, and let it happen."""
        if price_ticks != self._price_ticks:
            self._taking = "buy" if price_ticks > self._price_ticks else "sell"
            self._price_ticks = price_ticks
        self._usual_lots += (qty_lots - self._usual_lots) // MEMORY if self._usual_lots else qty_lots
        self._place_book(qty_lots, now_ns)
        self._stage.reach(self._taking, price_ticks=price_ticks, now_ns=now_ns)  # Whoever was better has traded.
        self._stage.trade(self._taking, price_ticks=price_ticks, qty_lots=qty_lots, at_market=False, now_ns=now_ns)

    def withdraw(self, now_ns: int) -> None:
        """Take the book away."""
        self._ghosts.withdraw(now_ns)

    def _place_book(self, qty_lots: int, now_ns: int) -> None:
        """The side that is taken from begins at the trade's price, the other one a level away."""
        gap_ticks = max(1, self._price_ticks // GAP)
        usual_lots = max(1, self._usual_lots)
        levels = [(step * gap_ticks, usual_lots * (step + 1)) for step in range(LEVELS)]
        levels[0] = (0, usual_lots + qty_lots)
        taken_from = levels
        other = [(behind + gap_ticks, lots) for behind, lots in levels]
        bids, asks = (other, taken_from) if self._taking == "buy" else (taken_from, other)
        self._ghosts.replace(
            bids=[(self._price_ticks - behind, lots) for behind, lots in bids if self._price_ticks > behind],
            asks=[(self._price_ticks + behind, lots) for behind, lots in asks],
            now_ns=now_ns,
        )
