"""A recorded level 3 book at the venue: each recorded order rests as itself, in its place in the queue.

The venue gives each an id of its own; the recorded one is kept beside it.

Pure. Imports: core, prices, stage. Imported by: playback.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct, structs

from fathom.exchange.core import Order
from fathom.exchange.crowd.prices import Prices
from fathom.exchange.crowd.stage import OPPOSITE, Stage
from fathom.protocol.messages import OrderSide

SIDES: Final[tuple[OrderSide, OrderSide]] = ("buy", "sell")
EventKind = Literal["add", "modify", "delete"]


class OrderEvent(Struct, frozen=True, gc=False):
    """One recorded event; every order of a snapshot is an `add`."""

    kind: EventKind
    order_id: str  # As recorded.
    price_ticks: int
    lots: int
    queued_ns: int  # Since when it stands at its place.


class _Place(Struct):
    """One recorded order, and the ghost that stands for it."""

    side: OrderSide
    price_ticks: int
    lots: int
    ghost: Order | None = None


class OrderGhosts:
    """One pair's recorded orders, up to a depth of price levels."""

    def __init__(self, stage: Stage, *, depth: int) -> None:
        self._stage = stage
        self._depth = depth
        self._places: dict[str, _Place] = {}
        self._queues: dict[OrderSide, dict[int, dict[str, None]]] = {side: {} for side in SIDES}  # Ids in queue order.
        self._prices = {side: Prices(side) for side in SIDES}

    def queues(self, side: OrderSide) -> list[tuple[int, int]]:
        """Return price and lots of the recorded orders of a side, best first, in queue order."""
        queues = self._queues[side]
        return [
            (price_ticks, self._places[order_id].lots)
            for price_ticks in self._prices[side].best_first()
            for order_id in queues[price_ticks]
        ]

    def replace(self, *, bids: Sequence[OrderEvent], asks: Sequence[OrderEvent], now_ns: int) -> None:
        """A snapshot: what it does not name is gone. It lists orders in queue order."""
        for order_id in list(self._places):
            self._drop(order_id, now_ns)
        self._apply(bids=bids, asks=asks, now_ns=now_ns)

    def change(self, *, bids: Sequence[OrderEvent], asks: Sequence[OrderEvent], now_ns: int) -> None:
        """An update. Orders that come back into the depth are not listed in queue order: their times tell it."""
        self._apply(bids=_by_time(_folded(bids)), asks=_by_time(_folded(asks)), now_ns=now_ns)

    def withdraw(self, now_ns: int) -> None:
        """Take all of it away."""
        self.replace(bids=(), asks=(), now_ns=now_ns)

    def _apply(self, *, bids: Sequence[OrderEvent], asks: Sequence[OrderEvent], now_ns: int) -> None:
        events: dict[OrderSide, Sequence[OrderEvent]] = {"buy": bids, "sell": asks}
        self._stage.catch_up(now_ns)
        for side in SIDES:  # First what goes, so that nothing new meets it.
            for event in events[side]:
                if event.kind == "modify":
                    self._modify(event, now_ns)
                else:  # An id that is added and there already stands elsewhere now.
                    self._drop(event.order_id, now_ns)
        for side in SIDES:
            for event in events[side]:
                if event.kind == "add":
                    self._make_room(side, event.price_ticks, now_ns)
                    self._keep(side, event)
            for price_ticks in self._prices[side].beyond(self._depth):
                self._drop_level(side, price_ticks, now_ns)
        for side in SIDES:
            best = self._prices[side].best()
            if best is not None:
                self._stage.reach(side, price_ticks=best, now_ns=now_ns)
            for event in events[side]:
                if event.kind == "add" and (place := self._places.get(event.order_id)) is not None:
                    self._rest(place, now_ns)

    def _keep(self, side: OrderSide, event: OrderEvent) -> None:
        queue = self._queues[side].get(event.price_ticks)
        if queue is None:
            queue = self._queues[side][event.price_ticks] = {}
            self._prices[side].add(event.price_ticks)
        queue[event.order_id] = None
        self._places[event.order_id] = _Place(side, event.price_ticks, event.lots)

    def _modify(self, event: OrderEvent, now_ns: int) -> None:
        """Another quantity at the same place."""
        place = self._places.get(event.order_id)
        if place is None:
            return  # The recorder lost its beginning.
        smaller = event.lots < place.lots
        place.lots = event.lots
        ghost = place.ghost
        if ghost is None or not ghost.resting or ghost.left_lots == event.lots:
            return  # Clients had it already, or had just that much of it.
        if smaller and ghost.left_lots > event.lots and self._stage.shrink(ghost, lots=event.lots, now_ns=now_ns):
            return
        # The venue keeps no place for an order that grows: it and all behind it line up anew.
        queue = list(self._queues[place.side][place.price_ticks])
        for order_id in queue[queue.index(event.order_id) :]:
            self._pull(self._places[order_id], now_ns)
            self._rest(self._places[order_id], now_ns)

    def _rest(self, place: _Place, now_ns: int) -> None:
        place.ghost = self._stage.rest(place.side, price_ticks=place.price_ticks, qty_lots=place.lots, now_ns=now_ns)

    def _pull(self, place: _Place, now_ns: int) -> None:
        if place.ghost is not None:
            self._stage.pull(place.ghost, now_ns=now_ns)
            place.ghost = None

    def _make_room(self, side: OrderSide, price_ticks: int, now_ns: int) -> None:
        """Drop what would trade with a new order: the recorder missed that it went."""
        other = OPPOSITE[side]
        for crossed in self._prices[other].crossed_by(price_ticks):
            self._drop_level(other, crossed, now_ns)

    def _drop_level(self, side: OrderSide, price_ticks: int, now_ns: int) -> None:
        for order_id in list(self._queues[side][price_ticks]):
            self._drop(order_id, now_ns)

    def _drop(self, order_id: str, now_ns: int) -> None:
        place = self._places.pop(order_id, None)
        if place is None:
            return
        self._pull(place, now_ns)
        queue = self._queues[place.side][place.price_ticks]
        del queue[order_id]
        if not queue:
            del self._queues[place.side][place.price_ticks]
            self._prices[place.side].remove(place.price_ticks)


def _folded(events: Iterable[OrderEvent]) -> list[OrderEvent]:
    """Return one event for each id: what all of them together come to."""
    folded: dict[str, OrderEvent] = {}
    for event in events:
        before = folded.pop(event.order_id, None)
        if event.kind == "modify" and before is not None and before.kind == "add":
            folded[event.order_id] = structs.replace(before, lots=event.lots)
        else:
            folded[event.order_id] = event
    return list(folded.values())


def _by_time(events: Iterable[OrderEvent]) -> list[OrderEvent]:
    """Sort the adds by their times, behind all else."""
    return sorted(events, key=lambda event: event.queued_ns if event.kind == "add" else 0)
