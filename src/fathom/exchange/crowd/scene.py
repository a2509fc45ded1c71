"""One pair of a recording: its messages, turned into what its ghosts do.

Pure. Imports: domain, history, level_ghosts, order_ghosts, stage, protocol. Imported by: playback.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, cast

from fathom.domain import LocalError, RemoteError, to_units
from fathom.exchange.crowd.history import History
from fathom.exchange.crowd.level_ghosts import LevelGhosts
from fathom.exchange.crowd.order_ghosts import EventKind, OrderEvent, OrderGhosts
from fathom.exchange.crowd.recorded import RecordedTrade
from fathom.exchange.crowd.stage import Stage
from fathom.protocol import parse_time
from fathom.protocol.messages import Book, Level, Level3Book, Level3Order, Trade

DEPTHS: Final = (10, 25, 100, 500, 1000)
DEPTH_ELSE: Final = 1000  # Where nothing tells how deep a book was recorded: none is deeper.
EVENT_KINDS: Final = ("add", "modify", "delete")


class Scene:
    """One pair. `unfit` counts numbers that the pair's precisions cannot say: what they belong to is left out."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._levels: LevelGhosts | None = None
        self._orders: OrderGhosts | None = None
        self._history = History(stage)
        self.unfit = 0

    def withdraw(self, now_ns: int) -> None:
        """Take all ghosts away, as before the first snapshot."""
        self._history.withdraw(now_ns)
        if self._levels is not None:
            self._levels.withdraw(now_ns)
        if self._orders is not None:
            self._orders.withdraw(now_ns)
        self._levels = self._orders = None

    def book(self, book: Book, *, snapshot: bool, depth: int | None, now_ns: int) -> bool:
        """Play a level 2 book; tell whether it was played: before a snapshot nothing is."""
        if self._orders is not None:
            return False
        bids, asks = self._level_rows(book.bids), self._level_rows(book.asks)
        if snapshot:
            if self._levels is None:
                self._levels = LevelGhosts(self._stage, depth=depth or _depth_of(max(len(bids), len(asks))))
            self._levels.replace(bids=bids, asks=asks, now_ns=now_ns)
        elif self._levels is None:
            return False
        else:
            self._levels.change(bids=bids, asks=asks, now_ns=now_ns)
        return True

    def level3(self, book: Level3Book, *, snapshot: bool, depth: int | None, now_ns: int) -> bool:
        """Play a level 3 book; tell whether it was played."""
        if self._levels is not None:
            return False
        bids, asks = self._events(book.bids), self._events(book.asks)
        if snapshot:
            if self._orders is None:
                levels = max(len({event.price_ticks for event in events}) for events in (bids, asks))
                self._orders = OrderGhosts(self._stage, depth=depth or _depth_of(levels))
            self._orders.replace(bids=bids, asks=asks, now_ns=now_ns)
        elif self._orders is None:
            return False
        else:
            self._orders.change(bids=bids, asks=asks, now_ns=now_ns)
        return True

    def trade(self, trade: Trade, now_ns: int) -> None:
        """Play one public trade."""
        if (numbers := self._numbers(trade.price, trade.qty)) is not None:
            price_ticks, qty_lots = numbers
            self._stage.trade(
                trade.side,
                price_ticks=price_ticks,
                qty_lots=qty_lots,
                at_market=trade.ord_type == "market",
                now_ns=now_ns,
            )

    def past_trade(self, trade: RecordedTrade, now_ns: int) -> None:
        """Play one row of a trade history."""
        if (numbers := self._numbers(trade.price, trade.qty)) is not None:
            price_ticks, qty_lots = numbers
            self._history.trade(price_ticks=price_ticks, qty_lots=qty_lots, now_ns=now_ns)

    def _level_rows(self, levels: Iterable[Level]) -> list[tuple[int, int]]:
        rows = (self._numbers(level.price, level.qty) for level in levels)
        return [row for row in rows if row is not None]

    def _events(self, orders: Iterable[Level3Order]) -> list[OrderEvent]:
        events = []
        for order in orders:
            numbers = self._numbers(order.limit_price, order.order_qty)
            kind = order.event or "add"
            if numbers is None or kind not in EVENT_KINDS:
                continue
            price_ticks, lots = numbers
            try:
                queued_ns = parse_time(order.timestamp)
            except RemoteError:
                queued_ns = 0
            events.append(OrderEvent(cast("EventKind", kind), order.order_id, price_ticks, lots, queued_ns))
        return events

    def _numbers(self, price: Decimal, qty: Decimal) -> tuple[int, int] | None:
        """Return ticks and lots; None where the pair's precisions, as listed now, are too coarse for them."""
        pair = self._stage.desk.pair
        try:
            price_ticks = to_units(price, precision=pair.price_precision)
            qty_lots = to_units(qty, precision=pair.qty_precision)
        except LocalError:
            self.unfit += 1
            return None
        return (price_ticks, qty_lots) if price_ticks > 0 and qty_lots >= 0 else None


def _depth_of(levels: int) -> int:
    """Return the depth of a book whose longer side came with so many levels: a full one is just that deep."""
    return levels if levels in DEPTHS else DEPTH_ELSE
