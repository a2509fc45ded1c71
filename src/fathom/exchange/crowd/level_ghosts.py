"""A recorded level 2 book at the venue: each level is one ghost order of the recorded quantity.

A level's queue is not recorded. Where a client stands in it, what is added comes behind the client, and what goes is
taken from the end: the client never moves up by more than it must have.

Pure. Imports: core, prices, stage. Imported by: playback.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from fathom.exchange.core import Order
from fathom.exchange.crowd.prices import Prices
from fathom.exchange.crowd.stage import OPPOSITE, Stage
from fathom.protocol.messages import OrderSide

SIDES: Final[tuple[OrderSide, OrderSide]] = ("buy", "sell")
PARTS_MAX: Final = 6  # Orders that make up one level; then it is made one again, behind everybody.

Levels = Iterable[tuple[int, int]]  # Price in ticks, lots: 0 removes it. In the order to apply.


class LevelGhosts:
    """One pair's recorded book, up to a depth."""

    def __init__(self, stage: Stage, *, depth: int) -> None:
        self._stage = stage
        self._depth = depth
        self._lots: dict[OrderSide, dict[int, int]] = {side: {} for side in SIDES}
        self._prices = {side: Prices(side) for side in SIDES}
        self._orders: dict[OrderSide, dict[int, list[Order]]] = {side: {} for side in SIDES}

    def levels(self, side: OrderSide) -> list[tuple[int, int]]:
        """Return the recorded levels of a side, best first."""
        lots = self._lots[side]
        return [(price_ticks, lots[price_ticks]) for price_ticks in self._prices[side].best_first()]

    def replace(self, *, bids: Levels, asks: Levels, now_ns: int) -> None:
        """A snapshot: what it does not name is gone."""
        gone = {side: dict.fromkeys(self._lots[side], 0) for side in SIDES}
        self._apply({"buy": gone["buy"] | dict(bids), "sell": gone["sell"] | dict(asks)}, now_ns)

    def change(self, *, bids: Levels, asks: Levels, now_ns: int) -> None:
        """An update: each level is of that quantity now."""
        self._apply({"buy": dict(bids), "sell": dict(asks)}, now_ns)

    def withdraw(self, now_ns: int) -> None:
        """Take all of it away."""
        self.replace(bids=(), asks=(), now_ns=now_ns)

    def _apply(self, changes: dict[OrderSide, dict[int, int]], now_ns: int) -> None:
        self._stage.catch_up(now_ns)
        for side in SIDES:
            self._record(side, changes)
        for side in SIDES:  # First what goes, so that nothing new meets it.
            for price_ticks, lots in changes[side].items():
                if lots == 0:
                    for order in self._orders[side].pop(price_ticks, ()):
                        self._stage.pull(order, now_ns=now_ns)
        for side in SIDES:
            self._arrive(side, changes[side], now_ns)

    def _record(self, side: OrderSide, changes: dict[OrderSide, dict[int, int]]) -> None:
        """Keep the record of one side; what falls out of the depth, or stands in its way, is a change to 0, too."""
        for price_ticks, lots in changes[side].items():
            self._note(side, price_ticks, lots)
        other = OPPOSITE[side]
        for price_ticks, lots in changes[side].items():
            for crossed in self._prices[other].crossed_by(price_ticks) if lots else ():
                # The recorder lost something. Asks that this message tells of are taken up after the bids, and stay.
                if side == "sell" or not changes[other].get(crossed):
                    self._note(other, crossed, 0)
                    changes[other][crossed] = 0
        for price_ticks in self._prices[side].beyond(self._depth):
            self._note(side, price_ticks, 0)
            changes[side][price_ticks] = 0

    def _note(self, side: OrderSide, price_ticks: int, lots: int) -> None:
        record = self._lots[side]
        if lots:
            if price_ticks not in record:
                self._prices[side].add(price_ticks)
            record[price_ticks] = lots
        elif record.pop(price_ticks, None) is not None:
            self._prices[side].remove(price_ticks)

    def _arrive(self, side: OrderSide, changes: Mapping[int, int], now_ns: int) -> None:
        best = self._prices[side].best()
        if best is not None and changes.get(best):
            self._stage.reach(side, price_ticks=best, now_ns=now_ns)
        for price_ticks, lots in changes.items():
            if lots:
                self._set(side, price_ticks, lots, now_ns)

    def _set(self, side: OrderSide, price_ticks: int, lots: int, now_ns: int) -> None:
        orders = [order for order in self._orders[side].get(price_ticks, ()) if order.resting]
        resting_lots = sum(order.left_lots for order in orders)
        if resting_lots == lots:
            return
        shared = self._stage.shared(side, price_ticks=price_ticks, lots=resting_lots)
        if not shared or (resting_lots < lots and len(orders) >= PARTS_MAX):
            while orders:
                self._stage.pull(orders.pop(), now_ns=now_ns)
            resting_lots = 0
        while resting_lots > lots:
            last = orders.pop()
            resting_lots -= last.left_lots
            if resting_lots < lots and self._stage.shrink(last, lots=lots - resting_lots, now_ns=now_ns):
                orders.append(last)
                resting_lots = lots
            else:
                self._stage.pull(last, now_ns=now_ns)
        if resting_lots < lots:
            added = self._stage.rest(side, price_ticks=price_ticks, qty_lots=lots - resting_lots, now_ns=now_ns)
            if added is not None:
                orders.append(added)
        self._orders[side][price_ticks] = orders
