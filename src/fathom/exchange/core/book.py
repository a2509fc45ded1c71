"""One side of a pair's book: price levels, best first, and the queue of orders at each.

Pure. Imports: order. Imported by: core, feeds, crowd.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from fathom.exchange.core.order import Order
from fathom.protocol.messages import OrderSide


class Level:
    """The orders at one price, in the order in which they will trade."""

    __slots__ = ("lots", "orders", "price_ticks")

    def __init__(self, price_ticks: int) -> None:
        self.price_ticks = price_ticks
        self.lots = 0  # What is shown of them all.
        self.orders: dict[str, Order] = {}

    def first(self) -> Order:
        """Return the order that trades next. A level is never empty."""
        return next(iter(self.orders.values()))


class Side:
    """The bids or the asks. Only `core` changes it."""

    __slots__ = ("_keys", "_levels", "_sign")

    def __init__(self, side: OrderSide) -> None:
        # Bids go by their negative price, so that the best of either side has the smallest key.
        self._sign = -1 if side == "buy" else 1
        self._keys: list[int] = []
        self._levels: dict[int, Level] = {}

    def __len__(self) -> int:
        """Return how many levels there are."""
        return len(self._keys)

    def __iter__(self) -> Iterator[Level]:
        """Go through the levels, best first."""
        levels = self._levels
        return (levels[key] for key in self._keys)

    def best(self) -> int | None:
        """Return the best price; None where nothing rests."""
        keys = self._keys
        return keys[0] * self._sign if keys else None

    def first(self) -> Level | None:
        """Return the best level; None where nothing rests."""
        keys = self._keys
        return self._levels[keys[0]] if keys else None

    def lots(self, price_ticks: int) -> int:
        """Return what is shown at a price."""
        level = self._levels.get(price_ticks * self._sign)
        return 0 if level is None else level.lots

    def level(self, price_ticks: int) -> list[Order]:
        """Return the orders at a price, next to trade first."""
        level = self._levels.get(price_ticks * self._sign)
        return [] if level is None else list(level.orders.values())

    def levels(self, depth: int) -> list[tuple[int, int]]:
        """Return the best prices with what is shown at each."""
        levels, sign = self._levels, self._sign
        return [(key * sign, levels[key].lots) for key in self._keys[:depth]]

    def orders(self, depth: int) -> list[tuple[int, list[Order]]]:
        """Return the orders of the best prices."""
        levels, sign = self._levels, self._sign
        return [(key * sign, list(levels[key].orders.values())) for key in self._keys[:depth]]

    def rank(self, price_ticks: int) -> int:
        """Return how many levels are better than the price, which may be one where nothing rests."""
        return bisect_left(self._keys, price_ticks * self._sign)

    def price_at(self, rank: int) -> int | None:
        """Return the price of so many levels from the best; None beyond the last."""
        keys = self._keys
        return keys[rank] * self._sign if 0 <= rank < len(keys) else None

    def add(self, order: Order) -> None:
        """Put an order at the end of its price's queue, with what it shows."""
        price_ticks = order.limit_ticks
        assert price_ticks is not None, order.order_id
        key = price_ticks * self._sign
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = Level(price_ticks)
            insort(self._keys, key)
        level.orders[order.order_id] = order
        level.lots += order.shown_lots

    def remove(self, order: Order) -> None:
        """Take an order out of its queue."""
        price_ticks = order.limit_ticks
        assert price_ticks is not None, order.order_id
        key = price_ticks * self._sign
        level = self._levels[key]
        del level.orders[order.order_id]
        level.lots -= order.shown_lots
        if not level.orders:
            del self._levels[key]
            del self._keys[bisect_left(self._keys, key)]

    def show(self, order: Order, shown_lots: int) -> None:
        """Show another size of an order, which keeps its place."""
        price_ticks = order.limit_ticks
        assert price_ticks is not None, order.order_id
        self._levels[price_ticks * self._sign].lots += shown_lots - order.shown_lots
        order.shown_lots = shown_lots

    def clear(self) -> list[Order]:
        """Take everything out; return it, best first."""
        orders = [order for level in self for order in level.orders.values()]
        self._keys.clear()
        self._levels.clear()
        return orders
